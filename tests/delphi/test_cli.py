"""The command line: it works first, then every refusal is one sentence and an exit code."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from delphi import settings as settings_
from delphi.cli import main
from delphi.cli.refusals import EXIT_CODES
from surveys import access, attributes, audit, database, errors, panels, results, rounds, sign_ins, studies
from surveys.errors import SurveyError
from surveys.exchange import study_files
from tests.delphi.conftest import NOW, SECRET

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a migrated database, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DELPHI_DATABASE_URL", database_url)
    monkeypatch.setenv("DELPHI_SECRET_KEY", SECRET)
    return lambda line, **options: CliRunner().invoke(main, line.split(), **options)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    engine = database.connect(database_url)
    with Session(engine) as made:
        yield made
    engine.dispose()


def done(result: Result) -> Result:
    assert result.exit_code == 0, result.stderr
    return result


def walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from walk(child, (*path, name))


@pytest.mark.parametrize("path", list(walk(main)), ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...]) -> None:
    result = done(CliRunner().invoke(main, [*path, "--help"]))
    assert "Usage: " in result.stdout


def test_every_refusal_has_an_exit_code() -> None:
    refusals = {
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SurveyError)
    }
    assert set(EXIT_CODES) == refusals - {SurveyError}


def test_a_new_study_can_be_loaded_exported_and_loaded_again(run: Run, session: Session) -> None:
    done(run("study new starter"))
    loaded = done(run("study load starter"))
    assert "3 items, 2 criteria, 1 panel" in loaded.stdout
    done(run("study export starter again"))
    done(run("study load again --key again"))
    first, second = (study_files.of(studies.get(session, key)) for key in ("starter", "again"))
    assert first == second
    assert studies.get(session, "again").fingerprint in loaded.stdout
    assert [line.split()[0] for line in done(run("study list")).stdout.splitlines()[1:]] == [
        "again",
        "starter",
    ]


def test_a_new_study_overwrites_nothing(run: Run) -> None:
    done(run("study new starter"))
    Path("starter/items.csv").write_text("mine")
    refused(run("study new starter"), 1, "would be overwritten")
    assert Path("starter/items.csv").read_text() == "mine"


def test_a_mistake_in_a_study_is_named_and_nothing_is_loaded(run: Run, session: Session) -> None:
    done(run("study new starter"))
    protocol = Path("starter/protocol.toml")
    protocol.write_text(protocol.read_text().replace("minimum_n = 5", "minimum = 5"))
    refused(run("study load starter"), 1, "protocol.toml, rules 1", "minimum_n")
    assert studies.list_all(session) == []


def test_what_the_starter_left_to_be_changed_is_told_and_no_more(run: Run) -> None:
    done(run("study new starter"))
    told = done(run("study load starter")).stderr
    for key in ("title", "panels 1, recruitment", "information.contact_email", "item “first-item”"):
        assert key in told
    for kept in ("criteria", "scale_help", "pausing"):
        assert kept not in told
    done(run("study export starter mine"))
    for file, text in {"protocol.toml": "Your name", "items.csv": "A short name for the first item"}.items():
        path = Path("mine", file)
        path.write_text(path.read_text().replace(text, "Something of our own"))
    told = done(run("study load mine")).stderr
    assert "contact_name" not in told
    assert "first-item" not in told
    assert "information.contact_email" in told


def test_an_address_that_cannot_be_one_is_refused(run: Run) -> None:
    done(run("study new starter"))
    protocol = Path("starter/protocol.toml")
    protocol.write_text(protocol.read_text().replace("you@example.org", "nobody"))
    refused(run("study load starter"), 1, "information.contact_email: Panellists write there.", "ada@example")


def test_a_key_that_is_taken_names_the_ways_out(run: Run) -> None:
    done(run("study new starter"))
    done(run("study load starter"))
    refused(run("study load starter"), 2, "already", "--key KEY", "delphi study remove starter")


def test_a_study_loaded_by_mistake_is_removed_when_that_is_meant(run: Run, session: Session) -> None:
    done(run("study new starter"))
    done(run("study load starter --key strater"))
    asked = run("study remove strater", input="n\n")
    assert (asked.exit_code, "3 items" in asked.stderr) == (1, True)
    assert [study.key for study in studies.list_all(session)] == ["strater"]
    session.rollback()
    assert "Removed" in done(run("study remove strater", input="y\n")).stdout
    assert studies.list_all(session) == []
    refused(run("study remove strater --yes"), 1, "There is no study “strater”")


def test_a_study_that_has_begun_is_not_removed(run: Run, session: Session) -> None:
    done(run("study new starter"))
    done(run("study load starter"))
    Path("ratings.csv").write_text(RATINGS)
    done(run("ratings import starter ratings.csv"))
    refused(run("study remove starter --yes"), 1, "has been opened, so it stays")
    assert len(studies.list_all(session)) == 1


def test_the_first_study_is_told_how_to_begin(run: Run) -> None:
    result = done(run("study list"))
    assert (result.stdout, "study new" in result.stderr) == ("", True)


def test_an_account_with_a_password_signs_in(run: Run, session: Session) -> None:
    done(run("study new starter"))
    done(run("study load starter"))
    password = "correct horse battery"
    made = done(
        run("account create Ada@example.org --name Ada --study starter", input=f"{password}\n{password}\n")
    )
    assert password not in made.output
    key = settings_.key(settings_.read())
    tried = sign_ins.begin(session, key, "ada@example.org", origin="", now=NOW)
    assert sign_ins.finish(session, key, sign_ins.prove(tried, password), now=NOW)
    account = access.find_account(session, "ada@example.org")
    assert account is not None
    assert [study.key for study in studies.list_for(session, account)] == ["starter"]


def test_who_comes_onto_a_team_stands_in_the_trail_of_its_study(run: Run, session: Session) -> None:
    done(run("study new starter"))
    done(run("study load starter"))
    for _ in range(2):  # whoever is on it already does not come onto it again
        done(run("account create Ada@example.org --no-password --study starter"))
    told = [
        (entry.act, entry.by, entry.details)
        for entry in audit.list_entries(session, studies.get(session, "starter").id)
    ]
    assert told == [("member added", "command line", {"account": "ada@example.org"})]


def test_an_account_that_is_there_can_join_another_study(run: Run, session: Session) -> None:
    done(run("account create ada@example.org --no-password"))
    refused(run("account create ada@example.org --no-password"), 2, "already")
    done(run("study new starter"))
    done(run("study load starter"))
    done(run("account create ada@example.org --study starter"))
    account = access.find_account(session, "ada@example.org")
    assert account is not None
    assert len(studies.list_for(session, account)) == 1


def test_a_short_password_is_refused_and_no_account_is_made(run: Run, session: Session) -> None:
    refused(run("account create ada@example.org", input="short\nshort\n"), 2, "at least 12 characters")
    assert access.find_account(session, "ada@example.org") is None


def test_a_password_can_be_piped_in_without_a_warning(run: Run, tmp_path: Path) -> None:
    typed, command = "correct horse battery\n", "from delphi.cli import main; main()"
    line = [sys.executable, "-c", command, "account", "create", "ada@example.org"]
    made = subprocess.run(line, input=typed, capture_output=True, text=True, check=True)
    assert (made.stderr, "can sign in" in made.stdout) == ("", True)


def test_a_link_signs_in_once(run: Run, database_url: str) -> None:
    done(run("account create ada@example.org --no-password"))
    link = done(run("account link ada@example.org"))
    address, token = link.stdout.strip().rsplit("/", 1)
    assert address == "http://127.0.0.1:8000/sign-in/link"
    engine = database.connect(database_url)
    key = settings_.key(settings_.read())
    with Session(database.writing(engine)) as session:
        assert access.use_sign_in_link(session, key, token, now=NOW)
        with pytest.raises(errors.NotFound):
            access.use_sign_in_link(session, key, token, now=NOW)
    engine.dispose()


RATINGS = "panellist,item,panel,importance,feasibility,mood\n" + "".join(
    f"E{n},{item},,{value},{other},good\n"
    for n in range(6)
    for item, value, other in (("first-item", 8, "unable"), ("A short name for the second item", 7, ""))
)


def test_people_come_onto_the_panels_from_a_file(run: Run, session: Session, tmp_path: Path) -> None:
    done(run("study new x"))
    done(run("study load x"))
    panel = studies.get(session, "x").panels[0].key
    (tmp_path / "people.csv").write_text(f"panel,code,profession\n{panel},P1,nurse\n{panel},P2,\n")
    refused = run("panellists import x people.csv")
    assert (refused.exit_code, "“profession”" in refused.stderr) == (1, True)
    told = done(run("panellists import x people.csv --attributes profession"))
    assert told.stdout == "Added 2 panellists to x.\n"
    session.rollback()
    study = studies.get(session, "x")
    assert sorted(attributes.by_panellist(session, study).values(), key=str) == [{"profession": "nurse"}]
    assert len(panels.list_panellists(session, study)) == 2
    assert run("panellists import x people.csv --attributes profession").exit_code == 1


def test_ratings_are_imported_closed_and_exported(run: Run, session: Session) -> None:
    done(run("study new starter"))
    done(run("study load starter"))
    Path("ratings.csv").write_text(RATINGS)
    imported = done(run("ratings import starter ratings.csv --close"))
    assert "18 answers of 6 panellists, 6 of them new" in imported.stdout
    assert "Ignored the column “mood”" in imported.stderr
    study = studies.get(session, "starter")
    found = results.get(session, rounds.get_round(session, study, 1))
    finding = found.of(study.items[0].id, "importance", "experts")
    assert finding is not None
    assert (finding.n, finding.median, finding.verdict) == (6, 8.0, "in")
    exported = done(run("ratings export starter"))
    assert "E0,first-item,experts,1,8,unable" in exported.stdout
    done(run("ratings export starter -o out.csv"))
    assert Path("out.csv").read_bytes() == exported.stdout_bytes


def test_ratings_of_an_open_round_are_not_given_out(run: Run) -> None:
    done(run("study new starter"))
    done(run("study load starter"))
    Path("ratings.csv").write_text(RATINGS)
    refused(run("ratings export starter"), 1, "has not closed yet")
    done(run("ratings import starter ratings.csv"))
    refused(run("ratings export starter"), 1, "has not closed yet")
    refused(run("ratings export starter --round 1"), 1, "Round 1 has not closed yet")


def test_a_file_with_a_mistake_imports_nothing_and_leaves_the_round_planned(
    run: Run, session: Session
) -> None:
    done(run("study new starter"))
    done(run("study load starter"))
    Path("ratings.csv").write_text(RATINGS.replace("E3,first-item", "E3,no-such-item"))
    refused(run("ratings import starter ratings.csv"), 1, "ratings.csv, line 8, column “item”")
    round_ = rounds.get_round(session, studies.get(session, "starter"), 1)
    assert round_.status == rounds.RoundStatus.PLANNED


def test_a_grid_is_drawn_and_written_as_a_table(run: Run) -> None:
    done(run("study new starter"))
    done(run("study load starter"))
    Path("ratings.csv").write_text(RATINGS.replace("unable", "3").replace(",7,,", ",7,5,"))
    done(run("ratings import starter ratings.csv --close"))
    drawn = done(run("grid starter --audience all-items -o grid.svg"))
    assert "not for publication" in drawn.stderr
    assert Path("grid.svg").read_text(encoding="utf-8").startswith("<svg")
    done(run("grid starter --audience all-items --public -o grid.csv"))
    assert "first-item" in Path("grid.csv").read_text(encoding="utf-8")
    refused(run("grid starter --audience all-items -o grid.gif"), 2, "must end with one of .svg, .png")
    done(run("grid starter --audience all-items -o grid.pdf"))
    assert Path("grid.pdf").read_bytes().startswith(b"%PDF")
    done(run("grid starter --audience all-items --look by=mean&cut=medians -o mean.csv"))
    assert ",mean_" in Path("mean.csv").read_text(encoding="utf-8")
    refused(run("grid starter --audience all-items --look by=mode -o grid.csv"), 2, "by “mode”")
    refused(run("grid starter -o grid.svg"), 2, "--audience")
    refused(run("grid -o grid.svg"), 2, "Name a STUDY")
    refused(run("grid starter --audience nobody -o grid.svg"), 1, "no grid for “nobody”")


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("frobnicate", 2, "No such command"),
        ("study load nowhere", 1, "There is no such folder"),
        ("study export nothing out", 1, "There is no study “nothing”"),
        ("ratings import nothing ratings.csv", 1, "There is no study “nothing”"),
        ("ratings import nothing r.csv --round 99999999999999999999", 2, "not in the range 1<=x<=999"),
        ("ratings export nothing --round 99999999999999999999", 2, "not in the range 1<=x<=999"),
        ("ratings export nothing", 1, "There is no study “nothing”"),
        ("grid nothing --audience all -o grid.svg", 1, "There is no study “nothing”"),
        ("account create ada", 2, "An email address is needed"),
        ("account create a@[", 2, "An email address is needed"),
        (f"account create ada@example.org --name {'x' * 201}", 2, "A name has at most 200 characters"),
        ("account link ada@example.org", 1, "no account for ada@example.org"),
        ("account create ada@example.org --study nothing", 1, "There is no study “nothing”"),
        ("analyse nothing.csv --scale 1-9", 1, "There is no such file"),
        ("analyse nothing.csv", 2, "Missing option '--scale'"),
    ],
)
def test_a_refusal_is_one_sentence(run: Run, line: str, code: int, sentence: str) -> None:
    refused(run(line, input="correct horse battery\ncorrect horse battery\n"), code, sentence)


@pytest.mark.parametrize(
    ("setting", "value", "code", "sentence"),
    [
        ("DATABASE_URL", "sqlite:///nowhere/delphi.sqlite3", 1, "delphi migrate"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/delphi", 1, "DELPHI_DATABASE_URL"),
        ("DATABASE_URL", "not an address", 2, "DELPHI_DATABASE_URL"),
        ("DATABASE_URL", "mysql://delphi@localhost/delphi", 2, "DELPHI_DATABASE_URL cannot be used."),
        ("TIME_ZONE", "Mars/Olympus", 2, "DELPHI_TIME_ZONE"),
        ("SECRET_KEY", "short", 2, "DELPHI_SECRET_KEY"),
    ],
)
def test_a_wrong_setting_is_named(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, code: int, sentence: str
) -> None:
    monkeypatch.setenv("DELPHI_DATABASE_URL", sqlite_url)
    monkeypatch.setenv(f"DELPHI_{setting}", value)
    refused(CliRunner().invoke(main, ["study", "list"]), code, sentence)


def test_migrating_makes_the_database_and_doing_it_again_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELPHI_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite3'}")
    refused(CliRunner().invoke(main, ["study", "list"]), 1, "Run `delphi migrate`.")
    assert list(tmp_path.iterdir()) == []  # looking made nothing
    for _ in range(2):
        done(CliRunner().invoke(main, ["migrate"]))
    done(CliRunner().invoke(main, ["study", "list"]))


@pytest.mark.parametrize("command", ["serve", "worker", "study list"])
def test_a_database_that_was_not_migrated_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (tmp_path / "empty.sqlite3").touch()
    monkeypatch.setenv("DELPHI_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    line = [*command.split(), *(["--port", "0"] if command == "serve" else [])]
    refused(CliRunner().invoke(main, line), 1, "Run `delphi migrate`.")


def test_a_program_of_its_own_says_the_same(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from delphi.cli import main; main()", "study", "load", "nowhere"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "Error: nowhere: There is no such folder. A study is a folder of files.\n"


def refused(result: Result, code: int, *sentences: str) -> None:
    """It ended with this code and a sentence on stderr, nothing else."""
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    assert re.search(r"^Error: \S", result.stderr, re.MULTILINE)
    for sentence in sentences:
        assert sentence in result.stderr
