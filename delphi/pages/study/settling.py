"""Settling a closed round: a proposal for each item, departures with their reasons, and a last look."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date, plural
from delphi.page import FieldFault, Form, Frame, Page
from delphi.pages.study import decisions, tabs
from delphi.pages.study.decisions import Counts, Group, ItemRow
from delphi.pages.study.results import reading_of
from delphi.visits import Visit
from surveys import results, settling
from surveys.histories import changing
from surveys.permissions import Power
from surveys.rounds import Round, RoundStatus
from surveys.settling import Outcome

Proposed = dict[int, Outcome]


@dataclass(frozen=True, kw_only=True)
class SettlingPage(Page):
    """The proposals, with a place to depart from each; `decided` counts with what was typed so far."""

    template: ClassVar[str] = "pages/study/settling.html"
    address: str
    number: int
    is_last: bool
    counts: Counts
    departing: int
    decided: Counts
    groups: tuple[Group, ...]
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class LastLookPage(Page):
    """What will happen, before the last button. `typed` is the form so far: nothing of it has been kept."""

    template: ClassVar[str] = "pages/study/settling_last_look.html"
    address: str
    number: int
    is_last: bool
    counts: Counts
    departures: tuple[ItemRow, ...]
    choices: dict[str, str]
    typed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class SettledPage(Page):
    """What was decided of a settled round."""

    template: ClassVar[str] = "pages/study/settled.html"
    address: str
    number: int
    settled: str
    by: str
    counts: Counts
    groups: tuple[Group, ...]
    choices: dict[str, str]
    may_plan: bool  # another round, where nothing went on


def settling_page(visit: Visit, key: str, number: int) -> SettlingPage | SettledPage:
    """The proposals with what was typed; the decisions where the round is settled."""
    round_ = tabs.round_of(visit, key, number)
    if round_.status == RoundStatus.SETTLED:
        return _settled(visit, round_)
    proposed = _proposed(visit, round_)
    rows = decisions.proposed_rows(round_, reading_of(visit, round_), proposed, visit.form)
    return SettlingPage(
        title=f"Settle round {round_.number}",
        frame=_frame(visit, round_, proposed),
        address=tabs.round_address(round_),
        number=round_.number,
        is_last=round_.is_last,
        counts=decisions.proposed_counts(round_, rows),
        departing=sum(row.departs for row in rows),
        decided=decisions.counts(round_, rows),
        groups=decisions.groups_by_proposal(round_, rows),
        choices=tuple(decisions.choices(round_).items()),
    )


class SettlingPages(Controller):
    """What becomes of each item."""

    path = "/studies/{key:str}/rounds/{number:int}/settle"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def propose(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> Page:
        return settling_page(visit, key, number)

    @post("/last-look", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=settling_page)
    def look(self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int]) -> Page:
        round_ = tabs.round_of(visit, key, number)
        proposed = _proposed(visit, round_)
        settling.check_explained(proposed, decisions.departures(form, proposed))
        return _last_look(visit, round_, proposed, form)

    @post("/change", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def change(self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int]) -> Page:
        return settling_page(replace(visit, form=form), key, number)

    @post("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=settling_page)
    def settle(self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int]) -> Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        found = results.get(visit.session, round_)
        typed = decisions.departures(form, settling.proposals(round_, found))
        after = settling.settle(visit.session, round_, found, typed, now=visit.now, by=visit.account.email)
        if after is None:
            return visit.go(tabs.address(round_.study), f"Round {number} is settled. No other round follows.")
        asked = f"Round {after.number} asks {plural(len(after.items), 'item')}."
        return visit.go(tabs.round_address(after), f"Round {number} is settled. {asked}")


def _proposed(visit: Visit, round_: Round) -> Proposed:
    return settling.proposals(round_, results.get(visit.session, round_))


def _frame(visit: Visit, round_: Round, proposed: Proposed) -> Frame:
    """The frame; where one reason is missing, all that are missing are listed."""
    frame = tabs.round_frame(visit, round_)
    if not any(fault.field.endswith(".reason") for fault in frame.faults):
        return frame
    missing = settling.unexplained(proposed, decisions.departures(visit.form, proposed))
    numbers = {asked.item_id: asked.item.position for asked in round_.items}
    faults = [
        FieldFault(f"i{item_id}.reason", f"Item {numbers[item_id]}: {settling.REASON_NEEDED}")
        for item_id in missing
    ]
    return replace(frame, faults=tuple(faults))


def _last_look(visit: Visit, round_: Round, proposed: Proposed, form: Form) -> LastLookPage:
    rows = decisions.proposed_rows(round_, reading_of(visit, round_), proposed, form)
    typed = {
        f"i{item_id}.{field}": value
        for item_id, one in decisions.departures(form, proposed).items()
        for field, value in (("outcome", one.outcome.value), ("reason", one.reason))
    }
    return LastLookPage(
        title=f"Settle round {round_.number}: a last look",
        frame=tabs.round_frame(visit, round_),
        address=tabs.round_address(round_),
        number=round_.number,
        is_last=round_.is_last,
        counts=decisions.counts(round_, rows),
        departures=tuple(row for row in rows if row.departs),
        choices=decisions.choices(round_),
        typed=tuple(typed.items()),
    )


def _settled(visit: Visit, round_: Round) -> SettledPage:
    decided = settling.list_decisions(visit.session, round_)
    rows = decisions.decided_rows(round_, reading_of(visit, round_), decided)
    return SettledPage(
        title=f"Round {round_.number} is settled",
        frame=tabs.round_frame(visit, round_),
        address=tabs.round_address(round_),
        number=round_.number,
        settled=date(round_.settled_at, visit.zone),
        by=next((decision.by for decision in decided.values()), ""),
        counts=decisions.counts(round_, rows),
        groups=decisions.groups_by_outcome(round_, rows),
        choices=decisions.choices(round_),
        may_plan=changing.can_plan_next(visit.session, round_)
        and tabs.may(visit, round_.study, Power.DESIGN),
    )
