"""Coding: one text after the other with the codes to tick, each coder for herself."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date
from delphi.page import Form
from delphi.pages.study import tabs
from delphi.pages.themes import around
from delphi.pages.themes.around import TextCard, ThemesPage, Ticks
from delphi.visits import Visit
from surveys.permissions import Power
from surveys.rounds import Round
from surveys.themes import codebook, codings, texts
from surveys.themes.codebook import Wanted
from surveys.themes.codings import Given, Key, Ticked
from surveys.themes.texts import Text

ALL_DONE = "That was the last text. Look over your codes, and finish when you are content."
FINISHED = "You have finished coding round {number}. You now see what others gave."
NONE_FITS = "No code fits"


@dataclass(frozen=True)
class OwnRow:
    """A text with what this coder gave it; `codes` is empty where nothing yet."""

    card: TextCard
    codes: str


@dataclass(frozen=True)
class Coder:
    """Somebody who codes the round, and when that one finished; an empty text for not yet."""

    name: str
    finished: str


@dataclass(frozen=True, kw_only=True)
class CodingPage(ThemesPage):
    """The text to code, if one waits or was asked for, and all of them."""

    template: ClassVar[str] = "pages/themes/coding.html"
    current: TextCard | None
    is_coded: bool
    ticks: Ticks
    new: Wanted
    later: str
    coded: int
    rows: tuple[OwnRow, ...]
    coders: tuple[Coder, ...]
    has_finished: bool


def coding_page(
    visit: Visit, key: str, number: int, panellist_id: int = 0, place: str = "", text: str = ""
) -> CodingPage:
    """The text that was asked for, or the next that waits; as it was typed where it was refused."""
    round_ = tabs.round_of(visit, key, number)
    every, own = _read(visit, round_)
    wanted = (panellist_id, place) if place else around.key_of(text)
    has_finished = codings.has_finished(visit.session, round_, visit.account)
    current = None if has_finished else _chosen(every, own, wanted)
    given = own.get(current.key) if current else None
    return CodingPage(
        **around.common(visit, round_, "", ""),
        current=around.card(round_, current) if current else None,
        is_coded=given is not None,
        ticks=around.ticks(
            visit,
            round_,
            given.codes if given else (),
            none_fits=given is not None and not given.codes,
            typed=visit.refusal is not None,
        ),
        new=_new(visit.form),
        later=_later(every, own, current),
        coded=len(own),
        rows=_rows(visit, round_, every, own),
        coders=_coders(visit, round_),
        has_finished=has_finished,
    )


class CodingPages(Controller):
    """One's own coding of a round."""

    path = "/studies/{key:str}/rounds/{number:int}/themes"

    @get("/", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def show(
        self, visit: Visit, key: FromPath[str], number: FromPath[int], text: FromQuery[str] = ""
    ) -> CodingPage:
        return coding_page(visit, key, number, text=text)

    @post(
        "/texts/{panellist_id:int}/{place:str}",
        access=Access.RESEARCHER,
        power=Power.SEE_CODES,
        sync_to_thread=True,
    )
    @transaction(again=coding_page)
    def code(
        self,
        visit: Visit,
        form: Form,
        key: FromPath[str],
        number: FromPath[int],
        panellist_id: FromPath[int],
        place: FromPath[str],
    ) -> Response[Any]:
        round_, text = tabs.round_of(visit, key, number), (panellist_id, place)
        ticked = _with_new(visit, round_, form)
        codings.code(visit.session, round_, text, ticked, by=visit.account, now=visit.now)
        return _go_on(visit, round_, text)

    @post("/finish", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction(again=coding_page)
    def finish(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> Response[Any]:
        from surveys.themes import finishing  # noqa: PLC0415  # scipy takes a second, and a start needs none

        round_ = tabs.round_of(visit, key, number)
        finishing.finish(visit.session, round_, visit.account, now=visit.now)
        return visit.go(_address(round_), FINISHED.format(number=number))


def _read(visit: Visit, round_: Round) -> tuple[list[Text], dict[Key, Given]]:
    """Every text, and what this coder gave those that are still there."""
    every = texts.list_texts(visit.session, round_)
    own = codings.of_coder(visit.session, round_, visit.account)
    return every, {one.key: own[one.key] for one in every if one.key in own}


def _with_new(visit: Visit, round_: Round, form: Form) -> Ticked:
    """What was ticked, and the code that was written beside it."""
    ticked, new = around.ticked(form), _new(form)
    if not (new.name or new.definition or new.theme):
        return ticked
    codings.hold(visit.session, round_, visit.account)
    code = codebook.find_or_add(visit.session, round_.study, new, by=visit.account.email, now=visit.now)
    return replace(ticked, codes=ticked.codes | {code.id})


def _new(form: Form) -> Wanted:
    return Wanted(*(str(form.get(field, "")).strip() for field in ("name", "definition", "theme")))


def _go_on(visit: Visit, round_: Round, after: Key) -> Response[Any]:
    every, own = _read(visit, round_)
    places = [one.key for one in every]
    ordered = every[places.index(after) + 1 :] + every[: places.index(after)]
    waiting = next((one for one in ordered if one.key not in own), None)
    if waiting is None:
        return visit.go(_address(round_), ALL_DONE)
    return visit.go(f"{_address(round_)}?text={around.text_id(waiting.key)}")


def _chosen(every: list[Text], own: dict[Key, Given], wanted: Key) -> Text | None:
    asked = next((one for one in every if one.key == wanted), None)
    return asked or next((one for one in every if one.key not in own), None)


def _later(every: list[Text], own: dict[Key, Given], current: Text | None) -> str:
    """The text that waits after this one, if another does."""
    if current is None:
        return ""
    at = every.index(current)
    waiting = [one for one in every[at + 1 :] + every[:at] if one.key not in own]
    return around.text_id(waiting[0].key) if waiting else ""


def _rows(visit: Visit, round_: Round, every: list[Text], own: dict[Key, Given]) -> tuple[OwnRow, ...]:
    names = {one.id: one.name for one in codebook.list_codes(visit.session, round_.study)}

    def told(given: Given | None) -> str:
        if given is None:
            return ""
        return ", ".join(name for code, name in names.items() if code in given.codes) or NONE_FITS

    cards = around.cards(round_, every)
    return tuple(OwnRow(card, told(own.get(one.key))) for card, one in zip(cards, every, strict=True))


def _coders(visit: Visit, round_: Round) -> tuple[Coder, ...]:
    done = codings.finished(visit.session, round_)
    return tuple(
        Coder(name, date(done[coder], visit.zone) if coder in done else "")
        for coder, name in codings.list_coders(visit.session, round_).items()
    )


def _address(round_: Round) -> str:
    return f"{tabs.round_address(round_)}/themes"
