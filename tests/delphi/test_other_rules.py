"""The same answers under other published rules: the page, its table and its file."""

import csv
import io

from analysis.multiverse import PUBLISHED_RULES
from tests.delphi.conftest import Browser, World
from tests.delphi.test_grids import RATED, close

PAGE = "/studies/fairer-care/rounds/1/rules"


def test_each_rule_says_what_it_would_have_called_in(world: World, alice: Browser) -> None:
    split = RATED | {"practitioners": [(((8, 13), (2, 7)), (7, 20)), ((8, 20), (3, 20)), ((2, 20), (5, 20))]}
    close(world, split)
    page = alice.get(f"{PAGE}?criterion=usefulness&panel=practitioners")
    assert page.status == 200
    # 65 % high: no consensus by the study's 70 %, and in by rules that ask for less.
    assert "Of 3 items, 1 would be called otherwise by some other published rule" in page.text
    assert "1. Item one" in page.text
    assert "In, when at least 70 % rate it 7 to 9" in page.text
    assert f'href="{PAGE}"' in alice.get("/studies/fairer-care/rounds/1/results").text


def test_every_item_under_every_rule_can_be_kept(world: World, alice: Browser) -> None:
    close(world)
    rows = list(csv.DictReader(io.StringIO(alice.get(f"{PAGE}.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == 3 * 2 * 2
    assert {rule.name for rule in PUBLISHED_RULES} <= rows[0].keys()
    assert {row["own rule"] for row in rows} <= {"in", "out", "no consensus"}


def test_an_unknown_criterion_is_not_found_and_an_open_round_has_none(world: World, alice: Browser) -> None:
    assert alice.get(PAGE).status == 409
    close(world)
    assert alice.get(f"{PAGE}?criterion=cost").status == 404
