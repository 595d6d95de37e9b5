"""Krippendorff's alpha, Fleiss's kappa, Gwet's and Brennan and Prediger's coefficients, and their errors."""

import math
from fractions import Fraction

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from scipy import stats
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss

from analysis.chance_agreement import agreement_weights
from analysis.reliability import (
    ALL_THE_SAME,
    NEGATIVE_CATEGORIES,
    NOBODY_RATED_WITH_ANOTHER,
    ONE_ITEM,
    Agreement,
    agreement_over_items,
    brennan_prediger,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
)
from analysis.scales import Scale
from analysis.tallies import FloatArray, IntArray, Tally
from tests.analysis.examples import NINE, turned_round

METRICS = ("nominal", "ordinal", "interval", "ratio")
WEIGHTS = ("identity", "linear", "quadratic", "ordinal")

# Krippendorff's "C data", which are Gwet's raw4raters: twelve items, four raters, "." not rated.
RAW = """1 1 . 1/2 2 3 2/3 3 3 3/3 3 3 3/2 2 2 2/1 2 3 4/4 4 4 4/1 1 2 1/2 2 2 2/. 5 5 5/. . 1 1/. . 3 ."""
FOUR_RATERS = Tally.from_counts(
    Scale(1, 5), [[row.split().count(str(k)) for k in range(1, 6)] for row in RAW.split("/")]
)
# Fleiss 1971: thirty patients, six psychiatrists, five diagnoses.
DIAGNOSES = """00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"""
FLEISS = Tally.from_counts(Scale(1, 5), [[int(count) for count in row] for row in DIAGNOSES.split()])
FIFTEEN = Tally.from_counts(Scale(1, 5), FLEISS.counts[:15])
# The worked example of the encyclopaedia's article: ten items, fourteen raters.
ARTICLE = """0 0 0 0 14/0 2 6 4 2/0 0 3 5 6/0 3 9 2 0/2 2 8 1 1/7 7 0 0 0/3 2 6 3 0/2 5 3 2 2/6 5 2 1 0/
0 2 2 3 7"""
TEN = Tally.from_counts(Scale(1, 5), [[int(c) for c in row.split()] for row in ARTICLE.split("/")])


@pytest.mark.parametrize(
    ("metric", "value", "printed"),
    [
        ("nominal", 0.743421052631579, 0.743),
        ("ordinal", 0.8153875037548814, 0.815),
        ("interval", 0.8491071428571428, 0.849),
        ("ratio", 0.7974027747, 0.797),
    ],
)
def test_the_c_data_of_krippendorff(metric: str, value: float, printed: float) -> None:
    """By the Python package krippendorff and irr for R; printed by Krippendorff."""
    found = krippendorff_alpha(FOUR_RATERS, metric)
    assert found.coefficient == pytest.approx(value, abs=5e-11)
    assert found.coefficient == pytest.approx(printed, abs=5e-4)
    assert found.items == 11


@pytest.mark.parametrize(
    ("weights", "value", "error"),
    [
        ("identity", 0.775444068127, 0.142949950641),
        ("quadratic", 0.914000723552, 0.103962244645),
        ("ordinal", 0.898939769908, 0.106903523815),
        ("linear", 0.858739136433, 0.117329021881),
    ],
)
def test_gwet_of_four_raters(weights: str, value: float, error: float) -> None:
    """By irrCAC in Python and R; AC1 printed .77544 in Gwet 2014."""
    found = gwet_ac(FOUR_RATERS, weights)
    assert (found.coefficient, found.standard_error) == pytest.approx((value, error), abs=1e-11)


@pytest.mark.parametrize(
    ("weights", "value", "error"),
    [
        ("identity", 0.761169275422, 0.153019203469),
        ("quadratic", 0.864935064935, 0.146033610757),
        ("ordinal", 0.850206189397, 0.147035693874),
        ("linear", 0.817944767097, 0.148504355499),
    ],
)
def test_fleiss_of_four_raters(weights: str, value: float, error: float) -> None:
    """By irrCAC; printed .76117 in Gwet 2014."""
    found = fleiss_kappa(FOUR_RATERS, weights)
    assert (found.coefficient, found.standard_error) == pytest.approx((value, error), abs=1e-11)


@pytest.mark.parametrize(
    ("weights", "value"),
    [
        ("identity", 0.772727272727),
        ("quadratic", 0.901515151515),
        ("ordinal", 0.886363636364),
        ("linear", 0.848484848485),
    ],
)
def test_brennan_and_prediger_of_four_raters(weights: str, value: float) -> None:
    """By irrCAC."""
    assert brennan_prediger(FOUR_RATERS, weights).coefficient == pytest.approx(value, abs=1e-11)


def test_the_intervals_that_irrcac_prints() -> None:
    """The README of irrCAC for R: .461 to 1, .424 to 1, .454 to 1 with error .14472, and .419 to 1."""
    found = agreement_over_items(FOUR_RATERS)
    lower = [found.of(kind, "identity").lower for kind in ("gwet_ac", "fleiss_kappa", "brennan_prediger")]
    assert lower == pytest.approx([0.461, 0.424, 0.454], abs=5e-4)
    assert found.of("brennan_prediger", "identity").standard_error == pytest.approx(0.14472, abs=5e-6)
    alpha = found.of("krippendorff_alpha", "nominal")
    assert (alpha.lower, alpha.upper) == (pytest.approx(0.419, abs=5e-4), 1)


def test_the_errors_of_alpha_that_irrcac_prints() -> None:
    """Printed .14557, .129 and .140: it takes p_a in one place for p_a', which ours does not."""
    errors = [krippendorff_alpha(FOUR_RATERS, m).standard_error for m in ("nominal", "interval", "ratio")]
    assert errors == [pytest.approx(0.14557, abs=1e-4), *(pytest.approx(e, abs=5e-4) for e in (0.129, 0.14))]


def test_the_fifteen_subjects_of_irrcac() -> None:
    """distrib.6raters in the README of irrCAC for R."""
    found = agreement_over_items(FIFTEEN)
    ac1, fleiss, bp = (found.of(kind, "identity") for kind in ("gwet_ac", "fleiss_kappa", "brennan_prediger"))
    assert (ac1.coefficient, ac1.standard_error) == pytest.approx((0.444800733, 0.08418757), abs=5e-9)
    assert (fleiss.coefficient, fleiss.standard_error) == pytest.approx((0.413926499, 0.08119291), abs=5e-9)
    assert (bp.coefficient, bp.standard_error) == pytest.approx((0.4388889, 0.08312142), abs=5e-8)
    assert (ac1.observed, ac1.expected) == pytest.approx((0.5511111, 0.1914815), abs=5e-8)
    assert (ac1.lower, ac1.upper) == pytest.approx((0.264, 0.625), abs=5e-4)
    assert found.of("krippendorff_alpha", "nominal").coefficient == pytest.approx(0.420438427, abs=5e-10)
    assert found.of("gwet_ac", "quadratic").coefficient == pytest.approx(0.483743842, abs=5e-10)


def test_the_diagnoses_of_fleiss_1971() -> None:
    """By irr for R, printed .430."""
    assert fleiss_kappa(FLEISS).coefficient == pytest.approx(0.4302445200, abs=1e-10)


def test_the_example_of_the_encyclopaedia() -> None:
    """Printed .210."""
    assert fleiss_kappa(TEN).coefficient == pytest.approx(0.20993070442195522, abs=1e-12)
    assert fleiss_kappa(TEN).coefficient == pytest.approx(statsmodels_fleiss(TEN.counts), abs=1e-12)


def test_one_thousand_alphas_by_the_library_with_missing_ratings() -> None:
    for size in (2, 3, 5, 9):
        for counts in panels(size, 250):
            if (counts.sum(axis=1) > 1).sum() == 0 or unanimous(counts[counts.sum(axis=1) > 1]):
                continue
            found = agreement_over_items(Tally.from_counts(Scale(1, size), counts))
            for metric in METRICS:
                expected = krippendorff.alpha(
                    value_counts=counts,
                    value_domain=np.arange(1, size + 1, dtype=float),
                    level_of_measurement=metric,
                )
                assert found.of("krippendorff_alpha", metric).coefficient == pytest.approx(expected, abs=1e-9)


def test_one_thousand_fleiss_by_statsmodels() -> None:
    generator = np.random.default_rng(7)
    for _ in range(1000):
        size, raters, items = generator.integers(2, [10, 20, 20])
        counts = generator.multinomial(raters, generator.dirichlet(np.ones(size)), size=items)
        if not unanimous(counts):
            found = fleiss_kappa(Tally.from_counts(Scale(1, int(size)), counts))
            assert found.coefficient == pytest.approx(statsmodels_fleiss(counts), abs=1e-9)


def test_one_thousand_coefficients_and_errors_by_loops() -> None:
    """Gwet 2014, chapters 5 and 6, item by item and category by category, ratings missing."""
    for size in (2, 3, 5, 9):
        weights = agreement_weights(size)
        for counts in panels(size, 250):
            found = agreement_over_items(Tally.from_counts(Scale(1, size), counts))
            if (counts.sum(axis=1) > 1).any() and not unanimous(counts):
                for row, name in enumerate(WEIGHTS):
                    for kind, expected in naive_kappas(counts, weights[row]).items():
                        one = found.of(kind, name)
                        assert [one.coefficient, one.observed, one.expected, one.standard_error] == (
                            pytest.approx(expected, abs=1e-9, nan_ok=True)
                        )


def test_weights_by_their_definition() -> None:
    identity, linear, quadratic, ordinal = agreement_weights(5)
    for k in range(5):
        for other in range(5):
            d = abs(k - other)
            assert identity[k, other] == (d == 0)
            assert linear[k, other] == pytest.approx(1 - d / 4)
            assert quadratic[k, other] == pytest.approx(1 - d**2 / 16)
            assert ordinal[k, other] == pytest.approx(1 - math.comb(d + 1, 2) / math.comb(5, 2))


@pytest.mark.parametrize("metric", METRICS)
def test_the_error_of_alpha_is_that_of_its_derivatives(metric: str) -> None:
    """Each item's weight moved a little up and down, the correction for few ratings held."""
    for tally in (FOUR_RATERS, FIFTEEN, TEN):
        counts = tally.counts[tally.rated > 1].astype(float)
        n, step = len(counts), 1e-5
        ends = step * np.array([np.eye(n), -np.eye(n)]) + 1
        up, down = ([weighted_alpha(counts, w, metric) for w in weights] for weights in ends)
        moves = n * (np.array(up) - np.array(down)) / (2 * step)
        expected = math.sqrt((moves**2).sum() / (n * (n - 1)))
        assert krippendorff_alpha(tally, metric).standard_error == pytest.approx(expected, rel=1e-6)


def test_the_interval_takes_students_t_over_items() -> None:
    found = fleiss_kappa(TEN, level=0.9)
    reach = stats.t.ppf(0.95, 9) * found.standard_error
    assert (found.lower, found.upper) == pytest.approx((found.coefficient - reach, found.coefficient + reach))


def test_the_scale_offered_counts_and_not_the_categories_used() -> None:
    used = Tally.from_counts(Scale(1, 3), [[4, 1, 0], [0, 3, 2], [1, 4, 0]])
    offered = Tally.from_counts(Scale(1, 5), np.pad(used.counts, ((0, 0), (0, 2))))
    assert gwet_ac(offered).coefficient > gwet_ac(used).coefficient
    assert brennan_prediger(offered).expected == pytest.approx(1 / 5)
    assert fleiss_kappa(offered).coefficient == pytest.approx(fleiss_kappa(used).coefficient)


def test_everyone_the_same_is_full_agreement_or_undefined_and_never_nought() -> None:
    found = agreement_over_items(Tally.from_counts(NINE, [[0] * 8 + [5]] * 4))
    for weights in WEIGHTS:
        for kind in ("gwet_ac", "brennan_prediger"):
            one = found.of(kind, weights)
            assert (one.coefficient, one.standard_error, one.reason) == (1, 0, None)
        fleiss = found.of("fleiss_kappa", weights)
        assert np.isnan([fleiss.coefficient, fleiss.standard_error, fleiss.lower]).all()
        assert fleiss.reason == ALL_THE_SAME
    assert {found.of("krippendorff_alpha", metric).reason for metric in METRICS} == {ALL_THE_SAME}


def test_each_item_unanimous_on_its_own_category_is_one() -> None:
    found = agreement_over_items(Tally.from_counts(Scale(1, 3), [[5, 0, 0], [0, 4, 0], [0, 0, 5]]))
    assert found.coefficient == pytest.approx(np.ones(16))
    assert found.standard_error == pytest.approx(np.zeros(16))
    assert found.reasons == (None,) * 16


def test_high_agreement_with_little_variation_between_items_is_low_for_kappa_and_high_for_ac1() -> None:
    paradox = Tally.from_counts(Scale(1, 2), [[1, 9]] * 10)
    assert fleiss_kappa(paradox).observed == pytest.approx(0.8)
    assert fleiss_kappa(paradox).coefficient < 0
    assert gwet_ac(paradox).coefficient > 0.7


def test_single_ratings_agree_with_nobody() -> None:
    for counts in ([[0] * 9], [[1] + [0] * 8, [0] * 8 + [1]], []):
        found = agreement_over_items(Tally.from_counts(NINE, counts))
        assert np.isnan([found.coefficient, found.standard_error, found.lower, found.upper]).all()
        assert set(found.reasons) == {NOBODY_RATED_WITH_ANOTHER}


def test_one_item_has_a_coefficient_and_no_error() -> None:
    found = agreement_over_items(Tally.from_counts(Scale(1, 3), [[2, 1, 1]]))
    assert not np.isnan(found.coefficient).any()
    assert np.isnan([found.standard_error, found.lower, found.upper]).all()
    assert set(found.reasons) == {ONE_ITEM}


def test_a_ratio_needs_a_scale_from_nought_up() -> None:
    around_zero = Tally.from_counts(Scale(-2, 2), FOUR_RATERS.counts)
    ratio = krippendorff_alpha(around_zero, "ratio")
    assert math.isnan(ratio.coefficient)
    assert ratio.reason == NEGATIVE_CATEGORIES
    assert krippendorff_alpha(around_zero, "interval").coefficient == pytest.approx(0.8491071428571428)
    from_zero = krippendorff_alpha(Tally.from_counts(Scale(0, 4), FOUR_RATERS.counts), "ratio")
    assert not math.isnan(from_zero.coefficient)


def test_names_that_are_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="nominal, ordinal, interval, ratio"):
        krippendorff_alpha(TEN, "cardinal")
    with pytest.raises(ValueError, match="identity, linear, quadratic, ordinal"):
        gwet_ac(TEN, "squared")
    with pytest.raises(ValueError, match="krippendorff_alpha, gwet_ac"):
        agreement_over_items(TEN).of("cohen", "identity")


@pytest.mark.parametrize("level", [0, 1, 95, math.nan])
def test_a_level_lies_between_nought_and_one(level: float) -> None:
    with pytest.raises(ValueError, match="level of an interval"):
        agreement_over_items(TEN, level)


def test_the_table_has_a_row_for_each_and_prints() -> None:
    found = agreement_over_items(TEN)
    assert len(found.frame()) == 16
    assert str(found).splitlines()[0].split()[:3] == ["measure", "weights", "coefficient"]
    assert isinstance(found.of("gwet_ac", "linear"), Agreement)


@given(tally=...)
def test_the_order_of_items_and_the_direction_of_the_scale_make_no_difference(tally: Tally) -> None:
    found = agreement_over_items(tally)
    turned = agreement_over_items(turned_round(tally))
    reordered = agreement_over_items(
        Tally.from_counts(tally.scale, tally.counts[::-1].reshape(-1, tally.scale.size))
    )
    ratio = np.array([weights == "ratio" for weights in found.weights])
    for name in ("coefficient", "standard_error", "lower", "upper"):
        ours = getattr(found, name)
        np.testing.assert_allclose(getattr(reordered, name), ours, atol=1e-9)
        np.testing.assert_allclose(getattr(turned, name)[~ratio], ours[~ratio], atol=1e-9)


@given(tally=...)
def test_a_figure_is_nan_only_with_a_reason(tally: Tally) -> None:
    found = agreement_over_items(tally)
    for row, reason in enumerate(found.reasons):
        assert (reason is None) == (not math.isnan(found.standard_error[row]))
        assert found.coefficient[row] <= 1 + 1e-12 or math.isnan(found.coefficient[row])


def panels(size: int, number: int) -> list[IntArray]:
    """Counts of 1 to 12 items with 0 to 8 ratings each, some of them much alike."""
    generator = np.random.default_rng(size)
    found = []
    for _ in range(number):
        items = int(generator.integers(1, 13))
        shares = generator.dirichlet(np.full(size, 0.4), size=items)
        found.append(np.array([generator.multinomial(generator.integers(0, 9), p) for p in shares]))
    return found


def unanimous(counts: IntArray) -> bool:
    return int(counts.any(axis=0).sum()) == 1


def naive_kappas(counts: IntArray, weights: FloatArray) -> dict[str, list[float]]:
    rows = [row for row in counts.tolist() if sum(row) > 0]
    n, size = len(rows), len(weights)
    pi = [sum(Fraction(row[k], sum(row)) for row in rows) / n for k in range(size)]
    own = [agreement_of(row, weights) for row in rows]
    paired = [a for a in own if a is not None]
    pa = sum(paired) / len(paired)
    total = weights.sum()
    every = [(k, other) for k in range(size) for other in range(size)]
    expected = {
        "gwet_ac": total * float(sum(p * (1 - p) for p in pi)) / (size * (size - 1)),
        "fleiss_kappa": sum(weights[k, other] * float(pi[k] * pi[other]) for k, other in every),
        "brennan_prediger": total / size**2,
    }
    found = {}
    for kind, pe in expected.items():
        coefficient, moves = (pa - pe) / (1 - pe), []
        for row, a in zip(rows, own, strict=True):
            share = [count / sum(row) for count in row]
            own_pe = {
                "gwet_ac": total
                / (size * (size - 1))
                * sum(s * float(1 - p) for s, p in zip(share, pi, strict=True)),
                "fleiss_kappa": sum(share[k] * weights[k, other] * float(pi[other]) for k, other in every),
                "brennan_prediger": pe,
            }[kind]
            of_item = n / len(paired) * (a - pe) / (1 - pe) if a is not None else 0
            moves.append(of_item - 2 * (1 - coefficient) * (own_pe - pe) / (1 - pe))
        squares = sum((move - coefficient) ** 2 for move in moves)
        error = math.sqrt(squares / (n * (n - 1))) if n > 1 else math.nan
        found[kind] = [coefficient, pa, pe, error]
    return found


def agreement_of(row: list[int], weights: FloatArray) -> float | None:
    """The mean weight of all pairs of raters of an item."""
    chosen = [k for k, count in enumerate(row) for _ in range(count)]
    r = len(chosen)
    if r < 2:
        return None
    pairs = [weights[chosen[i], chosen[j]] for i in range(r) for j in range(r) if i != j]
    return float(sum(pairs) / len(pairs))


def weighted_alpha(counts: FloatArray, item_weights: FloatArray, metric: str) -> float:
    """Alpha, but for the factor (N - 1) / N, of items that count by weights."""
    ratings, size = counts.sum(axis=1), counts.shape[1]
    margin = (item_weights[:, np.newaxis] * counts).sum(axis=0)
    observed = sum(
        weight * (np.outer(row, row) - np.diag(row)) / (r - 1)
        for weight, row, r in zip(item_weights, counts, ratings, strict=True)
    )
    d = np.array([[distance(metric, k, other, margin) for other in range(size)] for k in range(size)])
    expected = np.outer(margin, margin) / margin.sum()
    return 1 - float((observed * d).sum() / (expected * d).sum())


def distance(metric: str, k: int, other: int, margin: FloatArray) -> float:
    low, high = min(k, other), max(k, other)
    if metric == "ordinal":
        return float(margin[low : high + 1].sum() - (margin[low] + margin[high]) / 2) ** 2
    if metric == "ratio":
        return ((k - other) / (k + other + 2)) ** 2
    return float(k != other) if metric == "nominal" else float(k - other) ** 2
