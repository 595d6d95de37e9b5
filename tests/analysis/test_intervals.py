"""Intervals of a share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.intervals import clopper_pearson, jeffreys, wilson

ALL = (wilson, clopper_pearson, jeffreys)


def test_fourteen_of_twenty() -> None:
    """Worked values of the three intervals of 70 %."""
    assert wilson(14, 20) == pytest.approx((0.481027, 0.854523), abs=5e-7)
    assert clopper_pearson(14, 20) == pytest.approx((0.457211, 0.881068), abs=5e-7)
    assert jeffreys(14, 20) == pytest.approx((0.482772, 0.863884), abs=5e-7)


@pytest.mark.parametrize("interval", ALL)
def test_none_and_all_reach_the_ends(interval: type) -> None:
    assert interval(0, 20)[0] == 0
    assert 0 < interval(0, 20)[1] < 0.25
    assert interval(20, 20)[1] == 1
    assert 0.75 < interval(20, 20)[0] < 1


@pytest.mark.parametrize("interval", ALL)
def test_nobody_has_no_interval(interval: type) -> None:
    assert np.isnan(interval(0, 0)).all()
    lower, _ = interval([0, 3], [0, 9])
    assert np.isnan(lower).tolist() == [True, False]


@pytest.mark.parametrize("interval", ALL)
@pytest.mark.parametrize(("successes", "n"), [(3, 2), (-1, 2), (float("nan"), 2)])
def test_more_than_all_are_refused(interval: type, successes: float, n: int) -> None:
    with pytest.raises(ValueError, match="0 <= successes <= n"):
        interval(successes, n)


@given(
    st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([0.8, 0.95]),
)
def test_scipy_finds_the_same(drawn: tuple[int, int], level: float) -> None:
    x, n = drawn
    for method, interval in (("wilson", wilson), ("exact", clopper_pearson)):
        theirs = stats.binomtest(x, n).proportion_ci(level, method=method)
        assert interval(x, n, level) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_failures_mirror_successes_and_the_share_lies_within(drawn: tuple[int, int]) -> None:
    x, n = drawn
    for interval in ALL:
        lower, upper = interval(x, n)
        assert interval(n - x, n) == pytest.approx((1 - upper, 1 - lower), abs=1e-9)
        assert lower - 1e-12 <= x / n <= upper + 1e-12
