"""What was said about items and may be quoted: the comments that stand beside the grids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveys import comments, evidence
from surveys.evidence import Heard
from surveys.protocol import Protocol


@dataclass(frozen=True)
class Quote:
    """What somebody wrote about an item, cleared and with leave to be quoted."""

    number: int
    title: str
    panel: str
    mark: int
    text: str


def list_beside(
    session: Session, protocol: Protocol, heard: Sequence[Heard], items: Mapping[int, tuple[int, str]]
) -> tuple[Quote, ...]:
    """The comments of the panels that stand beside the grids, by item and then by text.

    `items` are those that are meant, by their ids, each with its number and title. What was said of an
    earlier wording is not said of this one.
    """
    since = evidence.worded_since(heard)
    marks = enumerate(protocol.panels, start=1)
    beside = {plan.key: (plan.name, mark) for mark, plan in marks if plan.beside_grids}
    quotes = {
        Quote(*items[said.item_id], *beside[said.panel_key], said.text)
        for one in heard
        for said in comments.list_cleared(session, one.round)
        if said.may_be_quoted and said.panel_key in beside and said.item_id in items
        if one.round.number >= since[said.item_id]
    }
    return tuple(sorted(quotes, key=lambda quote: (quote.number, quote.mark, quote.text)))
