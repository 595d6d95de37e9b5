"""What reporting guidelines ask of a Delphi study that its protocol can answer, point by point.

In our own words, with the numbers of the guidelines' own lists. What only the finished study can tell
(response rates, results, limitations) is left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surveys.hints import listed
from surveys.protocol import Protocol

GUIDELINES = (  # with their DOIs
    ("ACCORD", "Gattrell WT and others. PLoS Medicine 2024;21:e1004326", "10.1371/journal.pmed.1004326"),
    ("DELPHISTAR", "Niederberger M and others. PLoS One 2024;19:e0304651", "10.1371/journal.pone.0304651"),
    ("CREDES", "Jünger S and others. Palliative Medicine 2017;31:684-706", "10.1177/0269216317690685"),
    ("COS-STAR", "Kirkham JJ and others. PLoS Medicine 2016;13:e1002148", "10.1371/journal.pmed.1002148"),
)
SAFEGUARDING = "safeguarding"  # no part of the protocol: the lead can change while a study runs
NO_GUIDELINE = "good practice; no reporting guideline asks for it"
PILOT = "pilot"  # the note on who tried it; where there is none, a pilot tells
_Said = Callable[[Protocol], str]


@dataclass(frozen=True)
class Asked:
    """A point: what is asked, where, what a protocol says of it, and the part or note that says it."""

    heading: str
    asked: str
    sources: str
    said: _Said
    part: str
    note: str = ""


def listed_and(names: Sequence[str]) -> str:
    """The names in a sentence.

    >>> listed_and(["Practitioners", "Patients"])
    'Practitioners and Patients'
    """
    return listed(names).replace(" or ", " and ")


def _written(text: str) -> str:
    """The text, unless it is only a template's question to the researcher."""
    return "" if text.strip().endswith("?") and len(text) < 100 else text.strip()


def _note(key: str) -> _Said:
    return lambda protocol: protocol.provenance.get(key, "")


def _title(protocol: Protocol) -> str:
    names_method = any(word in protocol.title.casefold() for word in ("delphi", "consensus"))
    return protocol.title if names_method else ""


def _aims(protocol: Protocol) -> str:
    return _written(protocol.aims)


def _panels(protocol: Protocol) -> str:
    if not all(_written(panel.recruitment) and panel.perspective for panel in protocol.panels):
        return ""
    names = listed_and([panel.name for panel in protocol.panels])
    return f"{names}, with whom is looked for and where they answer from."


def _scale(protocol: Protocol) -> str:
    if not all(one.anchors.low and one.anchors.high for one in protocol.criteria):
        return ""
    names = listed_and([criterion.name for criterion in protocol.criteria])
    return f"{names}, from {protocol.scale.low} to {protocol.scale.high}, with words at both ends."


def _rounds(protocol: Protocol) -> str:
    return f"At most {protocol.rounds.last}. An item without a verdict in every panel is asked again."


def _feedback(protocol: Protocol) -> str:
    shown = {
        "all": "The distribution and median of every panel",
        "own": "The distribution and median of the own panel",
        "none": "No figures",
    }[protocol.feedback.panels]
    return f"{shown}, {'with' if protocol.feedback.comments else 'without'} cleared comments."


def _anonymity(protocol: Protocol) -> str:
    few = protocol.suppression.hidden_below
    return f"Names are kept apart from answers. Where fewer than {few} others answered, nothing is shown."


def _weights(protocol: Protocol) -> str:
    if len(protocol.panels) == 1:
        return "There is one panel."
    if len({panel.weight for panel in protocol.panels}) == 1:
        return "Each panel has a verdict of its own; all have the same weight."
    weights = [f"{panel.name} {panel.weight:g}" for panel in protocol.panels]
    return f"Each panel has a verdict of its own; where they are put together, {listed_and(weights)}."


ASKED = (
    Asked(
        "The title says what it is",
        "A title names the method, Delphi or consensus, so that the study is found.",
        "ACCORD T1; DELPHISTAR 1",
        _title,
        "aims",
    ),
    Asked(
        "Aims",
        "What the study is to find out, for whom, and what will be done with the answer.",
        "ACCORD I2; DELPHISTAR 10; CREDES 8",
        _aims,
        "aims",
    ),
    Asked(
        "Why a Delphi study",
        "Why a panel was asked in rounds, and no other way was taken.",
        "ACCORD I1; DELPHISTAR 9; CREDES 1",
        _note("why Delphi"),
        "notes",
        "why Delphi",
    ),
    Asked(
        "Registration",
        "Where the protocol can be read, or that it was not registered.",
        "ACCORD M1; DELPHISTAR 8",
        _note("registration"),
        "notes",
        "registration",
    ),
    Asked(
        "Who is responsible",
        "Who leads and decides, from which fields, and whether they rate as well.",
        "ACCORD M2, M19; DELPHISTAR 5; CREDES 5",
        _note("people"),
        "notes",
        "people",
    ),
    Asked(
        "Who is on the panels",
        "Which people were wanted and why, and how they were found and invited.",
        "ACCORD M3, M4; DELPHISTAR 11, 13, 17, 18; CREDES 9",
        _panels,
        "panels",
    ),
    Asked(
        "How many panellists",
        "How large each panel is to be, and why.",
        "ACCORD M3; CREDES 9",
        _note("panel size"),
        "notes",
        "panel size",
    ),
    Asked(
        "People with lived experience",
        "What part patients, carers and the public have, in the design as well as on the panels.",
        "ACCORD M5",
        _note("public involvement"),
        "notes",
        "public involvement",
    ),
    Asked(
        "Where the items are from",
        "How the items were found, chosen and put into words.",
        "ACCORD M6, M7, M8; DELPHISTAR 19; CREDES 4",
        _note("items"),
        "notes",
        "items",
    ),
    Asked(
        "Tried beforehand",
        "Who tried the questionnaire, and what was changed.",
        "ACCORD M16; CREDES 4",
        _note(PILOT),
        "notes",
        PILOT,
    ),
    Asked(
        "Questions and scale",
        "The words of the questions, the answers to choose from, and what each end means.",
        "ACCORD M10; DELPHISTAR 20",
        _scale,
        "criteria",
    ),
    Asked(
        "What consensus is",
        "When there is agreement, said before the first round, and where the limit is from.",
        "ACCORD M12; DELPHISTAR 29; CREDES 3, 12",
        _note("rules"),
        "notes",
        "rules",
    ),
    Asked(
        "Rounds",
        "How many rounds, what each is for, and which items are asked again.",
        "ACCORD M9, M11, M13; DELPHISTAR 14, 16, 21, 22; CREDES 2",
        _rounds,
        "rounds",
    ),
    Asked(
        "When it stops",
        "What ends the study beside the number of rounds, and what becomes of items without consensus.",
        "DELPHISTAR 23; CREDES 3",
        _note("stopping"),
        "notes",
        "stopping",
    ),
    Asked(
        "Late entry and missed rounds",
        "Whether somebody may begin late or come back, and what then counts.",
        "DELPHISTAR 12, 16",
        _note("late entry"),
        "notes",
        "late entry",
    ),
    Asked(
        "Feedback",
        "What panellists see between rounds: which figures, of which panels, with or without comments.",
        "ACCORD M17; DELPHISTAR 24, 25, 26",
        _feedback,
        "rounds",
    ),
    Asked(
        "Anonymity",
        "Who knows whose answer is whose, and how small groups are kept from being recognised.",
        "ACCORD M18; CREDES 5",
        _anonymity,
        "rounds",
    ),
    Asked(
        "Weights and several panels",
        "Whether panels count alike, and how they are compared.",
        "DELPHISTAR 30",
        _weights,
        "panels",
    ),
    Asked(
        "Disagreement",
        "What is done where people differ for good: that is a result, not a failure.",
        "DELPHISTAR 27; CREDES 6",
        _note("dissent"),
        "notes",
        "dissent",
    ),
    Asked(
        "Comments",
        "How what people write is read, put together and used.",
        "ACCORD M15; DELPHISTAR 28",
        _note("comments"),
        "notes",
        "comments",
    ),
    Asked(
        "Payment, thanks and reminders",
        "What people are given for taking part, and how often they are reminded.",
        "ACCORD M20",
        _note("thanks"),
        "notes",
        "thanks",
    ),
    Asked(
        "Ethics and consent",
        "Who approved the study; the information sheet is what people agreed to.",
        "COS-STAR 10",
        _note("ethics"),
        "notes",
        "ethics",
    ),
    Asked(
        "Funding",
        "Who pays, and what they decide.",
        "ACCORD O3; DELPHISTAR 4",
        _note("funding"),
        "notes",
        "funding",
    ),
    Asked(
        "Interests",
        "What interests the team and the panellists have, and how they are handled.",
        "ACCORD O2",
        _note("interests"),
        "notes",
        "interests",
    ),
)
