"""What panellists wrote beside their comments: harms, what is missing, and why they changed their minds.

It is for the team's eyes: nobody clears it, and no panellist is shown it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from delphi.questionnaire.scales import mark
from delphi.visits import Visit
from surveys import counted_panels, panels, participations, reasons
from surveys.panels import Panel, Panellist
from surveys.participations import Suggestion as Said
from surveys.participations import SuggestionKind
from surveys.protocol import Protocol
from surveys.ratings import Answer
from surveys.reasons import Change
from surveys.rounds import Round
from surveys.themes import texts


@dataclass(frozen=True)
class Suggestion:
    """What a panellist wrote at the end of the round; `id` names the text."""

    id: str
    panel: str
    mark: int
    code: str
    text: str


@dataclass(frozen=True)
class Reason:
    """Why a panellist changed an answer; `change` says from what to what, `id` names the text."""

    id: str
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
    moved, plan = counted_panels.moved_since(visit.session, round_), round_.study.protocol
    return tuple(
        _suggestion(plan, moved.get(one.panellist_id), known[one.panellist_id], one)
        for one in participations.list_suggestions(visit.session, round_)
        if one.kind == kind
    )


def _suggestion(plan: Protocol, moved: Panel | None, writer: Panellist, one: Said) -> Suggestion:
    panel, id_ = moved or writer.panel, f"{writer.id}-{one.kind}"
    return Suggestion(id=id_, panel=panel.name, mark=mark(plan, panel.key), code=writer.code, text=one.text)


def changes(visit: Visit, round_: Round) -> tuple[Reasons, ...]:
    """The reasons for changes, item by item."""
    titles = {asked.item_id: (asked.item.position, asked.wording.title) for asked in round_.items}
    if not (given := reasons.list_changes(visit.session, round_)):
        return ()
    by_item = groupby(given, key=lambda one: one.place.item_id)
    ids = {
        (one.code, one.item_id, one.criterion): f"{one.panellist_id}-{one.place}"
        for one in texts.list_texts(visit.session, round_)
    }
    return tuple(Reasons(*titles[item_id], _of_item(round_, of_item, ids)) for item_id, of_item in by_item)


def _of_item(
    round_: Round, given: Iterable[Change], ids: Mapping[tuple[str, int, str], str]
) -> tuple[Reason, ...]:
    plan = round_.study.protocol
    return tuple(
        Reason(
            id=ids[one.place.code, one.place.item_id, one.place.criterion],
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
