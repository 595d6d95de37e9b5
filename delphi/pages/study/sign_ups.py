"""Sign-ups: the public link of each panel, and the entries that wait, with signs that deserve a look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import plural
from delphi.page import Form, Page
from delphi.pages.study import sign_up_rows, tabs
from delphi.pages.study.sign_up_rows import Door, EntryRow
from delphi.visits import Visit
from surveys import rounds
from surveys.errors import NotNow
from surveys.letters import recipients
from surveys.permissions import Power
from surveys.sign_ups import deciding, entries, links, signs
from surveys.sign_ups.entries import SignUp, SignUpStatus
from surveys.sign_ups.forgetting import KEPT_DAYS
from surveys.studies import Study

MOST_SHOWN = 100  # a page of more is looked through by nobody
ALL = "all"
OPENED = "The sign-up page is open. Its address is below."
CLOSED = "The sign-up page is closed. Its address opens nothing now."
_SHOWN = {
    SignUpStatus.WAITING.value: "that wait",
    SignUpStatus.APPROVED.value: "approved",
    SignUpStatus.DECLINED.value: "declined",
    ALL: "of all kinds",
}


@dataclass(frozen=True)
class Filter:
    """Which entries are looked at: of which state, of which panel (by key), and whether with signs only."""

    show: str = SignUpStatus.WAITING.value
    panel: str = ""
    signs: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "Filter":
        show = str(asked.get("show", ""))
        show = show if show in _SHOWN else SignUpStatus.WAITING.value
        return cls(show, str(asked.get("panel", "")), "yes" if asked.get("signs") == "yes" else "")

    def takes(self, entry: SignUp, has_signs: bool) -> bool:
        return (
            self.show in (ALL, entry.status.value)
            and self.panel in ("", entry.panel.key)
            and (has_signs or not self.signs)
        )

    @property
    def query(self) -> str:
        """What stands after the question mark of this view."""
        return urlencode(vars(self))

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The same, for the forms of the page."""
        return tuple(vars(self).items())


@dataclass(frozen=True, kw_only=True)
class SignUpsPage(Page):
    """The links, and the entries of one view."""

    template: ClassVar[str] = "pages/study/sign_ups.html"
    home: str
    has_ended: bool
    too_late: str
    doors: tuple[Door, ...]
    sentence: str
    shown: Filter
    states: tuple[tuple[str, str], ...]
    panels: tuple[tuple[str, str], ...]
    rows: tuple[EntryRow, ...]
    total: int
    has_any: bool
    kept_days: int
    reviewed: int | None


def sign_ups_page(visit: Visit, key: str, shown: Filter, reviewed: int | None = None) -> SignUpsPage:
    """One view of the entries; `reviewed` is the entry of a form that was refused."""
    study = tabs.study_of(visit, key)
    known = entries.list_all(visit.session, study)
    told = signs.of_study(visit.session, study, known)
    looked_at = [one for one in known if shown.takes(one, bool(told.get(one.id)))]
    if shown.show != SignUpStatus.WAITING:  # what has waited longest comes first, what was decided last
        looked_at.reverse()
    return SignUpsPage(
        title="Sign-ups",
        frame=tabs.frame(visit, study, "/panels"),
        home=tabs.address(study),
        has_ended=study.ended_at is not None,
        too_late=_too_late(visit, study),
        doors=tuple(sign_up_rows.door(visit, study, panel) for panel in study.panels),
        sentence=_sentence(known),
        shown=shown,
        states=tuple((state, f"Entries {words}") for state, words in _SHOWN.items()),
        panels=(("", "All panels"), *((panel.key, panel.name) for panel in study.panels)),
        rows=tuple(
            sign_up_rows.entry(visit, study, one, told.get(one.id, ())) for one in looked_at[:MOST_SHOWN]
        ),
        total=len(looked_at),
        has_any=bool(known),
        kept_days=KEPT_DAYS,
        reviewed=reviewed,
    )


def again(visit: Visit, key: str, entry_id: int | None = None, **_: str) -> SignUpsPage:
    """The view in which something was refused, with what was typed there."""
    return sign_ups_page(visit, key, Filter.of(visit.form), reviewed=entry_id)


class SignUpsPages(Controller):
    """Links out, people in."""

    path = "/studies/{key:str}/sign-ups"

    @get("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def list_(
        self,
        visit: Visit,
        key: FromPath[str],
        show: FromQuery[str] = "",
        panel: FromQuery[str] = "",
        signs: FromQuery[str] = "",
    ) -> SignUpsPage:
        return sign_ups_page(visit, key, Filter.of({"show": show, "panel": panel, "signs": signs}))

    @post("/links/{panel:str}", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=again)
    def open_(self, visit: Visit, key: FromPath[str], panel: FromPath[str]) -> Response[Any]:
        study, who = tabs.study_of(visit, key), visit.account.email
        links.open_(visit.session, visit.key, links.get_panel(study, panel), by=who, now=visit.now)
        return visit.go(f"{sign_up_rows.home(study)}#links", OPENED)

    @post("/links/{panel:str}/end", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=again)
    def take_back(self, visit: Visit, key: FromPath[str], panel: FromPath[str]) -> Response[Any]:
        study, who = tabs.study_of(visit, key), visit.account.email
        links.take_back(visit.session, links.get_panel(study, panel), by=who, now=visit.now)
        return visit.go(
            f"{sign_up_rows.home(study)}#links", "The sign-up page is closed. Its address opens nothing now."
        )

    @post("/entries/{entry_id:int}/approve", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=again)
    def approve(self, visit: Visit, form: Form, key: FromPath[str], entry_id: FromPath[int]) -> Response[Any]:
        study, entry = _found(visit, key, entry_id)
        added = deciding.approve(visit.session, study, entry, by=visit.account.email, now=visit.now)
        told = f"{added.code} is on the panel “{added.panel.name}”. The invitation is sent on the page Mail."
        return _back(visit, study, form, told)

    @post("/entries/{entry_id:int}/decline", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=again)
    def decline(self, visit: Visit, form: Form, key: FromPath[str], entry_id: FromPath[int]) -> Response[Any]:
        study, entry = _found(visit, key, entry_id)
        reason, who = str(form.get(f"reason-{entry_id}", "")), visit.account.email
        deciding.decline(visit.session, study, entry, reason, by=who, now=visit.now)
        return _back(visit, study, form, f"Entry {entry_id} is declined. Nobody was written to.")

    @post("/entries/{entry_id:int}/erase", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=again)
    def erase(self, visit: Visit, form: Form, key: FromPath[str], entry_id: FromPath[int]) -> Response[Any]:
        study, entry = _found(visit, key, entry_id)
        deciding.erase(visit.session, study, entry, by=visit.account.email, now=visit.now)
        return _back(visit, study, form, f"Entry {entry_id} is erased. Nothing of it is left.")


def _found(visit: Visit, key: str, entry_id: int) -> tuple[Study, SignUp]:
    study = tabs.study_of(visit, key)
    return study, entries.get(visit.session, study, entry_id)


def _back(visit: Visit, study: Study, form: Form, notice: str) -> Response[Any]:
    """To the view in which the button was pressed."""
    return visit.go(f"{sign_up_rows.home(study)}?{Filter.of(form).query}", notice)


def _too_late(visit: Visit, study: Study) -> str:
    """Why whoever is approved now could not answer; nothing where they could."""
    try:
        recipients.check_can_come_in(rounds.find_current(visit.session, study))
    except NotNow as refusal:
        return refusal.sentence
    return ""


def _sentence(known: Iterable[SignUp]) -> str:
    """How many wait, and what became of the others."""
    states = [one.status for one in known]
    counts = {status: states.count(status) for status in SignUpStatus}
    waiting = counts[SignUpStatus.WAITING]
    return (
        f"{plural(waiting, 'entry waits', 'entries wait')} for a decision,"
        f" {counts[SignUpStatus.APPROVED]:,} approved, {counts[SignUpStatus.DECLINED]:,} declined."
    )
