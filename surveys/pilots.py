"""Pilots: a round tried with test panellists before the panels are asked.

A pilot is a study of its own that hangs on the study which it tries, with the same protocol and so the same
fingerprint. Everything is asked by study, so what is answered in a pilot is in no count of the real one, and
goes with the pilot, at once. Nobody stands behind a test panellist: there is no name, and nobody to write to.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import audit, pilot_copies, removing, rounds, studies
from surveys.access import Key
from surveys.audit import AuditEntry
from surveys.designing import drafts
from surveys.errors import InvalidInput, NotNow
from surveys.items import Item
from surveys.ratings import Rating
from surveys.rounds import Round, RoundStatus
from surveys.studies import Study

USUAL, MOST = 2, 20  # test panellists a panel
STARTED, REMOVED = "pilot started", "pilot removed"  # in the trail of the study that is tried

NO_SECOND = "It can have no pilot of its own."
ENDED = "This study has ended, so there is nothing left to try."
NO_ITEMS = "There are no items to try yet. Add items first."
NO_ROUND = (
    "No round is planned, so there is nothing to try: a pilot asks what the next planned round will ask."
)
ANOTHER = "This pilot was removed and another one started meanwhile. Look at that one first."
HOW_MANY = f"Write a number from 0 to {MOST}."
NOBODY = "A pilot needs somebody to try it. Choose at least one test panellist."


def find(session: Session, study: Study) -> Study | None:
    """The pilot of this study, if one is running."""
    return session.scalar(select(Study).where(Study.pilot_of_id == study.id))


def check_can_start(session: Session, study: Study) -> None:
    """Refuse where there is nothing to try."""
    studies.check_is_no_pilot(study, NO_SECOND)
    if study.ended_at is not None:
        raise NotNow(ENDED)
    if not list_asked(session, study):
        raise NotNow(NO_ROUND if study.locked_at else NO_ITEMS)


def list_asked(session: Session, study: Study) -> Sequence[Item]:
    """What a pilot would ask now: the items of the first planned round; of a draft without one, all."""
    for round_ in rounds.list_rounds(session, study):
        if round_.status == RoundStatus.PLANNED:
            return [asked.item for asked in round_.items]
    return [] if study.locked_at else study.items


def number_tried(session: Session, study: Study, at: datetime) -> int:
    """The number of the round that a pilot tries which starts then: the one after those that were opened."""
    opened = [one.opened_at for one in rounds.list_rounds(session, study) if one.opened_at is not None]
    return 1 + sum(moment <= at for moment in opened)


def start(
    session: Session, key: Key, study: Study, people: Mapping[str, int], *, by: str, now: datetime
) -> Study:
    """A pilot of the study as it stands, its round open; where there is one already, that one.

    `people` is how many test panellists each panel gets, by its key.
    """
    _check_people(people)
    studies.check_is_no_pilot(study, NO_SECOND)
    drafts.hold(session, study)  # whoever starts one at the same time waits, and is shown this one
    if (known := find(session, study)) is not None:
        return known
    check_can_start(session, study)
    pilot = pilot_copies.of_study(session, study, now)
    round_ = rounds.plan(session, pilot, pilot_copies.of_items(session, pilot, list_asked(session, study)))
    pilot_copies.add_people(session, key, pilot, people, now)
    rounds.open_(session, round_, closes_at=None, now=now, by=by)
    details = {"fingerprint": pilot.fingerprint, "items": len(round_.items), "people": sum(people.values())}
    audit.note(session, study.id, STARTED, by=by, now=now, **details)
    session.flush()
    return pilot


def standing(pilot: Study) -> str:
    """What tells this pilot from another that takes its place."""
    return f"{pilot.created_at:%Y-%m-%dT%H:%M:%S.%f}"


def remove(session: Session, study: Study, seen: str, *, by: str, now: datetime) -> None:
    """Delete the pilot that was seen, with all its answers; where there is none any more, nothing changes."""
    drafts.hold(session, study)
    if (pilot := find(session, study)) is None:
        return
    if standing(pilot) != seen:
        raise NotNow(ANOTHER)
    for round_ in rounds.list_rounds(session, pilot):
        rounds.lock(session, round_)  # so that what is counted here is what goes
    answers = count_answers(session, pilot)
    removing.remove(session, pilot)
    audit.note(session, study.id, REMOVED, by=by, now=now, answers=answers)
    session.flush()


def count_answers(session: Session, pilot: Study) -> int:
    """How many test answers there are, in all rounds."""
    given = select(func.count()).select_from(Rating).join(Round, Round.id == Rating.round_id)
    return session.scalar(given.where(Round.study_id == pilot.id)) or 0


def list_changes(session: Session, study: Study, pilot: Study) -> list[str]:
    """The parts of the design that are not any more what was tried, “items” among them."""
    before, after = pilot.protocol, study.protocol
    changed = [part for part in drafts.PARTS if drafts.standing(before, part) != drafts.standing(after, part)]
    if not changed and before != after:
        changed = ["protocol"]  # what no form has
    now = [(item.key, item.wording.title, item.wording.vignette) for item in list_asked(session, study)]
    tried = [
        (asked.item.key, asked.wording.title, asked.wording.vignette)
        for asked in rounds.get_round(session, pilot, 1).items
    ]
    return [*changed, "items"] if now and now != tried else changed


def list_past(session: Session, study: Study) -> list[AuditEntry]:
    """When pilots of this study were started and removed, as its trail tells, oldest first."""
    own = select(AuditEntry).where(AuditEntry.study_id == study.id, AuditEntry.act.in_((STARTED, REMOVED)))
    return list(session.scalars(own.order_by(AuditEntry.id)))


def find_tried(session: Session, study: Study) -> tuple[AuditEntry, int] | None:
    """How the last pilot started in which anything was answered, and how many test answers there were."""
    past = list_past(session, study)
    starts = [entry for entry in past if entry.act == STARTED]
    answers = [int(entry.details["answers"]) for entry in past if entry.act == REMOVED]
    if (pilot := find(session, study)) is not None:
        answers.append(count_answers(session, pilot))
    given = [(start, count) for start, count in zip(starts, answers, strict=False) if count]
    return given[-1] if given else None


def _check_people(people: Mapping[str, int]) -> None:
    for panel, count in people.items():
        if not 0 <= count <= MOST:
            raise InvalidInput(HOW_MANY, f"people.{panel}")
    if not sum(people.values()):
        raise InvalidInput(NOBODY, f"people.{next(iter(people), '')}")
