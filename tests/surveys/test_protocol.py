"""The protocol: equal ones have equal fingerprints, and every mistake names its key."""

import hashlib
import json
from typing import Any

import pytest

from surveys import protocol as protocols
from surveys import protocol_reading
from surveys.errors import FaultyFile
from tests.surveys.examples import protocol, protocol_data


def test_the_fingerprint_is_the_sha_256_of_the_json_with_sorted_keys() -> None:
    data = protocols.to_builtins(protocol())
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert protocols.fingerprint(protocol()) == hashlib.sha256(text.encode()).hexdigest()


def test_the_order_of_keys_does_not_change_the_fingerprint() -> None:
    turned = protocol_reading.from_builtins(dict(reversed(protocol_data().items())))
    assert protocols.fingerprint(turned) == protocols.fingerprint(protocol())


def test_a_changed_threshold_changes_the_fingerprint() -> None:
    other = protocol(rules=[{"in": "share >= 75 high, share < 15 low"}])
    assert protocols.fingerprint(other) != protocols.fingerprint(protocol())


def test_reading_what_was_written_gives_the_same_protocol() -> None:
    assert protocol_reading.from_builtins(protocols.to_builtins(protocol())) == protocol()


def test_the_most_specific_rule_applies() -> None:
    rules = [
        {"in": "share >= 70 high"},
        {"in": "share >= 80 high", "criterion": "usefulness"},
        {"in": "share >= 60 high", "criterion": "usefulness", "panel": "lived_experience"},
    ]
    made = protocol(rules=rules)
    places = [
        ("feasibility", "practitioners"),
        ("usefulness", "practitioners"),
        ("usefulness", "lived_experience"),
    ]
    assert [protocols.rule_plan(made, *place).into for place in places] == [
        "share >= 70 high",
        "share >= 80 high",
        "share >= 60 high",
    ]


def _without(key: str) -> dict[str, Any]:
    return {name: value for name, value in protocol_data().items() if name != key}


@pytest.mark.parametrize(
    ("data", "where", "sentence"),
    [
        (_without("aims"), "", "aims"),
        (protocol_data(colour="red"), "", "colour"),
        (protocol_data(scale={"low": 1, "high": "9", "bands": {}}), "scale.high", "number"),
        (protocol_data(rules=[{"in": "share > 70"}]), "rules 1", "share"),
        (protocol_data(rules=[{"in": "share > 70 high", "panel": "nobody"}]), "rules 1, panel", "nobody"),
        (protocol_data(rules=[]), "rules", "No rule covers usefulness for practitioners"),
        (protocol_data(rules=[{"in": "share > 70 high"}] * 2), "rules", "Two rules cover"),
        (protocol_data(grids={"across": "usefulness", "up": "beauty"}), "grids.up", "beauty"),
        (protocol_data(rounds={"last": 0}), "rounds.last", "at least one round"),
        (
            protocol_data(suppression={"hidden_below": 9, "limited_below": 5}),
            "suppression.limited_below",
            "at least 9",
        ),
    ],
)
def test_a_mistake_names_its_key_and_the_way_out(data: dict[str, Any], where: str, sentence: str) -> None:
    with pytest.raises(FaultyFile) as refused:
        protocol_reading.from_builtins(data)
    assert any(
        where in fault.where and sentence in f"{fault.where} {fault.sentence}"
        for fault in refused.value.faults
    )
