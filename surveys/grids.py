"""Priority grids: what the grid of one audience says through one lens, as plain values. Drawing is elsewhere.

An item stands at the medians or means of the lens's panels, in the latest closed round in which all of them
rated it on both criteria. Nothing that `visibility` hides from the viewer takes part: an item that too few
rated has no place, and is listed with the reason. Comments stand beside a grid and never enter it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import (
    evidence,
    grid_cuts,
    grid_items,
    lenses,
    looks,
    placing,
    quotes,
    visibility,
    weight_prices,
    write_ups,
)
from surveys.cells import Axis, Cell
from surveys.errors import InvalidInput
from surveys.evidence import Heard
from surveys.grid_items import Basis, Placed, Sure, Unplaced
from surveys.items import Item
from surveys.lenses import Audience, Lens
from surveys.looks import Look
from surveys.protocol import Protocol, Suppression
from surveys.quotes import Quote
from surveys.rounds import Round
from surveys.studies import Study
from surveys.visibility import Level, Viewer

NO_ITEM = "No item here has all of that. Take one of the filters away."


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
    in_short: tuple[tuple[int, str, str], ...] = ()  # what was said, written up: number, title and text
    look: Look | None = None  # None where nobody chose one
    orders_by_shares: bool = True  # of items with equal medians
    only: str = ""  # which items alone were asked for, in words; empty for all
    note: str = ""  # how to read the lines between the cells
    sure_by: str = ""  # what the chances of the cells are, by name
    by: str = "medians"  # what the places are

    @property
    def through(self) -> RoundHeard:
        """The newest round in it."""
        return self.rounds[-1]


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
    placed = tuple(grid_items.placed(basis, n, rank, surely.get(n, Sure())) for n, rank in shown)
    numbers = {item.number for item in placed}
    protocol = study.protocol
    meant = {one.item.id: (one.item.position, one.title) for one in basis.found}
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
            grid_items.unplaced(basis, n)
            for n, one in enumerate(basis.found)
            if one.item.position not in numbers
        ),
        quotes=quotes.list_beside(session, protocol, basis.heard, meant),
        in_short=_in_short(session, study, basis.heard, meant),
        rounds=tuple(_round_heard(protocol, one, viewer) for one in reversed(basis.heard)),
        price=weight_prices.sentence(look.lens, [_total(placed, n) for n in range(len(look.lens.panels))]),
        few=f"{protocol.suppression.hidden_below} to {protocol.suppression.limited_below - 1}",
        is_simulated=study.is_simulated,
        is_public=viewer == Viewer.PUBLIC,
        look=look,
        orders_by_shares=placing.orders_by_shares(basis.found, look),
        only=_only(study, look),
        note=basis.cut.note,
        sure_by=sure_by,
        by=f"{look.by}s",
    )


def list_heard(session: Session, study: Study, through: Round, viewer: Viewer) -> tuple[RoundHeard, ...]:
    """The closed rounds up to this one, from the first, with how many answered as far as that may be seen."""
    heard = evidence.list_heard(session, study, through)
    return tuple(_round_heard(study.protocol, one, viewer) for one in reversed(heard))


def _only(study: Study, look: Look) -> str:
    """The filters in words: “level: Person; issue: Access or Training”."""
    known = study.vocabularies if look.tags else {}
    return "; ".join(
        f"{known[name]['label'].lower()}: {' or '.join(known[name]['terms'][term] for term in terms)}"
        for name, terms in look.tags
    )


def _in_short(
    session: Session, study: Study, heard: Sequence[Heard], meant: Mapping[int, tuple[int, str]]
) -> tuple[tuple[int, str, str], ...]:
    known = write_ups.of_study(session, study, heard)
    return tuple(
        (*meant[item_id], one.text)
        for item_id, one in sorted(known.items(), key=lambda pair: meant.get(pair[0], (0, "")))
        if item_id in meant and one.text
    )


def shows_any(study: Study, audience: Audience, look: Look) -> bool:
    """Whether the filters of a look leave any item of an audience."""
    return not look.tags or bool(_filtered(lenses.items_of(study, audience), look))


def _items(study: Study, audience: Audience, look: Look) -> list[Item]:
    """The items of the audience that have one of the terms of each vocabulary that is asked for."""
    meant = lenses.items_of(study, audience)
    kept = _filtered(meant, look)
    if meant and not kept:
        raise InvalidInput(NO_ITEM, f"tag-{look.tags[0][0]}")
    return kept


def _filtered(meant: Sequence[Item], look: Look) -> list[Item]:
    return [
        item for item in meant if all(set(terms) & set(item.tags.get(name, ())) for name, terms in look.tags)
    ]


def _basis(
    session: Session, study: Study, items: Sequence[Item], look: Look, through: Round, viewer: Viewer
) -> Basis:
    protocol = study.protocol
    heard = evidence.list_heard(session, study, through)
    stand = evidence.list_standing(session, study, items, heard)
    found = tuple(evidence.find(protocol, item, heard, look.lens, viewer) for item in stand)
    places = placing.find(protocol, found, look)
    verdicts = [placing.verdicts(protocol, one, look.lens) for one in found]
    return Basis(
        protocol=protocol,
        viewer=viewer,
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
