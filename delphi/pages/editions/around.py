"""What stands around every page of an edition: its name, the way through it, its notices and its credit."""

from dataclasses import dataclass, replace
from functools import cached_property

from delphi.page import Frame, Link, Page
from delphi.visits import Visit
from surveys.editions import editions, local_rounds, notices
from surveys.editions.editions import Draft, Edition
from surveys.editions.local_tallies import LocalView
from surveys.editions.plans import Step
from surveys.editions.showing import Shown
from surveys.editions.sources import Source

STEPS: dict[Step, str] = {
    Step.GROUP: "Define the group",
    Step.ISSUES: "Consider the issues",
    Step.INGREDIENTS: "Key ingredients",
    Step.CODESIGN: "Co-design",
}
_PARTS = (
    ("Overview", ""),
    ("1 Group", "/steps/group"),
    ("2 Issues", "/steps/issues"),
    ("3 Ingredients", "/steps/ingredients"),
    ("4 Co-design", "/steps/codesign"),
    ("Your people", "/ratings"),
    ("Result", "/result"),
    ("Plan", "/plan"),
)


@dataclass(frozen=True, kw_only=True)
class Head:
    """What every page of an edition says: where it is, whose, what holds of it, and its credit."""

    home: str
    place: str
    notices: tuple[str, ...]
    credit: str


@dataclass(frozen=True, kw_only=True)
class EditionPage(Page):
    """A page of an edition. What it says of chance and of others' work stands on each."""

    head: Head

    @property
    def home(self) -> str:
        return self.head.home

    @property
    def place(self) -> str:
        return self.head.place

    @property
    def notices(self) -> tuple[str, ...]:
        return self.head.notices

    @property
    def credit(self) -> str:
        return self.head.credit


@dataclass(frozen=True)
class Around:
    """An edition that was opened by its secret link."""

    visit: Visit
    token: str
    edition: Edition

    @property
    def home(self) -> str:
        """Where its pages begin."""
        return f"/editions/{self.token}"

    @cached_property
    def draft(self) -> Draft:
        """What it says now."""
        return editions.draft(self.visit.session, self.edition)

    @cached_property
    def local(self) -> LocalView | None:
        """What may be seen of its local answers."""
        closed = local_rounds.find_latest(self.visit.session, self.edition)
        return None if closed is None else local_rounds.view(closed, self.draft.source)

    @property
    def place(self) -> str:
        """Whose it is, as far as they said."""
        return self.draft.plan.group.place

    @property
    def head(self) -> Head:
        """What its pages say of it."""
        source = self.draft.source
        return Head(
            home=self.home,
            place=self.place,
            notices=notices.of(source, self.local, self.draft.state),
            credit=notices.credit(source),
        )

    def frame(self, current: str) -> Frame:
        """What stands around one of its pages; `current` is the path of this one below its home."""
        links = tuple(Link(text, self.home + path, is_current=path == current) for text, path in _PARTS)
        return framed(self.visit, self.draft.source, self.place, links)


def open_(visit: Visit, token: str) -> Around:
    """The edition of this link, to which an error leads back; any other link opens nothing."""
    edition = Around(visit, token, editions.get(visit.session, visit.key, token))
    visit.request.state.way_back = Link("Back to the edition", edition.home)
    return edition


def origin(visit: Visit) -> str:
    """From where somebody came: makings and mails are counted by it."""
    client = visit.request.client
    return client.host if client else ""


def head_of(shown: Shown, home: str) -> Head:
    """What the pages of an edition say that is shown at this address."""
    return Head(home=home, place=shown.draft.plan.group.place, notices=shown.notices, credit=shown.credit)


def framed(visit: Visit, source: Source, place: str, navigation: tuple[Link, ...] = ()) -> Frame:
    """The frame of a page about an edition."""
    title = f"Local edition: {place}" if place else "Local edition"
    plain = visit.frame(navigation=navigation)
    return replace(plain, study_title=title, is_simulated=source.is_simulated or plain.is_simulated)
