"""Priority grids: what the grid of one audience says through one lens, as plain values. Drawing is elsewhere.

An item stands at the medians or means of the lens's panels, in the latest closed round in which all of them
rated it on both criteria. Nothing that `visibility` hides from the viewer takes part: an item that too few
rated has no place, and is listed with the reason. Comments stand beside a grid and never enter it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import evidence, grid_cuts, lenses, looks, placing, quotes, visibility, weight_prices
from surveys.cells import Axis, Cell, in_sentence
from surveys.errors import InvalidInput
from surveys.evidence import Evidence, Heard
from surveys.grid_cuts import GridCut
from surveys.items import Item
from surveys.lenses import Audience, Lens
from surveys.looks import Look
from surveys.placing import Places
from surveys.protocol import Protocol, Suppression
from surveys.quotes import Quote
from surveys.rounds import Round
from surveys.studies import Study
from surveys.visibility import Level, Viewer

NOT_ASKED = "No closed round has asked it yet."
NO_ITEM = "No item here has all of that. Take one of the filters away."


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


@dataclass(frozen=True, kw_only=True)
class RoundHeard:
    """A closed round, and how many of each panel answered it: pairs of panel and words."""

    number: int
    closed_at: datetime | None
    answered: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """All that one grid says. `placed` is in the order of the ranking, `rounds` from the first."""

    study_key: str
    study_title: str
    audience: Audience
    lens: Lens
    across: Axis
    up: Axis
    low: int
    high: int
    cells: tuple[Cell, ...]
    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]
    quotes: tuple[Quote, ...]
    rounds: tuple[RoundHeard, ...]
    price: str  # what the weights cost, in a sentence; empty for one panel
    few: str  # how a number is written that may only be seen roughly: "5 to 9"
    is_simulated: bool
    is_public: bool
    look: Look | None = None  # None where nobody chose one
    orders_by_shares: bool = True  # of items with equal medians
    note: str = ""  # how to read the lines between the cells
    sure_by: str = ""  # what the chances of the cells are, by name
    by: str = "medians"  # what the places are

    @property
    def through(self) -> RoundHeard:
        """The newest round in it."""
        return self.rounds[-1]


@dataclass(frozen=True)
class Basis:
    """What a grid is made of: the evidence of its items, where they stand and stood before, and the cut."""

    protocol: Protocol
    look: Look
    heard: tuple[Heard, ...]
    found: tuple[Evidence, ...]
    places: Places
    before: Places
    cut: GridCut
    by_panel: tuple[Places, ...]  # of several panels, where each alone places the items


def build(
    session: Session,
    study: Study,
    audience: Audience,
    look: Look,
    *,
    through: Round,
    viewer: Viewer,
) -> Grid:
    """The grid of this audience by this look, from the closed rounds up to `through`.

    Filters that leave no item are refused.
    """
    basis = _basis(session, study, _items(study, audience, look), look, through, viewer)
    usual = placing.order(study.protocol, basis.found, look, basis.places)
    shown = placing.ranked(basis.places, [n for n in usual if not basis.cut.left_out[n]], look.weight)
    surely, sure_by = _surely(basis) if look.asks_how_sure else ({}, "")
    placed = tuple(_placed(basis, n, rank, surely.get(n, Sure())) for n, rank in shown)
    numbers = {item.number for item in placed}
    protocol = study.protocol
    return Grid(
        study_key=study.key,
        study_title=study.title,
        audience=audience,
        lens=look.lens,
        across=basis.cut.across,
        up=basis.cut.up,
        low=protocol.scale.low,
        high=protocol.scale.high,
        cells=basis.cut.cells,
        placed=placed,
        unplaced=tuple(
            _unplaced(basis, n) for n, one in enumerate(basis.found) if one.item.position not in numbers
        ),
        quotes=quotes.list_beside(session, protocol, basis.heard, basis.found),
        rounds=tuple(_round_heard(protocol, one, viewer) for one in reversed(basis.heard)),
        price=weight_prices.sentence(look.lens, [_total(placed, n) for n in range(len(look.lens.panels))]),
        few=f"{protocol.suppression.hidden_below} to {protocol.suppression.limited_below - 1}",
        is_simulated=study.is_simulated,
        is_public=viewer == Viewer.PUBLIC,
        look=look,
        orders_by_shares=placing.orders_by_shares(basis.found, look),
        note=basis.cut.note,
        sure_by=sure_by,
        by=f"{look.by}s",
    )


def list_heard(session: Session, study: Study, through: Round, viewer: Viewer) -> tuple[RoundHeard, ...]:
    """The closed rounds up to this one, from the first, with how many answered as far as that may be seen."""
    heard = evidence.list_heard(session, study, through)
    return tuple(_round_heard(study.protocol, one, viewer) for one in reversed(heard))


def _items(study: Study, audience: Audience, look: Look) -> list[Item]:
    """The items of the audience that have one of the terms of each vocabulary that is asked for."""
    meant = lenses.items_of(study, audience)
    kept = [
        item for item in meant if all(set(terms) & set(item.tags.get(name, ())) for name, terms in look.tags)
    ]
    if meant and not kept:
        raise InvalidInput(NO_ITEM, f"tag-{look.tags[0][0]}")
    return kept


def _basis(
    session: Session, study: Study, items: Sequence[Item], look: Look, through: Round, viewer: Viewer
) -> Basis:
    protocol = study.protocol
    heard = evidence.list_heard(session, study, through)
    found = tuple(evidence.find(protocol, item, heard, look.lens, viewer) for item in items)
    places = placing.find(protocol, found, look)
    verdicts = [placing.verdicts(protocol, one, look.lens) for one in found]
    return Basis(
        protocol=protocol,
        look=look,
        heard=tuple(heard),
        found=found,
        places=places,
        before=placing.find(protocol, [one.before for one in found], look),
        cut=grid_cuts.find(protocol, look, places.x, places.y, verdicts),
        by_panel=tuple(placing.find(protocol, found, one) for one in looks.of_each_panel(look)),
    )


def _surely(basis: Basis) -> tuple[dict[int, Sure], str]:
    from surveys import grid_chances  # noqa: PLC0415  # scipy takes a second, and a start needs none

    return grid_chances.find(basis)


def _placed(basis: Basis, n: int, rank: int, sure: Sure) -> Placed:
    one, (x, y) = basis.found[n], (basis.places.x[n], basis.places.y[n])
    across, up = basis.cut.across.criterion, basis.cut.up.criterion
    return Placed(
        number=one.item.position,
        key=one.item.key,
        title=one.title,
        x=float(x or 0),
        y=float(y or 0),
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


def _unplaced(basis: Basis, n: int) -> Unplaced:
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
    if not one.findings:
        return NOT_ASKED
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


def _round_heard(protocol: Protocol, one: Heard, viewer: Viewer) -> RoundHeard:
    answered = [
        (plan.name, _count_words(one.results.responders.get(plan.key, 0), viewer, protocol.suppression))
        for plan in protocol.panels
    ]
    return RoundHeard(number=one.round.number, closed_at=one.round.closed_at, answered=tuple(answered))


def _count_words(count: int, viewer: Viewer, suppression: Suppression) -> str:
    match visibility.level(count, viewer, suppression):
        case Level.FULL:
            return f"{count}"
        case Level.LIMITED:
            return f"{suppression.hidden_below} to {suppression.limited_below - 1}"
        case Level.HIDDEN:
            return f"fewer than {suppression.hidden_below}"


def _total(placed: Sequence[Placed], panel: int) -> int | None:
    """All ratings of a panel on both criteria; None where any of their numbers may not be seen."""
    counts = [n for item in placed for n in (item.answers[panel].across, item.answers[panel].up)]
    return None if None in counts else sum(n for n in counts if n is not None)
