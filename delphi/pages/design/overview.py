"""A design at a glance: what each part says, what is still open, and the ways to look at it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath

from delphi import protocol_in_words
from delphi.auth import Access
from delphi.db import transaction
from delphi.findings_in_words import joined
from delphi.formats import date, plural
from delphi.page import Page, download
from delphi.pages.design.part_forms import FORMS
from delphi.pages.study import pilot, tabs
from delphi.visits import Visit
from surveys import panels
from surveys.cells import in_sentence
from surveys.designing import amendments, reporting
from surveys.exchange import study_files
from surveys.permissions import Power
from surveys.protocol import Protocol
from surveys.studies import Study
from surveys.translations import completeness, languages
from surveys.translations.languages import FIRST

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class PartRow:
    """A part of the design: its name, what it says in a line, and where it is changed."""

    title: str
    sentence: str
    href: str
    is_left: bool


@dataclass(frozen=True)
class AmendmentRow:
    """An amendment, with the file of the protocol that was before it."""

    number: int
    when: str
    part: str
    reason: str
    affects: str
    before_fingerprint: str
    href: str


@dataclass(frozen=True, kw_only=True)
class DesignPage(Page):
    """The design of a study."""

    template: ClassVar[str] = "pages/design/overview.html"
    home: str
    locked: str
    may_change: bool
    parts: tuple[PartRow, ...]
    open_points: int
    points: int
    is_left: bool
    amendments: tuple[AmendmentRow, ...]
    fingerprint: str


class DesignPages(Controller):
    """Where a design stands."""

    path = "/studies/{key:str}/design"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def design(self, visit: Visit, key: FromPath[str]) -> DesignPage:
        study = tabs.study_of(visit, key)
        points = reporting.points(
            study.protocol,
            panels.count_by_panel(visit.session, study),
            pilot.tried(visit, study),
            not_own=reporting.notes_not_own(study),
        )
        points += completeness.points(visit.session, study)
        rows = _rows(visit, study, frozenset() if study.locked_at else reporting.left(study))
        return DesignPage(
            title="Design",
            frame=tabs.frame(visit, study, "/design"),
            home=tabs.address(study),
            locked=date(study.locked_at, visit.zone) if study.locked_at else "",
            may_change=_may_change(visit, study),
            parts=rows,
            open_points=sum(point.is_open for point in points),
            points=len(points),
            is_left=any(row.is_left for row in rows),
            amendments=_amendments(visit, study),
            fingerprint=study.fingerprint,
        )

    @get("/study.xlsx", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def workbook(self, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        from surveys.exchange import workbook_files  # noqa: PLC0415  # few ever ask for one

        study = tabs.study_of(visit, key)
        return download(f"{study.key}.xlsx", workbook_files.write(study_files.of(study)), XLSX)


def _rows(visit: Visit, study: Study, left: Collection[str]) -> tuple[PartRow, ...]:
    home, can_change = f"{tabs.address(study)}/design", _may_change(visit, study)
    rows = [
        PartRow(form.title, sentence, _where(visit, study, part), part in left)
        for (part, form), sentence in zip(
            FORMS.items(), sentences(study.protocol, study.vocabularies), strict=True
        )
    ]
    asked, href = f"{plural(len(study.items), 'item')}.", f"{home}/items" if can_change else ""
    spoken = f"{joined([*map(languages.name, (FIRST, *study.languages))])}."
    return (
        *rows,
        PartRow("Items", asked, href, "items" in left),
        PartRow("Languages", spoken, f"{home}/languages", is_left=False),
        PartRow("Time zone", f"{visit.zone.key}.", f"{tabs.address(study)}/time-zone", is_left=False),
    )


def sentences(plan: Protocol, vocabularies: dict[str, Any]) -> tuple[str, ...]:
    """What each part says, in a line, in the order of the forms."""
    bands = protocol_in_words.bands(plan)
    scale = f"{plan.scale.low} to {plan.scale.high}"
    scale += f": {joined([f'{numbers} {name}' for name, numbers in bands.items()])}."
    rules = protocol_in_words.own_rules(plan)
    notes = sum(bool(text) for text in plan.provenance.values())
    return (
        plan.title,
        _named([one.name for one in plan.criteria]),
        scale,
        _named([one.name for one in plan.panels]),
        rules[0][1][0] if len(rules) == 1 else f"{len(rules)} rules.",
        f"{protocol_in_words.rounds(plan)[0]} {protocol_in_words.feedback(plan)[0]}",
        f"Version {plan.information.version}, contact {plan.information.contact_name}.",
        (protocol_in_words.grids(plan, vocabularies) or ("None.",))[0],
        f"{plural(notes, 'note')}.",
    )


def _may_change(visit: Visit, study: Study) -> bool:
    return study.locked_at is None and tabs.may(visit, study, Power.DESIGN)


def _named(names: list[str]) -> str:
    return f"{joined([*names[:1], *map(in_sentence, names[1:])])}."


def _where(visit: Visit, study: Study, part: str) -> str:
    """Where a part is changed, or amended; nothing where it stays."""
    home = f"{tabs.address(study)}/design"
    if not tabs.may(visit, study, Power.DESIGN):
        return ""
    if study.locked_at is None:
        return f"{home}/parts/{part}"
    return f"{home}/amend/{part}" if amendments.can_amend(visit.session, study, part) else ""


def _amendments(visit: Visit, study: Study) -> tuple[AmendmentRow, ...]:
    home = f"{tabs.address(study)}/design/amendments"
    return tuple(
        AmendmentRow(
            one.number,
            date(one.at, visit.zone),
            FORMS[one.part].title,
            one.reason,
            one.affects,
            one.before_fingerprint,
            f"{home}/{one.number}/before.json",
        )
        for one in amendments.list_(visit.session, study)
    )
