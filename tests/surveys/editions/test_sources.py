"""A source holds what the public may see of a study and nothing else."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import publications
from surveys.editions import sources
from surveys.editions.sources import KeptSource, Source
from surveys.visibility import Level
from tests.surveys.editions import examples


def taken(session: Session, now: datetime, people: int, **changes: Any) -> Source:
    """The source of a study whose panel of lived experience had this many people."""
    few = [(((8, people),), ((7, people),))] * len(examples.ITEMS)
    ratings = examples.PUBLISHED | {"lived_experience": few}
    study = examples.publish(session, now=now, ratings=ratings, **changes)
    return sources.read(sources.take(session, publications.get(session, study.key), now=now))


@pytest.mark.parametrize(
    ("people", "level", "n", "median"),
    [
        (4, Level.HIDDEN, None, None),
        (5, Level.LIMITED, None, 8),
        (9, Level.LIMITED, None, 8),
        (10, Level.FULL, 10, 8),
    ],
)
def test_a_small_panel_is_in_it_as_far_as_the_public_may_see(
    session: Session, now: datetime, people: int, level: Level, n: int | None, median: float | None
):
    heard = taken(session, now, people).items[0].of("lived_experience").answers["usefulness"]
    assert (heard.level, heard.n, heard.median) == (level, n, median)
    assert (heard.counts is None) == (level != Level.FULL)


def test_a_panel_is_seen_at_the_level_of_its_least_rated_criterion(session: Session, now: datetime):
    uneven = [(((8, 12),), ((7, 4),))] * len(examples.ITEMS)
    study = examples.publish(session, now=now, ratings=examples.PUBLISHED | {"lived_experience": uneven})
    source = sources.read(sources.take(session, publications.get(session, study.key), now=now))
    found = source.items[0].of("lived_experience").answers
    assert {heard.level for heard in found.values()} == {Level.HIDDEN}


def test_the_same_publication_is_kept_once(session: Session, now: datetime):
    study = examples.publish(session, now=now)
    first, again = (
        sources.take(session, publications.get(session, study.key), now=now).digest for _ in range(2)
    )
    assert first == again
    assert session.scalar(select(func.count()).select_from(KeptSource)) == 1


def test_no_contact_of_the_researchers_is_in_it(session: Session, now: datetime):
    assert b"ada@example.org" not in msgspec.json.encode(taken(session, now, 14))


def test_filters_leave_the_items_that_have_a_term_of_each(session: Session, now: datetime):
    source = taken(session, now, 14)
    found = sources.filtered(source, {"audience": ("practices",), "population_group": ()})
    assert [item.key for item in found] == ["bus", "hours", "words", "door"]


def test_an_outline_is_enough_for_what_grids_ask_of_a_protocol(session: Session, now: datetime):
    source = taken(session, now, 14)
    outline = sources.outline(source)
    assert (outline.criteria, outline.grids) == (source.criteria, source.grids)
    assert outline.information.contact_email == ""
