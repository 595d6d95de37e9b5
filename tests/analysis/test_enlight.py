"""A real study: ENLIGHT, eBioMedicine 2023;98:104889, round 1, 65 panellists and 61 items on 1 to 7."""

import csv
from pathlib import Path

import pytest

from analysis.consensus import Verdict, parse_rule, verdicts
from analysis.scales import Scale
from analysis.summaries import shares
from analysis.tallies import BLANK, UNABLE, Tally

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "enlight"
RULE = parse_rule("share > 75 high", denominator="rated+unable")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the data of ENLIGHT, under its own licence, is not beside the project"
)


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def published() -> list[dict[str, str]]:
    return rows("round1_published.csv")


@pytest.fixture(scope="module")
def tally(published: list[dict[str, str]]) -> Tally:
    """The 61 published items, in the published order."""
    ratings = rows("round1_ratings.csv")
    place = {row["item"]: index for index, row in enumerate(published)}
    codes = {"unable": UNABLE, "": BLANK} | {str(category): category for category in range(1, 8)}
    return Tally.from_ratings(
        Scale.parse("1-7", "1-3,4,5-7"),
        items=len(published),
        item=[place[row["item"]] for row in ratings],
        rating=[codes[row["importance"]] for row in ratings],
    )


def test_all_answers_are_counted(tally: Tally) -> None:
    assert (tally.items, int(tally.rated.sum())) == (61, 3462)
    assert (int(tally.unable.sum()), int(tally.blank.sum())) == (484, 19)


def test_the_published_shares_of_all_items(tally: Tally, published: list[dict[str, str]]) -> None:
    found = shares(tally, "rated+unable")
    unable = tally.unable / tally.denominator("rated+unable")
    for row, high, low, not_able in zip(published, found.high, found.low, unable, strict=True):
        assert high == pytest.approx(float(row["share_5_to_7"]), abs=1e-9)
        assert low + not_able == pytest.approx(float(row["share_1_to_3_or_unable"]), abs=1e-9)
        assert not_able == pytest.approx(float(row["share_unable"]), abs=1e-9)


def test_the_published_inclusions(tally: Tally, published: list[dict[str, str]]) -> None:
    included = [row["included"] == "y" for row in published]
    assert sum(included) == 24
    assert [verdict is Verdict.IN for verdict in verdicts(RULE, tally)] == included


def test_the_denominator_matters_in_this_study(tally: Tally) -> None:
    among_raters = verdicts(parse_rule("share > 75 high", denominator="rated"), tally)
    assert among_raters.count(Verdict.IN) > 24
