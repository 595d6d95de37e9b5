"""A whole design taken from files, in place of a draft's own: what would change, and the change, as one.

It is taken against what the list of changes was made from, so that of two researchers the second is told of
the first's change.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from surveys import audit, items
from surveys.designing import drafts, item_lists
from surveys.designing.item_lists import Wanted
from surveys.errors import NotNow
from surveys.exchange import study_files
from surveys.exchange.study_files import StudyFiles
from surveys.exchange.vocabulary_files import to_builtins
from surveys.items import ItemPlan
from surveys.studies import Study

STALE = "Somebody changed the draft since this list was made, so nothing is taken yet. Look it over again."


@dataclass(frozen=True)
class Reworded:
    """An item that is there under another text: as it is, and as it would be."""

    before: ItemPlan
    after: ItemPlan


@dataclass(frozen=True)
class Differences:
    """What a design in files has other than the draft; `retagged` counts tags and notes."""

    parts: tuple[str, ...]
    vocabularies: bool
    added: tuple[ItemPlan, ...]
    reworded: tuple[Reworded, ...]
    dropped: tuple[ItemPlan, ...]
    retagged: int
    is_reordered: bool

    @property
    def has_items(self) -> bool:
        """Whether any of the items would change."""
        return bool(self.added or self.reworded or self.dropped or self.retagged or self.is_reordered)

    def __bool__(self) -> bool:
        return bool(self.parts or self.vocabularies or self.has_items)


def standing(study: Study) -> str:
    """A few digits that tell one standing of the whole draft from another."""
    plans = [msgspec.to_builtins(items.plan_of(item)) for item in study.items]
    text = json.dumps([study.fingerprint, study.vocabularies, plans], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def compare(session: Session, study: Study, files: StudyFiles) -> Differences:
    """What would change; refused where the draft cannot take it at all."""
    drafts.check_can_change(study)
    drafts.check_panels(session, study, files.protocol)
    item_lists.check([Wanted(plan.title, plan.vignette) for plan in files.items])
    return _differences(study_files.of(study), files)


def take(  # noqa: PLR0913  # what, from which standing, out of which file, by whom, when
    session: Session, study: Study, files: StudyFiles, *, seen: str, source: str, by: str, now: datetime
) -> Differences:
    """Put the design of the files in the draft's place, if nobody changed that meanwhile."""
    drafts.hold_draft(session, study)
    session.expire(study, ["items", "vocabularies"])
    found = compare(session, study, files)
    if not found:  # a button that was pressed twice
        return found
    if standing(study) != seen:
        raise NotNow(STALE)
    drafts.adopt(session, study, files.protocol)
    study.vocabularies = to_builtins(files.vocabularies)
    if found.has_items:
        item_lists.put_file(session, study, files.items, by=by, now=now)
    audit.note(
        session,
        study.id,
        "design replaced",
        by=by,
        now=now,
        source=source,
        parts=", ".join(found.parts),
        fingerprint=study.fingerprint,
    )
    session.flush()
    return found


def _differences(before: StudyFiles, after: StudyFiles) -> Differences:
    old, new = ({plan.key: plan for plan in files.items} for files in (before, after))
    kept = [key for key in old if key in new]
    return Differences(
        parts=tuple(
            part
            for part in drafts.PARTS
            if drafts.standing(before.protocol, part) != drafts.standing(after.protocol, part)
        ),
        vocabularies=to_builtins(before.vocabularies) != to_builtins(after.vocabularies),
        added=tuple(plan for key, plan in new.items() if key not in old),
        reworded=tuple(Reworded(old[key], new[key]) for key in kept if _text(old[key]) != _text(new[key])),
        dropped=tuple(plan for key, plan in old.items() if key not in new),
        retagged=sum((old[key].tags, old[key].notes) != (new[key].tags, new[key].notes) for key in kept),
        is_reordered=kept != [key for key in new if key in old],
    )


def _text(plan: ItemPlan) -> tuple[str, str]:
    return plan.title, plan.vignette
