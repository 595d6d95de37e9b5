"""What becomes of the items of a round, as the pages of settling say it: proposed, typed and decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from delphi.page import Form
from delphi.pages.study.findings import CriterionCell, Reading
from surveys.errors import InvalidInput
from surveys.rounds import Round, RoundItem
from surveys.settling import Decision, Departure, Outcome

UNKNOWN = "Choose what becomes of this item."
Counts = tuple[tuple[int, str], ...]
ORDER = (Outcome.GOES_ON, Outcome.KEPT, Outcome.DROPPED)


@dataclass(frozen=True)
class ItemRow:
    """An item with what was found of it, its proposal, and what was decided or is about to be."""

    id: int
    number: int
    title: str
    cells: tuple[CriterionCell, ...]
    proposal: str
    outcome: str
    reason: str

    @property
    def departs(self) -> bool:
        """Whether the decision is not the proposal."""
        return self.outcome != self.proposal


@dataclass(frozen=True)
class Group:
    """Items that stand together, with what becomes of them and why."""

    heading: str
    about: str
    rows: tuple[ItemRow, ...]


def departures(form: Form, proposed: Mapping[int, Outcome]) -> dict[int, Departure]:
    """What was typed for each item, where it says more than the proposal does."""
    typed = {}
    for item_id, proposal in proposed.items():
        reason = str(form.get(f"i{item_id}.reason", "")).strip()
        outcome = _outcome(str(form.get(f"i{item_id}.outcome", proposal)), item_id)
        if reason or outcome != proposal:
            typed[item_id] = Departure(outcome, reason)
    return typed


def proposed_rows(
    round_: Round, reading: Reading, proposed: Mapping[int, Outcome], form: Form
) -> list[ItemRow]:
    """The items with their proposals, and with what was typed as it was typed."""
    return [
        _row(
            reading,
            asked,
            proposed[asked.item_id],
            str(form.get(f"i{asked.item_id}.outcome", proposed[asked.item_id])),
            str(form.get(f"i{asked.item_id}.reason", "")),
        )
        for asked in round_.items
    ]


def decided_rows(round_: Round, reading: Reading, decided: Mapping[int, Decision]) -> list[ItemRow]:
    """The items with what was decided of them."""
    return [
        _row(reading, asked, decision.proposal, decision.outcome, decision.reason)
        for asked in round_.items
        if (decision := decided.get(asked.item_id))
    ]


def choices(round_: Round) -> dict[str, str]:
    """What may become of an item, in words."""
    goes_on = "ends without agreement" if round_.is_last else f"goes on to round {round_.number + 1}"
    return {Outcome.GOES_ON: goes_on, Outcome.KEPT: "is kept", Outcome.DROPPED: "is dropped"}


def counts(round_: Round, rows: Iterable[ItemRow]) -> Counts:
    """How many items come to which end, as was decided."""
    return _counted(round_, [row.outcome for row in rows])


def proposed_counts(round_: Round, rows: Iterable[ItemRow]) -> Counts:
    """How many items come to which end, as the protocol proposes."""
    return _counted(round_, [row.proposal for row in rows])


def _counted(round_: Round, outcomes: Sequence[str]) -> Counts:
    goes_on = "without agreement" if round_.is_last else f"to round {round_.number + 1}"
    words = {Outcome.GOES_ON: goes_on, Outcome.KEPT: "kept", Outcome.DROPPED: "dropped"}
    return tuple((outcomes.count(outcome), words[outcome]) for outcome in ORDER)


def groups_by_proposal(round_: Round, rows: Iterable[ItemRow]) -> tuple[Group, ...]:
    """The items by what the protocol proposes, with the reason why it does and what that means."""
    by = {outcome: [row for row in rows if row.proposal == outcome] for outcome in ORDER}
    return tuple(
        Group(_heading(round_, outcome), f"{_WHY[outcome]} {_meaning(round_, outcome)}", tuple(found))
        for outcome, found in by.items()
        if found
    )


def groups_by_outcome(round_: Round, rows: Iterable[ItemRow]) -> tuple[Group, ...]:
    """The items by what was decided, with what that means."""
    by = {outcome: [row for row in rows if row.outcome == outcome] for outcome in ORDER}
    return tuple(
        Group(_heading(round_, outcome), _meaning(round_, outcome), tuple(found))
        for outcome, found in by.items()
        if found
    )


_WHY = {
    Outcome.GOES_ON: "Not every panel has decided on every criterion.",
    Outcome.KEPT: "Every panel has decided on every criterion.",
    Outcome.DROPPED: "Every panel has decided, and all have it out on a criterion that may drop it.",
}


def _heading(round_: Round, outcome: Outcome) -> str:
    goes_on = "Without agreement" if round_.is_last else f"On to round {round_.number + 1}"
    return {Outcome.GOES_ON: goes_on, Outcome.KEPT: "Kept", Outcome.DROPPED: "Dropped"}[outcome]


def _meaning(round_: Round, outcome: Outcome) -> str:
    match outcome:
        case Outcome.GOES_ON if round_.is_last:
            return "That is a finding too."
        case Outcome.GOES_ON:
            return "Asked again."
        case Outcome.KEPT:
            return "Decided: not asked again, and kept in the results and the grids."
        case _:
            return "Decided: not asked again."


def _outcome(text: str, item_id: int) -> Outcome:
    if text not in set(Outcome):
        raise InvalidInput(UNKNOWN, f"i{item_id}.outcome")
    return Outcome(text)


def _row(reading: Reading, asked: RoundItem, proposal: str, outcome: str, reason: str) -> ItemRow:
    return ItemRow(
        id=asked.item_id,
        number=asked.item.position,
        title=asked.wording.title,
        cells=reading.cells(asked.item_id),
        proposal=proposal,
        outcome=outcome,
        reason=reason,
    )
