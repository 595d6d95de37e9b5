"""Withdrawing from a study: what becomes of the person, the answers and the comments."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from surveys import access, audit, comments, participations, ratings, rounds
from surveys.comments import Clearing, Comment, CommentChange
from surveys.panels import Panellist
from surveys.people import Person
from surveys.rounds import Round
from surveys.studies import Study


def withdraw(
    session: Session, study: Study, panellist: Panellist, *, keep_answers: bool, now: datetime
) -> None:
    """End this panellist's part. Answers of an open round are kept or deleted as the panellist wishes.

    The frozen counts of closed rounds stay, since others have been shown them. The name, the personal links
    and the comments that nobody else has been shown go in either case. Withdrawing twice changes nothing.
    """
    if panellist.withdrawn_at is not None:
        return
    for round_ in rounds.list_rounds(session, study):
        _leave(session, rounds.lock(session, round_, shared=True), panellist, keep_answers=keep_answers)
    panellist.withdrawn_at = now
    access.revoke_personal_links(session, panellist, now=now)
    _cut_name(session, panellist)
    audit.note(session, study.id, "panellist withdrew", by=panellist.code, now=now, kept_answers=keep_answers)
    session.flush()


def _leave(session: Session, round_: Round, panellist: Panellist, *, keep_answers: bool) -> None:
    if round_.has_results:
        _forget_unpublished_comments(session, round_, panellist)
    elif not keep_answers:
        ratings.forget(session, panellist, round_)
        comments.forget(session, panellist, round_)
        participations.forget(session, panellist, round_)


def _forget_unpublished_comments(session: Session, round_: Round, panellist: Panellist) -> None:
    published = {
        comment.item_id
        for comment in comments.list_cleared(session, round_)
        if comment.panellist_id == panellist.id
    }
    for table in (Comment, CommentChange, Clearing):
        own = delete(table).where(table.round_id == round_.id, table.panellist_id == panellist.id)
        session.execute(own.where(table.item_id.not_in(published)))


def _cut_name(session: Session, panellist: Panellist) -> None:
    person_id, panellist.person_id = panellist.person_id, None
    session.flush()
    others = session.scalar(select(func.count()).where(Panellist.person_id == person_id))
    if person_id is not None and not others:
        session.execute(delete(Person).where(Person.id == person_id))
