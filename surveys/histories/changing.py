"""Changing what the next round asks, between two rounds: reword, merge, split, add, and take that back.

All of it belongs to a round that is planned. What was asked before stays as it was asked: a rating is of the
wording that it was given to, and an item that gave way to another keeps its ratings and its number.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveys import audit, items, rounds
from surveys.errors import InvalidInput, NotNow
from surveys.histories import changes, texts
from surveys.histories.changes import ChangedItem, ChangeKind, ItemChange, Why
from surveys.histories.texts import Text
from surveys.items import Item, ItemPlan, Wording
from surveys.participations import LONGEST_TEXT
from surveys.rounds import REFUSALS, Round, RoundItem, RoundStatus
from surveys.studies import Study

FIRST = "Before round 1 nothing has been rated yet: items are written in the design."
TOO_LATE = "{} What it asks stays as it is."
REASON_NEEDED = "Say why: panellists read it in the next round."
REASON_TOO_LONG = "This has {} characters; at most {} can be kept."
SAME = "This is the wording that it has."
AS_BEFORE = "So it read before. To have it so again, take the change back."
STALE = "Somebody else reworded this item meanwhile: see how it reads now. What you wrote is still here."
NOT_ASKED = "Round {} does not ask this item."
TWO_OR_MORE = "Choose two items or more to merge."
IN_TWO = "Write at least two items for it to be split into."
TOUCHED = "Item {} was {} for this round already. Take that back first."
LAST_ONE = "Somebody reworded item {} since. Take that back first."


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
    texts.check(session, round_, [text], but=[item])
    _check_is_another(item, text)
    if (change := _unread(session, round_, item)) is not None:
        _check_is_not_the_last(item, text, change)
        item.wording.title, item.wording.vignette = text.title, text.vignette
        if change.kind == ChangeKind.REWORDED:  # of others the reason says why they are there at all
            change.reason, change.by, change.at = why.reason.strip(), why.by, why.now
    else:
        version = item.wording.version + 1
        item.wordings.append(Wording(version=version, title=text.title, vignette=text.vignette))
        session.flush()
        change = changes.add(session, round_, ChangeKind.REWORDED, why, results=[item])
    _ask(session, round_, [asked.item for asked in round_.items])
    _note(session, round_, change, why, act=ChangeKind.REWORDED, reason=why.reason.strip())
    return change


def merge(session: Session, round_: Round, item_ids: Sequence[int], text: Text, why: Why) -> ItemChange:
    """Ask one item in place of several; it has the tags of all of them, and starts without ratings."""
    hold(session, round_, why)
    sources = [_untouched(session, round_, item_id) for item_id in dict.fromkeys(item_ids)]
    if len(sources) < 2:
        raise InvalidInput(TWO_OR_MORE, "items")
    texts.check(session, round_, [text], but=sources)
    return _replace(session, round_, sources, [text], ChangeKind.MERGED, why)


def split(session: Session, round_: Round, item_id: int, parts: Sequence[Text], why: Why) -> ItemChange:
    """Ask several items in place of one, each with its tags; they start without ratings."""
    hold(session, round_, why)
    source = _untouched(session, round_, item_id)
    if len(parts) < 2:
        raise InvalidInput(IN_TWO, "part1.title")
    texts.check(session, round_, parts, but=[source])
    return _replace(session, round_, [source], parts, ChangeKind.SPLIT, why)


def add(session: Session, round_: Round, text: Text, why: Why) -> ItemChange:
    """Ask a new item, last of all."""
    hold(session, round_, why)
    texts.check(session, round_, [text])
    return _replace(session, round_, [], [text], ChangeKind.NEW, why)


def take_back(session: Session, round_: Round, change_id: int, *, by: str, now: datetime) -> ItemChange:
    """Let the round ask what it would have asked without this change."""
    hold(session, round_)
    change = changes.get(session, round_, change_id)
    kind, results, sources = change.kind, change.results, change.sources
    if kind == ChangeKind.REOPENED:
        _check_not_reworded(session, round_, results[0])
    stay = [asked.item for asked in round_.items if asked.item not in results or kind == ChangeKind.REWORDED]
    _note(session, round_, change, Why("", by, now), act="taken back")
    session.flush()
    session.expunge(change)
    changes.forget(session, change)
    if kind == ChangeKind.REWORDED:
        _ask(session, round_, stay, without_newest=results)
    else:
        _ask(session, round_, [*stay, *sources])
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
    if why is not None and len(why.reason) > LONGEST_TEXT:
        raise InvalidInput(REASON_TOO_LONG.format(len(why.reason), LONGEST_TEXT), "reason")


def ask_again(session: Session, round_: Round, item: Item, why: Why) -> ItemChange:
    """Ask a settled item again; that it may be is checked by `reopening`."""
    _ask(session, round_, [*(asked.item for asked in round_.items), item])
    change = changes.add(session, round_, ChangeKind.REOPENED, why, results=[item])
    _note(session, round_, change, why)
    return change


def _replace(
    session: Session,
    round_: Round,
    sources: Sequence[Item],
    wanted: Sequence[Text],
    kind: ChangeKind,
    why: Why,
) -> ItemChange:
    """Ask new items with these texts where the first of their sources stood."""
    study = round_.study
    taken = {item.key for item in study.items}
    tags = _tags_of(sources)
    plans = []
    for text in wanted:
        key = items.free_key(text.title, taken)
        taken.add(key)
        plans.append(ItemPlan(key, text.title, text.vignette, tags))
    stay = [asked.item for asked in round_.items if asked.item not in sources]
    made = items.add(session, study, plans)
    change = changes.add(session, round_, kind, why, sources=sources, results=made)
    _ask(session, round_, [*stay, *made])
    _note(session, round_, change, why)
    return change


def _ask(
    session: Session, round_: Round, order: Sequence[Item], *, without_newest: Iterable[Item] = ()
) -> None:
    """Let the round ask these, what came of an item where that stood, all others by their numbers.

    `without_newest` lose their newest wording, which only this round asks.
    """
    session.execute(delete(RoundItem).where(RoundItem.round_id == round_.id))
    session.expire(round_, ["items"])
    for item in without_newest:
        session.execute(delete(Wording).where(Wording.id == item.wording.id))
        session.expire(item, ["wordings"])
    stood = changes.places(session, round_.study)
    rounds.plan_anew(
        session, round_, sorted(order, key=lambda one: (stood.get(one.id, one.position), one.position))
    )


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


def _unread(session: Session, round_: Round, item: Item) -> ItemChange | None:
    """The change that gave the item words which nobody has read yet."""
    own = (one for one in changes.list_for(session, round_) if item in one.results)
    return next((one for one in own if one.kind != ChangeKind.REOPENED), None)


def _check_is_another(item: Item, text: Text) -> None:
    if (item.wording.title, item.wording.vignette) == (text.title, text.vignette):
        raise InvalidInput(SAME, "title")


def _check_is_not_the_last(item: Item, text: Text, change: ItemChange) -> None:
    """Refuse, in place of a new wording, the one that was read: nobody would have to rate it anew."""
    if change.kind == ChangeKind.REWORDED:
        last = item.wordings[-2]
        if (last.title, last.vignette) == (text.title, text.vignette):
            raise InvalidInput(AS_BEFORE, "title")


def _check_not_reworded(session: Session, round_: Round, item: Item) -> None:
    for change in changes.list_for(session, round_):
        if change.kind == ChangeKind.REWORDED and item in change.results:
            raise NotNow(LAST_ONE.format(item.position))


def _tags_of(sources: Sequence[Item]) -> dict[str, list[str]]:
    """The tags of all of them, each once, in their order."""
    tags: dict[str, list[str]] = {}
    for item in sources:
        for name, terms in item.tags.items():
            tags[name] = list(dict.fromkeys([*tags.get(name, []), *terms]))
    return tags


def _note(session: Session, round_: Round, change: ItemChange, why: Why, act: str = "", **more: str) -> None:
    details = {
        "round": round_.number,
        "items": ", ".join(f"{item.position}" for item in (change.sources or change.results)),
        "kind": change.kind.value,
    }
    audit.note(
        session, round_.study_id, f"items {act or change.kind}", by=why.by, now=why.now, **details, **more
    )
    session.flush()
