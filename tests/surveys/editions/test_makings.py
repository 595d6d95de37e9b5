"""How many editions may be made from one place in a while."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from surveys.access import Key
from surveys.editions import editions, makings
from surveys.errors import Throttled
from surveys.studies import Study
from tests.surveys.editions import examples


def test_from_one_place_so_many_and_no_more_for_a_while(
    session: Session, key: Key, published: Study, now: datetime
):
    for _ in range(makings.MOST):
        editions.create(session, key, examples.STUDY, now=now, origin="10.0.0.1")
    with pytest.raises(Throttled, match="quarter of an hour"):
        editions.create(session, key, examples.STUDY, now=now, origin="10.0.0.1")
    assert editions.create(session, key, examples.STUDY, now=now, origin="10.0.0.2")
    later = now + makings.WINDOW + timedelta(seconds=1)
    assert editions.create(session, key, examples.STUDY, now=later, origin="10.0.0.1")
