"""Sentences: findings, rules and times, each by a table."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from delphi import local_times, protocol_in_words, rules_in_words
from delphi.findings_in_words import PanelVerdict, Quality, across, finding_tag, joined, quality
from delphi.rules_in_words import ScaleWords
from surveys.cells import in_sentence
from surveys.errors import InvalidInput
from tests.surveys import examples

USEFUL = Quality("this is useful", "this is not useful")
SCALE = ScaleWords(1, 9, {"low": "1 to 3", "middle": "4 to 6", "high": "7 to 9"})
LONDON = ZoneInfo("Europe/London")
NONE, DIVIDED = "no consensus", "divided"


def _said(*verdicts: str) -> list[PanelVerdict]:
    return [
        PanelVerdict(name, NONE if verdict == DIVIDED else verdict, is_divided=verdict == DIVIDED)
        for name, verdict in zip(("Nurses", "Patients", "Managers"), verdicts, strict=False)
    ]


NURSES_IN = "Nurses agree that this is useful."
APART = "by more than chance."


@pytest.mark.parametrize(
    ("verdicts", "finding", "delta", "sentences"),
    [
        (("in",), "all in", None, [NURSES_IN]),
        (("in", "in"), "all in", 0.0, ["Both panels agree that this is useful."]),
        (("out", "out"), "all out", 0.0, ["Both panels agree that this is not useful."]),
        (("in", "in", "in"), "all in", None, ["All three panels agree that this is useful."]),
        (("in", DIVIDED), "not yet", 0.1, [NURSES_IN, "Patients are divided."]),
        (("in", NONE), "not yet", 0.1, [NURSES_IN, "Patients have not agreed."]),
        ((NONE, "in"), "not yet", 0.0, [
            "Nurses have not agreed whether this is useful.", "Patients agree that this is useful."]),
        ((NONE,), "not yet", None, ["Nurses have not agreed whether this is useful."]),
        ((NONE, NONE), "not yet", 0.0, ["Neither panel has agreed whether this is useful."]),
        ((NONE, NONE, NONE), "not yet", 0.0, ["No panel has agreed whether this is useful."]),
        ((DIVIDED, DIVIDED), "not yet", 0.0, ["Both panels are divided over whether this is useful."]),
        (("too few", "too few"), "not yet", None, [
            "Too few nurses and patients rated it to say whether this is useful."]),
        (("in", "too few"), "not yet", None, [NURSES_IN, "Too few patients rated it to say."]),
        (("in", "out"), "panels diverge", 0.9, [NURSES_IN, "Patients agree that this is not useful."]),
        (("in", NONE), "panels diverge", 0.6, [
            NURSES_IN, "Patients have not agreed.", f"Nurses rate it higher, {APART}"]),
        ((NONE, NONE), "panels diverge", -0.6, [
            "Neither panel has agreed whether this is useful.", f"Patients rate it higher, {APART}"]),
        (("in", NONE, "in"), "not yet", None, [
            "Nurses and managers agree that this is useful.", "Patients have not agreed."]),
        (("in", NONE, NONE), "panels diverge", 0.6, [
            NURSES_IN, "Patients and managers have each not agreed.",
            f"The panels rate it differently, {APART}"]),
        ((None, "in"), None, None, [
            "What nurses found is not shown.", "Patients agree that this is useful."]),
    ],
)  # fmt: skip
def test_a_finding_is_a_sentence(
    verdicts: tuple[str, ...], finding: str, delta: float | None, sentences: list[str]
) -> None:
    assert across(_said(*verdicts), finding, USEFUL, delta) == " ".join(sentences)


@pytest.mark.parametrize(
    ("name", "more", "low", "high", "expected"),
    [
        ("Usefulness", "more useful", "Not useful", "Very useful", ("this is useful", "this is not useful")),
        (
            "Feasibility",
            "easier to do, with support",
            "Very hard to do",
            "Very easy to do",
            ("this is easy to do, with support", "this is hard to do, even with support"),
        ),
        ("Usefulness", "more useful", "not at all", "extremely", ("this is useful", "this is not useful")),
        ("Ease", "easier", "not at all", "extremely", ("its ease is high", "its ease is low")),
        ("Agreement", "more agreed", "Disagree", "Very agreeable", ("this is agreed", "this is not agreed")),
    ],
)
def test_a_quality_is_read_from_the_criterion(
    name: str, more: str, low: str, high: str, expected: tuple[str, str]
) -> None:
    found = quality(name, more, low, high)
    assert (found.yes, found.no) == expected


def test_nobody_has_found_anything_where_every_panel_is_too_small() -> None:
    assert finding_tag("not yet", _said("too few", "too few")) == ("few", "Too few")
    assert finding_tag("not yet", _said("in", "too few")) == ("open", "Not yet")


@pytest.mark.parametrize(("name", "expected"), [("GPs", "GPs"), ("A panel", "a panel"), ("", ""), ("X", "X")])
def test_a_name_inside_a_sentence(name: str, expected: str) -> None:
    assert in_sentence(name) == expected


def test_words_in_a_row() -> None:
    assert [joined(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


SHARES = "Answers “unable to rate” do not count towards the percentages."
FIVE = "With fewer than 5 ratings there is no verdict."


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            "share >= 70 high, share < 15 low",
            (
                "In, when at least 70 % rate it 7 to 9 and fewer than 15 % rate it 1 to 3.",
                "Out, when at least 70 % rate it 1 to 3 and fewer than 15 % rate it 7 to 9.",
                SHARES,
                FIVE,
            ),
        ),
        (
            "share > 75 high; out: none; denominator rated+unable; minimum 8",
            (
                "In, when more than 75 % rate it 7 to 9.",
                "No item is ever out.",
                "Answers “unable to rate” also count towards the percentages.",
                "With fewer than 8 ratings there is no verdict.",
            ),
        ),
        (
            "median >= 7.5, iqr <= 2; quantiles 6",
            (
                "In, when the median is 7.5 or higher and the interquartile range is 2 or lower.",
                "Out, when the median is 2.5 or lower and the interquartile range is 2 or lower.",
                "Quantiles are of Hyndman and Fan’s type 6.",
                FIVE,
            ),
        ),
        (
            "median > 6; out: median < 4",
            ("In, when the median is above 6.", "Out, when the median is below 4.", FIVE),
        ),
        (
            "rand/ucla, disagreement at 1/3, with discussion",
            (
                "By the appropriateness method (RAND/UCLA).",
                "In, when the median lies in the high band; out, when it lies in the low band.",
                "Neither, when the panel disagrees: when a third of the ratings lie in each outer band.",
                "With fewer than 8 ratings there is no verdict.",
            ),
        ),
        (
            "rand/ucla, disagreement by ipras; quantiles 6; minimum 9",
            (
                "By the appropriateness method (RAND/UCLA-style, without a discussion).",
                "In, when the median lies in the high band; out, when it lies in the low band.",
                (
                    "Neither, when the panel disagrees: when the 30th to 70th percentile range exceeds the"
                    " method’s limit (IPRAS)."
                ),
                "Quantiles are of Hyndman and Fan’s type 6.",
                "With fewer than 9 ratings there is no verdict.",
            ),
        ),
        (
            "rand/ucla, disagreement by binomial test",
            (
                "By the appropriateness method (RAND/UCLA-style, without a discussion).",
                "In, when the median lies in the high band; out, when it lies in the low band.",
                (
                    "Neither, when the panel disagrees: when a binomial test finds more than 10 % of such"
                    " people in each outer band."
                ),
                "With fewer than 8 ratings there is no verdict.",
            ),
        ),
    ],
)
def test_a_rule_is_sentences(rule: str, expected: tuple[str, ...]) -> None:
    assert rules_in_words.sentences(rule, SCALE) == expected


def test_a_condition_without_words_is_left_as_it_stands() -> None:
    assert rules_in_words.sentences("mode >= 7", SCALE)[0] == "In, when mode >= 7."


def test_each_rule_of_a_protocol_stands_once_with_what_it_decides() -> None:
    own = {"in": "median >= 7", "panel": "lived_experience", "criterion": "usefulness"}
    plan = examples.protocol(rules=[{"in": "share >= 70 high"}, own])
    assert [decides for decides, _ in protocol_in_words.own_rules(plan)] == [
        "Usefulness, practitioners; Feasibility, practitioners and people with lived experience",
        "Usefulness, people with lived experience",
    ]
    assert protocol_in_words.own_rules(examples.protocol())[0][0] == "Every criterion and every panel"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("  ", None),
        ("2026-01-15T17:00", datetime(2026, 1, 15, 17, tzinfo=UTC)),
        ("2026-07-15T17:00", datetime(2026, 7, 15, 16, tzinfo=UTC)),
        ("2026-07-15 17:00", datetime(2026, 7, 15, 16, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_its_zone(text: str, expected: datetime | None) -> None:
    assert local_times.read(text, LONDON, "closes_at") == expected
    if expected:
        assert local_times.read(local_times.written(expected, LONDON), LONDON, "closes_at") == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-03-29T01:30", local_times.SKIPPED),
        ("2026-10-25T01:30", local_times.TWICE),
        ("2026-03-29", local_times.UNREADABLE),
        ("tomorrow", local_times.UNREADABLE),
        ("2026-02-30T12:00", local_times.UNREADABLE),
        ("0001-01-01T00:00", local_times.UNREADABLE),
        ("9999-12-31T23:59", local_times.UNREADABLE),
    ],
)
def test_a_time_that_is_none_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        local_times.read(text, LONDON, "closes_at")
    assert (refusal.value.sentence, refusal.value.field) == (sentence, "closes_at")
