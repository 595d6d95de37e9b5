"""What the next round asks: its items, what was changed for it, and what is settled."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import rules_in_words
from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import plural
from delphi.page import Form, Page
from delphi.pages.design import tags
from delphi.pages.design.tags import Untagged
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import comments, feedback
from surveys.histories import changes, changing, reopening, telling
from surveys.histories.reopening import Settled
from surveys.histories.telling import Told
from surveys.permissions import Power
from surveys.protocol import Protocol
from surveys.rounds import Round

TAKEN_BACK = "That is taken back. Round {} asks {}."


@dataclass(frozen=True)
class AskedRow:
    """An item that the round asks, how many wrote about it in the round before, what was changed of it."""

    id: int
    number: int
    title: str
    comments: int
    told: Told | None


@dataclass(frozen=True)
class ChangeRow:
    """What was changed for the round, as panellists read it, and by whom."""

    id: int
    told: Told
    by: str


@dataclass(frozen=True)
class SettledRow:
    """A settled item, and how many of each panel ask that it be rated again."""

    id: int
    number: int
    title: str
    outcome: str
    round_number: int
    reason: str
    requests: str
    may_reopen: bool


@dataclass(frozen=True, kw_only=True)
class AskingPage(Page):
    """The items of a planned round."""

    template: ClassVar[str] = "pages/histories/asking.html"
    home: str
    address: str
    number: int
    may_change: bool
    may_tag: bool
    untagged: Untagged | None
    asked: tuple[AskedRow, ...]
    may_merge: bool  # two items or more that were not changed for this round
    changed: tuple[ChangeRow, ...]
    settled: tuple[SettledRow, ...]
    rule: str
    may_reopen: bool
    amend: str


def asking_page(visit: Visit, key: str, number: int, change_id: int = 0) -> AskingPage:  # noqa: ARG001
    """The items of the round as they are now."""
    round_ = tabs.round_of(visit, key, number)
    protocol = round_.study.protocol
    told = telling.by_item(telling.list_changed(visit.session, round_))
    asked = _asked(visit, round_, told)
    settled = reopening.list_settled(visit.session, round_.study, before=round_)
    return AskingPage(
        title=f"What round {round_.number} asks",
        frame=tabs.round_frame(visit, round_),
        home=tabs.address(round_.study),
        address=f"{tabs.round_address(round_)}/items",
        number=round_.number,
        may_change=changing.can_change(round_) and tabs.may(visit, round_.study, Power.DESIGN),
        may_tag=tags.may_tag(visit, round_.study),
        untagged=tags.untagged(visit, round_.study, {one.item_id for one in round_.items}),
        asked=asked,
        may_merge=sum(row.told is None for row in asked) > 1,
        changed=tuple(
            ChangeRow(one.id, telling.of_change(one, round_), one.by)
            for one in changes.list_for(visit.session, round_)
        ),
        settled=tuple(_settled(protocol, one) for one in settled),
        rule=rules_in_words.reopening(protocol.reopening),
        may_reopen=protocol.reopening is not None,
        amend=f"{tabs.address(round_.study)}/design/amend/rounds",
    )


class AskingPages(Controller):
    """The items of a round, before it opens."""

    path = "/studies/{key:str}/rounds/{number:int}"

    @get("/items", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> AskingPage:
        return asking_page(visit, key, number)

    @post(
        "/items/changes/{change_id:int}/take-back",
        access=Access.RESEARCHER,
        power=Power.DESIGN,
        sync_to_thread=True,
    )
    @transaction(again=asking_page)
    def take_back(
        self, visit: Visit, key: FromPath[str], number: FromPath[int], change_id: FromPath[int]
    ) -> Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        changing.take_back(visit.session, round_, change_id, by=visit.account.email, now=visit.now)
        told = TAKEN_BACK.format(number, plural(len(round_.items), "item"))
        return visit.go(f"{tabs.round_address(round_)}/items", told)

    @post("/next", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def plan(self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int]) -> Response[Any]:  # noqa: ARG002
        following = changing.plan_next(visit.session, tabs.round_of(visit, key, number))
        return visit.go(f"{tabs.round_address(following)}/items")


def _asked(visit: Visit, round_: Round, told: dict[int, Told]) -> tuple[AskedRow, ...]:
    before = feedback.find_round_before(visit.session, round_)
    counts = comments.count_by_item(visit.session, before) if before else {}
    return tuple(
        AskedRow(
            id=asked.item_id,
            number=asked.item.position,
            title=asked.wording.title,
            comments=counts.get(asked.item_id, 0),
            told=told.get(asked.item_id),
        )
        for asked in round_.items
    )


def _settled(protocol: Protocol, one: Settled) -> SettledRow:
    names = {plan.key: plan.name for plan in protocol.panels}
    return SettledRow(
        id=one.item.id,
        number=one.item.position,
        title=one.item.wording.title,
        outcome=one.outcome,
        round_number=one.round_number,
        reason=one.reason,
        requests=", ".join(f"{names[panel]}: {count}" for panel, count in one.requests.items()),
        may_reopen=reopening.may_reopen(protocol, one),
    )
