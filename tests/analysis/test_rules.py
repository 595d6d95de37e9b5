"""Rules, the text they are written in, and what is wrong with a text that is no rule."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.grammar import parse_rule
from analysis.rules import (
    Condition,
    Conditions,
    MedianIqrRule,
    Out,
    RandUclaRule,
    Rule,
    ShareRule,
    check_fits,
    out_conditions,
)
from analysis.scales import Scale
from analysis.tallies import Denominator
from tests.analysis.examples import NINE

HIGH_70, LOW_15 = Condition("high", ">=", Fraction(70)), Condition("low", "<", Fraction(15))
decimals = st.integers(0, 10**6).map(lambda millionths: Fraction(millionths, 10**4))
small = st.integers(-(10**6), 10**7).map(lambda millionths: Fraction(millionths, 10**6))


def test_the_rules_of_the_literature_are_read() -> None:
    assert parse_rule("share >= 70 high, share < 15 low") == ShareRule((HIGH_70, LOW_15))
    assert parse_rule("share > 75 high") == ShareRule((Condition("high", ">", Fraction(75)),))
    assert parse_rule("share >= 66.7 high") == ShareRule((Condition("high", ">=", Fraction(667, 10)),))
    assert parse_rule("median >= 7, iqr <= 2") == MedianIqrRule(
        (Condition("median", ">=", Fraction(7)), Condition("iqr", "<=", Fraction(2)))
    )
    assert parse_rule("rand/ucla") == RandUclaRule()
    assert parse_rule("rand/ucla, disagreement at 1/3, with discussion") == RandUclaRule(
        "1/3", discussion=True
    )
    assert parse_rule("RAND/UCLA, disagreement by IPRAS; quantiles 6") == RandUclaRule("ipras", quantiles=6)
    assert parse_rule("rand/ucla, disagreement by binomial test") == RandUclaRule("binomial")
    assert parse_rule("rand/ucla, disagreement by table") == RandUclaRule()


@pytest.mark.parametrize(
    "text",
    [
        "share>=70 high, share<15 low",
        "share >= 70 high,share < 15 low",
        "  Share ≥ 70%  HIGH and share < 15 % low ",
        "share < 15 low, share >= 70.0 high",
        "share >= 70 high,\n    share < 15 low; out: mirror",
    ],
)
def test_spacing_case_order_and_signs_do_not_matter(text: str) -> None:
    assert str(parse_rule(text)) == "share >= 70 high, share < 15 low"


def test_out_may_be_the_rules_own() -> None:
    """As in PMC10860107, table 2: out where at most half rate it high."""
    own = "share >= 70 high, share < 15 low; out: share <= 50 high"
    half = Condition("high", "<=", Fraction(50))
    assert parse_rule(own) == ShareRule((HIGH_70, LOW_15), out=(half,))
    assert parse_rule("share >= 70 high, share < 15 low", out="share <= 50 high") == parse_rule(own)
    assert parse_rule("share >= 70 high", out="none").out == ()
    assert str(parse_rule("median >= 7; out: none")) == "median >= 7; out: none"


def test_clauses_come_before_keywords() -> None:
    rule = parse_rule(
        "share > 75 high; denominator rated+unable; minimum 3", denominator="rated", minimum_n=9
    )
    assert (rule.denominator, rule.minimum_n) == (Denominator.RATED_AND_UNABLE, 3)  # type: ignore[union-attr]
    assert parse_rule("share > 75 high", denominator="rated+unable", minimum_n=3) == rule
    assert parse_rule("median >= 7, iqr <= 2", quantiles=6) == parse_rule(
        "median >= 7, iqr <= 2; quantiles 6"
    )


def test_keywords_that_a_rule_has_no_use_for_are_left() -> None:
    assert parse_rule("rand/ucla", denominator="rated+unable", quantiles=6, minimum_n=5) == RandUclaRule()
    assert parse_rule("rand/ucla", minimum_n=9) == RandUclaRule(minimum_n=9)
    by_ipras = parse_rule("rand/ucla, disagreement by ipras", quantiles=6, denominator="rated+unable")
    assert by_ipras == RandUclaRule("ipras", quantiles=6)


def test_a_rule_of_appropriateness_prints_its_reading_and_its_quantiles() -> None:
    for text in (
        "rand/ucla",
        "rand/ucla, disagreement at 1/3, with discussion",
        "rand/ucla, disagreement by ipras",
        "rand/ucla, disagreement by ipras, with discussion; quantiles 2; minimum 9",
        "rand/ucla, disagreement by binomial test; minimum 26",
    ):
        assert str(parse_rule(text)) == text


def test_mirrors() -> None:
    (low, high) = out_conditions(ShareRule((HIGH_70, LOW_15)), NINE)
    assert (str(low), str(high)) == ("share >= 70 low", "share < 15 high")
    rule = parse_rule("median > 6.5, iqr <= 2")
    assert isinstance(rule, MedianIqrRule)
    # 1 + 9 - 6.5 = 3.5, and 0 + 10 - 6.5 = 3.5
    for scale in (NINE, Scale(0, 10)):
        assert [str(part) for part in out_conditions(rule, scale)] == ["median < 3.5", "iqr <= 2"]


def test_rand_ucla_is_only_called_so_where_there_was_a_discussion() -> None:
    assert (RandUclaRule().name, RandUclaRule(discussion=True).name) == ("RAND/UCLA-style", "RAND/UCLA")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "'' is not a condition of a rule: write, for example, 'share >= 70 high'"),
        ("70 high", "'70 high' is not a condition"),
        ("share >= 70", "'share >= 70' is not a condition"),
        ("share >= 70 high, most agree", "'most agree' is not a condition"),
        ("share = 70 high", "'share = 70 high' is not a condition"),
        ("share >= 70 middle", "'share >= 70 middle' is not a condition"),
        ("share >= 70,5 high", "'share >= 70' is not a condition"),
        ("share >= 66.6666667 high", "is not a condition"),
        ("share >= 101 high", "between 0 and 100 percent, not 101"),
        ("share <= 70 high", "'share <= 70 high' points the wrong way .* '>=' or '>'"),
        ("share >= 70 high, share > 15 low", "'share > 15 low' points the wrong way .* '<' or '<='"),
        ("share < 15 low", "needs a condition on the high band, such as 'share >= 70 high'"),
        ("share >= 70 high, share >= 80 high", "two conditions on high"),
        ("share >= 70 high, median >= 7", "'median >= 7' does not go with a rule on high and low"),
        ("share >= 70 high; out: median <= 3", "'median <= 3' does not go with"),
        ("share >= 70 high; out: never", "'never' is not a condition"),
        ("iqr <= 2", "needs a condition on the median, such as 'median >= 7'"),
        ("median >= 7, iqr > 2", "'iqr > 2' points the wrong way"),
        ("median >= 7, share < 15 low", "'share < 15 low' does not go with a rule on median and iqr"),
        ("median >= 7; quantiles 10", "numbered 1 to 9, not 10"),
        ("median >= 7; quantiles seven", "'quantiles seven' needs a whole number"),
        ("median >= 7; denominator rated", "begins 'median >= 7' has no 'denominator'"),
        ("share >= 70 high; quantiles 7", "has no 'quantiles'"),
        ("share >= 70 high; minimum 0", "at least one rating, not 0"),
        ("share >= 70 high; minimum ²", "'minimum ²' needs a whole number"),
        ("share >= 70 high; denominator everybody", "'rated' or 'rated\\+unable', not 'everybody'"),
        ("share >= 70 high; minimum 3; minimum 4", "says 'minimum' twice"),
        ("share >= 70 high; please", "'please' is not a clause of a rule"),
        ("rand/ucla, thirds", "'thirds' is no option of rand/ucla"),
        ("rand/ucla-style", "'rand/ucla-style' is not a rule: write 'rand/ucla'"),
        ("rand/ucla; out: none", "out means inappropriate"),
        ("rand/ucla; denominator rated", "has no 'denominator'"),
        ("rand/ucla; quantiles 6", "begins 'rand/ucla' has no 'quantiles'"),
        ("rand/ucla, disagreement at 1/3; quantiles 7", "has no 'quantiles'"),
        ("rand/ucla, disagreement by ipras; quantiles 10", "numbered 1 to 9, not 10"),
        ("rand/ucla, disagreement by ipras; quantiles seven", "'quantiles seven' needs a whole number"),
        ("rand/ucla, disagreement by di", "'disagreement by di' is no option of rand/ucla"),
        ("rand/ucla, disagreement by ipras, disagreement at 1/3", "two readings of disagreement"),
    ],
)
def test_what_cannot_be_read_is_named_with_a_way_out(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_rule(text)


def test_a_rule_is_checked_however_it_is_made() -> None:
    with pytest.raises(ValueError, match="from 8 ratings up, not 5"):
        RandUclaRule(minimum_n=5)
    with pytest.raises(ValueError, match="by table, 1/3, ipras or binomial, not by 'half'"):
        RandUclaRule("half")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Only disagreement by ipras has quantiles"):
        RandUclaRule("1/3", quantiles=6)
    with pytest.raises(ValueError, match="up to six places"):
        Condition("high", ">=", Fraction(200, 3))
    with pytest.raises(ValueError, match="no condition 'middle >='"):
        Condition("middle", ">=", Fraction(70))  # type: ignore[arg-type]


def test_a_rule_has_to_fit_the_scale() -> None:
    for text in ("share >= 70 high", "rand/ucla"):
        with pytest.raises(ValueError, match="needs bands, and the scale 1-7 has none"):
            check_fits(parse_rule(text), Scale(1, 7))
    for text in ("median >= 10", "median >= 7; out: median <= 0"):
        with pytest.raises(ValueError, match="lies outside the scale 1-9"):
            check_fits(parse_rule(text), NINE)
    check_fits(parse_rule("median >= 7, iqr <= 20"), Scale(1, 7))


def conditions(
    measures: tuple[str, str], values: st.SearchStrategy[Fraction], signs: str
) -> st.SearchStrategy[Conditions]:
    """One or both measures; the first points up and the second down, or either way."""
    ways = {"in": ((">=", ">"), ("<=", "<")), "out": 2 * ((">=", ">", "<=", "<"),)}[signs]
    one, two = (
        st.builds(Condition, st.just(measure), st.sampled_from(way), values)
        for measure, way in zip(measures, ways, strict=True)
    )
    return st.tuples(one) | st.tuples(one, two) | st.tuples(two, one)


def ways_out(measures: tuple[str, str], values: st.SearchStrategy[Fraction]) -> st.SearchStrategy[Out]:
    return st.just("mirror") | st.just(()) | conditions(measures, values, "out")


SHARES, POINTS = ("high", "low"), ("median", "iqr")
rules = st.one_of(
    st.builds(
        ShareRule,
        conditions(SHARES, decimals, "in"),
        ways_out(SHARES, decimals),
        st.sampled_from(Denominator),
        st.integers(1, 99),
    ),
    st.builds(
        MedianIqrRule,
        conditions(POINTS, small, "in"),
        ways_out(POINTS, small),
        st.integers(1, 9),
        st.integers(1, 99),
    ),
    st.builds(RandUclaRule, st.sampled_from(["table", "1/3", "binomial"]), st.booleans(), st.integers(8, 99)),
    st.builds(RandUclaRule, st.just("ipras"), st.booleans(), st.integers(8, 99), st.integers(1, 9)),
)


@given(rules)
def test_what_a_rule_writes_reads_back_as_the_same_rule(rule: Rule) -> None:
    assert parse_rule(str(rule)) == rule
    assert parse_rule(str(rule).upper().replace(" ", "  ")) == rule
    assert hash(parse_rule(str(rule))) == hash(rule)
