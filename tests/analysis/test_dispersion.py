"""Agreement and polarisation within an item, and the coefficient of variation."""

import math
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.dispersion import (
    ALL_EQUAL,
    MEAN_NEAR_AN_END,
    NOBODY_RATED,
    ONLY_ONE_RATED,
    TOO_FEW_CATEGORIES,
    TOO_FEW_FOR_MOMENTS,
    awg,
    berry_mielke_iov,
    blair_lacy_l,
    blair_lacy_l2,
    cns,
    describe_agreement,
    entropy,
    kvalseth,
    leik,
    mode_share,
    pairwise_agreement,
    rwg,
)
from analysis.polarisation import agreement_a, bimodality, esteban_ray, polarisation
from analysis.scales import Scale
from analysis.summaries import cv
from analysis.tallies import FloatArray, Tally
from tests.analysis.examples import NINE, ratings_of, tallies, tally_of, turned_round

Measure = Callable[[Tally], FloatArray]

# The example vector of the R package agrmt.
V = Tally.from_counts(Scale(1, 7), [30, 40, 210, 130, 530, 50, 10])
EXTREMES = tally_of([1] * 5 + [9] * 5)
MEASURES: tuple[Measure, ...] = (
    cns,
    agreement_a,
    polarisation,
    leik,
    entropy,
    esteban_ray,
    bimodality,
    rwg,
    awg,
    pairwise_agreement,
    mode_share,
    berry_mielke_iov,
    blair_lacy_l,
    blair_lacy_l2,
    kvalseth,
)


def of_counts(*counts: int) -> Tally:
    return Tally.from_counts(Scale(1, len(counts)), list(counts))


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        (agreement_a, 0.611333333333),
        (polarisation, 0.194333333),
        (cns, 0.725687613959),
        (leik, 0.286666666667),
        (entropy, 1.960969246948),
        (berry_mielke_iov, 0.402666667),
        (blair_lacy_l, 0.772873426),
        (blair_lacy_l2, 0.597333333),
        (kvalseth, 0.227126574),
        (esteban_ray, 0.335736),
    ],
)
def test_the_example_of_agrmt(measure: Measure, value: float) -> None:
    """By the R package agrmt; Esteban and Ray's by acid."""
    assert measure(V) == pytest.approx([value], abs=5e-10)


def test_tastle_and_wierman_page_537() -> None:
    data = of_counts(19, 16, 26, 29, 10)
    assert cns(data) == pytest.approx([0.518414460727], abs=1e-12)
    assert agreement_a(data) == pytest.approx([0.205], abs=1e-12)
    assert leik(data) == pytest.approx([0.515], abs=1e-12)
    assert entropy(data) == pytest.approx([2.233628337428], abs=1e-12)


@pytest.mark.parametrize(
    ("counts", "a", "consensus", "d"),
    [
        ((0, 0, 0, 0, 0, 1, 5, 7, 2), 0.8, 0.871962531866, 0.15),
        ((10, 0, 0, 0, 10), -1.0, 0.0, 1.0),
        ((4, 4, 4, 4, 4), 0.0, 0.433985000288, 0.6),
        ((1, 1, 1, 5, 5, 2), 0.44, 0.630250947188, 0.4),
    ],
)
def test_more_vectors_of_agrmt(counts: tuple[int, ...], a: float, consensus: float, d: float) -> None:
    data = of_counts(*counts)
    assert agreement_a(data) == pytest.approx([a], abs=1e-12)
    assert cns(data) == pytest.approx([consensus], abs=1e-12)
    assert leik(data) == pytest.approx([d], abs=1e-12)


def test_esteban_and_ray_by_hand_and_by_the_r_package_acid() -> None:
    # two halves 4 apart: 2 * (1/2)^2 * 1/2 * 4, and even spread: sum over pairs of (1/5)^3 times 40 apart
    assert esteban_ray(of_counts(10, 0, 0, 0, 10)) == pytest.approx([2 * 0.5**3 * 4])
    assert esteban_ray(of_counts(4, 4, 4, 4, 4)) == pytest.approx([0.2**3 * 40])
    assert esteban_ray(of_counts(10, 0, 0, 0, 10), 1.6) == pytest.approx([0.659753955], abs=5e-10)


@pytest.mark.parametrize("exponent", [0, -1, 1.61, math.nan])
def test_other_exponents_are_refused(exponent: float) -> None:
    with pytest.raises(ValueError, match=r"The exponent lies above 0 and up to 1\.6"):
        esteban_ray(V, exponent)


def test_the_two_samples_of_pfister() -> None:
    """Frontiers in Psychology 4:700, printed .34 and .79."""
    a = of_counts(3, 5, 5, 10, 17, 20, 17, 10, 5, 5, 3)
    b = of_counts(2, 26, 14, 6, 2, 0, 2, 6, 14, 26, 2)
    assert bimodality(a) == pytest.approx([0.33605811424064536], abs=1e-12)
    assert bimodality(b) == pytest.approx([0.7946886927694742], abs=1e-12)


def test_rwg_and_awg_of_five_ratings() -> None:
    """By the R package multilevel, ratings 3, 4, 4, 4, 5."""
    five = of_counts(0, 0, 1, 3, 1)
    assert rwg(five) == pytest.approx([0.75])
    assert awg(five) == pytest.approx([0.733333333333], abs=1e-12)


def test_half_at_each_extreme() -> None:
    found = describe_agreement(EXTREMES)
    values = {name: column[0] for name, column in found.columns().items() if name != "reasons"}
    assert values == pytest.approx(
        {
            "cns": 0,
            "agreement_a": -1,
            "polarisation": 1,
            "leik": 1,
            "entropy": 1,
            "esteban_ray": 2,
            "bimodality": 0.565657,
            "rwg": -1.666667,
            "awg": -1,
            "pairwise_agreement": 2 * 5 * 4 / (10 * 9),
            "mode_share": 0.5,
        },
        abs=5e-7,
    )
    assert berry_mielke_iov(EXTREMES) == [1]
    assert (blair_lacy_l(EXTREMES), kvalseth(EXTREMES)) == ([0], [1])


def test_an_odd_panel_as_divided_as_it_can_be_has_an_ordinal_variation_of_one() -> None:
    assert berry_mielke_iov(of_counts(3, 0, 0, 4)) == [1]


def test_all_equal_is_full_agreement_and_has_no_bimodality() -> None:
    equal = Tally.from_counts(NINE, np.eye(9, dtype=np.int64) * 5)
    ones = (cns, agreement_a, rwg, awg, pairwise_agreement, mode_share, blair_lacy_l, blair_lacy_l2)
    zeros = (polarisation, leik, entropy, esteban_ray, berry_mielke_iov, kvalseth)
    assert all((measure(equal) == 1).all() for measure in ones)
    assert all((measure(equal) == 0).all() for measure in zeros)
    assert np.isnan(bimodality(equal)).all()
    assert describe_agreement(equal).reasons == ({"bimodality": ALL_EQUAL},) * 9


def test_nobody_is_nan_throughout_and_never_a_consensus() -> None:
    nobody = Tally.from_counts(NINE, [0] * 9, unable=4)
    assert all(np.isnan(measure(nobody)).all() for measure in MEASURES)
    found = describe_agreement(nobody)
    assert set(found.reasons[0].values()) == {NOBODY_RATED}
    assert set(found.reasons[0]) == set(found.columns()) - {"reasons"}


def test_one_rating_has_no_pairs_and_no_shape() -> None:
    one = tally_of([4])
    assert [float(measure(one)[0]) for measure in (cns, agreement_a, leik, entropy)] == [1, 1, 0, 0]
    assert all(np.isnan(m(one)).all() for m in (rwg, awg, pairwise_agreement, bimodality, berry_mielke_iov))
    reasons = describe_agreement(one).reasons[0]
    assert reasons == {
        "rwg": ONLY_ONE_RATED,
        "awg": ONLY_ONE_RATED,
        "pairwise_agreement": ONLY_ONE_RATED,
        "bimodality": TOO_FEW_FOR_MOMENTS,
    }


def test_the_mean_has_to_leave_room_for_one_rating_at_the_other_end() -> None:
    """Ten ratings on 1-5: (5 - 1) / 10 from an end, so a sum of 14 is just far enough, and 13 is not."""
    just, short = of_counts(6, 4, 0, 0, 0), of_counts(7, 3, 0, 0, 0)
    m = 1.4
    largest = ((5 + 1) * m - m**2 - 5 * 1) * 10 / 9
    assert awg(just) == pytest.approx([1 - 2 * np.var([1] * 6 + [2] * 4, ddof=1) / largest])
    assert np.isnan(awg(short)).all()
    assert np.isnan(awg(turned_round(short))).all()
    assert describe_agreement(short).reasons == ({"awg": MEAN_NEAR_AN_END},)


def test_two_categories_hold_no_two_camps_and_a_gap() -> None:
    two = of_counts(5, 7)
    assert np.isnan([agreement_a(two), polarisation(two)]).all()
    assert describe_agreement(two).reasons[0]["agreement_a"] == TOO_FEW_CATEGORIES


def test_three_ratings_are_too_few_for_moments() -> None:
    assert np.isnan(bimodality(tally_of([1, 2, 9]))).all()
    assert not np.isnan(bimodality(tally_of([1, 2, 9, 9]))).any()


def test_the_scale_offered_counts_and_not_the_categories_used() -> None:
    narrow, wide = of_counts(5, 0, 5), Tally.from_counts(Scale(1, 5), [5, 0, 5, 0, 0])
    assert (leik(narrow), leik(wide)) == ([1], [0.5])
    assert cns(wide) == pytest.approx([1 + math.log2(1 - 1 / 4)])
    assert agreement_a(wide) > agreement_a(narrow)


def test_a_visual_analogue_scale_has_an_agreement_too() -> None:
    counts = np.zeros((3, 101), dtype=np.int64)
    counts[0, [0, 100]], counts[1], counts[2, 50] = 50, 3, 7
    assert agreement_a(Tally.from_counts(Scale(0, 100), counts)) == pytest.approx([-1, 0, 1])


def test_no_items_have_no_measures() -> None:
    empty = Tally.from_counts(NINE, [])
    assert all(measure(empty).shape == (0,) for measure in MEASURES)
    assert describe_agreement(empty).reasons == ()


def test_millions_of_raters_do_not_overflow() -> None:
    many = Tally.from_counts(NINE, np.array([5, 1, 1, 1, 1, 1, 1, 1, 5]) * 10**7)
    few = Tally.from_counts(NINE, np.array([5, 1, 1, 1, 1, 1, 1, 1, 5]) * 10**3)
    for measure in MEASURES:
        assert measure(many) == pytest.approx(measure(few), rel=1e-3)


def test_one_thousand_items_by_a_loop_and_by_scipy() -> None:
    for scale in (Scale(1, 3), NINE, Scale(0, 10), Scale(-3, 3)):
        generator = np.random.default_rng(scale.size)
        counts = generator.integers(0, generator.integers(1, 9, (250, 1)), (250, scale.size))
        tally = Tally.from_counts(scale, counts * (generator.random(counts.shape) < 0.7))
        found = {measure: measure(tally) for measure in MEASURES}
        for item in np.flatnonzero(tally.rated > 0).tolist():
            for measure, expected in naive(ratings_of(tally, item), scale).items():
                assert found[measure][item] == pytest.approx(expected, abs=1e-9, nan_ok=True)


@given(tally=...)
def test_turning_the_scale_round_changes_nothing(tally: Tally) -> None:
    for measure in MEASURES:
        np.testing.assert_allclose(measure(turned_round(tally)), measure(tally), atol=1e-12)


@given(tally=..., times=st.integers(2, 5))
def test_doubling_every_answer_leaves_what_depends_on_shares(tally: Tally, times: int) -> None:
    several = Tally(tally.scale, tally.counts * times, tally.unable, tally.blank)
    for measure in (cns, agreement_a, leik, entropy, esteban_ray, mode_share, blair_lacy_l2):
        np.testing.assert_allclose(measure(several), measure(tally), atol=1e-12)


@given(tally=...)
def test_measures_stay_within_their_bounds_and_nan_has_its_reason(tally: Tally) -> None:
    found = describe_agreement(tally).columns()
    bounds = {"agreement_a": (-1, 1), "awg": (-1, 1), "cns": (0, 1), "leik": (0, 1), "polarisation": (0, 1)}
    for name, (least, most) in bounds.items():
        values = np.array(found[name])
        inside = (values >= least - 1e-12) & (values <= most + 1e-12)
        assert (inside | np.isnan(values)).all()
    for item, told in enumerate(found.pop("reasons")):
        assert set(told) == {name for name, values in found.items() if math.isnan(values[item])}


def test_the_result_prints_as_a_table_and_gives_a_frame() -> None:
    found = describe_agreement(V)
    assert str(found).splitlines()[0].split()[:3] == ["cns", "agreement_a", "polarisation"]
    assert found.frame()["leik"].tolist() == found.leik.tolist()


def test_the_coefficient_of_variation_depends_on_the_zero_of_the_scale() -> None:
    five = of_counts(0, 0, 1, 3, 1)
    assert cv(five) == pytest.approx([math.sqrt(0.5) / 4])
    assert cv(five, from_lowest=True) == pytest.approx([math.sqrt(0.5) / 3])


def test_a_mean_of_nothing_has_no_coefficient_of_variation() -> None:
    around_zero = Tally.from_counts(Scale(-2, 2), [[3, 0, 0, 0, 3], [5, 0, 0, 0, 1], [0, 0, 0, 0, 4]])
    assert np.isnan(cv(around_zero)).tolist() == [True, True, False]
    assert np.isnan(cv(of_counts(6, 0, 0), from_lowest=True)).all()
    assert np.isnan(cv(tally_of([4]))).all()
    assert np.isnan(cv(Tally.from_counts(NINE, [0] * 9))).all()


@given(tallies(NINE))
def test_scipy_finds_the_same_coefficient_of_variation(tally: Tally) -> None:
    found = cv(tally)
    for item in np.flatnonzero(tally.rated > 1).tolist():
        assert found[item] == pytest.approx(stats.variation(ratings_of(tally, item), ddof=1), abs=1e-12)


def naive(ratings: list[int], scale: Scale) -> dict[Measure, float]:
    """Each measure by its definition, from the ratings one by one; those of scipy where it has them."""
    x, n, size = np.array(ratings, dtype=float), len(ratings), scale.size
    p = [ratings.count(category) / n for category in scale.categories]
    cumulative = [sum(p[: k + 1]) for k in range(size - 1)]
    l2 = sum((f - 0.5) ** 2 for f in cumulative) / ((size - 1) / 4)
    a = naive_a([ratings.count(category) for category in scale.categories])
    places = range(size)
    pairs = list(combinations(ratings, 2))
    apart = sum(abs(one - two) for one, two in pairs)
    farthest = (n**2 if n % 2 == 0 else n**2 - 1) * (size - 1) / 4
    return {
        cns: 1 + float(np.log2(1 - np.abs(x - x.mean()) / (size - 1)).mean()),
        leik: 2 * sum(min(f, 1 - f) for f in cumulative) / (size - 1),
        entropy: float(stats.entropy(p, base=2)),
        mode_share: max(p),
        blair_lacy_l2: l2,
        blair_lacy_l: math.sqrt(l2),
        kvalseth: 1 - math.sqrt(l2),
        esteban_ray: sum(p[i] ** 2 * p[j] * abs(i - j) for i in places for j in places),
        pairwise_agreement: sum(one == two for one, two in pairs) / len(pairs) if pairs else math.nan,
        berry_mielke_iov: apart / farthest if n > 1 else math.nan,
        rwg: 1 - x.var(ddof=1) / ((size**2 - 1) / 12) if n > 1 else math.nan,
        awg: naive_awg(ratings, scale),
        bimodality: naive_bimodality(x),
        agreement_a: a,
        polarisation: (1 - a) / 2,
    }


def naive_bimodality(x: FloatArray) -> float:
    n = len(x)
    if n < 4 or (x == x[0]).all():
        return math.nan
    skewness, kurtosis = stats.skew(x, bias=False), stats.kurtosis(x, bias=False)
    return float((skewness**2 + 1) / (kurtosis + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))))


def naive_awg(ratings: list[int], scale: Scale) -> float:
    n, low, high, total = len(ratings), scale.low, scale.high, sum(ratings)
    if n < 2:
        return math.nan
    if len(set(ratings)) == 1:
        return 1.0
    if not n * low + high - low <= total <= n * high - high + low:
        return math.nan
    mean = total / n
    largest = ((high + low) * mean - mean**2 - high * low) * n / (n - 1)
    return 1 - 2 * float(np.var(ratings, ddof=1)) / largest


def naive_a(counts: list[int]) -> float:
    """Layer by layer, and triple by triple, as van der Eijk describes it."""
    n, size, total = sum(counts), len(counts), 0.0
    while any(counts):
        pattern = [int(count > 0) for count in counts]
        height = min(count for count in counts if count)
        total += height * sum(pattern) / n * naive_layer(pattern, size)
        counts = [count - height * held for count, held in zip(counts, pattern, strict=True)]
    return total


def naive_layer(pattern: list[int], size: int) -> float:
    triples = list(combinations(pattern, 3))
    unimodal, gap = triples.count((1, 1, 0)) + triples.count((0, 1, 1)), triples.count((1, 0, 1))
    u = ((size - 2) * unimodal - (size - 1) * gap) / ((size - 2) * (unimodal + gap)) if unimodal + gap else 1
    return u * (1 - (sum(pattern) - 1) / (size - 1))
