"""Payments: what the study offers for taking part, to whom, and what became of it. Nothing of answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlencode

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import plural
from delphi.page import CSV, Form, Link, Page, download
from delphi.pages.study import payment_rows, tabs
from delphi.pages.study.payment_rows import PaymentRow
from delphi.visits import Visit
from surveys import attributes
from surveys.declarations import Capacity
from surveys.errors import InvalidInput
from surveys.payments import amounts, ledger, offers
from surveys.payments.ledger import Marking, Payment, PaymentState, Wish
from surveys.payments.offers import Terms
from surveys.permissions import Power
from surveys.studies import Study

STATES = {
    PaymentState.ACCEPTED: "They want it; it is still to be paid.",
    PaymentState.DECLINED: "They want none, or cannot be reached. Nothing is due.",
    PaymentState.PAID: "It has gone to them.",
    PaymentState.OFFERED: "As at the beginning.",
}


@dataclass(frozen=True, kw_only=True)
class PaymentsPage(Page):
    """The offer, the list, and the forms to offer and to mark; `query` keeps what is shown."""

    template: ClassVar[str] = "pages/study/payments.html"
    home: str
    query: str
    sentence: str
    has_any: bool
    rows: tuple[PaymentRow, ...]
    shows: tuple[Link, ...]
    purposes: tuple[Link, ...]
    states: tuple[tuple[str, str, str], ...]
    whom: tuple[tuple[str, str], ...]
    terms: Terms
    seen_words: str
    typed: dict[str, str]

    ticked: frozenset[str]

    @property
    def seen(self) -> str:
        """All that are shown, as the form sends them back."""
        return " ".join(row.seen for row in self.rows)

    @property
    def files(self) -> tuple[Link, ...]:
        """The list as a file."""
        return (Link("All payments (CSV)", f"{self.home}/payments/payments.csv"),)


def payments_page(visit: Visit, key: str, shown: str = "", what: str = "") -> PaymentsPage:
    """The payments of this state and purpose, or all; with what was typed where it was refused."""
    study = tabs.study_of(visit, key)
    stands, everyone = offers.of(visit.session, study), ledger.list_all(visit.session, study)
    known, purposes = _capacities(visit, study), ledger.list_purposes(visit.session, study)
    of_purpose = [one for one in everyone if what in ("", one.what)]
    listed = [one for one in of_purpose if shown in ("", one.state)]
    return PaymentsPage(
        title="Payments",
        frame=tabs.frame(visit, study, "/panels"),
        home=tabs.address(study),
        query=_query(shown=shown, what=what),
        sentence=payment_rows.sentence(of_purpose, stands.currency),
        has_any=bool(everyone),
        rows=tuple(payment_rows.row(one, stands.currency, known) for one in listed),
        shows=_shows(of_purpose, shown, what),
        purposes=tuple(
            Link(one or "For anything", _query(shown=shown, what=one), one == what) for one in ("", *purposes)
        ),
        states=tuple((one.value, one.capitalize(), told) for one, told in STATES.items()),
        whom=_whom(study),
        terms=Terms(visit.typed("words", stands.words), visit.typed("currency", stands.currency)),
        seen_words=stands.words,
        typed={name: visit.typed(name) for name in _TYPED} | _usual(visit),
        ticked=frozenset(_ticked(visit.form)),
    )


class PaymentsPages(Controller):
    """Payment for taking part, for whoever may see names."""

    path = "/studies/{key:str}/payments"

    @get("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def show(
        self, visit: Visit, key: FromPath[str], shown: FromQuery[str] = "", what: FromQuery[str] = ""
    ) -> PaymentsPage:
        return payments_page(visit, key, shown, what)

    @post("/words", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=payments_page)
    def say(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study, terms = tabs.study_of(visit, key), Terms(_text(form, "words"), _text(form, "currency"))
        seen, by = _text(form, "seen"), visit.account.email
        offers.save(visit.session, study, terms, seen=seen, by=by, now=visit.now)
        return visit.go(_address(study), "The offer is saved.")

    @post("/offer", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=payments_page)
    def offer(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study, amount = tabs.study_of(visit, key), amounts.read(_text(form, "amount"), "amount")
        wish, by = Wish(_text(form, "what"), amount, _text(form, "whom")), visit.account.email
        count = ledger.offer(visit.session, study, wish, by=by, now=visit.now)
        return visit.go(_address(study), f"{plural(count, 'payment')} offered.")

    @post("/mark", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=payments_page)
    def mark(
        self,
        visit: Visit,
        form: Form,
        key: FromPath[str],
        shown: FromQuery[str] = "",
        what: FromQuery[str] = "",
    ) -> Response[Any]:
        study, by = tabs.study_of(visit, key), visit.account.email
        count = ledger.mark(visit.session, study, _seen(form), _marking(form), by=by, now=visit.now)
        told = f"{plural(count, 'payment')} marked as {_text(form, 'state')}."
        return visit.go(f"{_address(study)}{_query(shown=shown, what=what)}", told)

    @get("/payments.csv", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def file(self, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        study = tabs.study_of(visit, key)
        everyone, currency = ledger.list_all(visit.session, study), offers.of(visit.session, study).currency
        capacities = _capacities(visit, study)
        data = payment_rows.as_csv(everyone, currency, capacities, simulated=study.is_simulated)
        return download(f"{study.key}-payments.csv", data, CSV)


_TYPED = ("what", "amount", "whom", "state", "method", "paid_on", "new_amount", "note", "all")


def _usual(visit: Visit) -> dict[str, str]:
    """What a form begins with where nothing was typed."""
    today = visit.now.astimezone(visit.zone).date()
    return {
        "state": visit.typed("state", PaymentState.PAID),
        "paid_on": visit.typed("paid_on", today.isoformat()),
    }


def _shows(payments: Sequence[Payment], shown: str, what: str) -> tuple[Link, ...]:
    """The ways to show some of them."""
    counts = {"": len(payments)} | {one: sum(p.state == one for p in payments) for one in PaymentState}
    return tuple(
        Link(f"{one.capitalize() or 'All'} ({count})", _query(shown=one, what=what), one == shown)
        for one, count in counts.items()
    )


def _whom(study: Study) -> tuple[tuple[str, str], ...]:
    """To whom something can be offered: never to those who have come so far."""
    capacities = ((one.value, f"All {one}s") for one in Capacity)
    return (("", "Everyone"), *((panel.key, panel.name) for panel in study.panels), *capacities)


def _capacities(visit: Visit, study: Study) -> dict[int, str]:
    known = attributes.by_panellist(visit.session, study)
    return {who: values.get(attributes.CAPACITY, "") for who, values in known.items()}


def _seen(form: Form) -> dict[str, str]:
    """The payments that are meant, each with the state that was shown: those ticked, or all."""
    if _text(form, "all"):
        return dict(re.findall(r"([0-9a-f]{16})=(\w+)", _text(form, "seen")))
    return _ticked(form)


def _ticked(form: Form) -> dict[str, str]:
    boxes = ((re.fullmatch(r"p([0-9a-f]{16})", name), f"{state}") for name, state in form.items())
    return {found[1]: state for found, state in boxes if found}


def _marking(form: Form) -> Marking:
    amount, paid_on = _text(form, "new_amount"), _text(form, "paid_on")
    return Marking(
        state=_text(form, "state"),
        amount=amounts.read(amount, "new_amount") if amount else None,
        method=_text(form, "method"),
        paid_on=_day(paid_on) if paid_on else None,
        note=_text(form, "note"),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(ledger.SAY_DAY, "paid_on") from None


def _text(form: Form, name: str) -> str:
    return str(form.get(name, "")).replace("\r\n", "\n").strip()


def _query(**asked: str) -> str:
    kept = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def _address(study: Study) -> str:
    return f"{tabs.address(study)}/payments"
