"""The items of a study while they may still be changed: added, reworded, dropped and put in another order.

Until round 1 opens nobody has read them, so a new text takes the place of the old one; from then on a new
text is a new version.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from surveys import audit, items, rounds
from surveys.designing import drafts
from surveys.errors import Fault, FaultyFile, NotNow
from surveys.exchange.item_files import LONGEST, MOST_ITEMS
from surveys.items import Item, ItemPlan
from surveys.rounds import RoundItem
from surveys.studies import Study

FILE = "items"
STALE = "Somebody else changed the items meanwhile, so yours are not saved yet. Look, and save again."
NO_ITEMS = "A study has at least one item: leave one in, or write another."


@dataclass(frozen=True)
class Wanted:
    """An item as it is to be; `item_id` names one that is there, none is a new one."""

    title: str
    vignette: str = ""
    item_id: int | None = None


@dataclass(frozen=True)
class Changed:
    """How many items were added, reworded and dropped."""

    added: int
    reworded: int
    dropped: int


def standing(study: Study) -> str:
    """A few digits that tell one standing of the items from another."""
    text = json.dumps([(item.id, item.wording.title, item.wording.vignette) for item in study.items])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def save(
    session: Session, study: Study, wanted: Sequence[Wanted], *, seen: str, by: str, now: datetime
) -> Changed:
    """Let these be the items, in this order, if nobody else changed them meanwhile."""
    drafts.hold_draft(session, study)
    session.expire(study, ["items"])
    if standing(study) != seen:
        raise NotNow(STALE)
    check(wanted)
    known = {item.id: item for item in study.items}
    keys = {item.key for item in study.items}
    pairs: list[tuple[Item | None, ItemPlan]] = []
    for one in wanted:
        item = known.get(one.item_id or 0)
        key = item.key if item else items.free_key(one.title, keys)
        keys.add(key)
        tags, notes = (item.tags, item.notes) if item else ({}, {})
        pairs.append((item, ItemPlan(key, one.title, one.vignette, tags, notes)))
    return _put(session, study, pairs, by=by, now=now)


def put_file(
    session: Session, study: Study, plans: Iterable[ItemPlan], *, by: str, now: datetime, keep: bool = False
) -> Changed:
    """Let a file's items be the study's; an item of the same key stays that item. `keep` drops no other."""
    drafts.hold_draft(session, study)
    session.expire(study, ["items"])
    known = {item.key: item for item in study.items}
    pairs = [(known.get(plan.key), plan) for plan in plans]
    if keep:
        named = {plan.key for _, plan in pairs}
        pairs = [(item, items.plan_of(item)) for item in study.items if item.key not in named] + pairs
    check([Wanted(plan.title, plan.vignette) for _, plan in pairs])
    return _put(session, study, pairs, by=by, now=now)


def _put(
    session: Session,
    study: Study,
    pairs: Sequence[tuple[Item | None, ItemPlan]],
    *,
    by: str,
    now: datetime,
) -> Changed:
    kept = {item.id for item, _ in pairs if item}
    dropped = [item for item in study.items if item.id not in kept]
    reworded = sum(_follow(item, plan) for item, plan in pairs if item)
    added = items.add(session, study, [plan for item, plan in pairs if item is None])
    new = iter(added)
    order = [item or next(new) for item, _ in pairs]
    for position, item in enumerate(order, start=1):
        item.position = position
    _ask_in_round_1(session, study, order)
    _drop(session, dropped)
    session.flush()
    session.expire(study, ["items"])
    changed = Changed(len(added), reworded, len(dropped))
    audit.note(
        session,
        study.id,
        "items changed",
        by=by,
        now=now,
        added=changed.added,
        reworded=changed.reworded,
        dropped=", ".join(item.key for item in dropped),
    )
    return changed


def _follow(item: Item, plan: ItemPlan) -> bool:
    """Give the item this text, and these tags and notes; whether the text is another than before."""
    wording = item.wording
    is_new = (wording.title, wording.vignette) != (plan.title, plan.vignette)
    wording.title, wording.vignette = plan.title, plan.vignette
    item.tags, item.notes = plan.tags, plan.notes
    return is_new


def _ask_in_round_1(session: Session, study: Study, order: Sequence[Item]) -> None:
    session.flush()
    known = rounds.list_rounds(session, study)
    if known:
        rounds.plan_anew(session, known[0], order)
    else:
        rounds.plan(session, study, order)


def _drop(session: Session, dropped: Sequence[Item]) -> None:
    ids = [item.id for item in dropped]
    in_rounds = delete(RoundItem).where(RoundItem.item_id.in_(ids))
    session.execute(in_rounds.execution_options(synchronize_session=False))
    items.delete_all(session, ids)
    for item in dropped:
        for wording in item.wordings:
            session.expunge(wording)
        session.expunge(item)


def check(wanted: Sequence[Wanted]) -> None:
    """Refuse items that a study cannot have."""
    faults = [Fault(FILE, where, sentence) for where, sentence in _faults(wanted)]
    if not wanted:
        faults = [Fault(FILE, "", NO_ITEMS)]
    if len(wanted) > MOST_ITEMS:
        faults = [Fault(FILE, "", f"There are {len(wanted)} items; at most {MOST_ITEMS} can be kept.")]
    if faults:
        raise FaultyFile(faults)


def _faults(wanted: Sequence[Wanted]) -> Iterable[tuple[str, str]]:
    places: dict[str, int] = {}
    for number, one in enumerate(wanted, start=1):
        if not one.title:
            yield f"{number}, title", "An item needs a title. To drop the item, tick the box below it."
        elif (earlier := places.setdefault(one.title.casefold(), number)) != number:
            yield f"{number}, title", f"Item {earlier} has this title too. Give each item its own."
        for name, text in (("title", one.title), ("vignette", one.vignette)):
            if len(text) > LONGEST[name]:
                yield (
                    f"{number}, {name}",
                    f"This has {len(text)} characters; at most {LONGEST[name]} can be kept.",
                )
