"""A published study, and an edition of it."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys.access import Key
from surveys.editions.editions import Created, Edition
from surveys.studies import Study
from tests.surveys.editions import examples


@pytest.fixture
def published(session: Session, now: datetime) -> Study:
    return examples.publish(session, now=now)


@pytest.fixture
def made(session: Session, key: Key, published: Study, now: datetime) -> Created:
    return examples.begin(session, key, now=now)


@pytest.fixture
def edition(made: Created) -> Edition:
    return made.edition
