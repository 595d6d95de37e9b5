"""Safeguarding: who the lead is, and every concern with how far it has come."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date
from delphi.page import Form, Page
from delphi.pages.study import tabs
from delphi.pages.study.passing import tell
from delphi.pages.themes import around
from delphi.pages.themes.around import TextCard
from delphi.visits import Visit
from surveys.concerns import leads, passing
from surveys.concerns.leads import Typed
from surveys.concerns.passing import Known, State
from surveys.permissions import Power
from surveys.rounds import Round
from surveys.studies import Study

NAMED = "{name} is the safeguarding lead."
TAGS = {
    State.PASSED: ("few", "Passed"),
    State.SENT: ("few", "Letter sent"),
    State.NOT_SENT: ("out", "Letter not delivered"),
    State.LEFT: ("out", "Lead changed"),
    State.ACKNOWLEDGED: ("none", "Acknowledged"),
    State.CLOSED: ("in", "Closed"),
}


@dataclass(frozen=True)
class ConcernRow:
    """A concern; without `card` its writer has taken the text away. `may_send`: it wants a letter."""

    id: int
    number: int
    code: str
    card: TextCard | None
    tag: tuple[str, str]
    passed: str
    note: str
    lead: str
    acknowledged: str
    answer: str
    closed: str
    outcome: str
    typed: str
    may_send: bool


@dataclass(frozen=True, kw_only=True)
class SafeguardingPage(Page):
    """The lead with the form to name one, and the concerns for whoever may see them."""

    template: ClassVar[str] = "pages/concerns/safeguarding.html"
    home: str
    address: str
    is_pilot: bool
    lead: Typed | None
    seen: int
    typed: Typed
    designs: bool
    runs: bool
    concerns: tuple[ConcernRow, ...]


def safeguarding_page(visit: Visit, key: str, concern_id: int = 0) -> SafeguardingPage:
    """The page, with what was typed; `concern_id` is the concern whose closing was refused."""
    study = tabs.study_of(visit, key)
    lead, runs = leads.find(visit.session, study), tabs.may(visit, study, Power.RUN)
    stands = Typed(lead.name, lead.email, lead.phone) if lead else None
    frame = tabs.frame(visit, study, "/team")
    known = passing.list_known(visit.session, study) if runs else []
    return SafeguardingPage(
        title="Safeguarding",
        frame=around.led(frame, f"{concern_id}", ("outcome",)) if concern_id else frame,
        home=tabs.address(study),
        address=_address(study),
        is_pilot=study.is_pilot,
        lead=stands,
        seen=lead.id if lead else 0,
        typed=_typed(visit.form) if "name" in visit.form else stands or Typed("", ""),
        designs=tabs.may(visit, study, Power.DESIGN),
        runs=runs,
        concerns=tuple(_row(visit, one, has_lead=lead is not None, here=concern_id) for one in known),
    )


class SafeguardingPages(Controller):
    """Who is told, and what became of it."""

    path = "/studies/{key:str}/safeguarding"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str]) -> SafeguardingPage:
        return safeguarding_page(visit, key)

    @post("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=safeguarding_page)
    def name(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study, seen = tabs.study_of(visit, key), _seen(form)
        lead = leads.name(
            visit.session, study, _typed(form), seen=seen, by=visit.account.email, now=visit.now
        )
        return visit.go(_address(study), NAMED.format(name=lead.name))

    @post("/remove", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=safeguarding_page)
    def remove(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study, by = tabs.study_of(visit, key), visit.account.email
        leads.remove(visit.session, study, seen=_seen(form), by=by, now=visit.now)
        return visit.go(_address(study), "Nobody is the safeguarding lead now.")

    @post("/concerns/{concern_id:int}/close", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=safeguarding_page)
    def close(self, visit: Visit, form: Form, key: FromPath[str], concern_id: FromPath[int]) -> Response[Any]:
        study, outcome = tabs.study_of(visit, key), str(form.get("outcome", ""))
        by, now = visit.account.email, visit.now
        passing.close(visit.session, study, concern_id, outcome, by=by, now=now)
        return visit.go(_address(study), "The concern is closed.")

    @post("/concerns/{concern_id:int}/send", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=safeguarding_page)
    def send(self, visit: Visit, key: FromPath[str], concern_id: FromPath[int]) -> Response[Any]:
        study, by = tabs.study_of(visit, key), visit.account.email
        concern = passing.send_again(visit.session, visit.key, study, concern_id, by=by, now=visit.now)
        return visit.go(_address(study), tell(visit, visit.session.get_one(Round, concern.round_id), concern))


def _row(visit: Visit, known: Known, *, has_lead: bool, here: int) -> ConcernRow:
    one, zone = known.concern, visit.zone
    round_ = visit.session.get_one(Round, one.round_id)
    return ConcernRow(
        id=one.id,
        number=round_.number,
        code=one.panellist.code,
        card=around.card(round_, known.text) if known.text else None,
        tag=TAGS[known.state],
        passed=f"{date(one.at, zone)} by {one.by}",
        note=one.note,
        lead=one.lead.name,
        acknowledged=date(one.acknowledged_at, zone) if one.acknowledged_at else "",
        answer=one.answer,
        closed=f"{date(one.closed_at, zone)} by {one.closed_by}" if one.closed_at else "",
        outcome=one.outcome,
        typed=visit.typed("outcome") if one.id == here else "",
        may_send=has_lead and known.may_be_sent,
    )


def _typed(form: Form) -> Typed:
    return Typed(*(str(form.get(field, "")) for field in ("name", "email", "phone")))


def _seen(form: Form) -> int:
    """The number of the lead that stood on the page, 0 for none."""
    text = str(form.get("seen", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _address(study: Study) -> str:
    return f"{tabs.address(study)}/safeguarding"
