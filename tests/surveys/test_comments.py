"""Comments: kept with their history, seen by others only when cleared and consented to."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import comments, panels, rounds
from surveys.comments import ClearingStatus, Comment, CommentChange, Ruling
from surveys.errors import InvalidInput, NotNow
from surveys.panels import ConsentKind, Panellist
from surveys.rounds import Round
from surveys.studies import Study


def _consent(session: Session, who: Panellist, now: datetime, *, shown: bool, quoted: bool) -> None:
    given = {ConsentKind.TAKE_PART: True, ConsentKind.SHOW_COMMENTS: shown, ConsentKind.QUOTE: quoted}
    panels.record_consents(session, who, given, version="1", sheet="sheet", now=now)


def _cleared(session: Session, round_: Round) -> list[tuple[str, bool]]:
    return [(comment.text, comment.may_be_quoted) for comment in comments.list_cleared(session, round_)]


@pytest.fixture
def commented(session: Session, study: Study, open_round: Round, bob: Panellist, now: datetime) -> Round:
    _consent(session, bob, now, shown=True, quoted=False)
    comments.save(session, open_round, bob, {study.items[0].id: "Dr Smith does this well."}, now=now)
    return open_round


def test_every_version_is_kept(
    session: Session, study: Study, commented: Round, bob: Panellist, now: datetime
) -> None:
    item_id = study.items[0].id
    for text in ("Better.", "Better.", ""):
        comments.save(session, commented, bob, {item_id: text}, now=now)
    kept = session.scalars(select(CommentChange.text).order_by(CommentChange.id))
    assert list(kept) == ["Dr Smith does this well.", "Better.", ""]
    assert comments.own(session, commented, bob) == {}


def test_nobody_sees_a_comment_that_was_not_cleared(
    session: Session, commented: Round, now: datetime
) -> None:
    rounds.close(session, commented, now=now, by="alice")
    assert _cleared(session, commented) == []


def test_an_open_round_clears_nothing(
    session: Session, commented: Round, bob: Panellist, now: datetime
) -> None:
    ruling = Ruling(bob.id, commented.items[0].item_id, ClearingStatus.RELEASED)
    with pytest.raises(NotNow, match="after the round has closed"):
        comments.clear(session, commented, ruling, by="alice", now=now)


def test_a_redacted_comment_shows_its_new_text_and_keeps_the_original(
    session: Session, commented: Round, bob: Panellist, now: datetime
) -> None:
    rounds.close(session, commented, now=now, by="alice")
    item_id = commented.items[0].item_id
    ruling = Ruling(bob.id, item_id, ClearingStatus.REDACTED, "A colleague does this well.", "names a person")
    comments.clear(session, commented, ruling, by="alice", now=now)
    assert _cleared(session, commented) == [("A colleague does this well.", False)]
    original = session.get_one(Comment, (commented.id, bob.id, item_id))
    assert original.text == "Dr Smith does this well."


@pytest.mark.parametrize("status", [ClearingStatus.REDACTED, ClearingStatus.WITHHELD])
def test_dissent_is_never_changed_or_withheld_without_a_reason(
    session: Session, commented: Round, bob: Panellist, now: datetime, status: ClearingStatus
) -> None:
    rounds.close(session, commented, now=now, by="alice")
    with pytest.raises(InvalidInput, match="reason"):
        comments.clear(
            session,
            commented,
            Ruling(bob.id, commented.items[0].item_id, status, "x", " "),
            by="alice",
            now=now,
        )


@pytest.mark.parametrize(
    ("shown", "quoted", "expected"), [(False, True, []), (True, True, [True]), (True, False, [False])]
)
def test_consent_decides_besides(
    session: Session,
    commented: Round,
    bob: Panellist,
    now: datetime,
    shown: bool,
    quoted: bool,
    expected: list[bool],
) -> None:
    _consent(session, bob, now, shown=shown, quoted=quoted)
    rounds.close(session, commented, now=now, by="alice")
    ruling = Ruling(bob.id, commented.items[0].item_id, ClearingStatus.RELEASED)
    comments.clear(session, commented, ruling, by="alice", now=now)
    assert [may_be_quoted for _, may_be_quoted in _cleared(session, commented)] == expected


def test_a_comment_on_an_item_of_no_round_is_refused(
    session: Session, open_round: Round, bob: Panellist, now: datetime
) -> None:
    with pytest.raises(InvalidInput, match="not asked"):
        comments.save(session, open_round, bob, {999_999: "Hello."}, now=now)
