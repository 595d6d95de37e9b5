"""Feedback: own panel first, as small groups allow, the others' comments, and changes across bands."""

import pytest

from surveys import feedback
from surveys.comments import Cleared
from surveys.protocol import Protocol
from surveys.ratings import Answer, Unable
from surveys.results import PanelFinding, Results
from surveys.visibility import Level
from tests.surveys import examples


def _finding(panel: str, n: int) -> PanelFinding:
    empty = dict.fromkeys(PanelFinding.__struct_fields__)
    known = {"item_id": 1, "criterion": "usefulness", "panel": panel, "n": n, "median": 7.0, "iqr": 1.0}
    return PanelFinding(**(empty | known))


def _results(practitioners: int, lived_experience: int) -> Results:
    findings = (_finding("practitioners", practitioners), _finding("lived_experience", lived_experience))
    return Results(
        round_number=1, protocol_fingerprint="", version="", methods={}, is_simulated=False, invited={},
        responders={}, panel_findings=findings, item_findings=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("all", ["lived_experience", "practitioners"]), ("own", ["lived_experience"]), ("none", [])],
)
def test_the_panels_that_the_protocol_shows_own_first(shown: str, expected: list[str]) -> None:
    protocol = examples.protocol(feedback={"panels": shown})
    strips = feedback.strips(
        protocol, _results(40, 14), 1, "usefulness", panel="lived_experience", counted_in="lived_experience"
    )
    assert [strip.panel for strip in strips] == expected


@pytest.mark.parametrize(
    ("n", "has_rated", "expected"),
    [
        (5, True, Level.HIDDEN),
        (5, False, Level.LIMITED),
        (10, True, Level.LIMITED),
        (10, False, Level.FULL),
        (11, True, Level.FULL),
    ],
)
def test_ones_own_rating_is_not_one_of_the_others(
    protocol: Protocol, n: int, has_rated: bool, expected: Level
) -> None:
    own, other = feedback.strips(
        protocol,
        _results(n, n),
        1,
        "usefulness",
        panel="practitioners",
        counted_in="practitioners" if has_rated else None,
    )
    assert own.level == expected
    assert other.level == (Level.LIMITED if n < 10 else Level.FULL)
    assert (own.finding.iqr is None) == (expected != Level.FULL)


@pytest.mark.parametrize(
    ("n", "before", "own"), [(5, Level.HIDDEN, Level.LIMITED), (10, Level.LIMITED, Level.FULL)]
)
def test_who_was_moved_is_among_those_of_the_panel_before(
    protocol: Protocol, n: int, before: Level, own: Level
) -> None:
    now, then = feedback.strips(
        protocol, _results(n, n), 1, "usefulness", panel="lived_experience", counted_in="practitioners"
    )
    assert (now.is_own, now.counts_reader, now.level) == (True, False, own)
    assert (then.is_own, then.counts_reader, then.level) == (False, True, before)


def test_a_panellist_does_not_read_its_own_comment_among_the_others() -> None:
    cleared = [Cleared(1, "practitioners", who, text, False) for who, text in ((7, "mine"), (8, "theirs"))]
    assert [comment.text for comment in feedback.others_comments(cleared, 1, 7)] == ["theirs"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, Answer(9), False),
        (Answer(7), Answer(9), False),
        (Answer(6), Answer(7), True),
        (Answer(4), Answer(3), True),
        (Answer(unable=Unable.NOT_KNOWN), Answer(9), False),
        (Answer(9), Answer(unable=Unable.NOT_KNOWN), False),
    ],
)
def test_a_change_that_crosses_a_band(
    protocol: Protocol, before: Answer | None, after: Answer, expected: bool
) -> None:
    assert feedback.crosses_band(protocol, before, after) == expected
