"""What changed since the round before: items in other words, new ones, and those that are settled.

Where the protocol says that enough panellists may have a settled item asked again, this is where they ask.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post

from delphi import study_words
from delphi.auth import Access
from delphi.db import transaction
from delphi.languages import gettext
from delphi.page import Form, Page
from delphi.pages.answer import way
from delphi.visits import Visit
from surveys import standings
from surveys.errors import InvalidInput
from surveys.histories import reopening, telling
from surveys.histories.reopening import Settled
from surveys.histories.telling import Told
from surveys.marks import marked
from surveys.rounds import Round
from surveys.standings import Stage
from surveys.translations.languages import FIRST
from surveys.translations.reading import Words

CHOOSE = marked("Choose an item first.")
WISHED = marked("We have kept that you want this item to be asked again.")
UNWISHED = marked("We have kept that you do not ask for this item again.")


@dataclass(frozen=True)
class SettledRow:
    """An item that is not asked any more, what became of it and why, and whether the reader wants it back."""

    id: int
    number: int
    title: str
    outcome: str
    round_number: int
    reason: str
    is_wished: bool
    was_wished: bool  # in an earlier round, and it was not asked again


@dataclass(frozen=True, kw_only=True)
class ChangesPage(Page):
    """What is new in a round, for who is asked in it."""

    template: ClassVar[str] = "pages/answer/changes.html"
    number: int
    told: tuple[Told, ...]
    settled: tuple[SettledRow, ...]
    wanted: int  # how many of one panel must ask for an item; 0 where nobody can


def changes_page(visit: Visit, round_: Round | None = None) -> ChangesPage:
    """The page of the newest round."""
    here = round_ or standings.get_round(visit.session, visit.panellist)
    rule = here.study.protocol.reopening
    wished = reopening.own_wishes(visit.session, here, visit.panellist)
    earlier = reopening.earlier_wishes(visit.session, here, visit.panellist)
    settled = reopening.list_settled(visit.session, here.study, before=here)
    return ChangesPage(
        title=gettext("What changed since the round before"),
        frame=way.frame(visit, here.study),
        number=here.number,
        told=tuple(study_words.told(visit.words, one) for one in telling.list_changed(visit.session, here)),
        settled=tuple(_row(visit.words, one, wished, earlier) for one in settled),
        wanted=rule.requests if rule and here.is_open else 0,
    )


class ChangesPages(Controller):
    """Reading what changed, and asking for a settled item again."""

    path = way.CHANGES

    @get("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction
    def read(self, visit: Visit) -> ChangesPage | Response[Any]:
        standing = standings.get(visit.session, visit.panellist)
        is_asked = standing.may_rate or standing.stage == Stage.INVITED
        if standing.round is None or standing.round.number == 1 or not is_asked:
            return way.elsewhere(visit, standing)
        return changes_page(visit, standing.round)

    @post("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction(again=changes_page)
    def wish(self, visit: Visit, form: Form) -> Response[Any]:
        round_ = standings.get_round(visit.session, visit.panellist)
        standings.check_takes_part(visit.session, visit.panellist)
        again = "again" in form
        item_id = str(form.get("again" if again else "settled", ""))
        if not re.fullmatch(r"\d{1,18}", item_id, re.ASCII):
            raise InvalidInput(CHOOSE)
        act = reopening.wish if again else reopening.unwish
        act(visit.session, round_, visit.panellist, int(item_id), now=visit.now)
        return visit.go(f"{way.CHANGES}#i{item_id}", gettext(WISHED if again else UNWISHED))


def _row(words: Words, one: Settled, wished: Container[int], earlier: Container[int]) -> SettledRow:
    return SettledRow(
        id=one.item.id,
        number=one.item.position,
        title=study_words.item(words, one.item.id, "title", one.item.wording.title),
        outcome=one.outcome,
        round_number=one.round_number,
        reason=study_words.marked_up(one.reason, FIRST),
        is_wished=one.item.id in wished,
        was_wished=one.item.id in earlier,
    )
