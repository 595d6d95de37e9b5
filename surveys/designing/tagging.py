"""The tags of items, given in the browser: whom a grid is for, what frameworks say. Raters never see them.

So they may change until the study has ended. They are saved against what the form was made from, so that of
two researchers the second is shown the first's change.
"""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import audit
from surveys.errors import NotFound, NotNow
from surveys.items import Item
from surveys.studies import Study

NO_ITEM = "This study has no such item."
ENDED = "This study has ended, so its items keep their tags."
STALE = (
    "Somebody else changed these tags meanwhile, so yours are not saved yet. Look them over, and save again."
)

Tag = tuple[str, str]  # a vocabulary and one of its terms, by their keys


def get_item(session: Session, study: Study, item_id: int) -> Item:
    """The item of this study with this number."""
    own = select(Item).where(Item.id == item_id, Item.study_id == study.id)
    if (item := session.scalar(own)) is None:
        raise NotFound(NO_ITEM)
    return item


def tags_of(study: Study, item: Item) -> frozenset[Tag]:
    """The tags that an item has, of those that the study knows."""
    return frozenset(tag for tag in known(study) if tag[1] in item.tags.get(tag[0], ()))


def known(study: Study) -> list[Tag]:
    """Every tag that an item of this study can have, in order."""
    return [(name, term) for name, one in study.vocabularies.items() for term in one["terms"]]


def standing(study: Study, item: Item) -> str:
    """A few digits that tell one standing of an item's tags from another."""
    text = json.dumps([known(study), sorted(tags_of(study, item))])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def check_can_change(study: Study) -> None:
    """Refuse a study that has ended."""
    if study.ended_at is not None:
        raise NotNow(ENDED)


def save(  # noqa: PLR0913  # which tags of what, made from which standing, by whom, when
    session: Session,
    study: Study,
    item_id: int,
    tags: Collection[Tag],
    *,
    seen: str,
    by: str,
    now: datetime,
) -> bool:
    """Let an item have these tags, if nobody changed them meanwhile; whether it had others before."""
    session.refresh(study, with_for_update={"key_share": True})
    check_can_change(study)
    item = get_item(session, study, item_id)
    session.refresh(item)
    before, after = tags_of(study, item), frozenset(tags) & frozenset(known(study))
    if before == after:
        return False
    if standing(study, item) != seen:
        raise NotNow(STALE)
    _put(study, item, after)
    changes = {"given": _named(study, after - before), "taken": _named(study, before - after)}
    said = {name: words for name, words in changes.items() if words}
    audit.note(session, study.id, "item tagged", by=by, now=now, item=item.id, **said)
    session.flush()
    return True


def without_audience(study: Study) -> list[Item]:
    """The items that stand on no grid, where each grid is for those that its items are tagged with."""
    plan = study.protocol.grids
    if plan is None or not plan.audiences:
        return []
    return [item for item in study.items if not item.tags.get(plan.audiences)]


def _put(study: Study, item: Item, tags: Collection[Tag]) -> None:
    """Tags in the order of the vocabularies; what none of them knows stays."""
    others = {name: terms for name, terms in item.tags.items() if name not in study.vocabularies}
    ordered = {
        name: [term for term in one["terms"] if (name, term) in tags]
        for name, one in study.vocabularies.items()
    }
    item.tags = {name: terms for name, terms in ordered.items() if terms} | others


def _named(study: Study, tags: Collection[Tag]) -> str:
    """The words of some tags, in order."""
    return ", ".join(
        study.vocabularies[name]["terms"][term] for name, term in known(study) if (name, term) in tags
    )
