"""Finishing one's coding of a round, and comparing it at that moment with everyone's who has finished.

Whoever has finished sees what others gave, so only what is compared now was coded without knowing of it.
Needs numpy and scipy.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from surveys import audit
from surveys.access import Account
from surveys.rounds import Round
from surveys.themes import agreement, codebook, codings, comparisons, texts
from surveys.themes.codings import FinishedCoding


def finish(session: Session, round_: Round, account: Account, *, now: datetime) -> None:
    """Say that one's coding of a round is done. It stays done, for now one sees what others gave."""
    codebook.hold(session, round_.study)
    texts.check_is_closed(round_)
    if codings.has_finished(session, round_, account):
        return
    session.add(FinishedCoding(round_id=round_.id, coder_id=account.id, at=now))
    session.flush()
    _compare(session, round_, account, now)
    details = {"round": round_.number, "texts": len(codings.of_coder(session, round_, account))}
    audit.note(session, round_.study_id, "coding finished", by=account.email, now=now, **details)
    session.flush()


def _compare(session: Session, round_: Round, account: Account, now: datetime) -> None:
    """Keep how far this coder agrees with each who has finished before; in each two by their names."""
    known = {one.key for one in texts.list_texts(session, round_)}
    given = {
        coder: {key: one for key, one in of_coder.items() if key in known}
        for coder, of_coder in codings.of_everyone(session, round_, account).items()
    }
    names, codes = codings.list_coders(session, round_), codebook.list_codes(session, round_.study)
    for other in given.keys() - {account.id} if account.id in given else ():
        first, second = sorted((account.id, other), key=lambda coder: (names[coder], coder))
        figures = agreement.compare(codes, given[first], given[second])
        comparisons.keep(session, round_, first, second, figures, now=now)
