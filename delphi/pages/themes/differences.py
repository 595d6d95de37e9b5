"""Differences: the texts to which coders gave different codes, side by side, to be decided together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date
from delphi.page import Form
from delphi.pages.study import tabs
from delphi.pages.themes import around
from delphi.pages.themes.around import TextCard, ThemesPage, Ticks
from delphi.visits import Visit
from surveys.access import Account
from surveys.permissions import Power
from surveys.rounds import Round
from surveys.themes import codebook, codings, deciding
from surveys.themes.codings import NOT_FINISHED
from surveys.themes.deciding import NONE_FITS, Coded

SAVED = "The codes of this text are agreed."


@dataclass(frozen=True)
class Difference:
    """A text with what each coder gave it, and what was decided; `given` are pairs of coder and codes."""

    card: TextCard
    action: str
    given: tuple[tuple[str, str], ...]
    ticks: Ticks
    seen: str
    decided: str
    who: str


@dataclass(frozen=True)
class _Names:
    """The names of coders and codes by their ids."""

    coders: Mapping[int, str]
    codes: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class DifferencesPage(ThemesPage):
    """Those that wait, then those decided; `waits` says why nothing is shown."""

    template: ClassVar[str] = "pages/themes/differences.html"
    waiting: tuple[Difference, ...]
    decided: tuple[Difference, ...]
    here: str
    coders: int
    waits: str


def differences_page(
    visit: Visit, key: str, number: int, panellist_id: int = 0, place: str = ""
) -> DifferencesPage:
    """The differences; the one that was being decided stands as it was ticked."""
    round_, here = tabs.round_of(visit, key, number), around.text_id((panellist_id, place))
    common = around.common(visit, round_, "/differences", "Differences between coders")
    common["frame"] = around.led(tabs.round_frame(visit, round_), here, ("codes",))
    if not codings.has_finished(visit.session, round_, visit.account):
        return DifferencesPage(**common, waiting=(), decided=(), here="", coders=0, waits=NOT_FINISHED)
    coded = deciding.list_coded(visit.session, round_, visit.account)
    names = _Names(
        codings.list_coders(visit.session, round_),
        {code.id: code.name for code in codebook.list_codes(visit.session, round_.study)},
    )
    shown = [_difference(visit, round_, one, names, here) for one in coded if one.differs]
    return DifferencesPage(
        **common,
        waiting=tuple(one for one in shown if not one.decided),
        decided=tuple(one for one in shown if one.decided),
        here=here,
        coders=len({coder for one in coded for coder in one.given}),
        waits="",
    )


class DifferencesPages(Controller):
    """Agreeing on codes."""

    path = "/studies/{key:str}/rounds/{number:int}/themes/differences"

    @get("/", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> DifferencesPage:
        return differences_page(visit, key, number)

    @post(
        "/{panellist_id:int}/{place:str}",
        access=Access.RESEARCHER,
        power=Power.SEE_CODES,
        sync_to_thread=True,
    )
    @transaction(again=differences_page)
    def decide(
        self,
        visit: Visit,
        form: Form,
        key: FromPath[str],
        number: FromPath[int],
        panellist_id: FromPath[int],
        place: FromPath[str],
    ) -> Response[Any]:
        round_, seen = tabs.round_of(visit, key, number), str(form.get("seen", ""))
        codes, text = around.ticked(form), (panellist_id, place)
        deciding.decide(visit.session, round_, text, codes, seen=seen, by=visit.account, now=visit.now)
        return visit.go(f"{tabs.round_address(round_)}/themes/differences", SAVED)


def _difference(visit: Visit, round_: Round, one: Coded, names: _Names, here: str) -> Difference:
    id_, decided = around.text_id(one.text.key), one.decided
    # What all gave stands ticked; of the rest each is decided.
    alike = frozenset.intersection(*one.given.values()) if decided is None else decided.codes
    return Difference(
        card=around.card(round_, one.text),
        action=f"{tabs.round_address(round_)}/themes/differences/{one.text.panellist_id}/{one.text.place}",
        given=tuple((names.coders[coder], _told(names.codes, codes)) for coder, codes in one.given.items()),
        ticks=around.ticks(
            visit,
            round_,
            alike,
            none_fits=decided is not None and not decided.codes,
            typed=visit.refusal is not None and id_ == here,
        ),
        seen=deciding.standing(one),
        decided=_told(names.codes, decided.codes) if decided else "",
        who=_who(visit, decided.by_id, date(decided.at, visit.zone)) if decided else "",
    )


def _told(names: Mapping[int, str], codes: frozenset[int]) -> str:
    return ", ".join(name for code, name in names.items() if code in codes) or NONE_FITS


def _who(visit: Visit, account_id: int, day: str) -> str:
    return f"{visit.session.get_one(Account, account_id).name}, {day}"
