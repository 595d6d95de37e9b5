"""Small examples that tests build on."""

from typing import Any

from surveys import protocol_reading
from surveys.protocol import Protocol


def protocol_data(**changes: Any) -> dict[str, Any]:
    """A protocol as a file says it: two criteria, two panels, one rule. `changes` replace whole parts."""
    anchors = {"low": "not at all", "middle": "somewhat", "high": "extremely"}
    data: dict[str, Any] = {
        "title": "Fairer care",
        "aims": "To find what is useful and feasible.",
        "scale": {"low": 1, "high": 9, "bands": {"low": [1, 3], "middle": [4, 6], "high": [7, 9]}},
        "criteria": [
            {
                "key": "usefulness",
                "name": "Usefulness",
                "question": "How useful?",
                "anchors": anchors,
                "more": "more useful",
            },
            {
                "key": "feasibility",
                "name": "Feasibility",
                "question": "How feasible?",
                "anchors": anchors,
                "more": "easier to do",
                "may_drop": False,
            },
        ],
        "panels": [
            {
                "key": "practitioners",
                "name": "Practitioners",
                "recruitment": "By mail.",
                "perspective": "As a practitioner.",
            },
            {
                "key": "lived_experience",
                "name": "People with lived experience",
                "recruitment": "By groups.",
                "perspective": "From your life.",
                "beside_grids": True,
            },
        ],
        "rules": [{"in": "share >= 70 high, share < 15 low", "minimum_n": 5}],
        "rounds": {"last": 2, "block_size": 2},
        "information": {
            "version": "1",
            "about": "About.",
            "scale_help": "Nine is most.",
            "duration": "Ten minutes.",
            "pausing": "Come back.",
            "withdrawing": "Any time.",
            "answers": "Kept apart from your name.",
            "contact_name": "Ada Example",
            "contact_email": "ada@example.org",
        },
        "grids": {"across": "usefulness", "up": "feasibility"},
    }
    return data | changes


def protocol(**changes: Any) -> Protocol:
    """That protocol, read."""
    return protocol_reading.from_builtins(protocol_data(**changes))
