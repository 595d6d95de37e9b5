"""Saving ratings over HTTP: how many a second, and how long the slowest wait, beside the raw driver."""

import json
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen

import psycopg
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from surveys import database, rounds, studies
from surveys.rounds import RoundItem
from tests.benchmarks import starting, studies_at_work
from tests.benchmarks.measures import Measure
from tests.benchmarks.studies_at_work import STUDY, Place

PEOPLE, CONNECTIONS, SECONDS = 200, 32, 10

# Each request is another answer of one of the panellists, so that each is a write with its line of history.
SCRIPT = """
local people = {people}
local fields = {fields}
local n = 0
request = function()
  n = n + 1
  local who = people[math.random(#people)]
  local headers = {{
    ["Content-Type"] = "application/x-www-form-urlencoded", ["Accept"] = "application/json",
    ["X-CSRFToken"] = "{token}", ["Cookie"] = "delphi_csrf={token}; delphi_session=" .. who
  }}
  return wrk.format("POST", "/answer/round", headers, fields[math.random(#fields)] .. "=" .. (n % 9 + 1))
end
done = function(summary, latency, requests)
  io.write(string.format("RESULT %d %d %d %f\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout,
    latency:percentile(99)))
end
"""


def measure(place: Place, folder: Path) -> Iterator[Measure]:
    """Ratings saved a second through the whole service, and through the driver alone."""
    if shutil.which("wrk") is None:
        yield Measure(
            f"saved ratings a second on {place.name}", "not measured: wrk is missing", "2,000 to 3,000"
        )
        return
    engine = database.connect(place.url)
    people = studies_at_work.prepare(engine, PEOPLE)
    fields = _fields(engine)
    engine.dispose()
    processes = 1 if place.name == "SQLite" else 2  # SQLite has one writer
    with starting.serving(place, processes) as address:
        _begin(address, people)
        rate, slowest, failed = _wrk(address, _script(folder, people, fields, _token(address)))
    raw = _raw_rate(place, folder)
    yield Measure(
        f"saved ratings a second on {place.name}, {CONNECTIONS} connections, {processes} serving",
        f"{rate:,.0f}, p99 {slowest:.0f} ms" + (f", {failed} failed" if failed else ""),
        "2,000 to 3,000",
        f"raw driver, one connection: {raw:,.0f} ({rate / raw:.0%})",
    )


def _fields(engine: database.Engine) -> list[str]:
    with Session(engine) as session:
        round_ = rounds.get_round(session, studies.get(session, STUDY), 1)
        item_ids = session.scalars(select(RoundItem.item_id).where(RoundItem.round_id == round_.id)).all()
        return [f"i{item_id}.c{criterion.id}" for item_id in item_ids for criterion in round_.study.criteria]


def _token(address: str) -> str:
    with urlopen(address) as answer:  # this machine
        found = re.search(r"delphi_csrf=([0-9a-f]+)", answer.headers["Set-Cookie"])
    if found is None:
        raise RuntimeError("the first page sets no token")
    return found[1]


def _begin(address: str, people: list[str]) -> None:
    token = _token(address)
    for who in people:
        cookie = f"delphi_csrf={token}; delphi_session={who}"
        headers = {"Cookie": cookie, "X-CSRFToken": token}
        urlopen(Request(f"{address}/answer/begin", b"", headers, method="POST")).close()  # this machine


def _script(folder: Path, people: list[str], fields: list[str], token: str) -> Path:
    def table(texts: list[str]) -> str:
        return "{" + ", ".join(json.dumps(text) for text in texts) + "}"

    path = folder / "saving.lua"
    path.write_text(SCRIPT.format(people=table(people), fields=table(fields), token=token))
    return path


def _wrk(address: str, script: Path) -> tuple[float, float, int]:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script), address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # a known program
    requests, microseconds, failed, slowest = re.findall(r"RESULT (\d+) (\d+) (\d+) ([\d.]+)", said)[0]
    return int(requests) / (int(microseconds) / 1e6), float(slowest) / 1000, int(failed)


def _raw_rate(place: Place, folder: Path) -> float:
    """The same two rows, rating and history, each pair in its own transaction, by the driver alone."""
    if place.name == "SQLite":
        with closing(sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            return _pairs_a_second(connection.execute, "?", "INSERT OR REPLACE INTO", "")
    url = make_url(place.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        upsert = " ON CONFLICT (who, what) DO UPDATE SET value = EXCLUDED.value"
        return _pairs_a_second(connection.execute, "%s", "INSERT INTO", upsert)  # type: ignore[arg-type]


def _pairs_a_second(execute: Callable[..., object], mark: str, insert: str, upsert: str) -> float:
    execute("CREATE TABLE raw_ratings (who INT, what INT, value INT, PRIMARY KEY (who, what))")
    execute("CREATE TABLE raw_changes (who INT, what INT, value INT)")
    marks = f"({mark}, {mark}, {mark})"
    count, end = 0, time.perf_counter() + 3
    while time.perf_counter() < end:
        row = (count % PEOPLE, count % 124, count % 9)
        execute("BEGIN")
        execute(f"{insert} raw_ratings VALUES {marks}{upsert}", row)
        execute(f"INSERT INTO raw_changes VALUES {marks}", row)
        execute("COMMIT")
        count += 1
    return count / 3
