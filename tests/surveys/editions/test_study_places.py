"""Where the study placed an item: all panels by the published weights, and nothing of what is hidden."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from surveys import publications
from surveys.access import Key
from surveys.editions import sources, study_places
from surveys.editions.sources import Source
from surveys.editions.study_places import StudyPlace
from surveys.studies import Study
from tests.surveys.editions import examples
from tests.surveys.examples import protocol_data


def source_of(session: Session, study: Study) -> Source:
    return sources.look(session, publications.get(session, study.key))


def test_it_is_of_all_panels_by_the_published_weights(session: Session, published: Study):
    # At equal weights: practitioners 8 and 3 (20 people), lived experience 9 and 4 (14 people).
    found = study_places.find(source_of(session, published))
    assert found["bus"] == StudyPlace("useful, feasibility in between", (8.5, 4.0))
    assert list(found) == [item.key for item in examples.ITEMS]


def test_of_an_item_with_a_panel_that_is_not_public_nothing_is_said(session: Session, now: datetime):
    few: list[Any] = [(((8, 7),), ((7, 7),)), *examples.PUBLISHED["lived_experience"][1:]]
    study = examples.publish(session, now=now, ratings=examples.PUBLISHED | {"lived_experience": few})
    assert list(study_places.find(source_of(session, study))) == [item.key for item in examples.ITEMS[1:]]


def test_a_study_of_one_criterion_has_places_on_it(session: Session, key: Key, now: datetime):
    (usefulness, _) = protocol_data()["criteria"]
    study = examples.publish(session, now=now, criteria=[usefulness], grids=None)
    assert study_places.find(source_of(session, study))["bus"] == StudyPlace("useful", (8.5,))
