"""What leavers could change: verdicts with their last ratings carried forward, at worst and at best.

All of it is arithmetic on the transition table: who rated in the earlier round alone is added to the later
one where they stood, or at an end of the scale. A table does not tell the unable from the absent, so a rule
that counts the unable has no bounds here. Notation: I items, n ratings of an item, K categories.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.consensus import Verdict, verdicts
from analysis.crossings import Transitions
from analysis.results import Result
from analysis.rules import Rule, ShareRule, check_fits
from analysis.tallies import BoolArray, Denominator, IntArray, Tally
from analysis.turning_points import joined, turning_points

_BLOCK = 64  # how many numbers of leavers are tried at a time


@dataclass(frozen=True)
class VerdictBounds(Result):
    """The verdict on each item by five readings of those who are missing, and whether all agree, `firm` (I,).

    `observed` is the later round as it is, joiners among them; `completers` those alone who rated in both;
    the others add the leavers with their last rating, all at the lowest, or all at the highest category.
    """

    observed: tuple[Verdict, ...]
    completers: tuple[Verdict, ...]
    carried_forward: tuple[Verdict, ...]
    all_lowest: tuple[Verdict, ...]
    all_highest: tuple[Verdict, ...]
    firm: BoolArray


@dataclass(frozen=True)
class TippingNumbers(Result):
    """How many `leavers` an item has (I,), and the fewest of them who would have changed its verdict.

    `at_lowest` and `at_highest` had they rated there, `tipping` the smaller; None where even all do not.
    """

    leavers: IntArray
    at_lowest: tuple[int | None, ...]
    at_highest: tuple[int | None, ...]
    tipping: tuple[int | None, ...]


def carried_forward(transitions: Transitions) -> Tally:
    """The later round with each leaver's earlier rating carried forward.

    Source: as for `verdict_bounds`; that the last rating would have stayed is an assumption and no finding.

    >>> from analysis.scales import Scale
    >>> carried_forward(Transitions(Scale(1, 2), [[[5, 1, 2], [0, 3, 1], [0, 4, 0]]])).counts
    array([[7, 9]])
    """
    return transitions.after + transitions.leavers


def with_leavers_at(transitions: Transitions, category: int) -> Tally:
    """The later round had all leavers rated an item with this category; `ValueError` off the scale.

    Source: as for `verdict_bounds`.

    >>> from analysis.scales import Scale
    >>> with_leavers_at(Transitions(Scale(1, 2), [[[5, 1, 2], [0, 3, 1], [0, 4, 0]]]), 2).counts
    array([[ 5, 11]])
    """
    if category not in transitions.scale.categories:
        raise ValueError(f"{category} is not on the scale {transitions.scale}.")
    return joined(transitions.after, category, transitions.leavers.rated)


def verdict_bounds(rule: Rule, transitions: Transitions) -> VerdictBounds:
    """The verdicts of a rule without the leavers, with their last ratings, at worst and at best.

    All lowest and all highest bound a rule on shares; by a rule on spread other ratings may change more. A
    rule that counts the unable is a `ValueError`, and so is one that does not fit the scale.

    Source: Gamble C, Hollis S. Journal of Clinical Epidemiology 2005;58:579-588,
    doi:10.1016/j.jclinepi.2004.09.013.

    >>> from analysis.consensus import parse_rule
    >>> from analysis.scales import Scale
    >>> table = Transitions.from_pairs(Scale.thirds(1, 3), [[1, 0, 0], [0, 1, 0], [0, 0, 8]]).counts.copy()
    >>> table[0, :, -1] = [1, 2, 1, 0]
    >>> found = verdict_bounds(parse_rule("share >= 70 high"), Transitions(Scale.thirds(1, 3), table))
    >>> [str(by[0]) for by in (found.observed, found.carried_forward, found.all_highest)]
    ['in', 'no consensus', 'in']
    """
    _check_rule(rule)
    scale = transitions.scale
    readings = (
        verdicts(rule, transitions.after),
        verdicts(rule, transitions.stayers_after),
        verdicts(rule, carried_forward(transitions)),
        verdicts(rule, with_leavers_at(transitions, scale.low)),
        verdicts(rule, with_leavers_at(transitions, scale.high)),
    )
    firm = np.array([len(set(of_item)) == 1 for of_item in zip(*readings, strict=True)], dtype=np.bool_)
    return VerdictBounds(*readings, firm=firm)


def tipping_numbers(rule: Rule, transitions: Transitions) -> TippingNumbers:
    """The fewest leavers whose ratings at an end of the scale would have changed an item's verdict.

    The other leavers stay missing. The number is among the turning points of the rule, of which there are as
    many whatever the panel's size. None where even all leavers change nothing, and where nobody left. Errors
    as for `verdict_bounds`.

    Source: Liublinska V, Rubin DB. Statistics in Medicine 2014;33:4170-4185, doi:10.1002/sim.6197.

    >>> from analysis.consensus import parse_rule
    >>> from analysis.scales import Scale
    >>> table = np.zeros((1, 4, 4), dtype=int)
    >>> table[0, 0, 0], table[0, 2, 2], table[0, 2, 3] = 2, 8, 5
    >>> tipping_numbers(parse_rule("share >= 70 high"), Transitions(Scale.thirds(1, 3), table)).at_lowest
    (2,)
    """
    _check_rule(rule)
    check_fits(rule, transitions.scale)
    after, leavers = transitions.after, transitions.leavers.rated
    lowest = _fewest(rule, after, leavers, transitions.scale.low)
    highest = _fewest(rule, after, leavers, transitions.scale.high)
    either = (filter(None, numbers) for numbers in zip(lowest, highest, strict=True))
    tipping = tuple(min(numbers, default=None) for numbers in either)
    return TippingNumbers(leavers, lowest, highest, tipping)


def counts_unable(rule: Rule) -> bool:
    """Whether the rule counts the unable, so that it has no bounds here."""
    return isinstance(rule, ShareRule) and rule.denominator is Denominator.RATED_AND_UNABLE


def _check_rule(rule: Rule) -> None:
    if counts_unable(rule):
        raise ValueError(
            f"The rule '{rule}' counts the unable, and a transition table does not tell who was unable."
        )


def _fewest(rule: Rule, tally: Tally, leavers: IntArray, category: int) -> tuple[int | None, ...]:
    """The smallest number of people (I,), 1 to `leavers`, who at the category change the verdict."""
    now = np.array(verdicts(rule, tally), dtype=np.str_)
    fewest = np.zeros(tally.items, dtype=np.int64)
    for tried in _numbers(rule, tally, leavers, category):
        open_ = np.flatnonzero((fewest == 0) & (leavers > 0))
        people = np.clip(tried[open_], 1, leavers[open_, np.newaxis])
        repeated = Tally.from_counts(tally.scale, np.repeat(tally.counts[open_], people.shape[1], axis=0))
        then = np.array(verdicts(rule, joined(repeated, category, people.ravel())), dtype=np.str_)
        changed = then.reshape(people.shape) != now[open_, np.newaxis]
        least = np.where(changed, people, np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max)
        fewest[open_] = np.where(changed.any(axis=1), least, 0)
    return tuple(number or None for number in fewest.tolist())


def _numbers(rule: Rule, tally: Tally, leavers: IntArray, category: int) -> Iterator[IntArray]:
    """Numbers of people (I, C) to try, ascending, such that the verdict changes first at one of them."""
    most = int(leavers.max(initial=0))
    points = turning_points(rule, tally, category, leavers)
    if most < points.shape[1]:
        points = np.tile(np.arange(1, most + 1), (tally.items, 1))
    for start in range(0, points.shape[1], _BLOCK):
        yield points[:, start : start + _BLOCK]
