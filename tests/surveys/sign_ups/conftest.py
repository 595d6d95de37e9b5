"""The link of a panel, for all tests of signing up."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys.access import Key
from surveys.sign_ups.links import SignUpLink
from surveys.studies import Study
from tests.surveys.sign_ups import examples


@pytest.fixture
def link(session: Session, study: Study, key: Key, now: datetime) -> SignUpLink:
    return examples.opened(session, key, study.panels[0], now)
