"""Who has not come back: what they had said in the round before, beside those who have. For the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, get
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.findings_in_words import people
from delphi.formats import number as figure
from delphi.formats import percent, plural
from delphi.page import Page
from delphi.pages.study import tabs, watch
from delphi.visits import Visit
from surveys import feedback, leavers, rounds, watching
from surveys.errors import NotFound
from surveys.leavers import Compared, Side
from surveys.protocol import PanelPlan
from surveys.rounds import Round

NO_ROUND_BEFORE = "Round {} is the first, so nobody can have left before it."


@dataclass(frozen=True)
class PanelLeavers:
    """Of one panel, what both sides had said: sentences first, then the rows of its tables."""

    name: str
    mark: int
    sentence: str
    apart_sentence: str
    rows: tuple[tuple[str, ...], ...]
    apart: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class LeaversPage(Page):
    """Who has not come back, and what they had said."""

    template: ClassVar[str] = "pages/study/watch_leavers.html"
    address: str
    back: str
    number: int
    before: int
    sentence: str
    panels: tuple[PanelLeavers, ...]
    high: str


class LeaversPages(Controller):
    """Those who have not come back."""

    path = "/studies/{key:str}/rounds/{number:int}/watch/leavers"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def leavers(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> LeaversPage:
        return _page(visit, tabs.round_of(visit, key, number))


def _page(visit: Visit, round_: Round) -> LeaversPage:
    watching.check_can_watch(round_)
    if (before := feedback.find_round_before(visit.session, round_)) is None:
        raise NotFound(NO_ROUND_BEFORE.format(round_.number))
    compared = leavers.compare(visit.session, before, round_)
    words = _Words(round_, before, {one.item_id: one for one in rounds.list_asked(visit.session, before)})
    plans = round_.study.protocol.panels
    own = [[one for one in compared if one.panel == plan.key] for plan in plans]
    away, all_ = (sum(group[0].left.people for group in own), sum(_people(group) for group in own))
    return LeaversPage(
        title="Who has not come back" if round_.is_open else "Who did not come back",
        frame=tabs.round_frame(visit, round_),
        address=tabs.round_address(round_),
        back=watch.title(round_),
        number=round_.number,
        before=before.number,
        sentence=f"{away} of {_all(all_)} who answered in round {before.number} {words.left}.",
        panels=tuple(
            words.panel(n, plan, of_it) for n, (plan, of_it) in enumerate(zip(plans, own, strict=True), 1)
        ),
        high=words.high,
    )


def _all(count: int) -> str:
    return plural(count, "person", "people")


def _people(group: Sequence[Compared]) -> int:
    return group[0].left.people + group[0].stayed.people


@dataclass(frozen=True)
class _Words:
    """How the comparison of two rounds is told."""

    round: Round
    before: Round
    asked: dict[int, rounds.Asked]

    @property
    def left(self) -> str:
        if self.round.is_open:
            return f"have not begun round {self.round.number} yet"
        return f"did not begin round {self.round.number}"

    @property
    def high(self) -> str:
        """What a high rating is; nothing on a scale without bands."""
        band = self.round.study.protocol.scale.bands.get("high")
        return f"{band[0]} to {band[1]}" if band else ""

    def panel(self, mark: int, plan: PanelPlan, compared: Sequence[Compared]) -> PanelLeavers:
        away = compared[0].left.people
        return PanelLeavers(
            name=plan.name,
            mark=mark,
            sentence=f"{away} of {people(_people(compared), plan.name)} {self.left}.",
            apart_sentence=_apart_sentence(compared),
            rows=tuple(self._row(one) for one in compared) if away and compared[0].stayed.people else (),
            apart=tuple(row for one in compared for row in self._apart(one)),
        )

    def _row(self, one: Compared) -> tuple[str, ...]:
        return (self._criterion(one), *_side(one.left), *_side(one.stayed))

    def _apart(self, one: Compared) -> tuple[tuple[str, ...], ...]:
        return tuple(
            (
                f"{self.asked[apart.item_id].number}. {self.asked[apart.item_id].title}",
                self._criterion(one),
                percent(apart.left),
                percent(apart.stayed),
                figure(apart.delta, 2),
            )
            for apart in one.apart
        )

    def _criterion(self, one: Compared) -> str:
        plans = self.round.study.protocol.criteria
        return next(plan.name for plan in plans if plan.key == one.criterion)


def _side(side: Side) -> tuple[str, str]:
    return percent(side.high), figure(side.median)


def _apart_sentence(compared: Sequence[Compared]) -> str:
    """What the items say, as far as they can say anything."""
    reasons = {one.reason for one in compared if one.reason}
    tested = sum(one.items for one in compared)
    if not tested:
        return next(iter(sorted(reasons)), "")
    differ, asked = sum(len(one.apart) for one in compared), plural(tested, "question")
    if not differ:
        return f"On none of {asked} were their answers further from the others’ than by chance."
    return f"On {differ} of {asked} their answers were further from the others’ than by chance."
