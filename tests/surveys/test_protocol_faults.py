"""Mistakes in a protocol: every one by its key, with the way out, in words for a researcher."""

from pathlib import Path
from typing import Any

import pytest

from surveys import protocol as protocols
from surveys import protocol_reading
from surveys.errors import FaultyFile
from tests.surveys import examples


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(FaultyFile) as refused:
        protocol_reading.from_builtins(data)
    return str(refused.value)


def without(data: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != key}


def changed(table: str, **changes: Any) -> dict[str, Any]:
    """The example with changes in one table, or in the first of several."""
    data = examples.protocol_data()
    part = data[table]
    data[table] = [part[0] | changes, *part[1:]] if isinstance(part, list) else part | changes
    return data


DATA = examples.protocol_data()
SHAPES = {
    "a key is missing": (
        without(DATA, "title"),
        "top of the file: The key “title” is missing. Add a line such as title",
    ),
    "a table is missing": (
        without(DATA, "scale"),
        "top of the file: The key “scale” is missing. Add a table [scale].",
    ),
    "a list is missing": (
        without(DATA, "panels"),
        "The key “panels” is missing. Add at least one [[panels]].",
    ),
    "a key below is missing": (
        DATA | {"rounds": {}},
        "rounds: The key “last” is missing. Add a line such as last = 9",
    ),
    "text for a number": (
        changed("scale", low="1"),
        "scale.low: “1” is text; this must be a whole number without",
    ),
    "a fraction": (changed("scale", low=1.5), "scale.low: “1.5” is a number; this must be a whole number"),
    "a flag for a number": (
        changed("scale", low=True),
        "scale.low: “True” is true or false; this must be a whole",
    ),
    "a number for text": (
        changed("criteria", name=7),
        "criteria 1, name: “7” is a whole number; this must be text",
    ),
    "text for a flag": (
        changed("criteria", may_drop="no"),
        "criteria 1, may_drop: “no” is text; this must be true",
    ),
    "a key is unknown": (
        changed("rounds", lasst=2),
        "rounds: The key “lasst” is not known here. Did you mean “last”?",
    ),
    "a band is unknown": (
        changed("scale", bands={"mid": [1, 9]}),
        "scale.bands: The key “mid” is not known here.",
    ),
    "a band of three ends": (
        changed("scale", bands={"low": [1, 2, 3]}),
        "this must be 2 values in square brackets",
    ),
    "a choice": (
        DATA | {"quantiles": 10},
        "quantiles: “10” is not possible here; it can be 1, 2, 3, 4, 5, 6, 7, 8 or 9.",
    ),
    "a word of a choice": (
        changed("rules", denominator="all"),
        "rules 1, denominator: “all” is not possible here",
    ),
    "one table for a list": (
        DATA | {"panels": {}},
        "panels: “{}” is a table of keys; this must be written as [[panels]]",
    ),
    "text for a table": (
        DATA | {"scale": "1-9"},
        "scale: “1-9” is text; this must be a table of keys, such as [scale]",
    ),
    "deep below": (
        changed("criteria", anchors={"low": "x"}),
        "criteria 1, anchors: The key “middle” is missing.",
    ),
    "a deep table": (
        changed("criteria", anchors=None),
        "this must be a table of keys, such as [criteria.anchors]",
    ),
}
MEANINGS = {
    "a criterion called as the reasons beside one": (
        changed("criteria", key="unable_usefulness"),
        "criteria 1, key: “unable_usefulness” is another column in files of ratings",
    ),
    "an address that cannot be one": (
        changed("information", contact_email="nobody"),
        "information.contact_email: Panellists write there. An email address is needed, such as ada@example",
    ),
    "bands with a gap": (changed("scale", bands={"low": [1, 3], "high": [5, 9]}), "scale: "),
    "a scale too long to draw": (
        DATA | {"scale": {"low": 0, "high": 100, "bands": {"low": [0, 30], "high": [31, 100]}}},
        "scale: 3 to 11 categories fit on a phone; there are 101.",
    ),
    "a scale too short to draw": (
        DATA | {"scale": {"low": 1, "high": 2, "bands": {"low": [1, 1], "high": [2, 2]}}},
        "scale: 3 to 11 categories fit on a phone; there are 2.",
    ),
    "more panels than signs": (
        DATA | {"panels": [DATA["panels"][0] | {"key": key} for key in "abcde"]},
        "panels: At most 4 panels can be told apart; there are 5.",
    ),
    "an empty title": (DATA | {"title": " "}, "title: This must not be empty"),
    "a long title": (DATA | {"title": "x" * 301}, "title: This has 301 characters; at most 300 can be kept."),
    "no criteria": (DATA | {"criteria": []}, "criteria: At least one is needed: add a table [[criteria]]."),
    "a key twice": (changed("criteria", key="feasibility"), "criteria 2, key: “feasibility” stands twice"),
    "a key of capitals": (
        changed("panels", key="Nurses"),
        "panels 1, key: “Nurses” must begin with a lower-case letter",
    ),
    "a key of a column": (changed("criteria", key="round"), "criteria 1, key: “round” is another column"),
    "a rule for nobody": (
        changed("rules", panel="practitoners"),
        "There is no panel “practitoners”. Did you mean",
    ),
    "a rule on nothing": (
        changed("rules", criterion="cost"),
        "rules 1, criterion: There is no criterion “cost”.",
    ),
    "no rule": (DATA | {"rules": []}, "rules: No rule covers usefulness for practitioners"),
    "two rules": (
        DATA | {"rules": DATA["rules"] * 2},
        "Two rules cover usefulness for practitioners alike: keep one.",
    ),
    "an unreadable rule": (changed("rules", **{"in": "many agree"}), "rules 1: "),
    "an axis": (changed("grids", up="cost"), "grids.up: There is no criterion “cost”."),
    "no rounds": (changed("rounds", last=0), "rounds.last: A study has at least one round."),
    "rounds without end": (changed("rounds", last=99), "rounds.last: A study has at most 10 rounds."),
    "no number in danger": (
        changed("information", emergency_number="abc"),
        "information.emergency_number: Panellists call it in danger. Write a telephone number",
    ),
    "no telephone": (
        changed("information", contact_phone="ask at the desk"),
        "information.contact_phone: Write a telephone number",
    ),
    "empty blocks": (changed("rounds", block_size=0), "rounds.block_size: A block holds at least one item."),
    "suppression": (
        DATA | {"suppression": {"hidden_below": 9, "limited_below": 5}},
        "suppression.limited_below: This is at least 9",
    ),
    "no weight": (changed("panels", weight=0), "panels 1, weight: A weight is a number above 0."),
    "an endless weight": (
        changed("panels", weight=float("inf")),
        "panels 1, weight: A weight is a number above 0.",
    ),
}


@pytest.mark.parametrize(("data", "said"), (SHAPES | MEANINGS).values(), ids=SHAPES | MEANINGS)
def test_a_mistake_is_named_by_its_key_and_with_the_way_out(data: dict[str, Any], said: str) -> None:
    sentence = refusal(data)
    assert sentence.startswith("protocol.toml, ")
    assert said in sentence
    assert "$" not in sentence
    assert "object" not in sentence.lower()


def test_all_mistakes_are_named_at_once() -> None:
    data = without(changed("scale", low="1", hihg=9), "title")
    assert [line.split(":")[0] for line in refusal(data).splitlines()] == [
        "protocol.toml, top of the file",
        "protocol.toml, scale.low",
        "protocol.toml, scale",
    ]


@pytest.mark.parametrize("high", [2, 10])
def test_the_shortest_and_the_longest_scale_are_taken_and_have_a_style(high: int) -> None:
    bands = {"low": [0, 0], "middle": [1, 1], "high": [2, high]}
    protocol = examples.protocol(scale={"low": 0, "high": high, "bands": bands})
    assert protocol.scale.high == high
    styles = (Path(__file__).parents[2] / "delphi" / "static" / "css" / "scale.css").read_text()
    assert f".k{high + 1} " in styles
    assert f".p{protocol_reading.MOST_PANELS} " in styles


def test_a_protocol_without_mistakes_comes_back_as_it_went() -> None:
    protocol = examples.protocol()
    assert protocol_reading.from_builtins(protocols.to_builtins(protocol)) == protocol
