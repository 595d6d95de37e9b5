"""What stands beside the form of a change: how an item reads now, and what panellists wrote about it."""

from dataclasses import dataclass

from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import comments, feedback, participations
from surveys.items import Item
from surveys.participations import SuggestionKind
from surveys.permissions import Power
from surveys.rounds import Round


@dataclass(frozen=True)
class Source:
    """An item as it reads now, and the comments of the round before, by panel."""

    number: int
    title: str
    vignette: str
    comments: tuple[tuple[str, str], ...]


def source(visit: Visit, round_: Round, item: Item) -> Source:
    """The item with what was written about it."""
    wording = item.wording
    return Source(item.position, wording.title, wording.vignette, _comments(visit, round_, item))


def missing(visit: Visit, round_: Round) -> tuple[str, ...]:
    """What panellists of the round before missed."""
    first = feedback.find_round_before(visit.session, round_)
    if first is None or not tabs.may(visit, round_.study, Power.SEE_CODES):
        return ()
    known = participations.list_suggestions(visit.session, first)
    return tuple(one.text for one in known if one.kind == SuggestionKind.MISSING)


def tidied(text: str) -> str:
    """The text with plain line ends and no blank ends."""
    return participations.tidied(text)


def _comments(visit: Visit, round_: Round, item: Item) -> tuple[tuple[str, str], ...]:
    before = feedback.find_round_before(visit.session, round_)
    if before is None or not tabs.may(visit, round_.study, Power.SEE_CODES):
        return ()
    names = {plan.key: plan.name for plan in round_.study.protocol.panels}
    known = comments.list_written(visit.session, before)
    return tuple((names[one.panel_key], one.text) for one in known if one.item_id == item.id)
