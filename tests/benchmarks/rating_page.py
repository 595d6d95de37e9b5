"""The rating page of 62 items and 2 criteria in its second round: server time, and what it weighs."""

import gzip
import re
from collections.abc import Iterator

from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from delphi import app
from delphi.auth import SESSION_COOKIE
from delphi.page import STATIC
from delphi.settings import Settings
from surveys import database, results, rounds, settling, studies
from surveys.rounds import Round
from surveys.settling import Departure, Outcome
from tests.benchmarks import studies_at_work
from tests.benchmarks.measures import Measure, median_seconds, milliseconds
from tests.benchmarks.studies_at_work import NOW, SECRET, STUDY, Place

PEOPLE, TIMES = 54, 100


def measure(place: Place) -> Iterator[Measure]:
    """The whole answer as a client waits for it, the handler's part of it, and its size with all it needs."""
    engine = database.connect(place.url)
    tokens = studies_at_work.prepare(engine, PEOPLE)
    with Session(database.writing(engine)) as session, session.begin():
        _second_round(session)
    engine.dispose()
    settings = Settings(database_url=place.url, secret_key=SECRET)
    with TestClient(app.create(settings)) as client:
        client.cookies.set(SESSION_COOKIE, tokens[0])
        client.get("/answer")
        client.post("/answer/begin", data={"_csrf_token": client.cookies["delphi_csrf"]})
        yield from _measured(client, place)


def _measured(client: TestClient[Litestar], place: Place) -> Iterator[Measure]:
    page = client.get("/answer/round").text
    if page.count("data-card") < 62:
        raise RuntimeError("this is not the rating page")
    nothing = median_seconds(lambda: _fetch(client, "/static/icon.svg"), TIMES)
    whole = median_seconds(lambda: _fetch(client, "/answer/round"), TIMES)
    yield Measure(
        f"rating page, 62 items × 2 criteria, second round, on {place.name}",
        milliseconds(whole - nothing),
        "under 5 ms",
        f"whole answer {milliseconds(whole)}, of which the client and a static file {milliseconds(nothing)}",
    )
    files = {name: len(gzip.compress((STATIC / name).read_bytes(), 6)) for name in _files(page)}
    html = _fetch(client, "/answer/round")
    yield Measure(
        "the same, compressed, with all it needs",
        f"{(html + sum(files.values())) / 1000:.1f} kB",
        "under 60 kB",
        f"HTML {html / 1000:.1f} kB, {len(files)} files {sum(files.values()) / 1000:.1f} kB",
    )


def _fetch(client: TestClient[Litestar], path: str) -> int:
    """How many bytes come down the line, left compressed: unpacking is the browser's work."""
    with client.stream("GET", path) as answer:
        return sum(map(len, answer.iter_raw()))


def _files(page: str) -> set[str]:
    """Every style sheet and script that the page names, and the scripts that those import."""
    return set(re.findall(r"/static/([\w./-]+\.(?:css|js))", page))


def _second_round(session: Session) -> Round:
    """Everybody answered the first round, and all 62 items go on to the second."""
    study = studies.get(session, STUDY)
    first = rounds.get_round(session, study, 1)
    studies_at_work.answer_all(session, first)
    rounds.close(session, first, now=NOW, by="bench")
    stay = {asked.item_id: Departure(Outcome.GOES_ON, "all go on") for asked in first.items}
    second = settling.settle(session, first, results.get(session, first), stay, now=NOW, by="bench")
    if second is None:
        raise RuntimeError("there is no second round")
    return rounds.open_(session, second, closes_at=None, now=NOW, by="bench")
