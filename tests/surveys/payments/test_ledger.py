"""The ledger: offered to all alike, once for each purpose, marked together, and nothing twice."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from surveys import audit, panels, withdrawing
from surveys.declarations import Capacity
from surveys.errors import InvalidInput, NotNow
from surveys.exchange import panellist_files
from surveys.exchange.panellist_files import PanellistPlan
from surveys.panels import Panellist
from surveys.payments import amounts, ledger, offers
from surveys.payments.ledger import Marking, PaymentState, Wish
from surveys.payments.offers import Terms
from surveys.studies import Study

ROUND_1 = Wish("Round 1", 2500)
DAY = date(2026, 3, 2)
PAID = Marking("paid", method="voucher", paid_on=DAY)


@pytest.fixture
def people(session: Session, study: Study, now: datetime) -> list[Panellist]:
    """Two practitioners and a public contributor with lived experience."""
    contributor = {"taking part as": Capacity.CONTRIBUTOR.value}
    plans = [
        PanellistPlan("practitioners", "P1", name="Ada", email="ada@example.org"),
        PanellistPlan("practitioners", "P2"),
        PanellistPlan("lived_experience", "L1", name="Lea", attributes=contributor),
    ]
    return panellist_files.add(session, study, plans, now=now)


def offered(session: Session, study: Study, wish: Wish = ROUND_1, by: str = "alice") -> int:
    return ledger.offer(session, study, wish, by=by, now=datetime.fromisoformat("2026-03-02T09:00:00+00:00"))


def codes(session: Session, study: Study, *states: str) -> list[str]:
    """The codes of those whose payment is in one of these states."""
    return [
        one.panellist.code if one.panellist else one.name
        for one in ledger.list_all(session, study)
        if not states or one.state in states
    ]


def seen(session: Session, study: Study, *whose: str) -> dict[str, str]:
    """What the page shows of the payments of these codes."""
    known = ledger.list_all(session, study)
    return {one.id: one.state.value for one in known if one.panellist and one.panellist.code in whose}


@pytest.mark.parametrize(
    ("whom", "expected"),
    [
        ("", ["P1", "P2", "L1"]),
        ("practitioners", ["P1", "P2"]),
        ("public contributor", ["L1"]),
        ("participant", []),
    ],
)
def test_a_group_is_offered_it_whole(
    session: Session, study: Study, people: list[Panellist], whom: str, expected: list[str]
) -> None:
    assert offered(session, study, Wish("Round 1", 2500, whom)) == len(expected)
    assert codes(session, study) == expected


def test_the_same_is_offered_to_nobody_twice_and_to_those_who_came_since(
    session: Session, study: Study, people: list[Panellist], now: datetime
) -> None:
    assert [offered(session, study), offered(session, study)] == [3, 0]
    panels.add(session, study.panels[0], "P3", now=now)
    withdrawing.withdraw(session, study, people[1], keep_answers=True, now=now)
    assert offered(session, study) == 1
    assert offered(session, study, Wish("Round 2", 1000)) == 3
    entries = [one for one in audit.list_entries(session, study.id) if one.act == "payment offered"]
    assert [one.details for one in entries] == [
        {"what": "Round 1", "count": 3},
        {"what": "Round 1", "count": 1},
        {"what": "Round 2", "count": 3},
    ]


def test_several_are_marked_at_once_and_the_trail_has_no_amounts_nor_names(
    session: Session, study: Study, people: list[Panellist], now: datetime
) -> None:
    offered(session, study)
    both = seen(session, study, "P1", "L1")
    for expected in (2, 0):
        assert ledger.mark(session, study, both, PAID, by="alice", now=now) == expected
    assert codes(session, study, "paid") == ["P1", "L1"]
    (entry,) = (one for one in audit.list_entries(session, study.id) if "marked" in one.act)
    assert (entry.act, entry.details) == ("payments marked as paid", {"count": 2})


def test_what_was_marked_can_be_taken_back_and_what_is_left_empty_stays(
    session: Session, study: Study, people: list[Panellist], now: datetime
) -> None:
    offered(session, study)
    ledger.mark(session, study, seen(session, study, "P1"), PAID, by="alice", now=now)
    back = Marking("accepted", amount=3000, note="Wants it by post.")
    ledger.mark(session, study, seen(session, study, "P1"), back, by="alice", now=now)
    one = ledger.list_all(session, study)[0]
    assert (one.state, one.amount, one.method, one.paid_on, one.note) == (
        PaymentState.ACCEPTED,
        3000,
        "voucher",
        None,
        "Wants it by post.",
    )


def test_what_somebody_else_marked_meanwhile_is_not_written_over(
    session: Session, study: Study, people: list[Panellist], now: datetime
) -> None:
    offered(session, study)
    shown = seen(session, study, "P1", "P2")
    ledger.mark(session, study, seen(session, study, "P2"), Marking("declined"), by="bea", now=now)
    with pytest.raises(NotNow, match="Nothing was marked"):
        ledger.mark(session, study, shown, PAID, by="alice", now=now)
    assert codes(session, study, "paid") == []


def test_another_study_has_none_of_them(
    session: Session, study: Study, people: list[Panellist], now: datetime
) -> None:
    with pytest.raises(NotNow):
        ledger.mark(session, study, {"0123456789abcdef": "offered"}, PAID, by="alice", now=now)


BAD_WISHES = {
    "for nothing": (Wish("", 1), "what"),
    "a long purpose": (Wish("x" * 81, 1), "what"),
    "whoever finishes": (Wish("Round 1", 1, "finished"), "whom"),
}


@pytest.mark.parametrize(("wish", "field"), BAD_WISHES.values(), ids=BAD_WISHES)
def test_an_odd_offer_is_refused_at_its_field(session: Session, study: Study, wish: Wish, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        offered(session, study, wish)
    assert refused.value.field == field


BAD_MARKINGS = {
    "no state": (Marking(""), "state"),
    "no day": (Marking("paid"), "paid_on"),
    "a day to come": (Marking("paid", paid_on=DAY + timedelta(days=9)), "paid_on"),
    "a long method": (Marking("accepted", method="x" * 81), "method"),
    "a long note": (Marking("accepted", note="x" * 501), "note"),
}


@pytest.mark.parametrize(("marking", "field"), BAD_MARKINGS.values(), ids=BAD_MARKINGS)
def test_an_odd_marking_is_refused_at_its_field(
    session: Session, study: Study, people: list[Panellist], now: datetime, marking: Marking, field: str
) -> None:
    offered(session, study)
    with pytest.raises(InvalidInput) as refused:
        ledger.mark(session, study, seen(session, study, "P1"), marking, by="alice", now=now)
    assert (refused.value.field, codes(session, study, "offered")) == (field, ["P1", "P2", "L1"])


def test_somebody_has_to_be_ticked(session: Session, study: Study, now: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        ledger.mark(session, study, {}, PAID, by="alice", now=now)
    assert refused.value.field == "payments"


@pytest.mark.parametrize("text", ["", "a lot", "1,234.50", "-5", "12.345", "100000.01"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        amounts.read(text, "amount")


def test_an_offer_is_kept_in_its_words_and_not_written_over(
    session: Session, study: Study, now: datetime
) -> None:
    first, second = Terms("£25 a round", "£"), Terms("£30 a round", "£")
    for _ in range(2):
        offers.save(session, study, first, seen="", by="alice", now=now)
    with pytest.raises(NotNow, match="now reads: “£25 a round”"):
        offers.save(session, study, second, seen="", by="bea", now=now)
    offers.save(session, study, second, seen=first.words, by="bea", now=now)
    assert offers.of(session, study).words == second.words
    acts = [one.act for one in audit.list_entries(session, study.id)]
    assert acts.count("payment offer changed") == 2


@pytest.mark.parametrize(
    ("terms", "field"),
    [(Terms("x" * 501, "£"), "words"), (Terms("", ""), "currency"), (Terms("", "x" * 9), "currency")],
)
def test_an_odd_offer_in_words_is_refused_at_its_field(
    session: Session, study: Study, now: datetime, terms: Terms, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        offers.save(session, study, terms, seen="", by="alice", now=now)
    assert refused.value.field == field
