"""The page that watches a round, with 1,000 panellists and 100 items on 2 criteria: what a look takes."""

import random
from collections.abc import Iterator
from datetime import timedelta

from litestar.testing import TestClient
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from delphi import app, clock
from delphi.auth import SESSION_COOKIE
from delphi.settings import Settings
from surveys import access, database, items, panels, rounds, studies
from surveys.access import Key
from surveys.items import ItemPlan
from surveys.participations import Participation
from surveys.ratings import Rating
from surveys.rounds import Round
from surveys.studies import Study
from tests.benchmarks.measures import Measure, median_seconds, milliseconds, timed
from tests.benchmarks.studies_at_work import NOW, SECRET, STUDY, Place
from tests.surveys import examples

PEOPLE, ITEMS, TIMES = 1000, 100, 20
NOT_BEGUN, UNFINISHED = 2, 5  # of every twenty
BLANK, UNABLE = 0.01, 0.03
WATCH = f"/studies/{STUDY}/rounds/1/watch"


def measure(place: Place) -> Iterator[Measure]:
    """As a client waits for it, without what the client and a static file take."""
    engine = database.writing(database.connect(place.url))
    with Session(engine) as session, session.begin():
        signed_in = _study(session)
    if engine.dialect.name == "postgresql":  # which tidies up by itself, though not within a second
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    with TestClient(app.create(Settings(database_url=place.url, secret_key=SECRET))) as client:
        client.cookies.set(SESSION_COOKIE, signed_in)
        with timed() as first:
            page = client.get(WATCH)
        if f"of {PEOPLE:,} people have finished" not in page.text:
            raise RuntimeError("this is not the page that watches a round")
        nothing = median_seconds(lambda: client.get("/static/icon.svg"), TIMES)
        whole = median_seconds(lambda: client.get(WATCH), TIMES)
    yield Measure(
        f"watching a round of {PEOPLE:,} people and {ITEMS} items × 2 criteria, on {place.name}",
        milliseconds(whole - nothing),
        "under 100 ms",
        f"{len(page.content) / 1000:.0f} kB of HTML; the very first look {milliseconds(first.seconds)}",
    )


def _study(session: Session) -> str:
    """An open round that most have finished and some have left half-way; its researcher's session token."""
    study, round_ = begin(session)
    _answer(session, round_)
    return token(session, study)


def begin(session: Session) -> tuple[Study, Round]:
    """A study with all its people, its first round open, and nobody's answers."""
    plan = examples.protocol(rounds={"last": 2, "block_size": 8})
    study = studies.create(session, STUDY, plan, now=NOW)
    items.add(session, study, [ItemPlan(f"i{n}", f"Item {n}", "About it.") for n in range(ITEMS)])
    for n in range(PEOPLE):
        panels.add(session, study.panels[n % 2], f"B{n:04}", now=NOW)
    session.flush()
    planned = rounds.plan_first(session, study)
    return study, rounds.open_(session, planned, closes_at=None, now=NOW, by="bench")


def token(session: Session, study: Study) -> str:
    """The session token of a researcher on the study's team."""
    account = access.create_account(session, "bench@example.org", "Bench", "correct horse battery", now=NOW)
    studies.add_member(session, study, account, by="bench", now=NOW)
    return access.open_account_session(session, Key(SECRET.encode()), account, now=clock.now())


def _answer(session: Session, round_: Round) -> None:
    """Everybody's part, written as two batches."""
    chance = random.Random(5)  # a fixed seed, for like runs
    blocks = sorted({asked.block for asked in round_.items})
    parts, given = [], []
    for n, who in enumerate(panels.list_panellists(session, round_.study)):
        if n % 20 < NOT_BEGUN:
            continue
        order = blocks[n % len(blocks) :] + blocks[: n % len(blocks)]
        is_finished = n % 20 >= NOT_BEGUN + UNFINISHED
        began = NOW + timedelta(hours=chance.randint(0, 400))
        finished = began + timedelta(minutes=chance.randint(10, 3000)) if is_finished else None
        whose = {"round_id": round_.id, "panellist_id": who.id}
        parts.append(whose | {"block_order": order, "began_at": began, "submitted_at": finished})
        seen = set(order if is_finished else order[: chance.randint(0, len(order) - 1)])
        whose |= {"panel_id": who.panel_id}
        for asked in round_.items:
            if asked.block in seen:
                given += [
                    whose | {"item_id": asked.item_id, "criterion_id": criterion.id} | _rating(chance)
                    for criterion in round_.study.criteria
                    if chance.random() >= BLANK
                ]
    session.execute(insert(Participation), parts)
    session.execute(insert(Rating), given)


def _rating(chance: random.Random) -> dict[str, int | None]:
    is_unable = chance.random() < UNABLE
    return {"value": None if is_unable else chance.randint(1, 9), "unable": 1 if is_unable else None}
