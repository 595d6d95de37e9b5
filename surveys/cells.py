"""The words of a priority grid: its axes, and its cells, made out of the protocol's criteria and bands.

The question of a criterion may set a condition (“with support”), and the axis then says so (“easier to do,
with support”). What fails under it is harder “even with support”; no cell claims more than was asked.
"""

from dataclasses import dataclass
from itertools import pairwise

from surveys.protocol import Criterion, Protocol

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
    """A criterion as an axis: what stands at its arrow, and what each band along it is called."""

    criterion: str
    name: str
    more: str
    bands: tuple[tuple[str, str], ...]  # name of the band, and its words; lowest first

    def words(self, band: str) -> str:
        """What the band is called."""
        return dict(self.bands)[band]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell by its bands, its words, and where it lies, in scale points."""

    across: str
    up: str
    words: str
    left: float
    right: float
    bottom: float
    top: float


def axis(protocol: Protocol, criterion: str) -> Axis:
    """The axis of this criterion."""
    plan = protocol.criterion(criterion)
    words = {"low": _less(plan), "middle": f"{in_sentence(plan.name)} in between", "high": _high(plan)}
    bands = tuple((name, words[name]) for name, *_ in _bands(protocol))
    return Axis(criterion=plan.key, name=plan.name, more=plan.more, bands=bands)


def cells(protocol: Protocol, across: Axis, up: Axis) -> tuple[Cell, ...]:
    """Every cell, from the bottom left; none where the scale has no bands.

    A median lies on a category or half way between two, and a half belongs to the higher band: the line is
    drawn where none can lie, a quarter below that half.
    """
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
        for row, bottom, top in _bands(protocol)
        for column, left, right in _bands(protocol)
    )


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


def _bands(protocol: Protocol) -> list[tuple[str, float, float]]:
    """The bands from the lowest, each with where it begins and ends along an axis."""
    plan = protocol.scale
    names = [name for name in ("low", "middle", "high") if name in plan.bands]
    cuts = [plan.low - 0.5, *(plan.bands[name][0] - 0.75 for name in names[1:]), plan.high + 0.5]
    return [(name, *ends) for name, ends in zip(names, pairwise(cuts), strict=False)]


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
