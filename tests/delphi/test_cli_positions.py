"""`delphi grid --positions`: a published go-zone, cell by cell, and what is wrong with such a file."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from delphi.cli import main
from tests.analysis import eric

COLUMNS = ["--label", "strategy", "--x", "importance_mean", "--y", "feasibility_mean", "--cuts", "3.43,3.30"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("strategy", "importance_mean", "feasibility_mean"))
    writer.writerows((row.name, row.importance, row.feasibility) for row in eric.STRATEGIES)
    path = tmp_path / "eric.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def grid(file: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["grid", "--positions", str(file), *options])


def test_all_published_quadrants_come_out(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    result = grid(file, *COLUMNS, "--format", "json", "-o", str(out))
    assert result.exit_code == 0, result.stderr
    found = {item["label"]: item["cell"] for item in json.loads(out.read_text())["items"]}
    assert found == {row.name: eric.CELL_OF[row.quadrant] for row in eric.STRATEGIES}
    assert len(found) == 24


def test_the_same_as_a_table_and_as_a_figure_in_equal_bytes(file: Path, tmp_path: Path) -> None:
    for ending in ("csv", "svg"):
        one, other = tmp_path / f"one.{ending}", tmp_path / f"other.{ending}"
        for out in (one, other):
            assert grid(file, *COLUMNS, "-o", str(out)).exit_code == 0
        assert one.read_bytes() == other.read_bytes()
    assert len((tmp_path / "one.csv").read_text().splitlines()) == 25
    assert "The lines lie at 3.43 across and 3.30 up" in (tmp_path / "one.svg").read_text()


@pytest.mark.parametrize(
    ("content", "options", "code", "sentence"),
    [
        ("strategy,importance_mean\nA,1\n", COLUMNS, 1, "“feasibility_mean” is missing"),
        (
            "strategy,importance_mean,feasibility_mean\nA,high,1\n",
            COLUMNS,
            1,
            "line 2, column “importance_mean”",
        ),
        ("strategy,importance_mean,feasibility_mean\n", COLUMNS, 1, "There are no items"),
        ("strategy,importance_mean,feasibility_mean\nA,1,2\n", [*COLUMNS[:-1], "3"], 2, "Two numbers"),
        ("strategy,importance_mean,feasibility_mean\nA,1,2\n", [*COLUMNS[:-1], "3,x"], 2, "cut"),
        ("strategy,importance_mean,feasibility_mean\nA,1,2\n", COLUMNS[:-2], 2, "needs --cuts"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, content: str, options: list[str], code: int, sentence: str
) -> None:
    file = tmp_path / "positions.csv"
    file.write_text(content)
    result = grid(file, *options, "-o", str(tmp_path / "out.json"))
    assert (result.exit_code, (tmp_path / "out.json").exists()) == (code, False)
    assert sentence in result.stderr
