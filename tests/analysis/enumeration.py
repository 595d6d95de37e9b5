"""All panels that could be drawn, each with its multinomial chance: the truth that exact laws must equal."""

from itertools import combinations

import numpy as np
from scipy.special import gammaln, xlogy

from analysis.scales import Scale
from analysis.tallies import FloatArray, IntArray, Tally


def all_panels(n: int, size: int) -> IntArray:
    """Every division of n ratings over the categories, (P, K)."""
    bars = np.array(list(combinations(range(n + size - 1), size - 1)), dtype=np.int64).reshape(-1, size - 1)
    left = np.full((len(bars), 1), -1)
    return np.diff(np.hstack([left, bars, left + n + size]), axis=1) - 1


def every_draw(scale: Scale, counts: IntArray, drawn: int | None = None) -> tuple[Tally, FloatArray]:
    """The tally of all panels of `drawn` from the counts (K,), and the chance of each."""
    whole = int(counts.sum())
    panels = all_panels(drawn or whole, scale.size)
    logs = gammaln(panels.sum(axis=1) + 1) - gammaln(panels + 1).sum(axis=1)
    chances = np.exp(logs + xlogy(panels, counts / whole).sum(axis=1))
    return Tally.from_counts(scale, panels), chances


def some_counts(n: int, size: int, number: int, seed: int) -> IntArray:
    """Panels of n: one of one mind, one split between the ends, others at random with empty categories."""
    rng = np.random.default_rng(seed)
    drawn = [rng.multinomial(n, rng.dirichlet(np.full(size, 0.6))) for _ in range(number)]
    unanimous, split = np.zeros((2, size), dtype=np.int64)
    unanimous[-1] = n
    split[0], split[-1] = n // 2, n - n // 2
    return np.array([unanimous, split, *drawn])
