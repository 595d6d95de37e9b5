"""The words of a round as CSV: comments, suggestions, reasons of a change, and why somebody could not rate.

For the study's own team: nothing here is cleared of what could tell who wrote it. What a panellist took along
on withdrawing is not in it.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from surveys import comments, counted_panels, panels, participations, reasons
from surveys.errors import NotNow
from surveys.exchange import csv_files
from surveys.exchange.csv_files import inert
from surveys.ratings import Answer
from surveys.rounds import Round, RoundItem

HEADER = (
    "kind",
    "number",
    "item",
    "title",
    "criterion",
    "panel",
    "code",
    "text",
    "from",
    "to",
    "cleared",
    "others_read",
    "why_cleared_so",
    "may_be_shown",
    "may_be_quoted",
    "round",
    "simulated",
)
COMMENT, CHANGE, UNABLE = "comment", "reason of a change", "unable to rate"
NOT_CLOSED = "What was written can be read when the round has closed."

_Cells = dict[str, object]


def write(session: Session, round_: Round) -> bytes:
    """The file of a closed round; first what could do harm, then what is missing, then item by item."""
    if not round_.has_results:
        raise NotNow(NOT_CLOSED)
    beside: _Cells = {"round": round_.number, "simulated": _yes(round_.study.is_simulated)}
    items = {asked.item_id: _item(asked) for asked in round_.items}
    rows = (
        items.get(item_id, {}) | cells | beside
        for source in (_suggestions, _comments, _changes, _unable)
        for item_id, cells in source(session, round_)
    )
    return csv_files.write(HEADER, ([row.get(name, "") for name in HEADER] for row in rows))


def _suggestions(session: Session, round_: Round) -> Iterator[tuple[int, _Cells]]:
    known = {one.id: one for one in panels.list_panellists(session, round_.study)}
    moved = counted_panels.moved_since(session, round_)
    for one in participations.list_suggestions(session, round_):
        writer = known[one.panellist_id]
        panel = moved.get(writer.id, writer.panel)
        yield 0, {"kind": one.kind.value, **_written(panel.key, writer.code, one.text)}


def _comments(session: Session, round_: Round) -> Iterator[tuple[int, _Cells]]:
    for one in comments.list_written(session, round_):
        yield (
            one.item_id,
            {
                "kind": COMMENT,
                **_written(one.panel_key, one.code, one.text),
                "cleared": one.status or "",
                "others_read": inert(one.cleared_text),
                "why_cleared_so": inert(one.reason),
                "may_be_shown": _yes(one.may_be_shown),
                "may_be_quoted": _yes(one.may_be_quoted),
            },
        )


def _changes(session: Session, round_: Round) -> Iterator[tuple[int, _Cells]]:
    for one in reasons.list_changes(session, round_):
        answers = {"from": _answer(one.before), "to": _answer(one.after)}
        yield one.place.item_id, {"kind": CHANGE, **_at(one.place, one.text), **answers}


def _unable(session: Session, round_: Round) -> Iterator[tuple[int, _Cells]]:
    for place, why in reasons.list_unable(session, round_):
        yield place.item_id, {"kind": UNABLE, **_at(place, why.value)}


def _item(asked: RoundItem) -> _Cells:
    item, title = asked.item, asked.wording.title
    return {"number": item.position, "item": inert(item.key), "title": inert(title)}


def _at(place: reasons.Place, text: str) -> _Cells:
    return {"criterion": place.criterion, **_written(place.panel, place.code, text)}


def _written(panel: str, code: str, text: str) -> _Cells:
    return {"panel": panel, "code": inert(code), "text": inert(text)}


def _answer(answer: Answer) -> object:
    if answer.unable is not None:
        return "unable"
    return "" if answer.value is None else answer.value


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
