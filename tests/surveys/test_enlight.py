"""A real study goes through import, close and results, and gives what it published."""

from datetime import datetime

from sqlalchemy.orm import Session

from surveys import results, rounds
from surveys.exchange import rating_files, rating_transfers
from tests import enlight


@enlight.needed
def test_the_imported_study_gives_its_published_shares_and_inclusions(
    session: Session, now: datetime
) -> None:
    round_ = enlight.open_round(session, now=now)
    file = rating_files.read(enlight.RATINGS.read_bytes(), range(1, 8), columns={"item": "item_no"})
    done = rating_transfers.import_ratings(session, round_, file, now=now)
    assert (done.panellists, done.changed_ratings) == (65, enlight.ANSWERS)
    rounds.close(session, round_, now=now, by="alice")
    found = results.get(session, round_)
    enlight.check_against_published(found, {asked.item_id: asked.wording.title for asked in round_.items})
    assert sum(finding.blank or 0 for finding in found.panel_findings) == 3965 - enlight.ANSWERS
