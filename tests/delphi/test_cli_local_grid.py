"""`delphi grid` with ratings or weights of one's own: what the web finds, byte for byte; and refusals."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from delphi.cli import main
from surveys import publications, studies
from tests.delphi import editions as ed
from tests.delphi.conftest import NOW, SECRET, Browser, World
from tests.surveys.editions import examples

WEIGHTS = ["--weights", "practitioners=2,lived_experience=1", "--weight", "usefulness=0.6"]
EVERYTHING = {f"choice.i{n}": "possible" for n in range(1, 7)}
GRIDS = {"across": "usefulness", "up": "feasibility", "audiences": "audience"}
Run = Callable[..., Result]


@pytest.fixture
def published(make_world: Callable[..., World]) -> World:
    world = make_world()
    ed.publish(world, grids=GRIDS)
    return world


@pytest.fixture
def team(published: World) -> Browser:
    return published.browser()


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Draw a grid in an empty folder, beside ratings of twelve people of the North Network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DELPHI_DATABASE_URL", database_url)
    monkeypatch.setenv("DELPHI_SECRET_KEY", SECRET)
    Path("local.csv").write_bytes(examples.csv([item.key for item in examples.ITEMS]))
    return lambda *words: CliRunner().invoke(main, ["grid", *words])


def done(result: Result) -> Result:
    assert result.exit_code == 0, result.stderr
    return result


def edition(team: Browser) -> str:
    """On the web: all items in play, the ratings of the file, and weights of one's own."""
    home = ed.make(team)
    assert ed.save(team, home, "issues", EVERYTHING).status == 303
    weights = {"panel.practitioners": "2", "panel.lived_experience": "1"}
    of_axes = {"criterion.usefulness": "0.6", "criterion.feasibility": "0.4", "cuts": "bands"}
    assert ed.save(team, home, "ingredients", weights | of_axes).status == 303
    file = {"file": ("local.csv", Path("local.csv").read_bytes(), "text/csv")}
    assert team.post(f"{home}/ratings/file", files=file).status == 303
    return home


def figures(data: str | bytes) -> dict[str, Any]:
    """What a grid says, apart from whose it is."""
    return {key: value for key, value in json.loads(data).items() if key != "name"}


@pytest.mark.parametrize("strength", ["0.5", "1"])
def test_the_web_and_the_command_find_the_same(team: Browser, run: Run, strength: str) -> None:
    home = edition(team)
    done(run(ed.STUDY, "--ratings", "local.csv", *WEIGHTS, "--strength", strength, "-o", "grid.json"))
    web = team.get(f"{home}/grid/grid.json?strength={strength}").text
    assert figures(Path("grid.json").read_bytes()) == figures(web)
    found = figures(web)
    assert found["local"] == {"practitioners": "12", "lived_experience": "nobody"}
    assert found["panel_weights"] == {"practitioners": 2, "lived_experience": 1}
    assert len([item for item in found["items"] if item["place"]]) == 6


@pytest.mark.parametrize("form", ["svg", "png", "pdf", "csv", "json"])
def test_an_editions_file_gives_the_bytes_of_the_web_without_a_database(
    team: Browser, run: Run, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    home = edition(team)
    Path("edition.json").write_text(team.get(f"{home}/edition.json?strength=0.5").text)
    web = team.client.get(f"{home}/grid/grid.{form}?strength=0.5").content
    monkeypatch.setenv("DELPHI_DATABASE_URL", "sqlite+pysqlite:///nowhere.sqlite3")
    for _ in range(2):
        done(run("--from", "edition.json", "-o", f"grid.{form}"))
        assert Path(f"grid.{form}").read_bytes() == web


def test_a_published_study_as_a_file_serves_as_well(
    team: Browser, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("study.json").write_text(team.get(f"/editions/of/{ed.STUDY}/study.json").text)
    done(run(ed.STUDY, "--ratings", "local.csv", *WEIGHTS, "--audience", "practices", "-o", "one.svg"))
    monkeypatch.setenv("DELPHI_DATABASE_URL", "sqlite+pysqlite:///nowhere.sqlite3")
    done(
        run(
            "--from",
            "study.json",
            "--ratings",
            "local.csv",
            *WEIGHTS,
            "--audience",
            "practices",
            "-o",
            "2.svg",
        )
    )
    assert Path("one.svg").read_bytes() == Path("2.svg").read_bytes()
    drawn = Path("one.svg").read_text()
    for said in ("Local edition, not the study’s findings.", "Networks and practices", "weighted 2 : 1"):
        assert said in drawn


def test_weights_alone_make_a_grid_of_the_studys_answers(published: World, run: Run) -> None:
    told = done(run(ed.STUDY, *WEIGHTS, "-o", "grid.svg"))
    assert "It is not the study’s findings." in told.stderr
    assert "Nobody here has rated" in Path("grid.svg").read_text()


def test_what_the_file_of_a_study_says_is_public(team: Browser) -> None:
    said = team.get(f"/editions/of/{ed.STUDY}/study.json").text
    assert json.loads(said)["format"] == "delphi published study 1"
    assert "@" not in said


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (
            ["--weights", "practitioners=-1,lived_experience=1"],
            1,
            "--weights, practitioners: A weight is a number",
        ),
        (["--weights", "practitioners=0,lived_experience=0"], 1, "The weights sum to nothing."),
        (["--weights", "practitioners=2"], 1, "Give this a weight as well"),
        (["--weights", "nurses=2"], 1, "There is no “nurses” to weigh."),
        (["--weights", "practitioners=much"], 2, "“much” is not a number."),
        (["--weights", "practitioners"], 2, "is not a pair"),
        (["--weight", "beauty=0.5"], 1, "There is no “beauty” to weigh."),
        (["--weight", "usefulness=3"], 2, "Give feasibility a weight too"),
        (["--weight", "usefulness=-0.5,feasibility=1"], 1, "A weight is a number, 0 or more."),
        (["--strength", "2"], 2, "0<=x<=1"),
        (["--weight", "usefulness=1", "--audience", "practises"], 2, "There is no “practises”."),
        (["--weight", "usefulness=1", "--audience", "none"], 1, "No item has all of these tags."),
        (["--weight", "usefulness=1", "--panel", "practitioners"], 2, "--panel is for a study’s own grid."),
        (["--weight", "usefulness=1", "--from", "local.csv"], 2, "one of the two"),
        (["--ratings", "nothing.csv"], 1, "There is no such file."),
        (["--ratings", "items.csv"], 1, "has an item “a bus stop”"),
        (["--ratings", "scale.csv"], 1, "line 2, column “usefulness”"),
        (["--ratings", "panel.csv"], 1, "There is no panel “nurses”."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    published: World, run: Run, words: list[str], code: int, sentence: str
) -> None:
    header = "panellist,item,panel,usefulness,feasibility\n"
    Path("items.csv").write_text(f"{header}N1,a bus stop,practitioners,7,7\n")
    Path("scale.csv").write_text(f"{header}N1,bus,practitioners,12,7\n")
    Path("panel.csv").write_text(f"{header}N1,bus,nurses,7,7\n")
    result = run(ed.STUDY, *words, "-o", "grid.svg")
    assert (result.exit_code, Path("grid.svg").exists()) == (code, False), result.stderr
    assert sentence in result.stderr


def test_a_study_that_publishes_nothing_has_no_local_grid(published: World, run: Run) -> None:
    with published.session() as session, session.begin():
        publications.withdraw(session, studies.get(session, ed.STUDY), now=NOW, by=examples.BY)
    result = run(ed.STUDY, "--weight", "usefulness=1", "-o", "grid.svg")
    assert result.exit_code == 1
    assert "publishes nothing now" in result.stderr
    assert run("nowhere", "--weight", "usefulness=1", "-o", "grid.svg").exit_code == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "This is no JSON"),
        ("[]", "neither a published study nor an edition"),
        ('{"format": "delphi published study 1"}', "source"),
    ],
)
def test_a_file_of_something_else_is_refused(run: Run, content: str, sentence: str) -> None:
    Path("file.json").write_text(content)
    result = run("--from", "file.json", "-o", "grid.svg")
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_an_editions_file_says_itself_what_is_in_play(team: Browser, run: Run) -> None:
    Path("edition.json").write_text(team.get(f"{edition(team)}/edition.json").text)
    result = run("--from", "edition.json", "--audience", "practices", "-o", "grid.svg")
    assert result.exit_code == 2
    assert "Leave --audience away" in result.stderr


def test_a_study_of_one_criterion_is_a_list_and_no_figure(make_world: Callable[..., World], run: Run) -> None:
    ed.publish_list(make_world())
    done(run(ed.STUDY, "--strength", "1", "-o", "list.csv"))
    assert len(Path("list.csv").read_text().splitlines()) == 7
    assert (
        "names no audiences" in run(ed.STUDY, "--strength", "1", "--audience", "x", "-o", "list.csv").stderr
    )
    result = run(ed.STUDY, "--strength", "1", "-o", "grid.svg")
    assert result.exit_code == 1
    assert "no two criteria" in result.stderr


def test_the_other_of_two_weights_is_the_exact_rest(published: World, run: Run) -> None:
    done(run(ed.STUDY, "--weight", "usefulness=0.7", "-o", "grid.json"))
    found = figures(Path("grid.json").read_bytes())
    assert found["criterion_weights"] == {
        "usefulness": 0.7,
        "feasibility": 0.3,
    }
