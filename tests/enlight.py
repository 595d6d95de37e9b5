"""A real Delphi study, ENLIGHT: read from beside the project where it is there, and never copied into it.

65 panellists rated 61 items on importance from 1 to 7. A blank leaves the denominator, `unable` stays in it;
an item is in where the share rated 5 to 7 is above 75 %. Source: eBioMedicine 2023;98:104889.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from surveys import items, rounds, studies
from surveys.items import ItemPlan
from surveys.protocol import Protocol
from surveys.results import Results
from surveys.rounds import Round
from tests.surveys import examples

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "enlight"
RATINGS = FOLDER / "round1_ratings.csv"
ANSWERS = 3946

needed = pytest.mark.skipif(not FOLDER.is_dir(), reason="the ENLIGHT data are not beside the project")


@dataclass(frozen=True)
class Published:
    """What the study published of one item."""

    share_high: float
    is_included: bool


def protocol() -> Protocol:
    """ENLIGHT's first round as a protocol of ours."""
    anchors = {"low": "not important", "middle": "somewhat important", "high": "very important"}
    criterion = {"key": "importance", "name": "Importance", "question": "How important?", "anchors": anchors}
    panel = {
        "key": "experts",
        "name": "Experts",
        "recruitment": "As published.",
        "perspective": "As an expert.",
    }
    return examples.protocol(
        title="ENLIGHT",
        scale={"low": 1, "high": 7, "bands": {"low": [1, 3], "middle": [4, 4], "high": [5, 7]}},
        criteria=[criterion | {"more": "more important"}],
        panels=[panel],
        rules=[{"in": "share > 75 high", "out": "none", "denominator": "rated+unable"}],
        grids=None,
    )


def rows() -> Iterator[dict[str, str]]:
    """The 3,965 rows of the file."""
    with RATINGS.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def published() -> dict[str, Published]:
    """What was published, by the item's text."""
    with (FOLDER / "round1_published.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["item"]: Published(float(row["share_5_to_7"]), row["included"] == "y")
            for row in csv.DictReader(file)
        }


def open_round(session: Session, key: str = "enlight", *, now: datetime) -> Round:
    """The study in the database, its first round open."""
    study = studies.create(session, key, protocol(), now=now)
    titles = {row["item_no"]: row["item"] for row in rows()}
    items.add(session, study, [ItemPlan(key, title) for key, title in titles.items()])
    return rounds.open_(session, rounds.plan_first(session, study), closes_at=None, now=now, by="alice")


def check_against_published(results: Results, titles: dict[int, str]) -> None:
    """All 61 shares to 1e-9, and exactly the 24 inclusions."""
    known = published()
    shares = {titles[finding.item_id]: finding.share_high for finding in results.panel_findings}
    assert shares == {title: pytest.approx(item.share_high, abs=1e-9) for title, item in known.items()}
    included = {titles[finding.item_id] for finding in results.panel_findings if finding.verdict == "in"}
    assert included == {title for title, item in known.items() if item.is_included}
    assert (len(shares), len(included)) == (61, 24)
