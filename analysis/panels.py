"""All pairs of panels on all items: effects with intervals, tests adjusted over the items, equivalence.

It gathers `analysis.contrasts`, `analysis.rank_tests` and `analysis.multiplicity` into one result; what the
panels have found together is said by `consensus.finding`. Notation: P panels, I items. Only ratings enter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from analysis.contrasts import Equivalence, cliffs_delta, equivalence, mann_whitney_u
from analysis.multiplicity import benjamini_hochberg, holm
from analysis.rank_tests import Method, PermutationTest, mann_whitney, permutation_test
from analysis.results import Result
from analysis.summaries import shares
from analysis.tallies import FloatArray, IntArray, Tally, check_alike

NO_BANDS: Final = "The scale has no bands, so there is no high share."


@dataclass(frozen=True)
class PanelContrasts(Result):
    """Every pair of panels on every item, a row each, in the order of `itertools.combinations`, item by item.

    `first`, `second` and `item` are indexes from 0. `delta` has its 95 % interval; `p` is two-sided, by the
    `method` named beside it, `p_bh` and `p_holm` adjusted over the items of the pair. `share_difference` is
    the high share of the first panel less that of the second.
    """

    first: IntArray
    second: IntArray
    item: IntArray
    u: FloatArray
    delta: FloatArray
    lower: FloatArray
    upper: FloatArray
    p: FloatArray
    method: tuple[Method | None, ...]
    p_bh: FloatArray
    p_holm: FloatArray
    equivalence: tuple[Equivalence | None, ...]
    share_difference: FloatArray
    reasons: tuple[str | None, ...]

    def intervals(self, item: int) -> tuple[tuple[float, float], ...]:
        """The interval of each pair on one item, as `consensus.finding` takes them."""
        rows = self.item == item
        return tuple(zip(self.lower[rows].tolist(), self.upper[rows].tolist(), strict=True))


def compare_panels(tallies: Sequence[Tally], exact: bool = False) -> PanelContrasts:
    """All pairs of P panels on all items: effect and interval first, then p, adjusted over the items.

    p is Mann-Whitney's with continuity correction, or with `exact` that of `rank_tests.permutation_test`,
    which takes far longer. It is NaN where a panel has no rating or all ratings are equal, and then no part
    of the adjustment; the share difference where the scale has no bands. Fewer than two panels, other scales
    or items are a `ValueError`.

    Sources: those of `cliffs_delta`, `equivalence`, `rank_tests` and `multiplicity`.

    >>> from analysis.scales import Scale
    >>> a, b = [0, 0, 1, 1, 2, 3, 6, 5, 2], [2, 1, 1, 1, 1, 1, 1, 1, 1]
    >>> found = compare_panels([Tally.from_counts(Scale.thirds(1, 9), counts) for counts in (a, b)])
    >>> found.delta, found.p.round(6), found.share_difference
    (array([0.45]), array([0.047413]), array([0.35]))
    """
    if len(tallies) < 2:
        raise ValueError(f"A comparison needs at least two panels, not {len(tallies)}.")
    check_alike(list(tallies))
    pairs = np.array(list(combinations(range(len(tallies)), 2)))
    first, second = (_stacked([tallies[panel] for panel in side]) for side in pairs.T)
    effect, alike = cliffs_delta(first, second), equivalence(first, second)
    test = permutation_test(first, second) if exact else _asymptotic(first, second)
    difference, no_share = _share_difference(first, second)
    by_pair = test.p.reshape(len(pairs), tallies[0].items)
    return PanelContrasts(
        first=np.repeat(pairs[:, 0], tallies[0].items),
        second=np.repeat(pairs[:, 1], tallies[0].items),
        item=np.tile(np.arange(tallies[0].items), len(pairs)),
        u=mann_whitney_u(first, second),
        delta=effect.delta,
        lower=effect.lower,
        upper=effect.upper,
        p=test.p,
        method=test.method,
        p_bh=np.concatenate([benjamini_hochberg(of_items) for of_items in by_pair]),
        p_holm=np.concatenate([holm(of_items) for of_items in by_pair]),
        equivalence=alike.equivalence,
        share_difference=difference,
        reasons=_together(effect.reasons, test.reasons, no_share),
    )


def _stacked(tallies: Sequence[Tally]) -> Tally:
    """One tally of all their items, one after the other."""
    return Tally.from_counts(tallies[0].scale, np.concatenate([tally.counts for tally in tallies]))


def _asymptotic(first: Tally, second: Tally) -> PermutationTest:
    test = mann_whitney(first, second)
    methods = tuple(Method.ASYMPTOTIC if why is None else None for why in test.reasons)
    return PermutationTest(test.p_corrected, methods, test.reasons)


def _share_difference(first: Tally, second: Tally) -> tuple[FloatArray, tuple[str | None, ...]]:
    if first.scale.bands is None:
        return np.full(first.items, np.nan), (NO_BANDS,) * first.items
    return shares(first).high - shares(second).high, (None,) * first.items


def _together(*reasons: tuple[str | None, ...]) -> tuple[str | None, ...]:
    """All that is undefined on each row, each reason once."""
    return tuple(" ".join(dict.fromkeys(filter(None, row))) or None for row in zip(*reasons, strict=True))
