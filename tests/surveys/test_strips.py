"""What a ranked strip says: places and who shares one, how sure it is, what is hidden, and its files."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys import band_figures, items, rounds, strips, studies
from surveys.errors import NotFound
from surveys.exchange import rating_files, rating_transfers, strip_files
from surveys.items import ItemPlan
from surveys.rounds import Round
from surveys.strips import RankedStrip
from surveys.studies import Study
from surveys.visibility import Level, Viewer
from tests import enlight
from tests.surveys import examples, strip_examples
from tests.surveys.strip_examples import Rated

PRACTITIONERS, LIVED = "practitioners", "lived_experience"
TWENTY: list[Rated] = [{8: 20}, {8: 13, 4: 7}, {2: 20}]
TEN: list[Rated] = [{6: 10}, {9: 10}, {2: 10}]


@pytest.fixture
def study(session: Session, now: datetime) -> Study:
    return strip_examples.study(session, now=now)


def close(session: Session, study: Study, now: datetime, *panels: Sequence[Rated], **more: Any) -> Round:
    return strip_examples.close(session, study, panels, now=now, **more)


def strip_of(
    session: Session, round_: Round, panel: str = "", viewer: Viewer = Viewer.RESEARCHER, criterion: str = ""
) -> RankedStrip:
    study = round_.study
    asked, lens = strips.get_criterion(study, criterion), strips.get_lens(study, panel)
    return strips.build(session, study, asked, lens, through=round_, viewer=viewer)


def places(strip: RankedStrip) -> list[tuple[int, str]]:
    return [(item.place, item.key) for item in strip.ranked]


def reasons(strip: RankedStrip) -> dict[str, str]:
    return {item.key: item.reason for item in strip.unranked}


def read(strip: RankedStrip) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(strip_files.write(strip).decode("utf-8-sig"))))


def test_items_are_in_the_order_of_the_median_and_then_of_the_share_of_high_ratings(
    session: Session, study: Study, now: datetime
) -> None:
    strip = strip_of(session, close(session, study, now, TWENTY, TEN), PRACTITIONERS)
    assert [(item.place, item.key, item.median, item.share_high) for item in strip.ranked] == [
        (1, "one", 8, 1),
        (2, "two", 8, 0.65),
        (3, "three", 2, 0),
    ]
    assert [item.band for item in strip.ranked] == ["high", "high", "low"]


def test_items_that_are_equal_share_a_place_and_the_next_is_left_out(
    session: Session, study: Study, now: datetime
) -> None:
    strip = strip_of(session, close(session, study, now, [{8: 20}, {2: 20}, {8: 20}], TEN), PRACTITIONERS)
    assert places(strip) == [(1, "one"), (1, "three"), (3, "two")]
    assert [item.is_shared for item in strip.ranked] == [True, True, False]


def test_the_median_has_the_interval_of_its_exact_law_and_its_band_a_chance_with_a_word(
    session: Session, study: Study, now: datetime
) -> None:
    strip = strip_of(session, close(session, study, now, TWENTY, TEN), PRACTITIONERS)
    sure = [item.sure for item in strip.ranked]
    assert [(one.lower, one.upper) for one in sure if one] == [(8, 8), (4, 8), (2, 2)]
    assert [one.word for one in sure if one] == ["certain", "likely", "certain"]
    # The Beta law: half of such people or more rate 7 to 9, 13 of 20 did, with a third of an answer more.
    assert sure[1] is not None
    assert sure[1].chance == pytest.approx(0.8980, abs=5e-5)
    assert strip.how is not None
    assert strip.how.words == (("certain", 0.95), ("likely", 0.8), ("toss-up", 0.0))


def test_all_panels_weigh_the_same_however_many_answered(
    session: Session, study: Study, now: datetime
) -> None:
    strip = strip_of(session, close(session, study, now, TWENTY, TEN))
    assert [(item.key, item.median, item.share_high) for item in strip.ranked] == [
        ("two", 8.5, 0.825),
        ("one", 7, 0.5),
        ("three", 2, 0),
    ]
    assert "one answer of people with lived experience counts as much as 2.0 of practitioners" in strip.price
    assert [one.panel for one in strip.ranked[0].said] == [PRACTITIONERS, LIVED]
    assert strip_of(session, close(session, study, now, TWENTY, TEN, keys=["one"]), LIVED).price == ""


def test_what_is_drawn_is_drawn_alike_each_time(session: Session, study: Study, now: datetime) -> None:
    round_ = close(session, study, now, TWENTY, TEN)
    assert strip_of(session, round_) == strip_of(session, round_)


def test_the_verdict_is_the_panels_own_or_what_all_find_together(
    session: Session, study: Study, now: datetime
) -> None:
    round_ = close(session, study, now, TWENTY, TEN)
    assert {item.key: item.verdict for item in strip_of(session, round_, PRACTITIONERS).ranked} == {
        "one": "in",
        "two": "no consensus",
        "three": "out",
    }
    together = {item.key: item.verdict for item in strip_of(session, round_).ranked}
    assert together["three"] == "all out"


@pytest.mark.parametrize(
    ("people", "level"), [(4, None), (5, Level.LIMITED), (9, Level.LIMITED), (10, Level.FULL)]
)
@pytest.mark.parametrize("panel", [LIVED, ""])
def test_the_public_sees_of_small_groups_the_median_and_band_shares_or_nothing(
    session: Session, study: Study, now: datetime, people: int, level: Level | None, panel: str
) -> None:
    small: list[Rated] = [{8: people - 1, 3: 1}] * 3
    strip = strip_of(session, close(session, study, now, TWENTY, small), panel, Viewer.PUBLIC)
    assert len(strip.ranked) == (3 if level else 0)
    assert all("Fewer than 5 people" in reason for reason in reasons(strip).values())
    for item in strip.ranked:
        lived = item.said[-1].finding
        is_full = level == Level.FULL
        assert (item.sure is not None, item.verdict is not None) == (is_full, is_full)
        assert (lived.counts is not None, lived.n is not None, lived.verdict is not None) == (is_full,) * 3
        assert lived.share_high == pytest.approx(round((people - 1) / people, 1))
        assert lived.median == 8
    assert (strip.how is None) == (level != Level.FULL)


def test_the_order_of_a_small_panel_tells_no_more_than_its_rounded_shares(
    session: Session, study: Study, now: datetime
) -> None:
    # Six and five of seven rate it high: 0.9 and 0.7; of eight, seven and seven.
    small: list[Rated] = [{8: 8, 3: 1}, {8: 7, 3: 1}, {8: 6, 3: 1}]
    strip = strip_of(session, close(session, study, now, TWENTY, small), LIVED, Viewer.PUBLIC)
    assert places(strip) == [(1, "one"), (1, "two"), (1, "three")]
    team = strip_of(session, rounds.get_round(session, study, 1), LIVED)
    assert places(team) == [(1, "one"), (2, "two"), (3, "three")]


def test_a_hidden_panel_cannot_be_had_from_the_combination(
    session: Session, study: Study, now: datetime
) -> None:
    strip = strip_of(session, close(session, study, now, TWENTY, [{1: 4}] * 3), "", Viewer.PUBLIC)
    assert strip.ranked == ()
    assert reasons(strip)["one"] == (
        "Fewer than 5 people in one of the panels rated it, so its place is not shown."
    )
    assert json.loads(strip_files.write_json(strip))["items"] == []


def test_an_item_that_nobody_rated_is_listed_with_the_reason_and_one_that_waits_is_not(
    session: Session, study: Study, now: datetime
) -> None:
    round_ = close(session, study, now, TWENTY, [{8: 10}, {}, {8: 10}])
    items.add(session, study, [ItemPlan("four", "Item four")])
    assert reasons(strip_of(session, round_)) == {
        "two": "People with lived experience: nobody rated its usefulness.",
    }


def test_an_item_keeps_its_place_of_the_round_in_which_all_rated_it(
    session: Session, study: Study, now: datetime
) -> None:
    first = close(session, study, now, TWENTY, TEN)
    before = strip_of(session, first, PRACTITIONERS)
    second = close(session, study, now, [{1: 20}], [{}], keys=["one"])
    assert {item.key: item.round_number for item in strip_of(session, second, PRACTITIONERS).ranked} == {
        "one": 2,
        "two": 1,
        "three": 1,
    }
    assert {item.round_number for item in strip_of(session, second).ranked} == {1}
    assert strip_of(session, first, PRACTITIONERS) == before


def test_each_criterion_has_a_strip(session: Session, now: datetime) -> None:
    made = studies.create(session, "both", examples.protocol(grids=None), now=now)
    assert [strips.get_criterion(made, key).key for key in ("", "feasibility")] == [
        "usefulness",
        "feasibility",
    ]
    with pytest.raises(NotFound, match="feasibility"):
        strips.get_criterion(made, "feasability")


@pytest.mark.parametrize("key", ["nobody", "pooled", "weighted"])
def test_other_eyes_than_the_protocols_are_not_found(study: Study, key: str) -> None:
    with pytest.raises(NotFound, match="There is no panel"):
        strips.get_lens(study, key)


def test_the_table_has_a_line_an_item_and_says_what_is_hidden(
    session: Session, study: Study, now: datetime
) -> None:
    small: list[Rated] = [{8: 7}, {8: 7}, {8: 3}]
    round_ = close(session, study, now, TWENTY, small)
    one, _, three = read(strip_of(session, round_, "", Viewer.PUBLIC))
    assert (one["place"], one["item"], one["median"], one["chance_of_band"]) == ("1", "one", "8", "")
    assert (one["n_practitioners"], one["n_lived_experience"]) == ("20", "5 to 9")
    assert (one["count_practitioners_8"], one["count_lived_experience_8"]) == ("20", "")
    assert (three["place"], three["item"], three["for_publication"]) == ("", "three", "yes")
    assert three["not_placed"].startswith("Fewer than 5 people")


def test_the_data_say_by_what_they_were_found_and_equal_strips_are_equal_bytes(
    session: Session, study: Study, now: datetime
) -> None:
    round_ = close(session, study, now, TWENTY, TEN)
    data = strip_files.write_json(strip_of(session, round_, PRACTITIONERS))
    assert data == strip_files.write_json(strip_of(session, round_, PRACTITIONERS))
    told = json.loads(data)
    assert told["sureness"] == {"certain": 0.95, "likely": 0.8, "toss-up": 0.0}
    assert told["methods"]["chance"].startswith("posterior, Dirichlet prior worth one answer")
    assert told["items"][0]["said"][PRACTITIONERS]["counts"] == [0, 0, 0, 0, 0, 0, 0, 20, 0]


def test_figures_of_large_panels_are_drawn_and_alike_each_time() -> None:
    plan = examples.protocol()
    three = [[[0, 0, 50, 0, 0, 60, 70, 0, 20]]] * 3
    found = band_figures.find(plan, three, (Fraction(1, 3),) * 3)
    assert found.interval == "bootstrap with 2,000 draws"
    assert found.items[0].lower is not None
    assert found == band_figures.find(plan, three, (Fraction(1, 3),) * 3)


@enlight.needed
def test_a_real_study_of_one_criterion_is_ranked(session: Session, now: datetime) -> None:
    round_ = enlight.open_round(session, now=now)
    file = rating_files.read(enlight.RATINGS.read_bytes(), range(1, 8), columns={"item": "item_no"})
    rating_transfers.import_ratings(session, round_, file, now=now)
    rounds.close(session, round_, now=now, by="alice")
    strip = strip_of(session, round_, viewer=Viewer.PUBLIC)
    published = enlight.published()
    assert {item.title: item.share_high for item in strip.ranked} == {
        title: pytest.approx(one.share_high, abs=1e-9) for title, one in published.items()
    }
    assert {item.title for item in strip.ranked if item.verdict == "in"} == {
        title for title, one in published.items() if one.is_included
    }
    standings = [(item.median, item.share_high) for item in strip.ranked]
    assert standings == sorted(standings, reverse=True)
    assert len(strip.ranked) == 61
    assert strip.counts_unable
