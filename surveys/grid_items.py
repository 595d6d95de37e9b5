"""What stands on a grid, item by item: its place, how sure it is, where it was, or why it has no place."""

from dataclasses import dataclass
from fractions import Fraction

from surveys import placing
from surveys.cells import in_sentence
from surveys.evidence import Evidence, Heard
from surveys.grid_cuts import GridCut
from surveys.looks import Look
from surveys.placing import Places
from surveys.protocol import Protocol
from surveys.visibility import Level, Viewer


@dataclass(frozen=True)
class Answers:
    """How many of a panel rated an item on either criterion; None where that may not be seen."""

    panel: str
    across: int | None
    up: int | None


@dataclass(frozen=True)
class Sure:
    """How sure a place is; None where that may not be seen or cannot be computed.

    `cell` is the chance of the item's own cell, and `parts` those of every cell as rows from the lowest part
    across. The intervals are of the place on each axis; the `ellipse` of two means is semi-axes and degrees.
    """

    cell: float | None = None
    parts: tuple[tuple[float, ...], ...] = ()
    x: tuple[float, float] | None = None
    y: tuple[float, float] | None = None
    ellipse: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Before:
    """Where an item stood in the round before in which the same panels rated the same words."""

    x: float
    y: float
    round_number: int


@dataclass(frozen=True, kw_only=True)
class Placed:
    """An item with its place, `x` and `y`, and `cell`, which is empty on a scale without bands.

    `rank` is its place in the order, shared where the order is by a weight and values are equal.
    """

    number: int
    key: str
    title: str
    x: float
    y: float
    cell: str
    round_number: int
    answers: tuple[Answers, ...]
    exact: tuple[Fraction, Fraction] | None = None  # the same place, of which x and y are the nearest floats
    rank: int = 0
    before: Before | None = None
    sure: Sure = Sure()
    cells_by_panel: tuple[tuple[str, str], ...] = ()  # of several panels, where each alone would place it

    @property
    def panels_differ(self) -> bool:
        """Whether the panels would place it in different cells."""
        return len({cell for _, cell in self.cells_by_panel}) > 1


@dataclass(frozen=True, kw_only=True)
class Unplaced:
    """An item without a place, and why."""

    number: int
    key: str
    title: str
    reason: str


@dataclass(frozen=True)
class Basis:
    """What a grid is made of: the evidence of its items, where they stand and stood before, and the cut."""

    protocol: Protocol
    viewer: Viewer
    look: Look
    heard: tuple[Heard, ...]
    found: tuple[Evidence, ...]
    places: Places
    before: Places
    cut: GridCut
    by_panel: tuple[Places, ...]  # of several panels, where each alone places the items


def placed(basis: Basis, n: int, rank: int, sure: Sure) -> Placed:
    """The item with this index, which has a place."""
    one, (x, y) = basis.found[n], (basis.places.x[n], basis.places.y[n])
    across, up = basis.cut.across.criterion, basis.cut.up.criterion
    return Placed(
        number=one.item.position,
        key=one.item.key,
        title=one.title,
        x=float(x or 0),
        y=float(y or 0),
        exact=(x or Fraction(0), y or Fraction(0)),
        cell=basis.cut.words(n),
        round_number=one.round_number,
        answers=tuple(
            Answers(name, one.count(across, panel), one.count(up, panel))
            for panel, name in basis.look.lens.panels
        ),
        rank=rank,
        before=_before(basis, n),
        sure=sure,
        cells_by_panel=tuple(
            (name, basis.cut.words_at(alone.x[n], alone.y[n]))
            for (_, name), alone in zip(basis.look.lens.panels, basis.by_panel, strict=False)
        ),
    )


def _before(basis: Basis, n: int) -> Before | None:
    one, x, y = basis.found[n].before, basis.before.x[n], basis.before.y[n]
    return None if one is None or x is None or y is None else Before(float(x), float(y), one.round_number)


def unplaced(basis: Basis, n: int) -> Unplaced:
    """The item with this index, which has none."""
    one = basis.found[n]
    stands = basis.places.x[n] is not None
    return Unplaced(
        number=one.item.position,
        key=one.item.key,
        title=one.title,
        reason=basis.cut.left_out[n] if stands else _reason(basis, one),
    )


def _reason(basis: Basis, one: Evidence) -> str:
    lens, suppression = basis.look.lens, basis.protocol.suppression
    if one.level == Level.HIDDEN or not placing.may_be_used(one, basis.look):
        whose = " in one of the panels" if lens.is_combined else ""
        few = suppression.hidden_below if one.level == Level.HIDDEN else suppression.limited_below
        return f"Fewer than {few} people{whose} rated it, so its place is not shown{_by(one)}."
    criterion, panel = next(place for place, finding in one.findings.items() if not finding.n)
    name = dict(lens.panels)[panel]
    return f"{name}: nobody rated its {in_sentence(basis.protocol.criterion(criterion).name)}."


def _by(one: Evidence) -> str:
    """Where only this look hides it."""
    return "" if one.level == Level.HIDDEN else " by means, pooled or by weights of your own"
