"""The results of a second round of 1,000 people and 100 items on 2 criteria: what a look takes."""

import random
from collections.abc import Iterator

from litestar.testing import TestClient
from sqlalchemy import insert
from sqlalchemy.orm import Session

from delphi import app
from delphi.auth import SESSION_COOKIE
from delphi.settings import Settings
from surveys import database, panels, results, rounds, settling
from surveys.participations import Participation
from surveys.ratings import Rating
from surveys.rounds import Round
from surveys.settling import Departure, Outcome
from tests.benchmarks import watching
from tests.benchmarks.measures import Measure, median_seconds, milliseconds, timed
from tests.benchmarks.studies_at_work import NOW, SECRET, STUDY, Place
from tests.benchmarks.watching import ITEMS, PEOPLE, TIMES

PAGE = f"/studies/{STUDY}/rounds/2/results"


def measure(place: Place) -> Iterator[Measure]:
    """As a client waits for it, without what the client and a static file take."""
    engine = database.writing(database.connect(place.url))
    with Session(engine) as session, session.begin():
        token = _two_rounds(session)
    engine.dispose()
    with TestClient(app.create(Settings(database_url=place.url, secret_key=SECRET))) as client:
        client.cookies.set(SESSION_COOKIE, token)
        with timed() as first:
            page = client.get(PAGE)
        if "Results of round 2" not in page.text or "changed" not in page.text:
            raise RuntimeError("this is not the page of a second round’s results")
        nothing = median_seconds(lambda: client.get("/static/icon.svg"), TIMES)
        whole = median_seconds(lambda: client.get(PAGE), TIMES)
    yield Measure(
        f"results of a second round, {PEOPLE:,} people and {ITEMS} items × 2 criteria, on {place.name}",
        milliseconds(whole - nothing),
        "under 100 ms",
        f"{len(page.content) / 1000:.0f} kB of HTML; the very first look {milliseconds(first.seconds)}",
    )


def _two_rounds(session: Session) -> str:
    """Two closed rounds in which everybody rated everything; the researcher's session token."""
    study, first = watching.begin(session)
    _answer(session, first)
    rounds.close(session, first, now=NOW, by="bench")
    stay = {asked.item_id: Departure(Outcome.GOES_ON, "all go on") for asked in first.items}
    second = settling.settle(session, first, results.get(session, first), stay, now=NOW, by="bench")
    if second is None:
        raise RuntimeError("no second round follows")
    rounds.open_(session, second, closes_at=None, now=NOW, by="bench")
    _answer(session, second)
    rounds.close(session, second, now=NOW, by="bench")
    return watching.token(session, study)


def _answer(session: Session, round_: Round) -> None:
    chance = random.Random(round_.number)  # a fixed seed, for like runs
    parts, given = [], []
    for who in panels.list_panellists(session, round_.study):
        whose = {"round_id": round_.id, "panellist_id": who.id}
        parts.append(whose | {"block_order": [0], "began_at": NOW, "submitted_at": NOW})
        given += [
            whose
            | {"panel_id": who.panel_id, "item_id": asked.item_id, "criterion_id": criterion.id}
            | {"value": chance.randint(1, 9), "unable": None}
            for asked in round_.items
            for criterion in round_.study.criteria
        ]
    session.execute(insert(Participation), parts)
    session.execute(insert(Rating), given)
