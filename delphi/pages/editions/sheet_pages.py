"""The page on which somebody rates the items of a local round: what is kept or typed, card by card."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import msgspec
from markupsafe import Markup

from delphi.page import FieldFault
from delphi.pages.editions import around
from delphi.pages.editions.asked_rounds import Asked, LocalPage
from delphi.questionnaire import scales
from delphi.questionnaire import sent as sents
from delphi.questionnaire.entries import UNABLE, answer_of, code_of, write_was
from delphi.questionnaire.scales import Criterion
from surveys.editions import sources
from surveys.editions.local_answers import Sheet
from surveys.editions.local_tallies import Questionnaire
from surveys.editions.sources import Source

Codes = Mapping[tuple[int, int], str]  # by the numbers of item and criterion, from 0


@dataclass(frozen=True)
class LocalQuestion:
    """A criterion of an item, for the macro of the same name."""

    criterion: Criterion
    strips: tuple[()] = ()


@dataclass(frozen=True)
class LocalCard:
    """An item to rate."""

    id: int
    title: str
    text: str
    was: str
    fault: str


@dataclass(frozen=True, kw_only=True)
class LocalRatingPage(LocalPage):
    """Every item on one page."""

    template: ClassVar[str] = "pages/editions/rate.html"
    is_open: bool
    answered: int
    blank: str
    criteria: tuple[Criterion, ...]
    cards: tuple[LocalCard, ...]
    own: Mapping[str, Markup]

    @property
    def questions(self) -> tuple[LocalQuestion, ...]:
        return tuple(LocalQuestion(criterion) for criterion in self.criteria)


def page(asked: Asked, sheet: Sheet) -> LocalRatingPage:
    """The items, with what is kept and what was typed over it."""
    visit, asks = asked.visit, sheet.questionnaire
    criteria, kept = _criteria(asked.source, asks), _codes(sheet)
    sent = sents.read(visit.form)
    codes = {**kept, **sent.changed.codes}
    frame = around.framed(visit, asked.source, asked.place)
    faults = tuple(_of_card(fault, asks) for fault in (sent.faults or frame.faults) if visit.refusal)
    blank = next((n for n in range(len(asks.items)) if any(not codes.get((n, c.id)) for c in criteria)), None)
    return LocalRatingPage(
        title="What would help here?",
        frame=replace(frame, faults=faults),
        home=asked.home,
        place=asked.place,
        study=asked.source.study_title,
        is_open=sheet.is_open,
        answered=sheet.complete,
        blank="" if blank is None else f"#i{blank}",
        criteria=criteria,
        cards=tuple(
            LocalCard(n, item.title, item.text, _was(kept, n, criteria), _fault(faults, n))
            for n, item in enumerate(asks.items)
        ),
        own=_own(codes, kept),
    )


def _criteria(source: Source, asks: Questionnaire) -> tuple[Criterion, ...]:
    """The questions with their scale, numbered as they stand."""
    outline = msgspec.structs.replace(sources.outline(source), scale=asks.scale)
    return tuple(scales.criterion(outline, plan, n) for n, plan in enumerate(asks.criteria))


def _codes(sheet: Sheet) -> dict[tuple[int, int], str]:
    """What is kept, by the numbers of item and criterion."""
    asks = sheet.questionnaire
    return {
        (n, m): code_of(sheet.answers[item.item, criterion.key])
        for n, item in enumerate(asks.items)
        for m, criterion in enumerate(asks.criteria)
        if (item.item, criterion.key) in sheet.answers
    }


def answers(asked: Asked, codes: Codes) -> dict[tuple[str, str], Any]:
    """What was sent, by the keys of item and criterion; a number that names none is refused."""
    asks = asked.questionnaire
    items = dict(enumerate(item.item for item in asks.items))
    criteria = dict(enumerate(criterion.key for criterion in asks.criteria))
    return {
        (items.get(n, f"{n}"), criteria.get(m, f"{m}")): answer_of(code) for (n, m), code in codes.items()
    }


def _was(kept: Codes, item: int, criteria: tuple[Criterion, ...]) -> str:
    shown = {f"c{c.id}": kept.get((item, c.id), "") for c in criteria}
    return write_was({name: code for name, code in shown.items() if code})


def _own(codes: Codes, kept: Codes) -> Mapping[str, Markup]:
    """What belongs to this person on the page, by the names of macros/scale.html."""
    own: defaultdict[str, Markup] = defaultdict(Markup)
    for (n, m), code in codes.items():
        choice, reason = ("unable", code[1:]) if code.startswith(UNABLE) else (code, "")
        own[f"i{n}.c{m}={choice}"] = Markup(" checked")
        if reason:
            own[f"i{n}.c{m}.unable={reason}"] = Markup(" checked")
        if code and kept.get((n, m)) == code:
            own[f"i{n}.c{m}.sign"] = Markup("Saved")
    return own


def _of_card(fault: FieldFault, asks: Questionnaire) -> FieldFault:
    """The fault with its item named, under the id of the card."""
    card = fault.field.partition(".")[0]
    titles = {f"i{n}": item.title for n, item in enumerate(asks.items)}
    return (
        FieldFault(card, f"{titles[card]}: {fault.sentence}")
        if card in titles
        else FieldFault("", fault.sentence)
    )


def _fault(faults: tuple[FieldFault, ...], item: int) -> str:
    return next((fault.sentence for fault in faults if fault.field == f"i{item}"), "")
