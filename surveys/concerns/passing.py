"""Concerns: one text of a closed round each, passed to the lead, acknowledged there, closed by the team.

The text is not copied: the lead reads what stands, by a link that is derived from a nonce and the service's
key. When its writer withdraws the text goes, unless others have been shown it, and in every case all that
was noted about it; that there was a concern stays.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from surveys import audit, participations, rounds, studies
from surveys.access import Key
from surveys.base import Base
from surveys.concerns import leads
from surveys.concerns.leads import SafeguardingLead
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.outbox import Message, MessageStatus
from surveys.panels import Panellist
from surveys.rounds import Round
from surveys.studies import Study
from surveys.themes import codings, texts

LONGEST = 2000
NO_LEAD = "No safeguarding lead is named for this study. Name one first."
NO_NOTE = "Say in a sentence what worries you, so that the lead can judge it."
NO_OUTCOME = "Say in a sentence what came of it."
TOO_LONG = "This has {length} characters; at most {longest} can be kept."
PASSED_ALREADY = "{by} has passed this text to the safeguarding lead already. Nothing more was sent."
CLOSED_ALREADY = "{by} has closed this concern meanwhile: {outcome}"
CLOSED_ON = "This concern is closed, so no letter is sent."
CLOSED_LINK = "The study’s team has closed this concern, so its link opens nothing any more."
EARLIER = "{note}\n\n{lead} was the lead before and answered: {answer}"
SENT_ALREADY = "It has been sent to {lead} already."
NOT_FOUND = "There is no such concern in this study."
UNKNOWN_LINK = "This link does not open anything. Ask the study’s team for the newest one."
# In the trail, which never says whose text it was.
LEAD = "safeguarding lead"
PASSED_ON, PASSED_AGAIN = "concern passed to the safeguarding lead", "concern passed to another lead"
ACKNOWLEDGED, CLOSED = "concern acknowledged", "concern closed"
ACTS = frozenset((PASSED_ON, PASSED_AGAIN, ACKNOWLEDGED, CLOSED))


class Concern(Base):
    """A text that was passed to a lead: by whom and why, what the lead answered, and what came of it."""

    __tablename__ = "concerns"
    __table_args__ = (UniqueConstraint("round_id", "panellist_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellists.id"), index=True)
    place: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime]
    lead_id: Mapped[int] = mapped_column(ForeignKey("safeguarding_leads.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(43))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    acknowledged_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(320), default="")
    outcome: Mapped[str] = mapped_column(Text, default="")
    lead: Mapped[SafeguardingLead] = relationship()
    panellist: Mapped[Panellist] = relationship()

    @property
    def message_key(self) -> str:
        """Under which its letter stands in the outbox; another for another lead."""
        return f"{leads.letters_to(self.lead_id)}{self.id} {self.token_hash[:16]}"


class State(StrEnum):
    """How far a concern has come."""

    PASSED = "passed"
    SENT = "letter sent"
    NOT_SENT = "letter not delivered"
    LEFT = "lead changed"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


@dataclass(frozen=True)
class Known:
    """A concern with its state, and its text where it is still there."""

    concern: Concern
    state: State
    text: texts.Text | None

    @property
    def may_be_sent(self) -> bool:
        """Whether it wants another letter: its lead is not the lead any more, or got none."""
        return _may_be_sent(self.concern, self.state)


def pass_on(  # noqa: PLR0913  # whose text of which round, why, by whom and when
    session: Session, key: Key, round_: Round, place: codings.Key, note: str, *, by: str, now: datetime
) -> Concern:
    """Keep a text as a concern for the lead, whose letter the caller queues. A repeat changes nothing."""
    studies.check_is_no_pilot(round_.study, leads.IS_PILOT)
    tidy = _checked(note, "note", NO_NOTE)
    leads.hold(session, round_.study)
    if (lead := leads.find(session, round_.study)) is None:
        raise NotNow(NO_LEAD)
    text = texts.get(session, round_, *place)
    whose = {"round_id": round_.id, "panellist_id": text.panellist_id, "place": text.place}
    if (known := session.scalar(select(Concern).filter_by(**whose))) is not None:
        if (known.by, known.note) != (by, tidy):
            raise NotNow(PASSED_ALREADY.format(by=known.by))
        return known
    concern = Concern(**whose, study_id=round_.study_id, note=tidy, by=by, at=now, lead=lead)
    _give_link(concern, key)
    session.add(concern)
    session.flush()
    details = {"round": round_.number, "concern": concern.id, "lead": lead.name}
    audit.note(session, round_.study_id, PASSED_ON, by=by, now=now, **details)
    session.flush()
    return concern


def send_again(
    session: Session, key: Key, study: Study, concern_id: int, *, by: str, now: datetime
) -> Concern:
    """Pass a concern of an earlier lead, or one whose letter was lost, to the lead of now by a new link.

    What the earlier lead answered goes along, in the note.
    """
    leads.hold(session, study)
    concern, lead = get(session, study, concern_id), leads.find(session, study)
    if lead is None:
        raise NotNow(NO_LEAD)
    if concern.closed_at is not None:
        raise NotNow(CLOSED_ON)
    if not _may_be_sent(concern, _state(concern, _letters(session, [concern]))):
        raise NotNow(SENT_ALREADY.format(lead=lead.name))
    if concern.answer:
        said = {"note": concern.note, "lead": concern.lead.name, "answer": concern.answer}
        concern.note = EARLIER.format(**said).strip()
    concern.lead, concern.acknowledged_at, concern.answer = lead, None, ""
    _give_link(concern, key)
    details = {"concern": concern.id, "lead": lead.name}
    audit.note(session, study.id, PASSED_AGAIN, by=by, now=now, **details)
    session.flush()
    return concern


def acknowledge(session: Session, key: Key, token: str, answer: str, *, now: datetime) -> Concern:
    """The lead has read it and takes it up; once, and a repeat changes nothing."""
    tidy = _checked(answer, "answer")
    concern = get_by_link(session, key, token)
    session.refresh(concern, with_for_update=True)
    _check_opens(concern)
    if concern.acknowledged_at is not None:
        return concern
    concern.acknowledged_at, concern.answer = now, tidy
    audit.note(session, concern.study_id, ACKNOWLEDGED, by=LEAD, now=now, concern=concern.id)
    session.flush()
    return concern


def close(session: Session, study: Study, concern_id: int, outcome: str, *, by: str, now: datetime) -> None:
    """Say what came of it; that ends it. A repeat changes nothing, and a second is told of the first."""
    tidy = _checked(outcome, "outcome", NO_OUTCOME)
    leads.hold(session, study)
    concern = get(session, study, concern_id)
    if concern.closed_at is not None:
        if (concern.closed_by, concern.outcome) != (by, tidy):
            raise NotNow(CLOSED_ALREADY.format(by=concern.closed_by, outcome=concern.outcome or "(deleted)"))
        return
    concern.closed_at, concern.closed_by, concern.outcome = now, by, tidy
    audit.note(session, study.id, CLOSED, by=by, now=now, concern=concern.id)
    session.flush()


def get(session: Session, study: Study, concern_id: int) -> Concern:
    """A concern of the study."""
    found = session.get(Concern, concern_id)
    if found is None or found.study_id != study.id:
        raise NotFound(NOT_FOUND)
    return found


def get_by_link(session: Session, key: Key, token: str) -> Concern:
    """The concern that this link opens, till it is closed.

    Unknown links and those of an earlier lead are refused alike.
    """
    found = session.scalar(select(Concern).where(Concern.token_hash == key.hash(token)))
    if found is None:
        raise NotFound(UNKNOWN_LINK)
    _check_opens(found)
    return found


def token(key: Key, concern: Concern) -> str:
    """What stands in the address of its link."""
    return key.token(f"concern {concern.nonce}")


def find_text(session: Session, concern: Concern) -> texts.Text | None:
    """What it is about, if its writer has not taken it away."""
    round_ = session.get_one(Round, concern.round_id)
    known = {one.key: one for one in texts.list_texts(session, round_)}
    return known.get((concern.panellist_id, concern.place))


def list_known(session: Session, study: Study) -> list[Known]:
    """Every concern of the study, the newest first."""
    own = select(Concern).where(Concern.study_id == study.id).options(joinedload(Concern.lead))
    every = session.scalars(own.order_by(Concern.id.desc())).all()
    of_rounds = {one.round_id for one in every}
    written = {
        (round_.id, text.key): text
        for round_ in rounds.list_rounds(session, study)
        if round_.id in of_rounds
        for text in texts.list_texts(session, round_)
    }
    letters = _letters(session, every)
    return [
        Known(one, _state(one, letters), written.get((one.round_id, (one.panellist_id, one.place))))
        for one in every
    ]


def forget(session: Session, panellist: Panellist) -> None:
    """Delete what was noted about this panellist's texts; that they were passed on stays."""
    own = update(Concern).where(Concern.panellist_id == panellist.id)
    session.execute(own.values(note="", answer="", outcome=""))


def _check_opens(concern: Concern) -> None:
    if concern.lead.ended_at is not None:
        raise NotFound(UNKNOWN_LINK)
    if concern.closed_at is not None:
        raise NotNow(CLOSED_LINK)


def _letters(session: Session, every: Collection[Concern]) -> dict[str, MessageStatus]:
    keys = [one.message_key for one in every]
    return dict(session.execute(select(Message.key, Message.status).where(Message.key.in_(keys))).all())


def _state(concern: Concern, letters: dict[str, MessageStatus]) -> State:
    if concern.closed_at is not None:
        return State.CLOSED
    if concern.acknowledged_at is not None:
        return State.ACKNOWLEDGED
    if concern.lead.ended_at is not None:
        return State.LEFT
    match letters.get(concern.message_key):
        case MessageStatus.SENT:
            return State.SENT
        case MessageStatus.FAILED | MessageStatus.UNCLEAR | MessageStatus.WITHHELD:
            return State.NOT_SENT
        case _:
            return State.PASSED


def _may_be_sent(concern: Concern, state: State) -> bool:
    return concern.closed_at is None and (concern.lead.ended_at is not None or state == State.NOT_SENT)


def _give_link(concern: Concern, key: Key) -> None:
    concern.nonce = secrets.token_urlsafe(16)
    concern.token_hash = key.hash(token(key, concern))


def _checked(text: str, field: str, needed: str = "") -> str:
    tidy = participations.tidied(text)
    if not tidy and needed:
        raise InvalidInput(needed, field)
    if len(tidy) > LONGEST:
        raise InvalidInput(TOO_LONG.format(length=len(tidy), longest=LONGEST), field)
    return tidy
