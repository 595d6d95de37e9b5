"""The whole protocol to read, its fingerprint, and the file that the fingerprint is of."""

from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath

from delphi import protocol_in_words as words
from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date
from delphi.page import Page, download
from delphi.pages.design.part_forms import FORMS
from delphi.pages.study import tabs
from delphi.protocol_in_words import Ruled
from delphi.visits import Visit
from surveys import protocol as protocols
from surveys.designing import amendments
from surveys.protocol import Protocol
from surveys.studies import Study


@dataclass(frozen=True)
class Category:
    """One category of the scale as it is drawn: its number and the first letter of its band."""

    value: int
    band: str


@dataclass(frozen=True)
class CriterionText:
    """A criterion as panellists read it, and the words below its scale."""

    name: str
    question: str
    low: str
    middle: str
    high: str
    may_drop: bool


@dataclass(frozen=True)
class PanelText:
    """A panel and how its people are found."""

    name: str
    mark: int
    recruitment: str
    perspective: str
    weight: float
    is_beside_grids: bool


@dataclass(frozen=True, kw_only=True)
class ProtocolPage(Page):
    """The whole protocol; rules, rounds, feedback, suppression and grids as sentences."""

    template: ClassVar[str] = "pages/study/protocol.html"
    home: str
    fingerprint: str
    locked: str
    aims: tuple[str, ...]
    scale: tuple[Category, ...]
    bands: tuple[tuple[str, str], ...]
    criteria: tuple[CriterionText, ...]
    panels: tuple[PanelText, ...]
    rules: tuple[Ruled, ...]
    rounds: tuple[str, ...]
    feedback: tuple[str, ...]
    suppression: tuple[str, ...]
    grids: tuple[str, ...]
    quantiles: int
    information: tuple[tuple[str, str], ...]
    provenance: tuple[tuple[str, str], ...]
    amendments: tuple[tuple[str, str], ...]


class ProtocolPages(Controller):
    """The protocol to read and to keep."""

    path = "/studies/{key:str}"

    @get("/protocol", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def protocol(self, visit: Visit, key: FromPath[str]) -> ProtocolPage:
        return _page(visit, tabs.study_of(visit, key))

    @get("/protocol.json", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def file(self, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        study = tabs.study_of(visit, key)
        text = protocols.canonical_json(study.protocol)
        return download(f"{study.key}-protocol.json", text, "application/json")


def _page(visit: Visit, study: Study) -> ProtocolPage:
    plan = study.protocol
    return ProtocolPage(
        title="Protocol",
        frame=tabs.frame(visit, study, "/protocol"),
        home=tabs.address(study),
        fingerprint=study.fingerprint,
        locked=date(study.locked_at, visit.zone) if study.locked_at else "",
        aims=tuple(filter(None, (part.strip() for part in plan.aims.split("\n\n")))),
        scale=_scale(plan),
        bands=tuple(words.bands(plan).items()),
        criteria=_criteria(plan),
        panels=_panels(plan),
        rules=words.own_rules(plan),
        rounds=words.rounds(plan),
        feedback=words.feedback(plan),
        suppression=words.suppression(plan),
        grids=words.grids(plan, study.vocabularies),
        quantiles=plan.quantiles,
        information=words.information(plan),
        provenance=tuple(plan.provenance.items()),
        amendments=_amendments(visit, study),
    )


def _amendments(visit: Visit, study: Study) -> tuple[tuple[str, str], ...]:
    """Each amendment with its date, and with its reason and what it affects."""
    return tuple(
        (
            f"Amendment {one.number}, {date(one.at, visit.zone)}",
            f"{FORMS[one.part].title}. Reason: {one.reason} What it affects: {one.affects}",
        )
        for one in amendments.list_(visit.session, study)
    )


def _scale(plan: Protocol) -> tuple[Category, ...]:
    bands = plan.scale.bands.items()
    return tuple(
        Category(value, next((name[0] for name, (low, high) in bands if low <= value <= high), ""))
        for value in range(plan.scale.low, plan.scale.high + 1)
    )


def _criteria(plan: Protocol) -> tuple[CriterionText, ...]:
    return tuple(
        CriterionText(c.name, c.question, c.anchors.low, c.anchors.middle, c.anchors.high, c.may_drop)
        for c in plan.criteria
    )


def _panels(plan: Protocol) -> tuple[PanelText, ...]:
    return tuple(
        PanelText(p.name, number, p.recruitment, p.perspective, p.weight, p.beside_grids)
        for number, p in enumerate(plan.panels, start=1)
    )
