"""What panellists wrote beside their comments: harms, what is missing, and why they changed their minds.

It is for the team's eyes: nobody clears it, and no panellist is shown it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from delphi.db import Visit
from delphi.questionnaire.scales import mark
from surveys import panels, participations, reasons
from surveys.participations import SuggestionKind
from surveys.protocol import Protocol
from surveys.ratings import Answer
from surveys.reasons import Change
from surveys.rounds import Round


@dataclass(frozen=True)
class Suggestion:
    """What a panellist wrote at the end of the round."""

    panel: str
    mark: int
    code: str
    text: str


@dataclass(frozen=True)
class Reason:
    """Why a panellist changed an answer; `change` says from what to what."""

    panel: str
    mark: int
    code: str
    change: str
    text: str


@dataclass(frozen=True)
class Reasons:
    """An item with the reasons for changes of its ratings."""

    number: int
    title: str
    reasons: tuple[Reason, ...]

    @property
    def count(self) -> int:
        """How many were given."""
        return len(self.reasons)


def suggestions(visit: Visit, round_: Round, kind: SuggestionKind) -> tuple[Suggestion, ...]:
    """The answers to one of the questions at the end."""
    known = {one.id: one for one in panels.list_panellists(visit.session, round_.study)}
    plan = round_.study.protocol
    return tuple(
        Suggestion(
            panel=known[one.panellist_id].panel.name,
            mark=mark(plan, known[one.panellist_id].panel.key),
            code=known[one.panellist_id].code,
            text=one.text,
        )
        for one in participations.list_suggestions(visit.session, round_)
        if one.kind == kind
    )


def changes(visit: Visit, round_: Round) -> tuple[Reasons, ...]:
    """The reasons for changes, item by item."""
    titles = {asked.item_id: (asked.item.position, asked.wording.title) for asked in round_.items}
    by_item = groupby(reasons.list_changes(visit.session, round_), key=lambda one: one.place.item_id)
    return tuple(Reasons(*titles[item_id], _of_item(round_, given)) for item_id, given in by_item)


def _of_item(round_: Round, given: Iterable[Change]) -> tuple[Reason, ...]:
    plan = round_.study.protocol
    return tuple(
        Reason(
            panel=plan.panel(one.place.panel).name,
            mark=mark(plan, one.place.panel),
            code=one.place.code,
            change=_change(plan, one),
            text=one.text,
        )
        for one in given
    )


def _change(plan: Protocol, one: Change) -> str:
    criterion = plan.criterion(one.place.criterion).name
    return f"{criterion}, from {_answer(plan, one.before)} to {_answer(plan, one.after)}"


def _answer(plan: Protocol, answer: Answer) -> str:
    """An answer with its band: 8 (high)."""
    if answer.value is None:
        return "no answer" if answer.is_blank else "unable to rate"
    bands = (name for name, (low, high) in plan.scale.bands.items() if low <= answer.value <= high)
    band = next(bands, "")
    return f"{answer.value} ({band})" if band else f"{answer.value}"
