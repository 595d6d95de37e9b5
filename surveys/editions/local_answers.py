"""Answering a local round: somebody with its link chooses a panel, rates what is asked, and says when done.

Who answers is known by a random token in a cookie and by nothing else. Every write holds the round, so it
cannot close in between, and then the respondent, so that two tabs take turns. The same again changes nothing.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveys import database
from surveys.access import Key
from surveys.editions import local_ratings, local_rounds
from surveys.editions.local_ratings import LocalRating, Respondent
from surveys.editions.local_rounds import CLOSED, LocalRound
from surveys.editions.local_tallies import Place, Questionnaire
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.hints import hint
from surveys.ratings import UNABLE_CODES, Answer

CHOOSE_PANEL = "Choose the group that you belong to."
JOIN_FIRST = "Please say first which group you belong to."


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What one respondent is asked, and has answered so far."""

    is_open: bool
    questionnaire: Questionnaire
    panel: str
    answers: Mapping[Place, Answer]
    has_finished: bool

    @property
    def complete(self) -> int:
        """On how many items every criterion is answered; unable is an answer."""
        criteria = [criterion.key for criterion in self.questionnaire.criteria]
        return sum(
            all((item.item, key) in self.answers for key in criteria) for item in self.questionnaire.items
        )


def join(
    session: Session, key: Key, round_: LocalRound, panel: str, *, now: datetime, token: str = ""
) -> str:
    """Begin to answer as one of this panel, and tell what goes into the cookie.

    Whoever has begun already (by its `token`) goes on with the same answers, in the panel that it says now.
    """
    local_rounds.lock(session, round_, shared=True)
    _check_open(round_)
    if panel not in local_rounds.questionnaire(round_).panels:
        raise InvalidInput(CHOOSE_PANEL, "panel")
    if (known := find(session, key, round_, token)) is not None:
        known.panel = panel
        session.flush()
        return token
    token = secrets.token_urlsafe(24)
    session.add(Respondent(round_id=round_.id, token_hash=key.hash(token), panel=panel, began_at=now))
    session.flush()
    return token


def find(session: Session, key: Key, round_: LocalRound, token: str) -> Respondent | None:
    """Whose browser this is in this round; another round's cookie is nobody's."""
    own = select(Respondent).where(Respondent.token_hash == key.hash(token), Respondent.round_id == round_.id)
    return session.scalar(own)


def get(session: Session, key: Key, round_: LocalRound, token: str) -> Respondent:
    """Whose browser this is; who has not begun is asked to."""
    if (found := find(session, key, round_, token)) is None:
        raise NotFound(JOIN_FIRST)
    return found


def sheet(session: Session, round_: LocalRound, respondent: Respondent) -> Sheet:
    """What this respondent is asked, and has answered."""
    return Sheet(
        is_open=round_.is_open,
        questionnaire=local_rounds.questionnaire(round_),
        panel=respondent.panel,
        answers=local_ratings.answers_of(session, respondent),
        has_finished=respondent.finished_at is not None,
    )


def save(
    session: Session, round_: LocalRound, respondent: Respondent, answers: Mapping[Place, Answer]
) -> frozenset[Place]:
    """Keep these answers, all or none; a blank takes one back. Tells which changed."""
    _hold(session, round_, respondent)
    _check(local_rounds.questionnaire(round_), answers)
    known = local_ratings.answers_of(session, respondent)
    changed = {place: a for place, a in answers.items() if known.get(place, Answer()) != a}
    for place, answer in changed.items():
        _write(session, respondent, place, answer)
    session.flush()
    return frozenset(changed)


def finish(session: Session, round_: LocalRound, respondent: Respondent, *, now: datetime) -> None:
    """Say that the answers are complete, gaps or not; they can be changed until the round closes."""
    _hold(session, round_, respondent)
    respondent.finished_at = respondent.finished_at or now
    session.flush()


def _hold(session: Session, round_: LocalRound, respondent: Respondent) -> None:
    """The round, then the respondent: always in this order, so that nobody waits in a ring."""
    local_rounds.lock(session, round_, shared=True)
    _check_open(round_)
    if not database.is_alone(session):
        session.refresh(respondent, with_for_update=True)


def _check_open(round_: LocalRound) -> None:
    if not round_.is_open:
        raise NotNow(CLOSED)


def _check(asked: Questionnaire, answers: Mapping[Place, Answer]) -> None:
    criteria = [criterion.key for criterion in asked.criteria]
    for (item, criterion), answer in answers.items():
        field = f"{item}.{criterion}"
        if asked.find(item) is None:
            raise InvalidInput("That item is not asked here, so its answer was not saved.", field)
        if criterion not in criteria:
            raise InvalidInput(f"There is no criterion “{criterion}”. {hint(criterion, criteria)}", field)
        if answer.value is not None and (
            not asked.scale.low <= answer.value <= asked.scale.high or answer.unable is not None
        ):
            low, high = asked.scale.low, asked.scale.high
            sentence = f"A rating is a whole number from {low} to {high}, or “unable to rate”."
            raise InvalidInput(sentence, field)


def _write(session: Session, respondent: Respondent, place: Place, answer: Answer) -> None:
    item, criterion = place
    own = (LocalRating.respondent_id == respondent.id) & (LocalRating.item == item)
    session.execute(delete(LocalRating).where(own, LocalRating.criterion == criterion))
    if not answer.is_blank:
        unable = None if answer.unable is None else UNABLE_CODES[answer.unable]
        session.add(
            LocalRating(
                respondent_id=respondent.id,
                item=item,
                criterion=criterion,
                value=answer.value,
                unable=unable,
            )
        )
