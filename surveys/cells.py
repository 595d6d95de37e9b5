"""The words of a priority grid: its axes, and its cells, made out of the protocol's criteria and its cut.

The question of a criterion may set a condition (“with support”), and the axis then says so (“easier to do,
with support”). What fails under it is harder “even with support”; no cell claims more than was asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

from surveys.protocol import Criterion, Protocol

Lines = tuple[Sequence[float], Sequence[float]] | tuple[()]  # of the axis across, and of the one up

# How the other end of an axis reads.
_OPPOSITES = {
    "more": "less",
    "easier": "harder",
    "better": "worse",
    "higher": "lower",
    "larger": "smaller",
    "greater": "lesser",
    "stronger": "weaker",
    "safer": "riskier",
    "cheaper": "dearer",
    "faster": "slower",
    "sooner": "later",
}


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A criterion as an axis: what stands at its arrow, and what each part along it is called."""

    criterion: str
    name: str
    more: str
    bands: tuple[tuple[str, str], ...]  # name of the part, and its words; lowest first

    def words(self, band: str) -> str:
        """What the part is called."""
        return dict(self.bands)[band]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell by its parts, its words, and where it lies, in scale points."""

    across: str
    up: str
    words: str
    left: float
    right: float
    bottom: float
    top: float


def axis(protocol: Protocol, criterion: str) -> Axis:
    """The axis of this criterion, its parts the bands of the scale."""
    plan = protocol.criterion(criterion)
    words = {"low": _less(plan), "middle": f"{in_sentence(plan.name)} in between", "high": _high(plan)}
    names = (name for name in ("low", "middle", "high") if name in protocol.scale.bands)
    return _axis(plan, tuple((name, words[name]) for name in names))


def axis_in_two(protocol: Protocol, criterion: str, *, is_relative: bool = False) -> Axis:
    """The axis of this criterion in two parts; relative to the items, what is high is only the higher."""
    plan = protocol.criterion(criterion)
    return _axis(plan, (("low", _less(plan)), ("high", plan.more if is_relative else _high(plan))))


def axis_of_the_high(protocol: Protocol, criterion: str) -> Axis:
    """The axis where all that is shown is in the high band: useful, and more useful."""
    plan = protocol.criterion(criterion)
    return _axis(plan, (("low", _high(plan)), ("high", plan.more)))


def axis_of_verdicts(protocol: Protocol, criterion: str) -> Axis:
    """The axis whose parts are verdicts: usefulness in, and usefulness not in."""
    plan = protocol.criterion(criterion)
    name = in_sentence(plan.name)
    return _axis(plan, (("not in", f"{name} not in"), ("in", f"{name} in")))


def cells(protocol: Protocol, across: Axis, up: Axis, lines: Lines) -> tuple[Cell, ...]:
    """Every cell, from the bottom left; `lines` part the axes, and none are drawn without.

    What is at a line is above it. A median lies on a category or half way between two, so for medians the
    caller moves each line a quarter below the first value that reaches it, where none can lie.
    """
    if not lines:
        return ()
    columns, rows = (_parts(protocol, one, at) for one, at in zip((across, up), lines, strict=True))
    return tuple(
        Cell(
            across=column,
            up=row,
            words=cell_words(across, up, column, row),
            left=left,
            right=right,
            bottom=bottom,
            top=top,
        )
        for row, bottom, top in rows
        for column, left, right in columns
    )


def below_medians(lines: Sequence[Fraction]) -> tuple[float, ...]:
    """Where lines are drawn so that no median is on one: a quarter below the first that reaches it.

    >>> below_medians([Fraction(7, 2), Fraction(643, 100)])
    (3.25, 6.25)
    """
    return tuple(ceil(2 * line) / 2 - 0.25 for line in lines)


def cell_words(across: Axis, up: Axis, column: str, row: str) -> str:
    """What a cell is called: useful, easier to do."""
    if column == row == "middle":
        return "in between on both"
    return f"{across.words(column)}, {up.words(row)}"


def in_sentence(name: str) -> str:
    """A name as it stands within a sentence: a capital that only begins it is made small.

    >>> in_sentence("Usefulness"), in_sentence("GPs")
    ('usefulness', 'GPs')
    """
    return name[:1].lower() + name[1:] if name[1:2].islower() or name[1:2] == " " else name


def _axis(plan: Criterion, parts: tuple[tuple[str, str], ...]) -> Axis:
    return Axis(criterion=plan.key, name=plan.name, more=plan.more, bands=parts)


def _parts(protocol: Protocol, axis: Axis, at: Sequence[float]) -> list[tuple[str, float, float]]:
    """Each part from the lowest, with where it begins and ends along the axis."""
    ends = [protocol.scale.low - 0.5, *at, protocol.scale.high + 0.5]
    return [(name, *both) for (name, _), both in zip(axis.bands, pairwise(ends), strict=True)]


def _high(criterion: Criterion) -> str:
    """The high band, without its condition: useful; easier to do.

    >>> from types import SimpleNamespace
    >>> [_high(SimpleNamespace(more=more)) for more in ("more useful", "easier to do, with support")]
    ['useful', 'easier to do']
    """
    return criterion.more.split(",")[0].removeprefix("more ").strip()


def _less(criterion: Criterion) -> str:
    """The low band: less useful; harder to do, even with support.

    >>> from types import SimpleNamespace
    >>> mores = ("more useful", "easier to do, with support", "feasible")
    >>> [_less(SimpleNamespace(more=more, name="Feasibility")) for more in mores]
    ['less useful', 'harder to do, even with support', 'low feasibility']
    """
    first, _, rest = criterion.more.partition(" ")
    if first not in _OPPOSITES:
        return f"low {in_sentence(criterion.name)}"
    return f"{_OPPOSITES[first]} {rest}".replace(", with ", ", even with ")
