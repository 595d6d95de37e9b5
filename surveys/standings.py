"""Where a panellist stands in a study: what it can do now, and what it waits for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import panels, participations, policies, rounds
from surveys import protocol as protocols
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.marks import marked
from surveys.panels import ConsentKind, Panellist
from surveys.participations import Participation
from surveys.rounds import Round, RoundStatus
from surveys.studies import Study
from surveys.translations import reading

CONSENT_FIRST = marked("Please read the information about this study first, and say whether you take part.")
AGREEMENT_NEEDED = marked("Tick this if you want to take part. Without it you cannot answer.")
NO_ROUND = marked("No round has been opened yet.")


class Stage(StrEnum):
    """Where a panellist stands; the first that holds, in this order."""

    WITHDRAWN = "withdrawn"
    FINISHED = "finished"
    UNASKED = "unasked"  # has not agreed to the information sheet as it stands
    WAITING = "waiting"  # no round has been opened yet
    BETWEEN = "between"  # the newest round is closed, and there is more to come
    LATE = "late"  # the protocol takes nobody in after the first round
    INVITED = "invited"
    BEGUN = "begun"
    SUBMITTED = "submitted"


@dataclass(frozen=True)
class Standing:
    """A panellist's stage, in the newest round that was opened."""

    stage: Stage
    study: Study
    panellist: Panellist
    round: Round | None
    participation: Participation | None

    @property
    def may_rate(self) -> bool:
        """Whether the rating page and what follows it are open to this panellist."""
        return self.stage in (Stage.BEGUN, Stage.SUBMITTED)

    @property
    def has_open_answers(self) -> bool:
        """Whether there is a part in an open round that could still be deleted."""
        return bool(self.participation and self.round and self.round.is_open)


def get(session: Session, panellist: Panellist) -> Standing:
    """Where this panellist stands."""
    study = panellist.study
    newest, own = participations.find_round(session, panellist)
    return Standing(_stage(session, study, panellist, newest, own), study, panellist, newest, own)


def get_round(session: Session, panellist: Panellist, number: int | None = None) -> Round:
    """The round of this panellist's study that a page was made for; without a number, the newest opened.

    What has not been opened is not there for a panellist.
    """
    round_, _ = participations.find_round(session, panellist, number)
    if round_ is None or round_.status == RoundStatus.PLANNED:
        raise NotNow(NO_ROUND) if number is None else NotFound(rounds.no_such_round(number))
    return round_


def may_see_again(session: Session, panellist: Panellist, round_: Round) -> bool:
    """Whether a page whose answer was refused may be shown again: who never began was never shown it."""
    return participations.find(session, round_, panellist) is not None


def check_takes_part(session: Session, panellist: Panellist) -> None:
    """Refuse whoever never agreed to take part. About an amended sheet the next page asks, not this."""
    consent = panels.find_consent(session, panellist, ConsentKind.TAKE_PART)
    if consent is None or not consent.is_given:
        raise NotNow(CONSENT_FIRST)


def check_took_part(session: Session, panellist: Panellist, part: Participation, *, now: datetime) -> None:
    """Refuse what somebody just wrote who began with it and never agreed; beginning asks the rest."""
    if part.began_at == now:
        check_takes_part(session, panellist)


def agree(session: Session, panellist: Panellist, given: dict[ConsentKind, bool], *, now: datetime) -> None:
    """Keep what this panellist agrees to, on the sheet as it stands; taking part is needed for the rest."""
    panels.hold(session, panellist)
    if panellist.withdrawn_at is not None:
        raise NotNow(policies.WITHDRAWN)
    if not given.get(ConsentKind.TAKE_PART):
        raise InvalidInput(AGREEMENT_NEEDED, "take_part")
    information = panellist.study.protocol.information
    sheet = protocols.sheet_of(panellist.study.protocol)
    language = reading.sheet_language(session, panellist)
    panels.record_consents(
        session, panellist, given, version=information.version, sheet=sheet, language=language, now=now
    )


def _stage(
    session: Session, study: Study, panellist: Panellist, newest: Round | None, own: Participation | None
) -> Stage:
    if panellist.withdrawn_at is not None:
        return Stage.WITHDRAWN
    if study.is_over or (newest and _is_over(session, newest)):
        return Stage.FINISHED
    sheet = protocols.sheet_of(study.protocol)
    if not panels.has_consented(session, panellist, ConsentKind.TAKE_PART, sheet):
        return Stage.UNASKED
    if newest is None:
        return Stage.WAITING
    return _stage_in(session, newest, panellist, own)


def _stage_in(session: Session, round_: Round, panellist: Panellist, own: Participation | None) -> Stage:
    if round_.has_results:
        return Stage.BETWEEN
    if own is not None:
        return Stage.BEGUN if own.submitted_at is None else Stage.SUBMITTED
    return Stage.INVITED if participations.may_join(session, round_, panellist) else Stage.LATE


def _is_over(session: Session, round_: Round) -> bool:
    """Whether nothing follows this round: it was the last, or it was settled and no other was planned."""
    if round_.status != RoundStatus.SETTLED:
        return round_.has_results and round_.is_last
    later = select(Round.id).where(Round.study_id == round_.study_id, Round.number > round_.number)
    return session.scalar(later.limit(1)) is None
