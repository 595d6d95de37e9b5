"""Withdrawing from a study: what becomes of the person, the answers and the comments."""

from datetime import datetime
from typing import Any

from sqlalchemy import Delete, delete, func, select
from sqlalchemy.orm import Session

from surveys import (
    access,
    attributes,
    audit,
    comments,
    counted_panels,
    declarations,
    panels,
    participations,
    publications,
    ratings,
    rounds,
)
from surveys.comments import Clearing, Comment, CommentChange
from surveys.concerns import passing
from surveys.histories import reopening
from surveys.letters import records
from surveys.panels import Panellist
from surveys.participations import Suggestion
from surveys.payments import leaving
from surveys.people import Person
from surveys.ratings import ChangeReason
from surveys.rounds import Round
from surveys.sign_ups import forgetting
from surveys.studies import Study
from surveys.themes import codings, texts


def withdraw(
    session: Session, study: Study, panellist: Panellist, *, keep_answers: bool, now: datetime
) -> None:
    """End this panellist's part. Answers of an open round are kept or deleted as the panellist wishes.

    The ratings of closed rounds stay, since others have been shown what came of them. The name, the personal
    links, the sign-up, what was declared, what was noted about concerns, and of the words of closed rounds
    all but the comments that others have been shown go in either case; attributes, such as a profession, stay
    if the answers that they describe are kept. What is still to be paid is, apart from all of this.
    Withdrawing twice changes nothing.
    """
    known = rounds.list_rounds(session, study)
    for round_ in known:
        rounds.share(session, round_)
    panels.hold(session, panellist)
    if panellist.withdrawn_at is not None:
        return
    for round_ in known:
        _leave(session, round_, panellist, keep_answers=keep_answers)
    panellist.withdrawn_at, panellist.language = now, None
    access.revoke_personal_links(session, panellist, now=now)
    forgetting.forget(session, panellist)
    records.forget_reasons(session, panellist)
    reopening.forget(session, panellist)
    counted_panels.forget_reasons(session, panellist)
    passing.forget(session, panellist)
    declarations.forget(session, panellist)
    if not keep_answers:
        attributes.forget(session, panellist)
    leaving.leave(session, panellist)
    _cut_name(session, panellist)
    audit.note(session, study.id, "panellist withdrew", by=panellist.code, now=now, kept_answers=keep_answers)
    session.flush()


def _leave(session: Session, round_: Round, panellist: Panellist, *, keep_answers: bool) -> None:
    if round_.has_results:
        _forget_words(session, round_, panellist)
    elif not keep_answers:
        ratings.forget(session, panellist, round_)
        comments.forget(session, panellist, round_)
        participations.forget(session, panellist, round_)


def _forget_words(session: Session, round_: Round, panellist: Panellist) -> None:
    """Delete what the panellist wrote in a closed round, but for the comments that others have been shown.

    How a text was coded goes with it.
    """
    shown = _shown_comments(session, round_, panellist)
    kept = [texts.place_of_comment(item_id) for item_id in shown]
    codings.forget(session, panellist, round_, but=kept)
    for table in (Suggestion, ChangeReason, CommentChange):
        session.execute(_own(table, round_, panellist))
    for about in (Comment, Clearing):
        session.execute(_own(about, round_, panellist).where(about.item_id.not_in(shown)))


def _shown_comments(session: Session, round_: Round, panellist: Panellist) -> frozenset[int]:
    """The items (by id) on which others may have read this panellist's comment: fed back, or published."""
    is_fed_back = any(later.opened_at is not None for later in rounds.list_after(session, round_))
    if not is_fed_back and publications.find(session, round_.study) is None:
        return frozenset()
    cleared = comments.list_cleared(session, round_)
    return frozenset(comment.item_id for comment in cleared if comment.panellist_id == panellist.id)


def _own(table: Any, round_: Round, panellist: Panellist) -> Delete:
    return delete(table).where(table.round_id == round_.id, table.panellist_id == panellist.id)


def _cut_name(session: Session, panellist: Panellist) -> None:
    person_id, panellist.person_id = panellist.person_id, None
    session.flush()
    others = session.scalar(select(func.count()).where(Panellist.person_id == person_id))
    if person_id is not None and not others:
        session.execute(delete(Person).where(Person.id == person_id))
