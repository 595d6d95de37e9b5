"""Notes: what a report will have to say that no other part of the protocol does; kept in its provenance."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """One note: its key in the provenance, the name of its field, what it is about, and what to write."""

    key: str
    field: str
    label: str
    hint: str


NOTES = (
    Note(
        "why Delphi",
        "why",
        "Why a Delphi study",
        "Why you ask a panel in rounds, rather than review, interview or meet.",
    ),
    Note(
        "people",
        "people",
        "Who is responsible",
        "Who leads the study and who else decides about it, with their fields. Do they rate as well?",
    ),
    Note(
        "panel size",
        "size",
        "How many panellists, and why",
        "How many you want on each panel. “How many panellists?” has the chances for your own rule.",
    ),
    Note(
        "public involvement",
        "involvement",
        "How patients and the public had a part in the design",
        "Beside those on the panels: who helped with the items, the words and the aims?",
    ),
    Note(
        "items",
        "items",
        "Where the items are from",
        "Reviews, interviews, a first open round: how they were found, chosen and worded.",
    ),
    Note(
        "pilot", "pilot", "Who tried the questionnaire beforehand", "How many people, and what you changed."
    ),
    Note(
        "rules",
        "rules",
        "Where the consensus rule is from",
        "Which paper or guideline the thresholds are taken from, or why you chose them.",
    ),
    Note(
        "stopping",
        "stopping",
        "When you stop",
        "What ends the study: the last round, or earlier when nothing moves any more? What becomes of items"
        " without consensus?",
    ),
    Note(
        "late entry",
        "late",
        "Who comes late, or misses a round",
        "May somebody begin in a later round, or come back after missing one? What then counts?",
    ),
    Note(
        "dissent",
        "dissent",
        "What you do about disagreement",
        "How a lasting difference, in a panel or between panels, is looked into and reported.",
    ),
    Note(
        "comments",
        "comments",
        "What you do with comments",
        "Who reads them, how they are put together, and whether they change the items.",
    ),
    Note(
        "thanks",
        "thanks",
        "Payment, thanks and reminders",
        "Who is paid, and who is reminded how often.",
    ),
    Note("ethics", "ethics", "Ethics approval", "Which committee, with its number, or why none was needed."),
    Note("registration", "registration", "Registration", "Where the protocol is registered."),
    Note("funding", "funding", "Funding", "Who pays, and what part they have in decisions."),
    Note(
        "interests",
        "interests",
        "Interests",
        "What interests the team has, and how those of panellists are asked for and handled.",
    ),
)
