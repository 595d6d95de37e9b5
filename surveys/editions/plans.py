"""The plan of a local team, in FAIRSTEPS's four steps: plain frozen values, kept as JSON.

`plan_reading` makes them from what was typed; here is only what they are and what follows from them.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

from surveys.editions.sources import Source, SourceItem, axes, filtered
from surveys.protocol import Part

Standing = Literal["in place already", "possible", "not possible here"]
STANDINGS: tuple[Standing, ...] = ("in place already", "possible", "not possible here")
CutKind = Literal["bands", "midpoint", "medians", "means", "own"]
CUT_KINDS: tuple[CutKind, ...] = ("bands", "midpoint", "medians", "means", "own")


class Step(StrEnum):
    """The four steps, in their order."""

    GROUP = "group"
    ISSUES = "issues"
    INGREDIENTS = "ingredients"
    CODESIGN = "codesign"


class LocalFigure(Part, frozen=True, kw_only=True):
    """Something that is known of the place, and where it is from."""

    text: str
    source: str = ""


class GroupStep(Part, frozen=True, kw_only=True):
    """Step 1, define the group: who and where; `groups` are terms of the study's vocabulary."""

    place: str = ""
    groups: tuple[str, ...] = ()
    other_groups: tuple[str, ...] = ()
    figures: tuple[LocalFigure, ...] = ()


class Choice(Part, frozen=True, kw_only=True):
    """An item that the team looked at, where it stands here, and why."""

    item: str
    standing: Standing
    reason: str = ""


class LocalItem(Part, frozen=True, kw_only=True):
    """An item of the team's own. Its key is given when it is first saved, and never given to another."""

    key: str = ""
    title: str
    text: str = ""
    standing: Standing = "possible"
    reason: str = ""


class IssuesStep(Part, frozen=True, kw_only=True):
    """Step 2, consider the issues: which items are in play. `filters` are terms by vocabulary."""

    filters: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    local_items: tuple[LocalItem, ...] = ()


class PrincipleCheck(Part, frozen=True, kw_only=True):
    """One of the principles, for one item: whether it is seen to, and a note."""

    principle: str
    is_met: bool
    note: str = ""


class Ingredients(Part, frozen=True, kw_only=True):
    """The checklist of one item."""

    item: str
    checks: tuple[PrincipleCheck, ...] = ()


class Cuts(Part, frozen=True, kw_only=True):
    """Where the cells of the grid begin; `own` needs a number for each axis, at or above which is high."""

    kind: CutKind = "bands"
    at: dict[str, float] = msgspec.field(default_factory=dict)


class IngredientsStep(Part, frozen=True, kw_only=True):
    """Step 3, key ingredients: the checklists, the weights and the cuts. Without weights all weigh the same.

    `panel_weights` are by panel; without them those of the protocol hold. `criterion_weights` are by axis.
    """

    items: tuple[Ingredients, ...] = ()
    panel_weights: dict[str, float] = msgspec.field(default_factory=dict)
    criterion_weights: dict[str, float] = msgspec.field(default_factory=dict)
    cuts: Cuts = Cuts()


class Work(Part, frozen=True, kw_only=True):
    """Who does it: for one item, or with an empty `item` for all of them. `first_date` is YYYY-MM-DD."""

    item: str = ""
    lead: str = ""
    partners: str = ""
    resources: str = ""
    first_date: str = ""
    evaluation: str = ""


class CodesignStep(Part, frozen=True, kw_only=True):
    """Step 4, co-design: who leads, with whom, by what means, from when, and how it will be evaluated."""

    work: tuple[Work, ...] = ()


class Gone(Part, frozen=True, kw_only=True):
    """An item that the newer version of the study does not have."""

    item: str
    title: str


class EditionPlan(Part, frozen=True, kw_only=True):
    """All that a local team has written. `gone` are items that went when it was brought up to date."""

    group: GroupStep = GroupStep()
    issues: IssuesStep = IssuesStep()
    ingredients: IngredientsStep = IngredientsStep()
    codesign: CodesignStep = CodesignStep()
    gone: tuple[Gone, ...] = ()
    local_count: int = 0  # how many local items there ever were


PlanStep: TypeAlias = GroupStep | IssuesStep | IngredientsStep | CodesignStep
STEP_TYPES: dict[Step, type[PlanStep]] = {
    Step.GROUP: GroupStep,
    Step.ISSUES: IssuesStep,
    Step.INGREDIENTS: IngredientsStep,
    Step.CODESIGN: CodesignStep,
}


def step_of(plan: EditionPlan, step: Step) -> PlanStep:
    """What the plan says in this step."""
    found: PlanStep = getattr(plan, step.value)
    return found


def with_step(plan: EditionPlan, step: Step, content: PlanStep, *, source: Source) -> EditionPlan:
    """The plan with this step as it is given; local items without a key are given theirs."""
    if isinstance(content, IssuesStep):
        return _with_issues(plan, content, source)
    return msgspec.structs.replace(plan, **{step.value: content})


def encode(plan: EditionPlan) -> bytes:
    """The plan as JSON: equal plans give equal bytes."""
    return msgspec.json.encode(plan, order="deterministic")


def decode(content: bytes) -> EditionPlan:
    """The plan that was kept."""
    return msgspec.json.decode(content, type=EditionPlan)


def everything(source: Source, filters: Mapping[str, Sequence[str]] | None = None) -> EditionPlan:
    """A plan with all items that these filters leave in play, for a grid without a team."""
    wanted = {name: tuple(terms) for name, terms in (filters or {}).items()}
    chosen = tuple(Choice(item=item.key, standing="possible") for item in filtered(source, wanted))
    return EditionPlan(issues=IssuesStep(filters=wanted, choices=chosen))


def in_play(plan: EditionPlan, source: Source) -> tuple[SourceItem | LocalItem, ...]:
    """The items that are possible here or in place: the study's by their numbers, then the team's own."""
    chosen = {choice.item for choice in plan.issues.choices if choice.standing != "not possible here"}
    of_study = tuple(item for item in source.items if item.key in chosen)
    own = tuple(item for item in plan.issues.local_items if item.standing != "not possible here")
    return (*of_study, *own)


def standing_of(plan: EditionPlan, item: SourceItem | LocalItem) -> Standing:
    """Where an item in play stands here."""
    if isinstance(item, LocalItem):
        return item.standing
    return next(choice.standing for choice in plan.issues.choices if choice.item == item.key)


def panel_weights(plan: EditionPlan, source: Source) -> dict[str, float]:
    """The weight of each panel: the team's own, or the protocol's."""
    own = plan.ingredients.panel_weights
    return {panel.key: own.get(panel.key, 0.0) if own else panel.weight for panel in source.panels}


def criterion_weights(plan: EditionPlan, source: Source) -> dict[str, float]:
    """The weight of each axis: the team's own, or the same for all."""
    own = plan.ingredients.criterion_weights
    return {criterion: own.get(criterion, 0.0) if own else 1.0 for criterion in axes(source)}


def gone_from(plan: EditionPlan, before: Source, after: Source) -> tuple[Gone, ...]:
    """What the plan speaks of that the newer source does not have."""
    titles = {gone.item: gone.title for gone in plan.gone} | {item.key: item.title for item in before.items}
    spoken = [
        *(choice.item for choice in plan.issues.choices),
        *(one.item for one in plan.ingredients.items),
        *(work.item for work in plan.codesign.work),
    ]
    return tuple(
        Gone(item=key, title=titles[key])
        for key in dict.fromkeys(spoken)
        if key in titles and after.find(key) is None
    )


def for_another_place(plan: EditionPlan) -> EditionPlan:
    """What another team can begin with: without the figures, people, means and dates that are true there."""
    work = tuple(
        Work(item=one.item, evaluation=one.evaluation) for one in plan.codesign.work if one.evaluation
    )
    return msgspec.structs.replace(
        plan,
        group=msgspec.structs.replace(plan.group, place="", figures=()),
        codesign=CodesignStep(work=work),
    )


def _with_issues(plan: EditionPlan, given: IssuesStep, source: Source) -> EditionPlan:
    known = {(item.title, item.text): item.key for item in plan.issues.local_items}
    for item in given.local_items:
        if item.key:
            known = {text: key for text, key in known.items() if key != item.key}
    keyed, count = [], plan.local_count
    for item in given.local_items:
        # The same form sent again must not add its new item again.
        key = item.key or known.pop((item.title, item.text), "")
        if not key:
            count, key = _next_key(count, source)
        keyed.append(msgspec.structs.replace(item, key=key))
    issues = msgspec.structs.replace(given, local_items=tuple(keyed))
    return msgspec.structs.replace(plan, issues=issues, local_count=count)


def _next_key(count: int, source: Source) -> tuple[int, str]:
    taken = {item.key for item in source.items}
    count += 1
    while (key := f"local-{count}") in taken:
        count += 1
    return count, key


def titles(plan: EditionPlan, source: Source) -> Mapping[str, str]:
    """What every item is called that the plan can speak of."""
    return (
        {gone.item: gone.title for gone in plan.gone}
        | {item.key: item.title for item in source.items}
        | {item.key: item.title for item in plan.issues.local_items}
    )
