"""Payments as rows of a page and of a file: who, what for, how much, and what became of it. No progress."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from delphi.formats import plural
from surveys.exchange import csv_files
from surveys.payments import amounts
from surveys.payments.ledger import Payment, PaymentState

LEFT = "Left the study"
_HEADER = (
    *("name", "email", "code", "panel", "taking_part_as", "for", "amount", "currency"),
    *("state", "method", "paid_on", "note", "simulated"),
)


@dataclass(frozen=True)
class PaymentRow:
    """One payment; `seen` is its state as the form sends it back."""

    id: str
    code: str
    name: str
    email: str
    panel: str
    mark: int
    capacity: str
    what: str
    amount: str
    state: str
    method: str
    paid_on: str
    note: str

    @property
    def seen(self) -> str:
        """The payment with the state that is shown of it."""
        return f"{self.id}={self.state}"

    @property
    def who(self) -> str:
        """By what it is called in a sentence."""
        return self.code or self.name or LEFT.lower()

    @property
    def details(self) -> str:
        """How and when it was paid."""
        return ", ".join(filter(None, (self.method, self.paid_on)))


def row(one: Payment, currency: str, capacities: Mapping[int, str]) -> PaymentRow:
    """One payment, with the name that it goes to."""
    (name, email), whose = one.payee, one.panellist
    return PaymentRow(
        id=one.id,
        code=whose.code if whose else "",
        name=name,
        email=email,
        panel=whose.panel.name if whose else "",
        mark=whose.panel.position + 1 if whose else 0,
        capacity=capacities.get(whose.id, "") if whose else "",
        what=one.what,
        amount=money(one.amount, currency),
        state=one.state,
        method=one.method,
        paid_on=day(one.paid_on),
        note=one.note,
    )


def sentence(payments: Sequence[Payment], currency: str) -> str:
    """What is due and what has been paid."""
    due = [one for one in payments if one.is_due]
    paid = [one for one in payments if one.state == PaymentState.PAID]
    told = [f"{_sum(due, currency)} is due in {plural(len(due), 'payment')}"] if due else []
    told += [f"{_sum(paid, currency)} has been paid in {len(paid)}"] if paid else []
    return f"{', and '.join(told)}." if told else "Nothing is due."


def as_csv(
    payments: Iterable[Payment], currency: str, capacities: Mapping[int, str], *, simulated: bool
) -> bytes:
    """The payments as a file."""
    rows = []
    for one in payments:
        (name, email), whose = one.payee, one.panellist
        texts = (name, email, whose.code if whose else "", whose.panel.key if whose else "")
        capacity = capacities.get(whose.id, "") if whose else ""
        rows.append(
            (
                *map(csv_files.inert, (*texts, capacity, one.what)),
                amounts.written(one.amount),
                csv_files.inert(currency),
                one.state,
                csv_files.inert(one.method),
                one.paid_on or "",
                csv_files.inert(one.note),
                "yes" if simulated else "no",
            )
        )
    return csv_files.write(_HEADER, rows)


def money(amount: int, currency: str) -> str:
    """£25.00, or EUR 25.00 where the currency is a word."""
    return f"{currency}{' ' if currency[-1:].isalpha() else ''}{amounts.written(amount)}"


def day(on: date | None) -> str:
    """3 March 2026."""
    return f"{on.day} {on:%B %Y}" if on else ""


def _sum(payments: Iterable[Payment], currency: str) -> str:
    return money(sum(one.amount for one in payments), currency)
