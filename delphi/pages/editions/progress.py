"""How far a local team has come with its four steps, in a few words for each."""

from collections.abc import Iterable
from dataclasses import dataclass

from delphi.formats import plural
from delphi.pages.editions.around import STEPS, Around
from surveys.editions import plans
from surveys.editions.plans import (
    CodesignStep,
    GroupStep,
    IngredientsStep,
    IssuesStep,
    PlanStep,
    Step,
    step_of,
)

_ASKED = {
    Step.GROUP: "Who are your people, and what is known of them?",
    Step.ISSUES: "Which items are in place here, which are possible, and what is missing?",
    Step.INGREDIENTS: "Look at each chosen item by the five principles, and say what weighs how much.",
    Step.CODESIGN: "Who leads, with whom, by what means, from when, and how will you know?",
}


@dataclass(frozen=True)
class StepLine:
    """One of the four steps, for the macro of that name."""

    name: str
    state: str
    when: str
    sentence: str
    href: str


def steps(edition: Around) -> tuple[StepLine, ...]:
    """The four steps; the first in which nothing is written is the one to do now."""
    said = {step: _said(step_of(edition.draft.plan, step)) for step in Step}
    now = next((step for step, words in said.items() if not words), None)
    return tuple(
        StepLine(
            name=f"{n}. {words}",
            state="done" if said[step] else "now" if step == now else "next",
            when="",
            sentence=said[step] or _ASKED[step],
            href=f"{edition.home}/steps/{step.value}",
        )
        for n, (step, words) in enumerate(STEPS.items(), start=1)
    )


def _said(step: PlanStep) -> str:
    """What a step holds; nothing where it is empty."""
    words = ", ".join(_parts(step))
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _parts(step: PlanStep) -> list[str]:
    match step:
        case GroupStep():
            groups = len(step.groups) + len(step.other_groups)
            counted = _counted([(groups, "group"), (len(step.figures), "local figure")])
            return [*([step.place] if step.place else []), *counted]
        case IssuesStep():
            standings = [choice.standing for choice in step.choices]
            standings += [item.standing for item in step.local_items]
            return [f"{n} {one}" for one in plans.STANDINGS if (n := standings.count(one))]
        case IngredientsStep():
            own = ["weights of your own"] if step.panel_weights or step.criterion_weights else []
            cuts = ["cuts of your own"] if step.cuts.kind != "bands" else []
            return [*_counted([(len(step.items), "item looked at", "items looked at")]), *own, *cuts]
        case CodesignStep():
            led = sum(bool(work.lead) for work in step.work)
            return _counted([(len(step.work), "entry", "entries"), (led, "lead")])


def _counted(numbers: Iterable[tuple[int, str] | tuple[int, str, str]]) -> list[str]:
    return [plural(*one) for one in numbers if one[0]]
