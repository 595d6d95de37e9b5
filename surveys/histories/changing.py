"""Changing what the next round asks, between two rounds: reword, merge, split, add, and take that back.

All of it belongs to a round that is planned. What was asked before stays as it was asked: a rating is of the
wording that it was given to, and an item that gave way to another keeps its ratings and its number.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveys import audit, items, rounds
from surveys.errors import InvalidInput, NotNow
from surveys.exchange.item_files import LONGEST, MOST_ITEMS
from surveys.histories import changes
from surveys.histories.changes import ChangedItem, ChangeKind, ItemChange, Why
from surveys.items import Item, ItemPlan, Wording
from surveys.rounds import REFUSALS, Round, RoundItem, RoundStatus
from surveys.studies import Study

FIRST = "Before round 1 nothing has been rated yet: items are written in the design."
TOO_LATE = "{} What it asks stays as it is."
REASON_NEEDED = "Say why: panellists read it in the next round."
TITLE_NEEDED = "An item needs a title."
TITLE_TAKEN = "Item {} has this title too. Give each item its own."
SAME = "This is the wording that it has."
STALE = "Somebody else reworded this item meanwhile: see how it reads now. What you wrote is still here."
NOT_ASKED = "Round {} does not ask this item."
TWO_OR_MORE = "Choose two items or more to merge."
IN_TWO = "Write at least two items for it to be split into."
TOUCHED = "Item {} was {} for this round already. Take that back first."
LAST_ONE = "Somebody reworded item {} since. Take that back first."
FULL = f"At most {MOST_ITEMS} items can be kept."


@dataclass(frozen=True)
class Text:
    """What panellists are to read of an item."""

    title: str
    vignette: str = ""


def can_change(round_: Round) -> bool:
    """Whether what this round asks may still be changed."""
    return round_.status == RoundStatus.PLANNED and round_.number > 1 and round_.study.ended_at is None


def check_can_change(round_: Round) -> None:
    """Refuse a round that has been opened, and the first, whose items are written in the design."""
    if round_.status != RoundStatus.PLANNED:
        raise NotNow(TOO_LATE.format(REFUSALS[round_.status]))
    if round_.number == 1:
        raise NotNow(FIRST)
    if round_.study.ended_at is not None:
        raise NotNow("This study has ended: no more rounds can be opened.")


def can_plan_next(session: Session, settled: Round) -> bool:
    """Whether a round may follow a settled one that none follows yet: where nothing went on."""
    has_ended = settled.study.ended_at is not None
    is_over = has_ended or settled.is_last or settled.status != RoundStatus.SETTLED
    return not is_over and not rounds.list_after(session, settled)


def plan_next(session: Session, settled: Round) -> Round:
    """The round after a settled one: the one that is planned, or a new one where nothing went on."""
    rounds.lock(session, settled)
    if later := rounds.list_after(session, settled):
        return later[0]
    if not can_plan_next(session, settled):
        raise NotNow("No other round follows this one, so there is none to change.")
    return rounds.plan(session, settled.study, [])


def standing(item: Item) -> str:
    """A few digits that tell one text of an item from another."""
    return hashlib.sha256(f"{item.wording.title}\0{item.wording.vignette}".encode()).hexdigest()[:16]


def reword(
    session: Session, round_: Round, item_id: int, text: Text, why: Why, *, seen: str | None = None
) -> ItemChange:
    """Ask an item in other words: a new wording, or another text of one that nobody has read yet.

    `seen` is the `standing` of the text that it was rewritten from; refused if that has changed meanwhile.
    """
    hold(session, round_, why)
    item = _asked(round_, item_id)
    if seen is not None and seen != standing(item):
        raise NotNow(STALE)
    _check_texts(round_.study, [text], but=[item])
    if (item.wording.title, item.wording.vignette) == (text.title, text.vignette):
        raise InvalidInput(SAME, "title")
    unread = [one for one in changes.list_for(session, round_) if item in one.results]
    if fresh := [one for one in unread if one.kind != ChangeKind.REOPENED]:
        item.wording.title, item.wording.vignette = text.title, text.vignette
        fresh[0].reason = why.reason
        change = fresh[0]
    else:
        version = item.wording.version + 1
        item.wordings.append(Wording(version=version, title=text.title, vignette=text.vignette))
        session.flush()
        change = changes.add(session, round_, ChangeKind.REWORDED, why, results=[item])
    _ask(session, round_, [asked.item for asked in round_.items])
    _note(session, round_, change, why)
    return change


def merge(session: Session, round_: Round, item_ids: Sequence[int], text: Text, why: Why) -> ItemChange:
    """Ask one item in place of several; it has the tags of all of them, and starts without ratings."""
    hold(session, round_, why)
    sources = [_untouched(session, round_, item_id) for item_id in dict.fromkeys(item_ids)]
    if len(sources) < 2:
        raise InvalidInput(TWO_OR_MORE, "items")
    _check_texts(round_.study, [text], but=sources)
    return _replace(session, round_, sources, [text], ChangeKind.MERGED, why)


def split(session: Session, round_: Round, item_id: int, texts: Sequence[Text], why: Why) -> ItemChange:
    """Ask several items in place of one, each with its tags; they start without ratings."""
    hold(session, round_, why)
    source = _untouched(session, round_, item_id)
    if len(texts) < 2:
        raise InvalidInput(IN_TWO, "parts")
    _check_texts(round_.study, texts, but=[source])
    return _replace(session, round_, [source], texts, ChangeKind.SPLIT, why)


def add(session: Session, round_: Round, text: Text, why: Why) -> ItemChange:
    """Ask a new item, last of all."""
    hold(session, round_, why)
    _check_texts(round_.study, [text])
    return _replace(session, round_, [], [text], ChangeKind.NEW, why)


def take_back(session: Session, round_: Round, change_id: int, *, by: str, now: datetime) -> ItemChange:
    """Let the round ask what it would have asked without this change."""
    hold(session, round_)
    change = changes.get(session, round_, change_id)
    kind, results, sources = change.kind, change.results, change.sources
    if kind == ChangeKind.REOPENED:
        _check_not_reworded(session, round_, results[0])
    order = [asked.item for asked in round_.items if asked.item not in results or kind == ChangeKind.REWORDED]
    _note(session, round_, change, Why("", by, now), act="taken back")
    session.flush()
    session.expunge(change)
    changes.forget(session, change)
    if kind == ChangeKind.REWORDED:
        _ask(session, round_, order, without_newest=results)
    else:
        _ask(session, round_, sorted([*order, *sources], key=lambda item: item.position))
    if kind in (ChangeKind.MERGED, ChangeKind.SPLIT, ChangeKind.NEW):
        _delete(session, round_.study, results)
    return change


def hold(session: Session, round_: Round, why: Why | None = None) -> None:
    """Hold the round against being opened, and against whoever else changes it; refuse what may not be."""
    session.flush()
    rounds.lock(session, round_)
    session.expire_all()  # whoever was waited for may have changed any item
    check_can_change(round_)
    if why is not None and not why.reason.strip():
        raise InvalidInput(REASON_NEEDED, "reason")


def ask_again(session: Session, round_: Round, item: Item, why: Why) -> ItemChange:
    """Ask a settled item last of all; that it may be asked again is checked by `reopening`."""
    _ask(session, round_, [*(asked.item for asked in round_.items), item])
    change = changes.add(session, round_, ChangeKind.REOPENED, why, results=[item])
    _note(session, round_, change, why)
    return change


def _replace(
    session: Session,
    round_: Round,
    sources: Sequence[Item],
    texts: Sequence[Text],
    kind: ChangeKind,
    why: Why,
) -> ItemChange:
    """Ask new items with these texts where the first of their sources stood."""
    study = round_.study
    taken = {item.key for item in study.items}
    tags = _tags_of(sources)
    plans = []
    for text in texts:
        key = items.free_key(text.title, taken)
        taken.add(key)
        plans.append(ItemPlan(key, text.title, text.vignette, tags))
    before = [asked.item for asked in round_.items]
    made = items.add(session, study, plans)
    place = before.index(sources[0]) if sources else len(before)
    order = [*before[:place], *made, *before[place:]]
    _ask(session, round_, [item for item in order if item not in sources])
    change = changes.add(session, round_, kind, why, sources=sources, results=made)
    _note(session, round_, change, why)
    return change


def _ask(
    session: Session, round_: Round, order: Sequence[Item], *, without_newest: Iterable[Item] = ()
) -> None:
    """Let the round ask these; `without_newest` lose their newest wording, which only this round asks."""
    session.execute(delete(RoundItem).where(RoundItem.round_id == round_.id))
    session.expire(round_, ["items"])
    for item in without_newest:
        session.execute(delete(Wording).where(Wording.id == item.wording.id))
        session.expire(item, ["wordings"])
    rounds.plan_anew(session, round_, order)


def _delete(session: Session, study: Study, results: Sequence[Item]) -> None:
    ids = [item.id for item in results]
    for item in results:
        for wording in item.wordings:
            session.expunge(wording)
        session.expunge(item)
    items.delete_all(session, ids)
    session.expire(study, ["items"])


def _asked(round_: Round, item_id: int) -> Item:
    for asked in round_.items:
        if asked.item_id == item_id:
            return asked.item
    raise NotNow(NOT_ASKED.format(round_.number))


def _untouched(session: Session, round_: Round, item_id: int) -> Item:
    item = _asked(round_, item_id)
    known = select(ItemChange).join(ChangedItem).where(ItemChange.round_id == round_.id)
    if (change := session.scalar(known.where(ChangedItem.item_id == item_id))) is not None:
        raise NotNow(TOUCHED.format(item.position, change.kind))
    return item


def _check_not_reworded(session: Session, round_: Round, item: Item) -> None:
    for change in changes.list_for(session, round_):
        if change.kind == ChangeKind.REWORDED and item in change.results:
            raise NotNow(LAST_ONE.format(item.position))


def _check_texts(study: Study, texts: Sequence[Text], *, but: Iterable[Item] = ()) -> None:
    own = {item.id for item in but}
    if len(study.items) + len(texts) > MOST_ITEMS:
        raise InvalidInput(FULL, "title")
    taken = {item.wording.title.casefold(): item.position for item in study.items if item.id not in own}
    for number, text in enumerate(texts):
        name = "title" if len(texts) == 1 else f"part{number + 1}.title"
        _check_text(text, name)
        if (other := taken.get(text.title.casefold())) is not None:
            raise InvalidInput(TITLE_TAKEN.format(other), name)
        taken[text.title.casefold()] = len(study.items) + number + 1


def _check_text(text: Text, name: str) -> None:
    if not text.title:
        raise InvalidInput(TITLE_NEEDED, name)
    for field, said in (("title", text.title), ("vignette", text.vignette)):
        if len(said) > LONGEST[field]:
            sentence = f"This has {len(said)} characters; at most {LONGEST[field]} can be kept."
            raise InvalidInput(sentence, name.replace("title", field))


def _tags_of(sources: Sequence[Item]) -> dict[str, list[str]]:
    """The tags of all of them, each once, in their order."""
    tags: dict[str, list[str]] = {}
    for item in sources:
        for name, terms in item.tags.items():
            tags[name] = list(dict.fromkeys([*tags.get(name, []), *terms]))
    return tags


def _note(session: Session, round_: Round, change: ItemChange, why: Why, act: str = "") -> None:
    details = {
        "round": round_.number,
        "items": ", ".join(f"{item.position}" for item in (change.sources or change.results)),
        "kind": change.kind.value,
    }
    audit.note(session, round_.study_id, f"items {act or change.kind}", by=why.by, now=why.now, **details)
    session.flush()
