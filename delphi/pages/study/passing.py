"""Passing a text of a closed round to the safeguarding lead, from the fold beside it on the comments page.

Where that is refused, the text stands alone on a page with what was typed.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import mail
from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date
from delphi.page import Form, Page
from delphi.pages.study import tabs
from delphi.pages.themes import around
from delphi.pages.themes.around import TextCard
from delphi.visits import Visit
from surveys.concerns import leads, passing
from surveys.permissions import Power
from surveys.rounds import Round
from surveys.themes import texts

PASSED = "Passed to {lead}, who is told by a letter."
IN_DEMO = "Passed to {lead}. This demonstration sends no mail."


@dataclass(frozen=True)
class Passing:
    """What the comments page needs beside its texts; `passed` has a sentence for each that was passed on."""

    may: bool
    lead: str
    passed: dict[str, str]
    open_: int
    safeguarding: str
    address: str


@dataclass(frozen=True, kw_only=True)
class PassingPage(Page):
    """One text, the lead, and the note."""

    template: ClassVar[str] = "pages/concerns/passing.html"
    address: str
    number: int
    card: TextCard
    action: str
    lead: str
    safeguarding: str
    note: str


def passing_page(visit: Visit, key: str, number: int, panellist_id: int, place: str) -> PassingPage:
    """The text, with what was typed where it was refused."""
    round_ = tabs.round_of(visit, key, number)
    text = texts.get(visit.session, round_, panellist_id, place)
    lead = leads.find(visit.session, round_.study)
    return PassingPage(
        title="Pass to the safeguarding lead",
        frame=tabs.round_frame(visit, round_),
        address=tabs.round_address(round_),
        number=round_.number,
        card=around.card(round_, text),
        action=f"{_address(round_)}/{panellist_id}/{place}",
        lead=lead.name if lead else "",
        safeguarding=f"{tabs.address(round_.study)}/safeguarding",
        note=visit.typed("note"),
    )


class PassingPages(Controller):
    """From a text to the lead."""

    path = "/studies/{key:str}/rounds/{number:int}/concerns/{panellist_id:int}/{place:str}"

    @get("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def show(
        self,
        visit: Visit,
        key: FromPath[str],
        number: FromPath[int],
        panellist_id: FromPath[int],
        place: FromPath[str],
    ) -> PassingPage:
        return passing_page(visit, key, number, panellist_id, place)

    @post("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=passing_page)
    def pass_on(
        self,
        visit: Visit,
        form: Form,
        key: FromPath[str],
        number: FromPath[int],
        panellist_id: FromPath[int],
        place: FromPath[str],
    ) -> Response[Any]:
        round_, note = tabs.round_of(visit, key, number), str(form.get("note", ""))
        text, by = (panellist_id, place), visit.account.email
        concern = passing.pass_on(visit.session, visit.key, round_, text, note, by=by, now=visit.now)
        return visit.go(f"{tabs.round_address(round_)}/comments", tell(visit, round_, concern))


def tell(visit: Visit, round_: Round, concern: passing.Concern) -> str:
    """Queue the letter, and say so."""
    token = passing.token(visit.key, concern)
    mail.queue_concern_letter(visit.session, visit.settings, round_.study, concern, token, now=visit.now)
    return (IN_DEMO if visit.settings.is_demo else PASSED).format(lead=concern.lead.name)


def beside(visit: Visit, round_: Round) -> Passing:
    """What stands beside the texts of a round."""
    lead = leads.find(visit.session, round_.study)
    here = [
        one for one in passing.list_known(visit.session, round_.study) if one.concern.round_id == round_.id
    ]
    return Passing(
        may=tabs.may(visit, round_.study, Power.RUN) and not round_.study.is_pilot,
        lead=lead.name if lead else "",
        passed={around.text_id(one.text.key): _told(visit, one) for one in here if one.text},
        open_=sum(one.state != passing.State.CLOSED for one in here),
        safeguarding=f"{tabs.address(round_.study)}/safeguarding",
        address=_address(round_),
    )


def _told(visit: Visit, known: passing.Known) -> str:
    said = f"Passed to the safeguarding lead on {date(known.concern.at, visit.zone)}"
    return f"{said}." if known.state == passing.State.PASSED else f"{said}: {known.state}."


def _address(round_: Round) -> str:
    return f"{tabs.round_address(round_)}/concerns"
