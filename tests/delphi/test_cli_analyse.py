"""`delphi analyse`: a real study's published figures, the forms of the result, and what is said beside it."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from delphi.cli import analyse as analyse_
from delphi.cli import figures as figures_
from delphi.cli import figures_as_tables, main
from tests import documents, enlight

TWO_PANELS = """\
who,what,group,round,useful,feasible
A1,one,gps,1,9,3
A2,one,gps,1,8,unable
A3,one,gps,1,7,
B1,one,lived,1,2,9
A1,two,gps,1,1,1
A1,one,gps,2,4,4
"""
DOCUMENT = documents.DOCS / "analysis-json.md"
COLUMNS = ["--columns", "panellist=who,item=what", "--panel", "group"]


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.csv"
    path.write_text(TWO_PANELS)
    return path


def analyse(path: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["analyse", str(path), *options])


def figures(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


@enlight.needed
def test_a_real_study_gets_its_published_shares_and_inclusions() -> None:
    result = analyse(
        enlight.RATINGS, "--scale", "1-7", "--bands", "1-3,4-4,5-7", "--rule", "share>75 high",
        "--denominator", "rated+unable", "--format", "csv",
    )  # fmt: skip
    rows, published = figures(result), enlight.published()
    assert {row["item"]: float(row["share_high"]) for row in rows} == {
        item: pytest.approx(known.share_high, abs=1e-9) for item, known in published.items()
    }
    included = {item for item, known in published.items() if known.is_included}
    assert {row["item"] for row in rows if row["verdict"] == "in"} == included
    assert (len(rows), len(included)) == (61, 24)
    assert "importance: 37 no consensus, 24 in." in result.stderr
    assert "Ignored the column “item_no”" in result.stderr


def test_every_round_panel_and_criterion_has_its_own_figures(ratings: Path) -> None:
    rows = figures(analyse(ratings, "--scale", "1-9", "--format", "csv", *COLUMNS))
    first = [row for row in rows if (row["criterion"], row["round"], row["panel"]) == ("useful", "1", "gps")]
    assert [(row["item"], row["n"], row["median"]) for row in first] == [
        ("one", "3", "8.0"),
        ("two", "1", "1.0"),
    ]
    assert len(rows) == 2 * (
        2 * 2 + 1
    )  # two criteria: in round 1 two panels by two items, in round 2 one of each


def test_unable_and_blank_are_told_apart(ratings: Path) -> None:
    rows = figures(analyse(ratings, "--scale", "1-9", "--criteria", "feasible", "--format", "csv", *COLUMNS))
    assert [rows[0][name] for name in ("n", "unable", "blank")] == ["1", "1", "1"]
    nobody = next(row for row in rows if (row["item"], row["panel"]) == ("two", "lived"))
    assert (nobody["n"], nobody["median"], nobody["share_high"]) == ("0", "", "")  # nothing, and not 0


def test_a_share_may_count_the_unable(ratings: Path) -> None:
    shares = [
        figures(
            analyse(ratings, "--scale", "1-9", "--criteria", "feasible", "--format", "csv", *COLUMNS, *more)
        )
        for more in (
            [],
            ["--denominator", "rated+unable"],
            ["--rule", "share > 75 high; denominator rated+unable"],
        )
    ]
    assert [rows[0]["share_low"] for rows in shares] == ["1.0", "0.5", "0.5"]


def test_quantiles_are_of_the_type_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "twelve.csv"
    values = [3, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9]
    path.write_text(
        "panellist,item,useful\n" + "".join(f"P{n},one,{value}\n" for n, value in enumerate(values))
    )
    asked = {t: figures(analyse(path, "--scale", "1-9", "--quantiles", t, "--format", "csv")) for t in "267"}
    assert {t: rows[0]["q1"] for t, rows in asked.items()} == {"2": "5.5", "6": "5.25", "7": "5.75"}


def test_a_scale_without_bands_has_no_shares(ratings: Path) -> None:
    rows = figures(analyse(ratings, "--scale", "0-10", "--format", "csv", *COLUMNS))
    assert {value for name, value in rows[0].items() if name.startswith("share")} == {""}


def test_the_form_follows_the_name_of_the_file(ratings: Path, tmp_path: Path) -> None:
    found = tmp_path / "found.json"
    result = analyse(
        ratings, "--scale", "1-9", "--rule", "share>=70 high, share<15 low", "-o", str(found), *COLUMNS
    )
    assert (result.exit_code, result.stdout) == (0, "")
    said = json.loads(found.read_text(encoding="utf-8"))
    assert (said["scale"], said["rule"]) == ("1-9", "share >= 70 high, share < 15 low")
    assert said["items"][0]["verdict"] == "too_few"


def test_a_table_is_for_reading(ratings: Path) -> None:
    result = analyse(ratings, "--scale", "1-9", "--criteria", "useful", *COLUMNS)
    title, header, first, *_ = result.stdout.splitlines()
    assert title.strip() == "useful, round 1, gps"
    assert first.startswith("one         ███")  # a block for each category
    assert first.split()[:5] == ["one", "███", "3", "–", "8"]
    assert header.index("median") + len("median") == first.index("  8  ") + 3  # numbers to the right
    assert "DI" in header


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_a_narrow_terminal_loses_columns_and_cuts_items_but_no_figure(ratings: Path, width: int) -> None:
    ratings.write_text(
        TWO_PANELS.replace(
            "one", "a very long name of an item that is longer than any line has room for beside figures"
        )
    )
    wanted = figures_.wish("1-9", None, "share >= 70 high, share < 15 low", "rated", 7)
    file = analyse_.read(
        ratings, range(1, 10), ("useful",), {"panellist": "who", "item": "what", "panel": "group"}
    )
    text = figures_as_tables.as_table(figures_.report_of(file, wanted), file, width=width)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()
    assert max(map(len, lines)) <= width
    assert all("too few" in line for line in lines if line.startswith("a very"))


def test_the_json_is_what_its_document_says(ratings: Path) -> None:
    """Every field of every part stands in docs/analysis-json.md, and nothing that is not there."""
    options = ["--scale", "1-9", "--rule", "share>=70 high, share<15 low", "--format", "json", *COLUMNS]
    found = json.loads(analyse(ratings, *options).stdout)
    assert found["version"] == "1"
    parts = {"the whole": found, **{name: found[name][0] for name in ("items", "sets", "panels", "rounds")}}
    documented = DOCUMENT.read_text(encoding="utf-8").split("\n## ")
    for name, part in parts.items():
        section = next(text for text in documented if text.lower().startswith(name))
        assert set(part) == set(re.findall(r"^\| `([a-z0-9_]+)`", section, re.MULTILINE))


def test_what_is_undefined_is_null_with_a_reason(ratings: Path) -> None:
    found = json.loads(analyse(ratings, "--scale", "1-9", "--format", "json", *COLUMNS).stdout)
    nobody = next(row for row in found["items"] if row["n"] == 0)
    undefined = {name for name, value in nobody.items() if value is None} - {"panel", "round"}
    assert {"median", "cns", "share_high", "verdict"} <= undefined == set(nobody["reasons"])
    assert nobody["reasons"]["median"] == "Nobody rated the item."
    assert nobody["reasons"]["verdict"] == "No rule was given."
    assert "NaN" not in json.dumps(found)


def test_simulated_ratings_say_so_on_every_line(tmp_path: Path) -> None:
    path = tmp_path / "simulated.csv"
    path.write_text("panellist,item,useful,simulated\nA,one,9,yes\n")
    result = analyse(path, "--scale", "1-9", "--format", "csv")
    assert [row["simulated"] for row in figures(result)] == ["yes"]
    assert "These ratings are simulated." in result.stderr


def test_no_cell_of_the_result_runs_as_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "formula.csv"
    path.write_text("panellist,item,useful\nA,=1+1,9\n")
    assert [row["item"] for row in figures(analyse(path, "--scale", "1-9", "--format", "csv"))] == ["'=1+1"]


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (["--scale", "nine"], 2, "'nine' is not a scale"),
        (["--scale", "1-9", "--bands", "1-3,5-9"], 2, "leave a gap"),
        (["--scale", "1-9", "--rule", "share >= 70 hihg"], 2, "is not a condition of a rule"),
        (["--scale", "0-10", "--rule", "share >= 70 high"], 2, "needs bands"),
        (["--scale", "1-9", "--quantiles", "10"], 2, "--quantiles"),
        (["--scale", "1-9", "--columns", "item"], 2, "is not a pair such as item=item_no"),
        (
            ["--scale", "1-9", "--columns", "item=nothing"],
            1,
            "ratings.csv, line 1: The column “nothing” is missing",
        ),
        (["--scale", "1-9", "--columns", "panellist=who,item=what,round=what"], 1, "asked for twice"),
        (["--scale", "1-9", "--columns", "item=what,item=who"], 2, "“item” is said twice"),
        (["--scale", "1-9", "--columns", "panellist=who,item=what", "--panel", "what"], 1, "asked for twice"),
        (["--scale", "1-9", "--criteria", "usefull"], 1, "Did you mean “useful”?"),
        (["--scale", "1-5", "--criteria", "useful"], 1, "ratings.csv, line 2, column “useful”: “9” is not"),
        (["--scale", "1-9", "-o", "nowhere/found.csv"], 1, "nowhere/found.csv: No such file or directory"),
    ],
)
def test_what_cannot_be_analysed_is_said_in_a_sentence(
    ratings: Path, options: list[str], code: int, sentence: str
) -> None:
    given = options if "--columns" in options else [*options, *COLUMNS]
    result = analyse(ratings, *given)
    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr
