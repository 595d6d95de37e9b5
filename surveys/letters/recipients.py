"""Recipients: to whom a kind of letter goes now, and to whom not, and why.

The rules are here once: for the page that asks for a confirmation, for the queue, and for the last look
before a letter goes out, when somebody may have finished or withdrawn since it was queued.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from surveys import feedback, invitations, panels, participations, rounds, turnout
from surveys.errors import NotNow
from surveys.letters import stops
from surveys.letters.kinds import NEEDS_LINK, OF_OPEN_ROUND, LetterKind
from surveys.letters.stops import StopKind
from surveys.panels import ConsentKind, Panellist
from surveys.rounds import Round
from surveys.studies import Study
from surveys.turnout import Progress

ENDED = "This study has ended: personal links open nothing any more, so only thanks can be sent."
NO_OPEN_ROUND = "No round is open, so there is nothing to write about yet."
NO_CLOSED_ROUND = (
    "There is nothing to thank for yet. "
    "Thanks go out when the newest round is closed, to those who took part in it."
)
NO_END = "No end of round {} is announced. Announce one on the round’s page first."
END_PASSED = "The announced end of round {} has passed. Announce another one, or close the round."
TOO_LATE = "The protocol takes nobody in after the first round, so there is nobody to invite any more."
ALL_OVER = "The last round has closed, so there is nothing to invite people to."
NOTHING_BEFORE = "There is no feedback yet: it comes with the round after the first."


class WhyNot(StrEnum):
    """Why somebody gets no letter, in words that follow a code."""

    WITHDRAWN = "withdrew from the study"
    NO_ADDRESS = "no address is kept"
    BOUNCED = "mail to the address came back"
    UNWANTED = "wants no more mail"
    LINK_REVOKED = "the personal link was revoked"
    DECLINED = "does not want to take part"
    NOT_ASKED = "is not asked in this round"
    HAS_BEGUN = "takes part already"
    FINISHED = "has finished the round"
    NO_PART = "took no part in the round"
    HAS_IT = "has been sent this letter"
    MAY_HAVE_IT = "may have been sent this letter, and nobody can tell"


_STOPPED = {StopKind.BOUNCED: WhyNot.BOUNCED, StopKind.UNWANTED: WhyNot.UNWANTED}


@dataclass(frozen=True)
class Facts:
    """What a letter has to know of one panellist: never what was answered."""

    is_asked: bool  # in the round, if there is one
    took_part: bool  # in any round
    progress: Progress
    is_revoked: bool
    has_declined: bool
    stop: StopKind | None


@dataclass(frozen=True)
class Recipients:
    """To whom a letter of this kind goes, about which round, and whom it leaves out."""

    kind: LetterKind
    round: Round | None
    to: tuple[Panellist, ...]
    left_out: Mapping[WhyNot, tuple[Panellist, ...]]


def find_round(session: Session, study: Study, kind: LetterKind, *, now: datetime) -> Round | None:
    """The round that a letter is about, None for an invitation; refused where it cannot go now."""
    if study.ended_at is not None and kind != LetterKind.THANKS:
        raise NotNow(ENDED)
    newest = rounds.find_current(session, study)
    if kind == LetterKind.INVITATION:
        check_can_come_in(newest)
        return None
    if kind == LetterKind.THANKS:
        if newest is None or not newest.has_results:
            raise NotNow(NO_CLOSED_ROUND)
        return newest
    if newest is None or not newest.is_open:
        raise NotNow(NO_OPEN_ROUND)
    _check_timely(session, newest, kind, now)
    return newest


def is_past_end(round_: Round | None, kind: LetterKind, now: datetime) -> bool:
    """Whether a letter of this kind would call people into a round whose announced end has passed."""
    ends = round_.closes_at if round_ is not None and kind in OF_OPEN_ROUND else None
    return ends is not None and ends <= now


def check_can_come_in(newest: Round | None) -> None:
    """Refuse to invite people who could not answer: after the last round, or where nobody may join late."""
    if newest is None:
        return
    if newest.has_results and newest.is_last:
        raise NotNow(ALL_OVER)
    if (newest.has_results or newest.number > 1) and not newest.study.protocol.rounds.join_late:
        raise NotNow(TOO_LATE)


@dataclass(frozen=True)
class Known:
    """Everybody of a study with what letters have to know of each, read once for all kinds."""

    everyone: tuple[Panellist, ...]
    facts: Callable[[Panellist], Facts]


def known(session: Session, study: Study) -> Known:
    """Everybody as they stand, in the newest round that was opened."""
    newest = rounds.find_current(session, study)
    return Known(tuple(panels.list_panellists(session, study)), _facts(session, study, newest))


def of(about: Known, kind: LetterKind, round_: Round | None, *, has_it: Mapping[int, WhyNot]) -> Recipients:
    """To whom a letter of this kind goes now; `has_it`: who (by id) has had it, or may have."""
    to: list[Panellist] = []
    left_out: dict[WhyNot, list[Panellist]] = {}
    for one in about.everyone:
        why = why_not(kind, one, about.facts(one)) or has_it.get(one.id)
        (to if why is None else left_out.setdefault(why, [])).append(one)
    in_order = {why: tuple(left_out[why]) for why in WhyNot if why in left_out}
    return Recipients(kind, round_, tuple(to), in_order)


def why_not(kind: LetterKind, panellist: Panellist, about: Facts) -> WhyNot | None:
    """Why this panellist gets no letter of this kind; None for somebody who does."""
    if panellist.withdrawn_at is not None:
        return WhyNot.WITHDRAWN
    if about.has_declined:
        return WhyNot.DECLINED
    if why := _why_not_of_kind(kind, about):
        return why
    if panellist.person is None or not panellist.person.email:
        return WhyNot.NO_ADDRESS
    if about.stop is not None:
        return _STOPPED[about.stop]
    return WhyNot.LINK_REVOKED if about.is_revoked and kind in NEEDS_LINK else None


def facts_of(session: Session, round_: Round | None, panellist: Panellist) -> Facts:
    """The facts of one panellist, as they stand."""
    stop = stops.find(session, panellist)
    consent = panels.find_consent(session, panellist, ConsentKind.TAKE_PART)
    so_far = turnout.of_panellist(session, round_, panellist) if round_ else turnout.NOTHING
    return Facts(
        is_asked=round_ is None or so_far.has_begun or participations.may_join(session, round_, panellist),
        took_part=so_far.has_begun or participations.has_begun_any(session, panellist),
        progress=so_far,
        is_revoked=invitations.has_revoked_link(session, panellist),
        has_declined=consent is not None and not consent.is_given,
        stop=stop.kind if stop else None,
    )


def _facts(session: Session, study: Study, round_: Round | None) -> Callable[[Panellist], Facts]:
    """The facts of everybody, in a handful of queries however many they are."""
    asked = {one.id for one in turnout.list_invited(session, round_)} if round_ else set()
    progress = turnout.by_panellist(session, round_) if round_ else {}
    begun = participations.begun_any(session, study)
    revoked, stopped = invitations.list_revoked(session, study), stops.by_person(session, study.id)
    consents = panels.newest_consents(session, study)

    def facts(panellist: Panellist) -> Facts:
        consent = consents.get((panellist.id, ConsentKind.TAKE_PART))
        return Facts(
            is_asked=round_ is None or panellist.id in asked,
            took_part=panellist.id in begun,
            progress=progress.get(panellist.id, turnout.NOTHING),
            is_revoked=panellist.id in revoked,
            has_declined=consent is not None and not consent.is_given,
            stop=stopped.get(panellist.person_id) if panellist.person_id else None,
        )

    return facts


def _why_not_of_kind(kind: LetterKind, about: Facts) -> WhyNot | None:
    if kind == LetterKind.INVITATION:
        return WhyNot.HAS_BEGUN if about.took_part else None
    if kind == LetterKind.THANKS:
        return None if about.progress.has_begun else WhyNot.NO_PART
    if not about.is_asked:
        return WhyNot.NOT_ASKED
    if kind in OF_OPEN_ROUND and about.progress.has_submitted:
        return WhyNot.FINISHED
    return None


def _check_timely(session: Session, round_: Round, kind: LetterKind, now: datetime) -> None:
    if kind == LetterKind.FEEDBACK and feedback.find_round_before(session, round_) is None:
        raise NotNow(NOTHING_BEFORE)
    if kind == LetterKind.CLOSING and round_.closes_at is None:
        raise NotNow(NO_END.format(round_.number))
    if is_past_end(round_, kind, now):
        raise NotNow(END_PASSED.format(round_.number))
