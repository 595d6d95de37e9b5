"""A step's form: what stands in its fields, how it is read, and which page shows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from delphi.page import Form, Frame
from delphi.pages.editions.around import STEPS, Around, EditionPage
from surveys.editions.editions import Draft
from surveys.editions.plans import LocalItem, Step
from surveys.editions.sources import SourceItem

MORE_ROWS = 2
MOST_ROWS = 80
TICKED = "yes"


@dataclass(frozen=True)
class Filled:
    """What stands in a form, of which version, and what somebody else saved there meanwhile.

    `beside` is theirs where both changed a field; in the fields `taken` stands what only they changed.
    """

    values: Mapping[str, str]
    seen: int
    beside: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    def rows(self, prefix: str) -> tuple[int, ...]:
        """The numbers of the rows of this name: those with something in them, and empty ones to write in."""
        named = [name.split(".") for name, value in {**self.beside, **self.values}.items() if value]
        used = [int(n) for start, n, *_ in _three(named) if start == prefix and n.isascii() and n.isdigit()]
        return tuple(range(1, min(max(used, default=0), MOST_ROWS) + MORE_ROWS + 1))


@dataclass(frozen=True)
class Read:
    """What a form says, as the step's data; and for each place in the data the field where it was typed."""

    data: dict[str, Any]
    places: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class StepPage(EditionPage):
    """A step."""

    step: Step
    filled: Filled

    @property
    def number(self) -> int:
        """Which of the four it is."""
        return list(STEPS).index(self.step) + 1

    @property
    def action(self) -> str:
        """Where its form goes."""
        return f"{self.home}/steps/{self.step.value}"

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.filled.values.get(name, "")

    def is_ticked(self, name: str) -> bool:
        return self.value(name) == TICKED


Parts = Mapping[str, Any]  # what the pages of all steps are given alike


def parts_of(edition: Around, frame: Frame, step: Step, filled: Filled) -> Parts:
    """What the page of any step says: which it is, of which edition, and what stands in its fields."""
    return {"title": STEPS[step], "frame": frame, "head": edition.head, "step": step, "filled": filled}


@dataclass(frozen=True)
class StepForm:
    """How a step is written into fields, read out of them, and shown."""

    written: Callable[[Draft], dict[str, str]]
    read: Callable[[Form, Draft], Read]
    page: Callable[[Around, Filled, Parts], StepPage]


@dataclass(frozen=True)
class ItemName:
    """An item as a form shows it; `handle` names its fields."""

    handle: str
    key: str
    number: int | None
    title: str
    text: str = ""


def handle_of(item: SourceItem | LocalItem) -> str:
    """What an item's fields are called by: keys may have any letters, and names of fields should not."""
    return item.key if isinstance(item, LocalItem) else f"i{item.number}"


def name_of(item: SourceItem | LocalItem) -> ItemName:
    """The item as a form shows it."""
    number = None if isinstance(item, LocalItem) else item.number
    return ItemName(handle_of(item), item.key, number, item.title, item.text)


def speakable(draft: Draft) -> tuple[ItemName, ...]:
    """Every item that a plan can speak of: the study's, the team's own, and those that went."""
    gone = (
        ItemName(f"gone-{n}", one.item, None, one.title)
        for n, one in enumerate(draft.plan.gone, start=1)
        if draft.source.find(one.item) is None
    )
    return (*map(name_of, draft.source.items), *map(name_of, draft.plan.issues.local_items), *gone)


def text_of(form: Form, name: str) -> str:
    """What was typed into a field."""
    return str(form.get(name, "")).replace("\r\n", "\n").strip()


def written_rows(form: Form, prefix: str, fields: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """The rows of this name in which anything stands, each with its number."""
    found = (
        (n, {one: text_of(form, f"{prefix}.{n}.{one}") for one in fields})
        for n in range(1, MOST_ROWS + MORE_ROWS + 1)
    )
    return [(n, row) for n, row in found if any(row.values())]


def _three(named: list[list[str]]) -> list[list[str]]:
    return [parts for parts in named if len(parts) == 3]
