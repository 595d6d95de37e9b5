"""The demonstration: it is built by real operations, whole or not at all; its doors lead where they say."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from delphi import demo, settings
from delphi.demo import building, keeping
from surveys import (
    access,
    comments,
    database,
    feedback,
    items,
    panels,
    participations,
    publications,
    ratings,
    results,
    rounds,
    settling,
    studies,
    withdrawing,
)
from surveys.access import Key
from surveys.comments import ClearingStatus
from surveys.errors import InvalidInput
from surveys.items import ItemPlan
from surveys.panels import Panellist
from surveys.settling import Outcome
from surveys.studies import Study
from tests.delphi.conftest import NOW, Browser, World
from tests.surveys import examples

KEY = Key(b"a secret of the tests, long enough")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = database.connect(database_url)
    yield made
    made.dispose()


def guests(session: Session, study: Study) -> list[Panellist]:
    codes = [code for crowd in demo.CROWDS.values() for code in crowd.codes[: demo.GUESTS]]
    return [one for one in panels.list_panellists(session, study) if one.code in codes]


def test_the_demonstration_is_a_study_half_way_through(engine: Engine) -> None:
    building.build(engine, KEY, now=NOW)
    with Session(engine) as session:
        study = studies.get(session, demo.STUDY)
        first, second = rounds.list_rounds(session, study)
        assert study.is_simulated
        assert len(panels.list_panellists(session, study)) == 40 + 14
        assert (first.status, second.status) == (rounds.RoundStatus.SETTLED, rounds.RoundStatus.OPEN)
        assert second.closes_at == (NOW + timedelta(days=14)).replace(hour=17)
        assert publications.get(session, demo.STUDY).round == first
        found = results.get(session, first)
        assert {finding.verdict for finding in found.panel_findings} == {"in", "out", "no consensus"}
        assert {"all in", "all out", "panels diverge", "not yet"} == {f.finding for f in found.item_findings}
        check_people(session, study)
        check_comments(session, first)
        check_decisions(session, first, second)


def check_people(session: Session, study: Study) -> None:
    """Some never came, some stopped half way, one withdrew; the guests have left round 2 alone."""
    first, second = rounds.list_rounds(session, study)
    asked = len(first.items) * len(study.criteria)
    began = {p.id: participations.find(session, first, p) for p in panels.list_panellists(session, study)}
    assert any(part is None for part in began.values())
    assert any(part and part.submitted_at is None for part in began.values())
    assert sum(p.withdrawn_at is not None for p in panels.list_panellists(session, study)) == 1
    assert ratings.responders(session, second)
    for guest in guests(session, study):
        assert len(ratings.own(session, first, guest)) > asked * 0.9
        assert participations.find(session, second, guest) is None
        assert feedback.find_round_before(session, second) == first


def check_comments(session: Session, first: rounds.Round) -> None:
    written = comments.list_written(session, first)
    assert {one.status for one in written} == {
        *ClearingStatus,
        None,
    }  # and some wait for whoever looks around
    assert {one.panel_key for one in comments.list_cleared(session, first)} == set(demo.CROWDS)


def check_decisions(session: Session, first: rounds.Round, second: rounds.Round) -> None:
    decisions = settling.list_decisions(session, first).values()
    assert {decision.outcome for decision in decisions} == set(Outcome)
    (departure,) = [decision for decision in decisions if decision.outcome != decision.proposal]
    assert departure.reason == building.DEPARTURE
    assert len(second.items) == sum(decision.outcome == Outcome.GOES_ON for decision in decisions)


def test_the_same_seed_always_gives_the_same_answers(tmp_path: Path) -> None:
    built = []
    for name in ("one", "two"):
        build(tmp_path / name)
        engine = database.connect(f"sqlite:///{tmp_path / name / demo.DATABASE}")
        with Session(engine) as session:
            study = studies.get(session, demo.STUDY)
            built.append([ratings.count(session, round_) for round_ in rounds.list_rounds(session, study)])
        engine.dispose()
    assert built[0] == built[1]


def build(folder: Path) -> None:
    service = keeping.settings(folder, "http://127.0.0.1:8000")
    keeping.prepare(folder, service, fresh=False, now=NOW, say=lambda _: None)


def test_a_crash_half_way_leaves_nothing_that_could_be_taken_for_a_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "_settle", crash)
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path)
    assert not (tmp_path / demo.DATABASE).exists()
    monkeypatch.undo()
    build(tmp_path)
    assert (tmp_path / demo.DATABASE).exists()


@pytest.fixture
def make_small(make_world: Callable[..., World]) -> Callable[..., World]:
    """A small study under the demonstration's name, with a guest on each panel."""

    def make(*, is_simulated: bool = True, **changes: str) -> World:
        made = make_world(**changes)
        with made.session() as session, session.begin():
            study = studies.create(session, demo.STUDY, examples.protocol(), now=NOW)
            study.is_simulated = is_simulated
            account = access.create_account(session, demo.RESEARCHER_EMAIL, "Robin", None, now=NOW)
            studies.add_member(session, study, account, by="command line", now=NOW)
            items.add(session, study, [ItemPlan("one", "One", "One.")])
            rounds.plan_first(session, study)
            for panel in study.panels:
                for number in (1, 2):
                    panels.add(session, panel, f"{demo.CROWDS[panel.key].letter}0{number}", now=NOW)
        return made

    return make


DOORS = ["/demo/researcher", "/demo/panellist/practitioners", "/demo/panellist/lived_experience"]


def test_the_first_page_has_a_button_for_every_door(make_small: Callable[..., World]) -> None:
    page = make_small(demo="1").browser().get("/").text
    assert re.findall(r'action="(/demo/[^"]+)"', page) == DOORS
    assert "Simulated data" in page


def _move(world: World, act: Callable[[Session, rounds.Round], object]) -> None:
    with world.session() as session, session.begin():
        study = studies.get(session, demo.STUDY)
        act(session, rounds.list_rounds(session, study)[-1])


def test_the_doors_say_how_far_the_rounds_are(make_small: Callable[..., World]) -> None:
    world = make_small(demo="1")
    assert "Round 1 is planned." in world.browser().get("/").text
    _move(world, lambda session, one: rounds.open_(session, one, closes_at=None, now=NOW, by="alice"))
    page = world.browser().get("/").text
    assert "Round 1 is open." in page
    assert "Answer as a practitioner" in page
    _move(world, lambda session, one: rounds.close(session, one, now=NOW, by="alice"))
    page = world.browser().get("/").text
    assert "Round 1 is closed." in page
    assert "Answer as" not in page
    _move(world, lambda session, one: publications.publish(session, one, now=NOW, by="alice"))
    assert "the priority grids of round 1" in world.browser().get("/").text


def test_no_page_of_the_demonstration_is_without_its_tag(make_small: Callable[..., World]) -> None:
    browser = make_small(demo="1").browser()
    for path in ("/", "/sign-in", "/sign-in/link/x", "/nowhere", "/studies"):
        assert '<p class="d-simulated">Simulated data</p>' in browser.get(path).text


def test_the_demonstration_promises_no_mail(make_small: Callable[..., World]) -> None:
    browser = make_small(demo="1").browser()
    assert "Email me a sign-in link" not in browser.get("/sign-in").text
    browser.post("/sign-in/link", {"email": demo.RESEARCHER_EMAIL})
    page = browser.get("/sign-in").text
    assert "This demonstration sends no mail" in page
    assert "on its way" not in page


def test_a_button_lets_in(make_small: Callable[..., World]) -> None:
    world = make_small(demo="1")
    researcher = world.browser()
    assert researcher.post(DOORS[0]).location == f"/studies/{demo.STUDY}"
    assert researcher.get("/studies").status == 200
    for door, name in zip(DOORS[1:], ("Panellist P01", "Panellist L01"), strict=True):
        guest = world.browser()
        assert guest.post(door).location == "/answer"
        assert name in guest.get("/").text


def test_the_next_guest_comes_where_one_has_withdrawn(make_small: Callable[..., World]) -> None:
    world = make_small(demo="1")

    def leaves(code: str) -> None:
        with world.session() as session, session.begin():
            study = studies.get(session, demo.STUDY)
            one = next(p for p in panels.list_panellists(session, study) if p.code == code)
            withdrawing.withdraw(session, study, one, keep_answers=True, now=NOW)

    leaves("P01")
    guest = world.browser()
    guest.post(DOORS[1])
    assert "Panellist P02" in guest.get("/").text
    leaves("P02")
    answer = world.browser().post(DOORS[1])
    assert (answer.status, "--fresh" in answer.text) == (404, True)


@pytest.mark.parametrize("door", [*DOORS, "/demo/panellist/nobody"])
def test_there_are_no_doors_outside_the_demonstration(make_small: Callable[..., World], door: str) -> None:
    check_closed(make_small().browser(), door)


@pytest.mark.parametrize("door", DOORS)
def test_the_doors_lead_into_no_real_study(make_small: Callable[..., World], door: str) -> None:
    check_closed(make_small(demo="1", is_simulated=False).browser(), door)


def check_closed(browser: Browser, door: str) -> None:
    assert "/demo/" not in browser.get("/").text
    assert browser.post(door).status == 404
    assert browser.get("/studies").status == 403


def test_a_door_does_not_open_by_following_a_link(make_small: Callable[..., World]) -> None:
    browser = make_small(demo="1").browser()
    assert browser.get(DOORS[0]).status in (404, 405)
    assert browser.get("/studies").status == 403


def test_a_demonstration_has_no_public_address() -> None:
    with pytest.raises(InvalidInput, match="DELPHI_DEMO"):
        settings.read({"DELPHI_DEMO": "1", "DELPHI_PUBLIC_ADDRESS": "https://delphi.example.org"})


def start(folder: Path, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", "from delphi.cli import main; main()", "demo", "--folder", str(folder)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DELPHI_")}
    return subprocess.Popen(
        [*command, *options], env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def doors(running: "subprocess.Popen[str]") -> str:
    """What the terminal shows, up to its last line."""
    assert running.stdout is not None
    lines = []
    for line in running.stdout:
        lines.append(line)
        if "Ctrl+C" in line:
            break
    return "".join(lines)


def stop(running: "subprocess.Popen[str]") -> str:
    """Stop it as a person does; tells what it said beside the doors."""
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 0, said
    return said


def test_the_command_builds_serves_and_goes_on_where_it_was_left(tmp_path: Path) -> None:
    database_file = tmp_path / "demo" / demo.DATABASE
    running = start(tmp_path / "demo", "--port", "0")
    shown = doors(running)
    assert "Ready" in shown
    assert demo.RESEARCHER_EMAIL in shown
    assert "Look around" in first_page(shown)
    links = re.findall(r"http://\S+/join/\S+", shown)
    assert len(links) == len(demo.GUEST_NAMES)
    for link in links:
        with urllib.request.urlopen(link, timeout=30) as page:
            assert page.status == 200
    assert stop(running) == "Stopped.\n"
    with closing(sqlite3.connect(database_file)) as connection:
        connection.execute("create table left_behind (id integer)")
    for options, words in (((), "Going on where it was left"), (("--fresh",), "Ready")):
        running = start(tmp_path / "demo", "--port", "0", *options)
        shown = doors(running)
        assert words in shown
        assert "Look around" in first_page(shown)
        stop(running)
        with closing(sqlite3.connect(database_file)) as connection:
            tables = connection.execute("select name from sqlite_master").fetchall()
        assert (("left_behind",) in tables) == (not options)


def first_page(shown: str) -> str:
    """What a browser gets at the first address that the terminal shows."""
    address = re.search(r"http://127\.0\.0\.1:\d+/", shown)
    assert address is not None
    with urllib.request.urlopen(address[0], timeout=30) as page:
        return str(page.read().decode())


def test_a_port_that_is_taken_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        running = start(tmp_path / "demo", "--port", str(port), "--fresh")
        _, said = running.communicate(timeout=30)
    assert running.returncode == 1
    assert said.startswith(
        f"Error: Port {port} of 127.0.0.1 cannot be had (Address already in use). Try another"
    )
    assert not (tmp_path / "demo").exists()
