"""Blinding: a truth table over viewer and number of others, and what each level leaves."""

import msgspec
import pytest

from surveys import visibility
from surveys.protocol import Suppression
from surveys.results import PanelFinding
from surveys.visibility import Level, Viewer

RULES = Suppression(hidden_below=5, limited_below=10)
FINDING = PanelFinding(
    item_id=1, criterion="usefulness", panel="practitioners", counts=(0, 0, 0, 0, 1, 1, 4, 3, 1), n=10,
    unable=1, blank=2, median=7.0, quartile_1=7.0, quartile_3=8.0, iqr=1.0, share_low=0.1, share_middle=0.2,
    share_high=0.7, disagreement_index=0.2, verdict="in", same_verdict_again=0.9, posterior=0.8,
    depends_on_quantiles=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("others", "viewer", "expected"),
    [
        (0, Viewer.RESEARCHER, Level.FULL),
        (100, Viewer.RESEARCHER, Level.FULL),
        *((n, viewer, Level.HIDDEN) for viewer in (Viewer.PANELLIST, Viewer.PUBLIC) for n in (0, 1, 4)),
        *((n, viewer, Level.LIMITED) for viewer in (Viewer.PANELLIST, Viewer.PUBLIC) for n in (5, 9)),
        *((n, viewer, Level.FULL) for viewer in (Viewer.PANELLIST, Viewer.PUBLIC) for n in (10, 1000)),
    ],
)
def test_how_much_is_shown_of_how_many_others(others: int, viewer: Viewer, expected: Level) -> None:
    assert visibility.level(others, viewer, RULES) == expected


def test_a_panellist_who_answered_counts_the_others_alone() -> None:
    assert visibility.level_of(FINDING, Viewer.PANELLIST, RULES, is_own=True) == Level.LIMITED
    assert visibility.level_of(FINDING, Viewer.PANELLIST, RULES, is_own=False) == Level.FULL


def test_a_limited_view_keeps_the_median_and_the_band_shares_and_no_more() -> None:
    shown = visibility.seen(FINDING, Level.LIMITED)
    kept = {name for name in FINDING.__struct_fields__ if getattr(shown, name) not in (None, False)}
    assert kept == {
        "item_id",
        "criterion",
        "panel",
        "median",
        "share_middle",
        "share_high",
        "share_low",
    }


def test_the_shares_of_a_small_group_tell_nobody_how_many_they_are() -> None:
    """One of seven is 14 %, which nothing else between five and nine is."""
    seven = msgspec.structs.replace(FINDING, n=7, share_low=1 / 7, share_middle=6 / 7, share_high=0.0)
    shown = visibility.seen(seven, Level.LIMITED)
    assert (shown.share_low, shown.share_middle, shown.share_high) == (0.1, 0.9, 0.0)
    assert visibility.seen(seven, Level.FULL).share_low == 1 / 7


def test_a_hidden_view_keeps_nothing_but_the_place() -> None:
    shown = visibility.seen(FINDING, Level.HIDDEN)
    kept = {name for name in FINDING.__struct_fields__ if getattr(shown, name) not in (None, False)}
    assert kept == {"item_id", "criterion", "panel"}


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([], Level.HIDDEN),
        ([Level.FULL], Level.FULL),
        ([Level.FULL, Level.LIMITED], Level.LIMITED),
        ([Level.FULL, Level.LIMITED, Level.HIDDEN], Level.HIDDEN),
    ],
)
def test_a_combination_shows_no_more_than_its_least_visible_panel(
    levels: list[Level], expected: Level
) -> None:
    assert visibility.least(levels) == expected
