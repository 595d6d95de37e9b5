"""What was said about items and may be quoted: the comments that stand beside the grids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveys import comments
from surveys.evidence import Evidence, Heard
from surveys.protocol import Protocol


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What somebody wrote about an item, cleared and with leave to be quoted."""

    number: int
    title: str
    panel: str
    mark: int
    text: str


def list_beside(
    session: Session, protocol: Protocol, heard: Sequence[Heard], found: Sequence[Evidence]
) -> tuple[Quote, ...]:
    """The comments of the panels that stand beside the grids, by item and then by text."""
    marks = enumerate(protocol.panels, start=1)
    beside = {plan.key: (mark, plan.name) for mark, plan in marks if plan.beside_grids}
    by_item = {one.item.id: one for one in found}
    quotes = {
        _quote(by_item, said.item_id, *beside[said.panel_key], said.text)
        for one in heard
        for said in comments.list_cleared(session, one.round)
        if said.may_be_quoted and said.panel_key in beside and said.item_id in by_item
    }
    return tuple(sorted(quotes, key=lambda quote: (quote.number, quote.mark, quote.text)))


def _quote(by_item: Mapping[int, Evidence], item_id: int, mark: int, panel: str, text: str) -> Quote:
    about = by_item[item_id]
    return Quote(number=about.item.position, title=about.title, panel=panel, mark=mark, text=text)
