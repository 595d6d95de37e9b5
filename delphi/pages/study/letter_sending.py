"""Sending a letter: a page that says to whom it goes, to whom not and why, and one button that queues it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import letters_in_words, mail
from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import plural
from delphi.page import Form, Page
from delphi.pages.study import letter_previews, letters, tabs
from delphi.pages.study.letter_previews import Preview
from delphi.visits import Visit
from surveys.letters import sending, texts
from surveys.letters.kinds import LetterKind
from surveys.letters.recipients import Recipients
from surveys.letters.sending import Order, Seen
from surveys.panels import Panellist
from surveys.permissions import Power
from surveys.studies import Study

MOST_NAMED = 30
NOTHING_QUEUED = "Nothing was queued: everybody to whom it would go has it already."


@dataclass(frozen=True)
class Person:
    """A panellist, by the code."""

    code: str
    href: str


@dataclass(frozen=True)
class LeftOut:
    """Who gets no letter for one reason: the first by code, the rest counted."""

    sentence: str
    people: tuple[Person, ...]
    more: int


@dataclass(frozen=True, kw_only=True)
class LetterSendingPage(Page):
    """What is about to be sent. `seen` and `occasion` go with the form, so that this is what is queued."""

    template: ClassVar[str] = "pages/study/letter_sending.html"
    home: str
    address: str
    name: str
    about: str
    count: int
    people: tuple[Person, ...]
    more: int
    left_out: tuple[LeftOut, ...]
    preview: Preview
    where: str
    has_server: bool
    duration: str
    occasion: str
    seen: str
    round: int


def letter_sending_page(visit: Visit, key: str, kind: str) -> LetterSendingPage:
    """The question before a letter is queued."""
    study, what = tabs.study_of(visit, key), letters.kind_of(kind)
    order = sending.next_order(visit.session, study, what, now=visit.now)
    found = sending.look(visit.session, study, order, now=visit.now)
    wording, name = texts.get(visit.session, study, what), letters_in_words.NAMES[what]
    return LetterSendingPage(
        title=f"Send: {name}",
        frame=tabs.frame(visit, study, "/mail"),
        home=letters.address(study),
        address=letters.address(study, what),
        name=name,
        about=_about(found, order),
        count=len(found.to),
        people=_people(study, found.to),
        more=max(0, len(found.to) - MOST_NAMED),
        left_out=_left_out(study, found),
        preview=letter_previews.of(visit, study, wording, found.to[0] if found.to else None),
        where=mail.post(visit.settings).where,
        has_server=visit.settings.mail_server is not None,
        duration=letters_in_words.duration(len(found.to), visit.settings.mails_a_minute),
        occasion=order.occasion,
        seen=texts.standing(visit.session, study, what),
        round=found.round.number if found.round else 0,
    )


class LetterSendingPages(Controller):
    """One letter to everybody whom it is for."""

    path = "/studies/{key:str}/mail/{kind:str}"

    @get("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def ask(self, visit: Visit, key: FromPath[str], kind: FromPath[str]) -> LetterSendingPage:
        return letter_sending_page(visit, key, kind)

    @post("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=letter_sending_page)
    def send(self, visit: Visit, form: Form, key: FromPath[str], kind: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        order = Order(letters.kind_of(kind), str(form.get("occasion", "")))
        seen = Seen(_number(form, "count"), str(form.get("seen", "")), _number(form, "round"))
        by = visit.account.email
        count = sending.confirm(visit.session, study, order, seen, by=by, now=visit.now)
        told = f"{plural(count, 'letter')} queued." if count else NOTHING_QUEUED
        return visit.go(letters.address(study), told)


def _number(form: Form, name: str) -> int:
    """What the page said; what is no number confirms nothing."""
    text = str(form.get(name, ""))
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _about(found: Recipients, order: Order) -> str:
    if found.round is None:
        return ""
    if order.kind == LetterKind.REMINDER:
        return f"Reminder {order.occasion} of round {found.round.number}."
    return f"About round {found.round.number}."


def _left_out(study: Study, found: Recipients) -> tuple[LeftOut, ...]:
    return tuple(
        LeftOut(
            sentence=letters_in_words.left_out(why, len(whom)),
            people=_people(study, whom),
            more=max(0, len(whom) - MOST_NAMED),
        )
        for why, whom in found.left_out.items()
    )


def _people(study: Study, whom: tuple[Panellist, ...]) -> tuple[Person, ...]:
    home = tabs.address(study)
    return tuple(Person(one.code, f"{home}/panels/{one.id}") for one in whom[:MOST_NAMED])
