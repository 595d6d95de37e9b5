"""The plan of a local team, to be read and printed on two pages of A4."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from litestar import Controller, get
from litestar.params import FromPath

from delphi import formats
from delphi.auth import Access
from delphi.db import Visit, transaction
from delphi.page import Frame
from delphi.pages.editions import around
from delphi.pages.editions.around import EditionPage
from delphi.pages.editions.found import Found, found
from surveys.editions import showing, sources
from surveys.editions.plans import EditionPlan, Work
from surveys.editions.showing import Shown
from surveys.editions.sources import Source


@dataclass(frozen=True)
class PlanLine:
    """An item of the plan: what, why, by the principles, and who does it."""

    place: str
    title: str
    standing: str
    where: str
    reason: str
    met: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    work: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class EditionPlanPage(EditionPage):
    """The plan."""

    template: ClassVar[str] = "pages/editions/plan.html"
    is_public: bool
    when: str
    groups: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    people: str
    first: str
    together: tuple[tuple[str, str], ...]
    lines: tuple[PlanLine, ...]
    not_here: tuple[tuple[str, str], ...]


class EditionPlanPages(Controller):
    """The plan, for the team."""

    path = "/editions/{token:str}/plan"

    @get("/", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def plan(self, visit: Visit, token: FromPath[str]) -> EditionPlanPage:
        edition = around.open_(visit, token)
        shown = showing.own(visit.session, edition.edition)
        return plan_page(visit, shown, edition.frame("/plan"), edition.home, is_public=False)


def plan_page(visit: Visit, shown: Shown, frame: Frame, home: str, *, is_public: bool) -> EditionPlanPage:
    """The plan as it is shown to its team, or to anybody."""
    plan, source = shown.draft.plan, shown.draft.source
    said = found(shown, home)
    return EditionPlanPage(
        title=f"Plan: {plan.group.place}" if plan.group.place else "Plan",
        frame=frame,
        home=home,
        place=plan.group.place,
        notices=shown.notices,
        credit=shown.credit,
        is_public=is_public,
        when=f"Version {shown.draft.number}, {formats.date(shown.draft.saved_at, visit.settings.zone)}",
        groups=_groups(plan, source),
        figures=tuple((figure.text, figure.source) for figure in plan.group.figures),
        people=said.people,
        first=said.first,
        together=_work(plan, ""),
        lines=_lines(shown, said),
        not_here=_not_here(plan, source),
    )


def _groups(plan: EditionPlan, source: Source) -> tuple[str, ...]:
    known = source.vocabularies.get(sources.POPULATION)
    terms = known.terms if known else {}
    return (*(terms.get(key, key) for key in plan.group.groups), *plan.group.other_groups)


def _lines(shown: Shown, said: Found) -> tuple[PlanLine, ...]:
    plan, principles = shown.draft.plan, sources.principles(shown.draft.source)
    reasons = {choice.item: choice.reason for choice in plan.issues.choices}
    reasons |= {item.key: item.reason for item in plan.issues.local_items}
    checks = {one.item: one.checks for one in plan.ingredients.items}
    return tuple(
        PlanLine(
            place=row.place,
            title=row.title,
            standing=row.standing,
            where=row.where,
            reason=reasons[item.item],
            met=tuple(principles[c.principle] for c in checks.get(item.item, ()) if c.is_met and not c.note),
            notes=tuple((principles[c.principle], c.note) for c in checks.get(item.item, ()) if c.note),
            work=_work(plan, item.item),
        )
        for item, row in zip(shown.findings.items, said.items, strict=True)
    )


def _work(plan: EditionPlan, item: str) -> tuple[tuple[str, str], ...]:
    """What is agreed for an item, or for all of them; what is empty is left out."""
    work = next((one for one in plan.codesign.work if one.item == item), Work())
    said = (
        ("Leads", work.lead),
        ("With", work.partners),
        ("Resources", work.resources),
        ("From", _day(work.first_date)),
        ("Evaluated by", work.evaluation),
    )
    return tuple((name, text) for name, text in said if text)


def _day(text: str) -> str:
    if not text:
        return ""
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


def _not_here(plan: EditionPlan, source: Source) -> tuple[tuple[str, str], ...]:
    titles = {item.key: item.title for item in source.items}
    of_study = [
        (titles[choice.item], choice.reason)
        for choice in plan.issues.choices
        if choice.standing == "not possible here" and choice.item in titles
    ]
    own = [(i.title, i.reason) for i in plan.issues.local_items if i.standing == "not possible here"]
    return (*of_study, *own)
