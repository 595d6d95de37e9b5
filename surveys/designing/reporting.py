"""Check my design: what guidelines ask, what the protocol says of it, and warnings before it is fixed."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from surveys import protocol as protocols
from surveys.designing import borrowed
from surveys.designing.drafts import PARTS
from surveys.designing.guidelines import ASKED, NO_GUIDELINE, PILOT, SAFEGUARDING, listed_and
from surveys.exchange import placeholders, study_files
from surveys.protocol import Protocol
from surveys.studies import Study

FEWEST_WITH_LIVED_EXPERIENCE = 10  # what reviewers ask for, and from which medians and band shares are shown
_OF_AN_ITEM = "the title of item"  # as `placeholders` says it
_LIVED = ("lived", "patient", "carer", "public", "service user", "survivor", "citizen", "communit")


@dataclass(frozen=True)
class Point:
    """One thing that a reader will ask: what, where it is asked, what the protocol says, where to say it."""

    heading: str
    asked: str
    sources: str
    said: str  # nothing where it is open
    part: str
    note: str = ""  # the key of the note that answers it

    @property
    def is_open(self) -> bool:
        return not self.said


def points(
    protocol: Protocol,
    people: Mapping[str, int],
    tried: str = "",
    lead: str = "",
    not_own: Collection[str] = (),
) -> tuple[Point, ...]:
    """Every point, in the order in which a paper tells a study. `people` is how many are on each panel.

    `tried` is what is known of a pilot, which the protocol may say better; `lead` is who the safeguarding
    lead is, which is asked for where people with lived experience are. `not_own` are notes, by key, that
    are a template's and so answer nothing of this study.
    """
    known = {PILOT: tried}
    asked = (
        Point(
            one.heading,
            one.asked,
            one.sources,
            (one.note not in not_own and one.said(protocol)) or known.get(one.note, ""),
            one.part,
            one.note,
        )
        for one in ASKED
    )
    lived = any(has_lived_experience(panel) for panel in protocol.panels)
    return (*asked, _enough(protocol, people), *([_safeguarding(lead)] if lived else []))


def warnings(protocol: Protocol, people: Mapping[str, int]) -> tuple[str, ...]:
    """What a reviewer will ask once the protocol is fixed: said before it is."""
    lived = [panel for panel in protocol.panels if has_lived_experience(panel)]
    count = sum(people.get(panel.key, 0) for panel in lived)
    said = []
    if not lived:
        said.append("There is no panel of people with lived experience.")
    elif count < FEWEST_WITH_LIVED_EXPERIENCE:
        there = "is nobody" if not count else "is 1 person" if count == 1 else f"are {count} people"
        few = f"fewer than {FEWEST_WITH_LIVED_EXPERIENCE} can hardly stand for many"
        said.append(f"There {there} with lived experience on the panels: {few}.")
    said.extend(_too_few(protocol, people))
    if not protocol.provenance.get("stopping"):
        said.append("The protocol has no stopping rule beside the number of rounds.")
    if not protocol.provenance.get("late entry"):
        said.append("The protocol has no plan for people who come late or miss a round.")
    return tuple(said)


def _too_few(protocol: Protocol, people: Mapping[str, int]) -> Iterator[str]:
    """Each panel that is smaller than its rule's least number of ratings."""
    for panel in protocol.panels:
        count = people.get(panel.key, 0)
        least = {
            one.name: protocols.rule(protocol, one.key, panel.key).minimum_n for one in protocol.criteria
        }
        without = {name: needed for name, needed in least.items() if needed > count}
        if without:
            on = "" if without == least else f" on {listed_and([*without])}"
            there = "1 person" if count == 1 else f"{count} people"
            needed = f"the rule needs {min(without.values())} ratings"
            yield f"{panel.name}: {there}, and {needed}: no item can be in or out{on}."


def notes_not_own(study: Study) -> frozenset[str]:
    """The notes (by key) of a draft that are still a template's; what is fixed has been looked over."""
    return frozenset() if study.locked_at else borrowed.notes(study.protocol)


def left(study: Study) -> frozenset[str]:
    """The parts, and “items”, that still say what a template only put there to be changed."""
    found = placeholders.left(study_files.of(study))
    tops = {re.split(r"[ .]", where)[0] for where in found}
    items = ["items"] if any(where.startswith(_OF_AN_ITEM) for where in found) else []
    tops |= {"information"} if borrowed.is_sheet(study.protocol, len(study.items)) else set()
    tops |= {"provenance"} if borrowed.notes(study.protocol) else set()
    return frozenset([*(part for part, keys in PARTS.items() if tops & set(keys)), *items])


def has_lived_experience(panel: protocols.PanelPlan) -> bool:
    """Whether a panel's name says that its people know the matter from their own lives."""
    name = f"{panel.key} {panel.name}".casefold().replace("_", " ")
    return any(word in name for word in _LIVED)


def _enough(protocol: Protocol, people: Mapping[str, int]) -> Point:
    count = sum(people.get(panel.key, 0) for panel in protocol.panels if has_lived_experience(panel))
    return Point(
        "Enough people with lived experience",
        f"At least {FEWEST_WITH_LIVED_EXPERIENCE} who know the matter from their own lives, on a panel of"
        " their own.",
        "ACCORD M5",
        f"{count} are on the panels." if count >= FEWEST_WITH_LIVED_EXPERIENCE else "",
        "people",
    )


def _safeguarding(lead: str) -> Point:
    return Point(
        "Somebody to tell",
        "Who is told when somebody writes of danger or harm: a safeguarding lead, and that the information"
        " sheet says so.",
        NO_GUIDELINE,
        f"{lead} is the safeguarding lead." if lead else "",
        SAFEGUARDING,
    )
