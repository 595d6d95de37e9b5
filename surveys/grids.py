"""Priority grids: what the grid of one audience says through one lens, as plain values. Drawing is elsewhere.

An item stands at the medians of the lens's panels, in the latest closed round in which all of them rated it
on both criteria. Nothing that `visibility` hides from the viewer takes part: an item that too few rated has
no place, and is listed with the reason. Comments stand beside a grid and never enter it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from analysis import priority
from analysis.scales import Scale
from analysis.tallies import Tally
from surveys import cells, comments, evidence, lenses, visibility
from surveys import protocol as protocols
from surveys.cells import Axis, Cell, in_sentence
from surveys.evidence import Evidence, Heard
from surveys.lenses import Audience, Lens
from surveys.protocol import Protocol, Suppression
from surveys.rounds import Round
from surveys.studies import Study
from surveys.visibility import Level, Viewer

NOT_ASKED = "No closed round has asked it yet."


@dataclass(frozen=True)
class Answers:
    """How many of a panel rated an item on either criterion; None where that may not be seen."""

    panel: str
    across: int | None
    up: int | None


@dataclass(frozen=True, kw_only=True)
class Placed:
    """An item with its place: medians `x` and `y`, and `cell`, which is empty on a scale without bands."""

    number: int
    key: str
    title: str
    x: float
    y: float
    cell: str
    round_number: int
    answers: tuple[Answers, ...]


@dataclass(frozen=True, kw_only=True)
class Unplaced:
    """An item without a place, and why."""

    number: int
    key: str
    title: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What somebody wrote about an item, cleared and with leave to be quoted."""

    number: int
    title: str
    panel: str
    mark: int
    text: str


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
    by: str = "medians"  # what the places are

    @property
    def through(self) -> RoundHeard:
        """The newest round in it."""
        return self.rounds[-1]


def build(
    session: Session, study: Study, audience: Audience, lens: Lens, *, through: Round, viewer: Viewer
) -> Grid:
    """The grid of this audience through this lens, from the closed rounds up to `through`."""
    protocol, plan = study.protocol, lenses.plan_of(study.protocol)
    heard = evidence.list_heard(session, study, through)
    found = [evidence.find(protocol, item, heard, lens, viewer) for item in lenses.items_of(study, audience)]
    across, up = cells.axis(protocol, plan.across), cells.axis(protocol, plan.up)
    placed = _place(protocol, found, lens, (across, up))
    numbers = {item.number for item in placed}
    return Grid(
        study_key=study.key,
        study_title=study.title,
        audience=audience,
        lens=lens,
        across=across,
        up=up,
        low=protocol.scale.low,
        high=protocol.scale.high,
        cells=cells.cells(protocol, across, up),
        placed=placed,
        unplaced=tuple(_unplaced(protocol, f, lens) for f in found if f.item.position not in numbers),
        quotes=_quotes(session, protocol, heard, found),
        rounds=tuple(_round_heard(protocol, one, viewer) for one in reversed(heard)),
        price=_price(placed, lens),
        few=f"{protocol.suppression.hidden_below} to {protocol.suppression.limited_below - 1}",
        is_simulated=study.is_simulated,
        is_public=viewer == Viewer.PUBLIC,
    )


def list_heard(session: Session, study: Study, through: Round, viewer: Viewer) -> tuple[RoundHeard, ...]:
    """The closed rounds up to this one, from the first, with how many answered as far as that may be seen."""
    heard = evidence.list_heard(session, study, through)
    return tuple(_round_heard(study.protocol, one, viewer) for one in reversed(heard))


def _place(
    protocol: Protocol, found: Sequence[Evidence], lens: Lens, axes: tuple[Axis, Axis]
) -> tuple[Placed, ...]:
    if not found:
        return ()
    scale = protocols.scale_of(protocol)
    across, up = (_tallies(scale, found, axis.criterion, lens) for axis in axes)
    weights = lens.weights or None
    where = priority.positions(across, up, weights)
    return tuple(
        _placed(found[n], position, scale, lens, axes)
        for n in priority.order(across, up, weights)
        if (position := where[n]) is not None
    )


def _tallies(scale: Scale, found: Sequence[Evidence], criterion: str, lens: Lens) -> list[Tally]:
    """One tally a panel, items in the order of `found`; what may not be seen counts as not rated."""
    nothing = (0,) * scale.size
    return [
        Tally.from_counts(
            scale,
            [
                nothing if one.level == Level.HIDDEN else one.findings[criterion, panel].counts or nothing
                for one in found
            ],
        )
        for panel, _ in lens.panels
    ]


def _placed(
    one: Evidence, position: priority.Position, scale: Scale, lens: Lens, axes: tuple[Axis, Axis]
) -> Placed:
    across, up = axes
    cell = priority.cell_of(position.x, position.y, scale)
    return Placed(
        number=one.item.position,
        key=one.item.key,
        title=one.title,
        x=position.x,
        y=position.y,
        cell=cells.cell_words(across, up, cell.across, cell.up) if cell else "",
        round_number=one.round_number,
        answers=tuple(
            Answers(name, one.count(across.criterion, panel), one.count(up.criterion, panel))
            for panel, name in lens.panels
        ),
    )


def _unplaced(protocol: Protocol, one: Evidence, lens: Lens) -> Unplaced:
    return Unplaced(
        number=one.item.position,
        key=one.item.key,
        title=one.title,
        reason=_reason(protocol, one, lens),
    )


def _reason(protocol: Protocol, one: Evidence, lens: Lens) -> str:
    if not one.findings:
        return NOT_ASKED
    if one.level == Level.HIDDEN:
        whose = " in one of the panels" if lens.is_combined else ""
        few = protocol.suppression.hidden_below
        return f"Fewer than {few} people{whose} rated it, so its place is not shown."
    criterion, panel = next(place for place, finding in one.findings.items() if not finding.n)
    name = dict(lens.panels)[panel]
    return f"{name}: nobody rated its {in_sentence(protocol.criterion(criterion).name)}."


def _quotes(
    session: Session, protocol: Protocol, heard: Sequence[Heard], found: Sequence[Evidence]
) -> tuple[Quote, ...]:
    """The comments of the panels that stand beside the grids, by item and then by text."""
    marks = enumerate(protocol.panels, start=1)
    beside = {plan.key: (mark, plan.name) for mark, plan in marks if plan.beside_grids}
    by_item = {one.item.id: one for one in found}
    quotes = {
        Quote(
            number=by_item[said.item_id].item.position,
            title=by_item[said.item_id].title,
            panel=beside[said.panel_key][1],
            mark=beside[said.panel_key][0],
            text=said.text,
        )
        for one in heard
        for said in comments.list_cleared(session, one.round)
        if said.may_be_quoted and said.panel_key in beside and said.item_id in by_item
    }
    return tuple(sorted(quotes, key=lambda quote: (quote.number, quote.mark, quote.text)))


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


def _price(placed: Sequence[Placed], lens: Lens) -> str:
    """What the weights cost: how much more one answer counts than one of the panel whose count least."""
    if not lens.is_combined:
        return ""
    begin = "Every panel weighs the same here, however many of it answered."
    if not lens.is_equal:
        begin = "The panels weigh here what the protocol says, however many of each answered."
    counts = [_total(placed, n) for n in range(len(lens.panels))]
    known = [count for count in counts if count]
    if len(known) < len(counts):
        return begin
    weights = lens.weights or (Fraction(1),) * len(known)
    each = [weight / count for weight, count in zip(weights, known, strict=True)]
    least = in_sentence(lens.panels[each.index(min(each))][1])
    prices = [
        f"one answer of {in_sentence(name)} counts as much as {float(one / min(each)):.1f} of {least}"
        for (_, name), one in zip(lens.panels, each, strict=True)
        if one > min(each)
    ]
    return f"{begin} So {', and '.join(prices)}." if prices else begin


def _total(placed: Sequence[Placed], panel: int) -> int | None:
    """All ratings of a panel on both criteria; None where any of their numbers may not be seen."""
    counts = [n for item in placed for n in (item.answers[panel].across, item.answers[panel].up)]
    return None if None in counts else sum(n for n in counts if n is not None)
