"""The state of each item after two rounds: *unstable*, *stable consensus* or *stable dissent*.

Agreement is read only where ratings have settled, and a split that has settled is a result of its own. No
limit of stability has more than custom behind it, so a study states its own beforehand. Notation: I items.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, Literal, get_args

import numpy as np

from analysis.changes import (
    HALF_A_CATEGORY,
    Zero,
    cv_change,
    mean_change,
    net_change_below,
    unchanged_at_least,
)
from analysis.consensus import Verdict
from analysis.crossings import Transitions
from analysis.results import Result
from analysis.rules import DEFAULT_MINIMUM_N
from analysis.scales import Scale
from analysis.tallies import BoolArray, IntArray
from analysis.undefined import reasons

TOO_FEW_PAIRS: Final = "Fewer rated the item in both rounds than the criteria's minimum."
NO_CRITERION: Final = "The group's criterion is undefined for the item."
NO_VERDICT: Final = "Too few rated the item in the later round for a verdict."

Group = Literal["net change", "cv change", "equivalence"]
Basis = Literal["both", "group", "individual"]


class State(StrEnum):
    """Whether an item goes on to another round, and how it ended if not."""

    UNSTABLE = "unstable"
    STABLE_CONSENSUS = "stable consensus"
    STABLE_DISSENT = "stable dissent"


@dataclass(frozen=True)
class StabilityCriteria:
    """When the group is stable on an item, when individuals are, and which of the two an item needs.

    The group is stable where its net change is below 15 % (Scheibe and others 1975), or by `group` where its
    coefficient of variation moved by less than .2 either way (Dajani and others 1979, with the limit of later
    practice), or where its mean change is equivalent to none within `delta`. Individuals are stable where at
    least half kept their rating exactly; no limit is published. An item needs both unless `basis` says which.
    Below `minimum_n` pairs there is no state. Limits are exact fractions, and floats are read as decimals. A
    `ValueError` says which value cannot be.
    """

    group: Group = "net change"
    net_change_below: Fraction | float = Fraction(15, 100)
    cv_change_below: float = 0.2
    cv_zero: Zero = "scale"
    delta: float = HALF_A_CATEGORY
    level: float = 0.9
    unchanged_at_least: Fraction | float = Fraction(1, 2)
    basis: Basis = "both"
    minimum_n: int = DEFAULT_MINIMUM_N

    def __post_init__(self) -> None:
        for name, known in (("group", get_args(Group)), ("basis", get_args(Basis))):
            if getattr(self, name) not in known:
                raise ValueError(f"The {name} is one of {', '.join(known)}, not '{getattr(self, name)}'.")
        for name in ("net_change_below", "unchanged_at_least"):
            limit = getattr(self, name)
            if not 0 <= limit <= 1:
                raise ValueError(f"The limit {name} is a share between 0 and 1, not {limit}.")
            object.__setattr__(self, name, Fraction(limit).limit_denominator(10**6))
        if not self.cv_change_below > 0:
            raise ValueError(f"The limit cv_change_below is above 0, not {self.cv_change_below}.")
        if self.minimum_n < 1:
            raise ValueError(f"The minimum is at least one pair, not {self.minimum_n}.")


DEFAULT_CRITERIA: Final = StabilityCriteria()


@dataclass(frozen=True, eq=False)
class States(Result):
    """For each item whether the group was stable, whether individuals were, its state, or why not."""

    group_stable: tuple[bool | None, ...]
    individual_stable: tuple[bool | None, ...]
    states: tuple[State | None, ...]
    reasons: tuple[str | None, ...]


def states_of(
    transitions: Transitions,
    verdicts: Sequence[Verdict] | None = None,
    criteria: StabilityCriteria = DEFAULT_CRITERIA,
) -> States:
    """The state of each item: unstable, or where it is stable whether the panel agrees.

    `verdicts`, one an item, are those of the later round: in and out are consensus. Without them a panel
    agrees where more than half of those who rated in the later round chose one band, or one category on a
    scale without bands. None with a reason below the minimum of pairs, where the group's criterion is
    undefined, and for a stable item with too few ratings for a verdict. Another number of verdicts is a
    `ValueError`.

    Source: Dajani JS, Sincoff MZ, Talley WK. Technological Forecasting and Social Change 1979;13:83-90,
    doi:10.1016/0040-1625(79)90007-6.

    >>> from analysis.scales import Scale
    >>> split = Transitions.from_pairs(Scale(1, 4), [[5, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 4]])
    >>> [str(state) for state in states_of(split).states]
    ['stable dissent']
    """
    settled, known = _group_stable(transitions, criteria)
    kept = unchanged_at_least(transitions, Fraction(criteria.unchanged_at_least))
    stable = {"both": settled & kept, "group": settled, "individual": kept}[criteria.basis]
    agrees, heard = _agreement(transitions, verdicts)
    enough = transitions.pairs >= criteria.minimum_n
    unknown = np.zeros_like(known) if criteria.basis == "individual" else ~known
    # Where individuals moved, the item is unstable whatever the group did.
    unknown &= ~((criteria.basis == "both") & ~kept)
    why = reasons(
        transitions.items,
        (~enough, TOO_FEW_PAIRS),
        (unknown, NO_CRITERION),
        (stable & ~heard, NO_VERDICT),
    )
    codes = np.where(stable, np.where(agrees, 1, 2), 0).tolist()
    states = tuple(None if reason else _BY_CODE[code] for code, reason in zip(codes, why, strict=True))
    return States(_or_none(settled, enough & known), _or_none(kept, enough), states, why)


_BY_CODE = (State.UNSTABLE, State.STABLE_CONSENSUS, State.STABLE_DISSENT)


def _or_none(holds: BoolArray, defined: BoolArray) -> tuple[bool | None, ...]:
    pairs = zip(holds.tolist(), defined.tolist(), strict=True)
    return tuple(yes if known else None for yes, known in pairs)


def _group_stable(transitions: Transitions, criteria: StabilityCriteria) -> tuple[BoolArray, BoolArray]:
    """Whether the group is stable on each item (I,), and whether its criterion is defined."""
    if criteria.group == "net change":
        below = net_change_below(transitions, Fraction(criteria.net_change_below))
        return below, transitions.pairs > 0
    if criteria.group == "cv change":
        distance = cv_change(transitions, criteria.cv_zero).distance
        return distance < criteria.cv_change_below, ~np.isnan(distance)
    found = mean_change(transitions, criteria.delta, criteria.level).is_equivalent
    within = np.array([bool(yes) for yes in found], dtype=np.bool_)
    return within, transitions.pairs > 1


def _agreement(transitions: Transitions, verdicts: Sequence[Verdict] | None) -> tuple[BoolArray, BoolArray]:
    """Whether the panel agrees on each item (I,) in the later round, and whether that can be said."""
    if verdicts is None:
        later = transitions.counts[:, :, :-1].sum(axis=1)
        return _has_majority(transitions.scale, later), later.any(axis=1)
    if len(verdicts) != transitions.items:
        raise ValueError(f"There are {transitions.items} items and {len(verdicts)} verdicts.")
    given = [Verdict(verdict) for verdict in verdicts]
    agrees = np.array([verdict in (Verdict.IN, Verdict.OUT) for verdict in given], dtype=np.bool_)
    return agrees, np.array([verdict is not Verdict.TOO_FEW for verdict in given], dtype=np.bool_)


def _has_majority(scale: Scale, counts: IntArray) -> BoolArray:
    """Whether more than half (I,) chose one band, or one category on a scale without bands."""
    starts = range(scale.size) if scale.bands is None else [band.first - scale.low for band in scale.bands]
    largest = np.add.reduceat(counts, starts, axis=1).max(axis=1)
    majority: BoolArray = 2 * largest > counts.sum(axis=1)
    return majority
