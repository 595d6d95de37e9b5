"""Grids: made anew after a change of weight, cut or filter, drawn with 200 items, swept over all weights."""

import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from litestar.testing import TestClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis import ranking
from delphi import app, grid_forms
from delphi.settings import Settings
from surveys import database, migrations, publications, rounds, studies
from surveys.editions import findings, local_files, plans, sources
from surveys.editions.sources import Source
from surveys.grids import Grid
from tests.benchmarks import studies_at_work
from tests.benchmarks.measures import Measure, median_seconds, milliseconds, timed
from tests.benchmarks.studies_at_work import NOW, SECRET, STUDY, Place
from tests.delphi import grid_examples

PEOPLE, TIMES, MANY, RATERS = 54, 20, 200, 20
GRID = f"/grids/{STUDY}/networks_practices"
CHANGES = {
    "a cut": ("cut=medians", "cut=midpoint", "cut=own&at-usefulness=6&at-feasibility=5"),
    "a filter": ("tag-level=person", "tag-fairsteps_issue=access"),
    "the weight of a criterion": ("order=30", "order=70"),
    "the weights of the panels": (
        "panel=weighted&weight-practitioners=2&weight-lived_experience=1",
        "panel=weighted&weight-practitioners=1&weight-lived_experience=3",
    ),
}


def measure(place: Place) -> Iterator[Measure]:
    """The public page of a grid of both panels, as a client waits for it."""
    _published(place).dispose()
    with TestClient(app.create(Settings(database_url=place.url, secret_key=SECRET))) as client:
        with timed() as first:
            _check(client.get(GRID).text)
        nothing = median_seconds(lambda: client.get("/static/icon.svg"), TIMES)
        for what, queries in CHANGES.items():
            taken = [median_seconds(lambda q=query: client.get(f"{GRID}?{q}"), TIMES) for query in queries]  # type: ignore[misc]
            yield Measure(
                f"a grid of 45 items after a change of {what}, on {place.name}",
                milliseconds(max(taken) - nothing),
                "under 30 ms",
                f"the slowest of {len(queries)}; the very first grid {milliseconds(first.seconds)}",
            )


def _published(place: Place) -> Engine:
    """A study of which round 1 is closed and public."""
    engine = database.writing(database.connect(place.url))
    studies_at_work.prepare(engine, PEOPLE)
    with Session(engine) as session, session.begin():
        round_ = rounds.get_round(session, studies.get(session, STUDY), 1)
        studies_at_work.answer_all(session, round_)
        rounds.close(session, round_, now=NOW, by="bench")
        publications.publish(session, round_, now=NOW, by="bench")
    return engine


def measure_edition() -> Iterator[Measure]:
    """What comes of 62 items with a thousand local ratings, from the published counts."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place("SQLite", f"sqlite:///{folder}/edition.sqlite3")
        migrations.upgrade(place.url)
        engine = _published(place)
        with Session(engine) as session, session.begin():
            source = sources.look(session, publications.get(session, STUDY))
        engine.dispose()
    plan = plans.everything(source)
    local = local_files.view(_local_ratings(source), plan, source, "local.csv")
    seconds = median_seconds(lambda: findings.find(source, plan, local), TIMES)
    yield Measure(
        f"an edition of {len(source.items)} items with {len(source.items) * RATERS * 2:,} local ratings",
        milliseconds(seconds),
        "under 100 ms",
        f"{RATERS} people, two criteria",
    )


def _local_ratings(source: Source) -> bytes:
    chance = random.Random(13)  # a fixed seed, for like runs
    axes = sources.axes(source)
    lines = [
        f"N{n},{item.key},{source.panels[n % 2].key},{chance.randint(1, 9)},{chance.randint(1, 9)}"
        for n in range(RATERS)
        for item in source.items
    ]
    return "\n".join([f"panellist,item,panel,{','.join(axes)}", *lines]).encode()


def measure_drawing() -> Iterator[Measure]:
    """200 items drawn anew, with nothing kept from before."""
    chance = random.Random(11)  # a fixed seed, for like runs
    grids = [_many(chance) for _ in range(5)]
    seconds, sizes = [], []
    for grid in grids:
        with timed() as drawing:
            sizes.append(len(grid_forms.get("grid.svg").bytes(grid, ZoneInfo("Europe/London"))))
        seconds.append(drawing.seconds)
    yield Measure(
        f"SVG of {MANY} items",
        milliseconds(sorted(seconds)[2]),
        "under 100 ms",
        f"{max(sizes) / 1000:.0f} kB (150)",
    )
    with timed() as painting:
        grid_forms.get("grid.png").bytes(grids[0], ZoneInfo("Europe/London"))
    yield Measure(f"PNG of {MANY} items", milliseconds(painting.seconds), "under 1 s", "typst, from that SVG")
    x, y = ([chance.randint(2, 18) / 2 for _ in range(MANY)] for _ in range(2))
    sweep = median_seconds(lambda: ranking.weight_sweep(x, y), TIMES)
    yield Measure(f"weight sweep of {MANY} items, exact", milliseconds(sweep), "under 100 ms", "")


def _many(chance: random.Random) -> Grid:
    places = [(chance.randint(2, 18) / 2, chance.randint(2, 18) / 2) for _ in range(MANY)]
    made = grid_examples.grid(places)
    return replace(made, study_title="A study of many items")


def _check(page: str) -> None:
    if "gr-sure" not in page:
        raise RuntimeError("this is not the page of a grid, or it does not say how sure it is")
