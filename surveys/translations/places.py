"""Places: every text of a study that a panellist reads, by a name that stays while the text may change."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from surveys.items import Item
from surveys.protocol import Criterion, Information, PanelPlan, Protocol
from surveys.studies import Study

STUDY, CRITERIA, PANELS, INFORMATION, ITEMS = "study", "criteria", "panels", "information", "items"
GROUPS = MappingProxyType(
    {
        STUDY: "The study",
        CRITERIA: "Criteria and scale",
        PANELS: "Panels",
        INFORMATION: "Information sheet",
        ITEMS: "Items",
    }
)
TITLE = "title"
_SHEET = MappingProxyType(
    {
        "about": "What it is about",
        "scale_help": "How to answer",
        "duration": "How long it takes",
        "pausing": "Stopping for a while",
        "withdrawing": "Leaving the study",
        "answers": "What becomes of answers",
        "support": "Support",
    }
)
_CONSENTS = MappingProxyType(
    {"take_part": "Taking part", "show_comments": "Showing comments", "quote": "Quoting"}
)


@dataclass(frozen=True)
class Place:
    """One text: its name, the group and the heading it is edited under, what it is, and what it says.

    `earlier` are the places of the item's earlier wordings, the newest first: where the text of one of them
    was translated, that is where a translator begins.
    """

    name: str
    group: str
    heading: str
    label: str
    source: str
    earlier: tuple[str, ...] = ()


def criterion(key: str, part: str) -> str:
    """The place of a criterion's name, question, or anchor: low, middle or high."""
    return f"criteria.{key}.{part}"


def panel(key: str, part: str) -> str:
    """The place of a panel's name or perspective."""
    return f"panels.{key}.{part}"


def sheet(part: str) -> str:
    """The place of a paragraph of the information sheet."""
    return f"information.{part}"


def consent(name: str) -> str:
    """The place of what a panellist agrees to."""
    return f"consents.{name}"


def wording(item_key: str, version: int, part: str) -> str:
    """The place of an item's title or vignette under one wording.

    >>> wording("tea", 2, "title")
    'items.tea.2.title'
    """
    return f"items.{item_key}.{version}.{part}"


def item_of(place: str) -> tuple[str, str] | None:
    """The item's key and the part that a place names; none where it is no item's.

    >>> item_of("items.tea.2.title"), item_of("title")
    (('tea', 'title'), None)
    """
    if not place.startswith("items."):
        return None
    key, _, part = place.removeprefix("items.").rsplit(".", 2)
    return key, part


def of(study: Study) -> tuple[Place, ...]:
    """Every place of the study with something in it, as it stands."""
    found = [*of_protocol(study.protocol), *(place for item in study.items for place in _of_item(item))]
    return tuple(place for place in found if place.source.strip())


def of_protocol(protocol: Protocol) -> Iterator[Place]:
    """The places of a protocol."""
    yield Place(TITLE, STUDY, "The study", "Title", protocol.title)
    for one in protocol.criteria:
        yield from _of_criterion(one)
    for plan in protocol.panels:
        yield from _of_panel(plan)
    yield from of_sheet(protocol.information)
    for name, label in _CONSENTS.items():
        own = getattr(protocol.consents, name) if protocol.consents else ""
        yield Place(consent(name), INFORMATION, "What is agreed to", label, own)


def of_sheet(information: Information) -> Iterator[Place]:
    """The places of an information sheet."""
    for part, label in _SHEET.items():
        yield Place(sheet(part), INFORMATION, label, "Text", getattr(information, part))


def _of_criterion(one: Criterion) -> Iterator[Place]:
    parts = (
        ("name", "Name", one.name),
        ("question", "Question", one.question),
        ("low", "At the low end", one.anchors.low),
        ("middle", "In the middle", one.anchors.middle),
        ("high", "At the high end", one.anchors.high),
    )
    for part, label, source in parts:
        yield Place(criterion(one.key, part), CRITERIA, one.name, label, source)


def _of_panel(plan: PanelPlan) -> Iterator[Place]:
    parts = (("name", "Name", plan.name), ("perspective", "Whose view to take", plan.perspective))
    for part, label, source in parts:
        yield Place(panel(plan.key, part), PANELS, plan.name, label, source)


def _of_item(item: Item) -> Iterator[Place]:
    newest, heading = item.wording, f"{item.position} {item.wording.title}"
    parts = (("title", "Title", newest.title), ("vignette", "Description", newest.vignette))
    for part, label, source in parts:
        earlier = (wording(item.key, n, part) for n in range(newest.version - 1, 0, -1))
        yield Place(wording(item.key, newest.version, part), ITEMS, heading, label, source, tuple(earlier))
