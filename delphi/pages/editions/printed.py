"""The plan of a local team, to be read and printed on two pages of A4."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from litestar import Controller, get
from litestar.params import FromPath

from delphi import formats
from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Frame
from delphi.pages.editions import around, drawn, two_pages
from delphi.pages.editions.around import EditionPage
from delphi.pages.editions.drawn import Sheet
from delphi.pages.editions.found import Found, found
from delphi.visits import Visit
from surveys.cells import in_sentence
from surveys.editions import notices, showing, sources
from surveys.editions.plans import EditionPlan, Work
from surveys.editions.showing import Shown
from surveys.editions.sources import Source


@dataclass(frozen=True)
class PlanLine:
    """An item of the plan: what, why, by the principles, and who does it."""

    number: int
    place: str
    title: str
    standing: str
    unrated: str  # why nothing of it is from here, where other items are rated here
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
    newest: int  # the number of the newest version, where this is an old one; else 0
    sheet: Sheet
    fits: int  # how many of the items stand on two sides of A4
    is_parted: bool  # whether the items begin on the second
    groups: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    people: str
    first: str
    together: tuple[tuple[str, str], ...]
    lines: tuple[PlanLine, ...]
    not_here: tuple[tuple[str, str], ...]


class EditionPlanPages(Controller):
    """The plan, for the team: as it is, and as it was in any version."""

    path = "/editions/{token:str}"

    @get("/plan", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def plan(self, visit: Visit, token: FromPath[str]) -> EditionPlanPage:
        edition = around.open_(visit, token)
        shown = showing.own(visit.session, edition.edition)
        return plan_page(visit, shown, edition.frame("/plan"), edition.home, is_public=False)

    @get("/versions/{number:int}", access=Access.PUBLIC, sync_to_thread=True)
    @transaction
    def version(self, visit: Visit, token: FromPath[str], number: FromPath[int]) -> EditionPlanPage:
        edition = around.open_(visit, token)
        shown = showing.own(visit.session, edition.edition, number=number)
        page = plan_page(visit, shown, edition.frame(""), edition.home, is_public=False)
        return page if shown.draft.is_newest else _as_old(page, edition.draft.number)


def plan_page(visit: Visit, shown: Shown, frame: Frame, home: str, *, is_public: bool) -> EditionPlanPage:
    """The plan as it is shown to its team, or to anybody."""
    plan, source = shown.draft.plan, shown.draft.source
    said = found(shown, home)
    page = EditionPlanPage(
        title=f"Plan: {plan.group.place}" if plan.group.place else "Plan",
        frame=frame,
        head=around.head_of(shown, home),
        is_public=is_public,
        when=f"Version {shown.draft.number}, {formats.date(shown.draft.saved_at, visit.zone)}",
        newest=0,
        sheet=drawn.sheet(shown, home),
        fits=0,
        is_parted=False,
        groups=_groups(plan, source),
        figures=tuple((figure.text, figure.source) for figure in plan.group.figures),
        people=said.people,
        first=said.first,
        together=_work(plan, ""),
        lines=_lines(shown, said),
        not_here=_not_here(plan, source),
    )
    return _on_paper(page)


def _on_paper(page: EditionPlanPage) -> EditionPlanPage:
    """The page as its words stand on two sides of A4."""
    around_items = two_pages.Around(
        above=(page.first, " ".join(page.notices)),
        beside=(", ".join(page.groups), *map(" ".join, page.figures), page.people),
        work=page.together,
        has_grid=page.sheet.drawn is not None,
        below=(*map(": ".join, page.not_here), page.credit),
    )
    items = [
        two_pages.Written(
            title=f"{line.title} {line.standing} {line.unrated}",
            sentences=(line.where, line.reason, ", ".join(line.met), *map(": ".join, line.notes)),
            work=line.work,
        )
        for line in page.lines
    ]
    return replace(
        page,
        fits=two_pages.fits(around_items, items),
        is_parted=two_pages.is_parted(around_items, items),
    )


def _as_old(page: EditionPlanPage, newest: int) -> EditionPlanPage:
    """The page of a version that is not the newest, which nobody can bring up to date."""
    said = tuple(sentence for sentence in page.notices if sentence != notices.OUTDATED)
    return replace(page, newest=newest, head=replace(page.head, notices=said))


def _groups(plan: EditionPlan, source: Source) -> tuple[str, ...]:
    known = source.vocabularies.get(sources.POPULATION)
    terms = known.terms if known else {}
    names = (*(terms.get(key, key) for key in plan.group.groups), *plan.group.other_groups)
    return (*names[:1], *map(in_sentence, names[1:]))


def _lines(shown: Shown, said: Found) -> tuple[PlanLine, ...]:
    plan, principles = shown.draft.plan, sources.principles(shown.draft.source)
    reasons = {choice.item: choice.reason for choice in plan.issues.choices}
    reasons |= {item.key: item.reason for item in plan.issues.local_items}
    checks = {one.item: one.checks for one in plan.ingredients.items}
    return tuple(
        PlanLine(
            number=row.number,
            place=row.place,
            title=item.title,
            standing=row.standing,
            unrated=row.unrated,
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
