"""Several panels and one verdict: every panel, any panel, all pooled, or each with its weight.

The same answers can be in by one way and not by another, so a verdict across panels is never shown without
its way. Pooling lets the larger panel speak for the smaller; weights give each its say whatever its size. The
measures with weights are in `analysis.weighting`. Notation: I items, P panels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.appropriateness import exceeds_ipras, within
from analysis.consensus import Verdict, decided, verdicts, ways
from analysis.results import Result
from analysis.rules import Measure, RandUclaRule, Rule, ShareRule, check_fits
from analysis.summaries import HALF, QUARTILE, THREE_QUARTERS
from analysis.tallies import BoolArray, Denominator, IntArray, Tally, check_alike
from analysis.weighting import Weighed, Weights, weigh

NEEDS_A_PANEL: Final = "The rule counts people, and a weighted distribution has none."


def pooled(tallies: Sequence[Tally]) -> Tally:
    """All panels as one: the sum of their tallies. No panels, other scales or items are a `ValueError`.

    The smaller panel drowns: of a panel of 40 and one of 10, the 10 have a fifth of the say. Source: item
    30 of DELPHISTAR, which asks how groups are weighed. Niederberger M and others. PLoS One 2024;19:e0304651,
    doi:10.1371/journal.pone.0304651.

    >>> from analysis.scales import Scale
    >>> large, small = (Tally.from_counts(Scale(1, 3), counts) for counts in ([0, 0, 40], [10, 0, 0]))
    >>> pooled([large, small]).counts
    array([[10,  0, 40]])
    """
    check_alike(list(tallies))
    return reduce(add, tallies)


def weighted_verdicts(
    rule: Rule, tallies: Sequence[Tally], weights: Weights | None = None
) -> tuple[Verdict, ...]:
    """The verdict on each of I items by the weighted distribution of the panels.

    A share is sum w_g p_g, compared exactly; median, IQR and percentiles are weighted quantiles by the
    inverse distribution function, whatever definition the rule has for a single panel. Each panel of positive
    weight needs the rule's minimum of ratings: one with fewer makes the item *too few*, because the verdict
    would be that of the others. Leave a panel out by the weight 0. RAND/UCLA by the table or by the binomial
    test counts people, which a weighted distribution has not: a `ValueError`, as those of `weighted_share`,
    where the source is.

    >>> from analysis.grammar import parse_rule
    >>> from analysis.scales import Scale
    >>> large = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 1, 1, 2, 3, 6, 5, 2])
    >>> small = Tally.from_counts(Scale.thirds(1, 9), [2, 1, 1, 1, 1, 1, 1, 1, 1])
    >>> rule = parse_rule("share > 50 high")
    >>> [str(weighted_verdicts(rule, [large, small], weights)[0]) for weights in (None, [3, 1])]
    ['no consensus', 'in']
    """
    weighed = weigh(tallies, weights)
    check_fits(rule, weighed.scale)
    enough = weighed.all_have(rule.minimum_n)
    if isinstance(rule, RandUclaRule):
        return decided(*_appropriate(rule, weighed), enough)
    if isinstance(rule, ShareRule):
        return decided(
            *ways(rule, weighed.scale, lambda band: weighed.exact_share(band, rule.denominator)), enough
        )
    return decided(*ways(rule, weighed.scale, lambda measure: _points(measure, weighed)), enough)


def every_panel(by_panel: Sequence[Sequence[Verdict]]) -> tuple[Verdict, ...]:
    """The verdict (I,) that every one of P panels has given, else no consensus: the usual rule of COMET.

    Where a panel has *too few*, so has the whole: it was not every panel. No panels, or numbers of items that
    differ, are a `ValueError`.

    Source: Williamson PR and others. The COMET Handbook: version 1.0. Trials 2017;18(Suppl 3):280,
    doi:10.1186/s13063-017-1978-4.

    >>> every_panel([(Verdict.IN, Verdict.IN), (Verdict.IN, Verdict.OUT)])
    (<Verdict.IN: 'in'>, <Verdict.NO_CONSENSUS: 'no consensus'>)
    """
    into, out, too_few = _given(by_panel)
    return decided(into.all(axis=0), out.all(axis=0), ~too_few.any(axis=0))


def any_panel(by_panel: Sequence[Sequence[Verdict]]) -> tuple[Verdict, ...]:
    """The verdict (I,) that at least one of P panels has given: what is held for discussion.

    In by one and out by another is no consensus. A panel with *too few* has no voice, and where all have,
    there are too few. Errors and source as for `every_panel`.

    >>> any_panel([(Verdict.IN, Verdict.IN), (Verdict.NO_CONSENSUS, Verdict.OUT)])
    (<Verdict.IN: 'in'>, <Verdict.NO_CONSENSUS: 'no consensus'>)
    """
    into, out, too_few = _given(by_panel)
    return decided(into.any(axis=0), out.any(axis=0), ~too_few.all(axis=0))


@dataclass(frozen=True)
class Combined(Result):
    """The verdicts of I items by each way of combining P panels; as a table, a column for each panel and way.

    `by_panel` (P, I) are those of each panel alone. `equal_weight` is empty where the rule cannot be
    weighted, `weighted` also where no weights were stated, and `note` says so.
    """

    panels: tuple[str, ...]
    by_panel: tuple[tuple[Verdict, ...], ...]
    every_panel: tuple[Verdict, ...]
    any_panel: tuple[Verdict, ...]
    pooled: tuple[Verdict, ...]
    equal_weight: tuple[Verdict, ...]
    weighted: tuple[Verdict, ...]
    depends_on_way: BoolArray
    note: str | None

    def columns(self) -> dict[str, list[Any]]:
        """The columns by name: each panel's, then each way's that there is."""
        named = dict(zip(self.panels, self.by_panel, strict=True))
        named |= {way: getattr(self, way) for way in _WAYS if getattr(self, way)}
        return {name: [*map(str, found)] for name, found in named.items()} | {
            "depends_on_way": self.depends_on_way.tolist()
        }


_WAYS = ("every_panel", "any_panel", "pooled", "equal_weight", "weighted")


def combine(
    rule: Rule,
    tallies: Sequence[Tally],
    weights: Weights | None = None,
    panels: Sequence[str] | None = None,
) -> Combined:
    """The same rule by every way of combining P panels, side by side.

    The rule's minimum holds for each panel, and for the sum where they are pooled, so that two panels of
    three may be enough together. `depends_on_way` (I,) says where every panel, any panel, pooled and the
    weighted verdicts are not all the same. Errors as for `verdicts` and `weighted_share`, and names that are
    not one a panel. Sources: those of `every_panel` and `weighted_share`.

    >>> from analysis.grammar import parse_rule
    >>> from analysis.scales import Scale
    >>> large = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 1, 1, 2, 3, 6, 5, 2])
    >>> small = Tally.from_counts(Scale.thirds(1, 9), [2, 1, 1, 1, 1, 1, 1, 1, 1])
    >>> print(combine(parse_rule("share > 50 high"), [large, small], panels=["nurses", "patients"]))
    nurses      patients   every_panel  any_panel  pooled  equal_weight  depends_on_way
        in  no consensus  no consensus         in      in  no consensus            True
    """
    names = tuple(panels or (f"panel {number}" for number in range(1, len(tallies) + 1)))
    if len(set(names)) != len(tallies):
        raise ValueError(f"There are {len(tallies)} panels and {len(set(names))} different names.")
    together = pooled(tallies)
    by_panel = tuple(verdicts(rule, tally) for tally in tallies)
    note = _why_not_weighted(rule)
    ways_found = {
        "every_panel": every_panel(by_panel),
        "any_panel": any_panel(by_panel),
        "pooled": verdicts(rule, together),
        "equal_weight": () if note else weighted_verdicts(rule, tallies),
        "weighted": () if note or weights is None else weighted_verdicts(rule, tallies, weights),
    }
    several = zip(*filter(None, ways_found.values()), strict=True)
    depends = np.array([len(set(found)) > 1 for found in several], dtype=np.bool_)
    return Combined(names, by_panel, **ways_found, depends_on_way=depends, note=note)


def _given(by_panel: Sequence[Sequence[Verdict]]) -> NDArray[np.bool_]:
    """Whether each panel found each item in, found it out, and had too few for either: (3, P, I)."""
    if not by_panel:
        raise ValueError("There is no panel: give the verdicts of at least one.")
    if len({len(found) for found in by_panel}) > 1:
        raise ValueError("The panels have verdicts on different numbers of items.")
    found = np.array([[str(verdict) for verdict in panel] for panel in by_panel], dtype=np.str_)
    return np.array([found == str(each) for each in (Verdict.IN, Verdict.OUT, Verdict.TOO_FEW)])


def _why_not_weighted(rule: Rule) -> str | None:
    counts_people = isinstance(rule, RandUclaRule) and rule.disagreement in ("table", "binomial")
    return NEEDS_A_PANEL if counts_people else None


def _points(measure: Measure, weighed: Weighed) -> tuple[IntArray, int]:
    """The weighted median or IQR as a numerator (I,) and a denominator."""
    if measure == "median":
        exact = weighed.exact_quantile(HALF)
    else:
        exact = weighed.exact_quantile(THREE_QUARTERS) - weighed.exact_quantile(QUARTILE)
    return exact.numerators, exact.denominator


def _appropriate(rule: RandUclaRule, weighed: Weighed) -> tuple[BoolArray, BoolArray]:
    """Whether each item (I,) is appropriate, and inappropriate, by the weighted distribution."""
    if (why := _why_not_weighted(rule)) is not None:
        raise ValueError(f"'{rule}' cannot be weighted. {why} Write 'disagreement by ipras' or 'at 1/3'.")
    certain = ~_apart(rule, weighed)
    middle = weighed.exact_quantile(HALF)
    median = middle.numerators / middle.denominator
    return within(median, weighed.scale, "high") & certain, within(median, weighed.scale, "low") & certain


def _apart(rule: RandUclaRule, weighed: Weighed) -> BoolArray:
    if rule.disagreement == "ipras":
        lower, upper = (weighed.exact_quantile(Fraction(tenths, 10)) for tenths in (3, 7))
        return exceeds_ipras(lower, upper, weighed.scale)
    (low, among), (high, _) = (weighed.exact_share(band, Denominator.RATED) for band in ("low", "high"))
    apart: BoolArray = (3 * np.minimum(low, high) >= among).astype(np.bool_)
    return apart
