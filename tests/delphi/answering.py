"""What tests of a panellist's pages share: agreeing, beginning, and sending a form as a browser would."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import comments, protocol_reading, ratings, rounds, settling, studies
from surveys import protocol as protocols
from surveys import results as results_
from surveys.panels import Panellist
from surveys.ratings import Answer, Place, RatingChange
from surveys.rounds import Round
from surveys.settling import Departure, Outcome
from tests.delphi.conftest import NOW, Browser, World

AGREED = {"take_part": "yes", "show_comments": "yes", "quote": "yes"}
LEAVING = {"answers": "delete", "sure": "yes"}
JSON = {"headers": {"Accept": "application/json"}}
TAGS = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True)
class Study:
    """The numbers of the study's items and criteria, as its forms name them."""

    items: tuple[int, ...]
    criteria: tuple[int, ...]

    def field(self, item: int = 0, criterion: int = 0) -> str:
        return f"i{self.items[item]}.c{self.criteria[criterion]}"

    def card(self, item: int = 0) -> str:
        return f"i{self.items[item]}"

    def place(self, item: int = 0, criterion: int = 0) -> Place:
        return (self.items[item], self.criteria[criterion])


def study(world: World) -> Study:
    with world.session() as session:
        known = studies.get(session, "fairer-care")
        return Study(tuple(item.id for item in known.items), tuple(c.id for c in known.criteria))


def begin(browser: Browser) -> Browser:
    """Agree to everything and begin the round that is open."""
    assert browser.post("/answer/information", AGREED).location == "/answer"
    assert browser.post("/answer/begin").location == "/answer/round"
    return browser


def sent_by(text: str, form_id: str = "rating") -> dict[str, str]:
    """What a browser without scripts sends of this form, whichever button is pressed."""
    form = next(node for node in _nodes(text, "form") if node.get("id") == form_id)
    fields: dict[str, str] = {}
    for node in form.iter():
        name = node.get("name")
        if name and node.tag == TAGS + "textarea":
            fields[name] = (node.text or "").replace("\n", "\r\n")
        elif name and node.tag == TAGS + "input" and _is_sent(node):
            fields[name] = node.get("value") or ""
    return fields


def checked(text: str) -> dict[str, str]:
    """The radio buttons that are pressed on this page, by name."""
    inputs = _nodes(text, "input")
    return {
        node.get("name") or "": node.get("value") or ""
        for node in inputs
        if node.get("type") == "radio" and node.get("checked") is not None
    }


def ticks(text: str) -> list[str]:
    """The boxes to tick on this page, none of which is ticked beforehand."""
    boxes = [node for node in _nodes(text, "input") if node.get("type") == "checkbox"]
    assert all(box.get("checked") is None for box in boxes)
    return [box.get("name") or "" for box in boxes]


def signed(text: str) -> list[str]:
    """Beside which fields the page says that what they show is saved."""
    groups = [node for node in _nodes(text, "*") if set((node.get("class") or "").split()) & {"q", "f"}]
    return [_name_in(node) for node in groups if any(_is_sign(part) for part in node.iter())]


def ringed(text: str) -> dict[str, str]:
    """The radio buttons that were pressed in the round before, by name."""
    inputs = _nodes(text, "input")
    return {node.get("name") or "": node.get("value") or "" for node in inputs if node.get("class") == "o"}


def words(text: str) -> str:
    """The page without its tags."""
    return " ".join(re.sub("<[^>]*>", " ", text).split())


def act(world: World, what: Callable[[Session], Any]) -> Any:
    """Do something behind the pages' back, and keep it."""
    with world.session() as session, session.begin():
        return what(session)


def own(world: World, code: str = "bob", number: int = 1) -> dict[Place, Answer]:
    """What somebody has answered, as it is kept."""
    return act(world, lambda s: ratings.own(s, round_(s, number), panellist(s, code)))


def own_comments(world: World, code: str = "bob") -> dict[int, str]:
    return act(world, lambda s: comments.own(s, round_(s), panellist(s, code)))


def history(world: World) -> list[tuple[int | None, int | None]]:
    """Every line of history of anybody."""
    rows = act(world, lambda s: s.execute(select(RatingChange.value, RatingChange.unable)).all())
    return [tuple(row) for row in rows]


def round_(session: Session, number: int = 1) -> Round:
    return rounds.get_round(session, studies.get(session, "fairer-care"), number)


def panellist(session: Session, code: str) -> Panellist:
    return session.scalars(select(Panellist).where(Panellist.code == code)).one()


def close(world: World, number: int = 1) -> None:
    act(world, lambda s: rounds.close(s, round_(s, number), now=NOW, by="alice"))


def amend(world: World, **tables: dict[str, Any]) -> None:
    """Another protocol, which differs in these tables."""

    def change(session: Session) -> None:
        known = studies.get(session, "fairer-care")
        amended = dict(known.protocol_json)
        for name, table in tables.items():
            amended[name] = amended.get(name, {}) | table
        known.protocol_json = amended
        known.fingerprint = protocols.fingerprint(protocol_reading.from_builtins(amended))

    act(world, change)


def open_next(world: World, *, opens: bool = True) -> None:
    """Close round 1, let every item go on, and open round 2, or leave it planned."""
    close(world)

    def settle(session: Session) -> None:
        first = round_(session)
        found = results_.get(session, first)
        stay = {asked.item_id: Departure(Outcome.GOES_ON, "asked again") for asked in first.items}
        settling.settle(session, first, found, stay, now=NOW, by="alice")
        if opens:
            rounds.open_(session, round_(session, 2), closes_at=None, now=NOW, by="alice")

    act(world, settle)


def _nodes(text: str, tag: str) -> Iterator[Element]:
    document = html5lib.parse(text)
    return document.iter("*" if tag == "*" else TAGS + tag)  # type: ignore[no-any-return]


def _is_sign(node: Element) -> bool:
    return node.get("class") == "sv" and node.text == "Saved"


def _name_in(group: Element) -> str:
    return next(name for node in group.iter() if (name := node.get("name")) and name.startswith("i"))


def _is_sent(node: Element) -> bool:
    kind = node.get("type")
    return kind not in ("radio", "checkbox") or node.get("checked") is not None
