"""P-values adjusted for their number."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from analysis.multiplicity import benjamini_hochberg, bonferroni, holm
from analysis.tallies import FloatArray

Adjust = Callable[[object], FloatArray]

# Benjamini and Hochberg 1995, section 3.2, doi:10.1111/j.2517-6161.1995.tb02031.x.
FIFTEEN = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719]
FIFTEEN += [0.6528, 0.759, 1]
METHODS = {"fdr_bh": benjamini_hochberg, "holm": holm, "bonferroni": bonferroni}


def test_the_fifteen_of_benjamini_and_hochberg() -> None:
    adjusted = benjamini_hochberg(FIFTEEN)
    assert adjusted[:5] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625, 0.0603], abs=1e-12)
    rejected = [int((adjust(FIFTEEN) <= 0.05).sum()) for adjust in (benjamini_hochberg, holm, bonferroni)]
    assert rejected == [4, 3, 3]


@pytest.mark.parametrize("name", METHODS)
def test_statsmodels_finds_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """1,000 families, some of equal p, with values missing."""
    monkeypatch.setattr("gc.collect", lambda: 0)  # statsmodels collects garbage at each Holm
    rng = np.random.default_rng(61)
    for _ in range(1000):
        p = rng.random(rng.integers(1, 40)) ** rng.integers(1, 5)
        p = np.round(p, 2) if rng.random() < 0.3 else p
        p[rng.random(p.size) < 0.1] = np.nan
        found, there = METHODS[name](p), ~np.isnan(p)
        assert (np.isnan(found) == ~there).all()
        if there.any():
            assert found[there] == pytest.approx(multipletests(p[there], method=name)[1], abs=1e-9)


@given(st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=12), st.randoms(use_true_random=False))
def test_neither_order_nor_method_breaks_the_ranks(p: list[float], random: object) -> None:
    """An adjusted p is never below its own, Holm's never below Benjamini and Hochberg's."""
    shuffled = list(range(len(p)))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for adjust in METHODS.values():
        found = adjust(p)
        np.testing.assert_array_equal(adjust([p[place] for place in shuffled]), found[shuffled])
        there = ~np.isnan(found)
        assert (np.array(p)[there] <= found[there]).all()
        assert (found[there] <= 1).all()
    there = ~np.isnan(benjamini_hochberg(p))
    assert (benjamini_hochberg(p)[there] <= holm(p)[there] + 1e-15).all()
    assert (holm(p)[there] <= bonferroni(p)[there] + 1e-15).all()


def test_a_missing_p_is_no_test() -> None:
    assert holm([0.02, np.nan, np.nan]).tolist() == pytest.approx([0.02, np.nan, np.nan], nan_ok=True)
    for adjust in METHODS.values():
        assert adjust([]).shape == (0,)
        assert np.isnan(adjust([np.nan])).all()


@pytest.mark.parametrize("adjust", METHODS.values())
def test_what_is_no_p_value_is_named(adjust: Adjust) -> None:
    with pytest.raises(ValueError, match=r"at position 1 stands 1\.5"):
        adjust([0.5, 1.5])
    with pytest.raises(ValueError, match=r"at position 0 stands -0\.1"):
        adjust([-0.1])
    with pytest.raises(ValueError, match="not of the shape"):
        adjust([[0.5]])
