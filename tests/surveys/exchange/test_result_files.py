"""The results as CSV: a line for an item, a criterion and a panel, with every figure."""

import csv
import io
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import panels, ratings, results, rounds
from surveys.exchange import csv_files, result_files
from surveys.ratings import Answer
from surveys.rounds import Round
from surveys.studies import Study


@pytest.fixture
def closed(session: Session, study: Study, open_round: Round, now: datetime) -> Round:
    """Twelve practitioners say 8, six people with lived experience say 2."""
    for panel, size, value in ((0, 12, 8), (1, 6, 2)):
        for n in range(size):
            who = panels.add(session, study.panels[panel], f"{panel}-{n}", now=now)
            session.flush()
            answers = {
                (asked.item_id, c.id): Answer(value) for asked in open_round.items for c in study.criteria
            }
            ratings.save(session, open_round, who, answers, now=now)
    return rounds.close(session, open_round, now=now, by="alice")


def _lines(session: Session, closed: Round) -> list[dict[str, str]]:
    data = result_files.write(closed, results.get(session, closed))
    assert data.decode().startswith(csv_files.BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_team_gets_every_figure(session: Session, closed: Round) -> None:
    lines = _lines(session, closed)
    assert len(lines) == 3 * 2 * 2  # items, criteria, panels
    small = lines[1]
    assert (small["item"], small["criterion"], small["panel"]) == ("one", "usefulness", "lived_experience")
    assert (small["n"], small["count_2"], small["median"], small["verdict"]) == ("6", "6", "2.0", "out")
    assert (small["finding"], small["cliffs_delta"]) == ("panels diverge", "1.0")
    assert small["rule"] == "share >= 70 high, share < 15 low"
    assert (small["simulated"], small["depends_on_quantiles"]) == ("no", "no")


def test_no_key_and_no_title_runs_as_a_formula(session: Session, closed: Round) -> None:
    first = closed.items[0]
    first.item.key, first.wording.title = "=HYPERLINK(A1)", "@SUM(A1)"
    line = _lines(session, closed)[0]
    assert (line["item"], line["title"]) == ("'=HYPERLINK(A1)", "'@SUM(A1)")
