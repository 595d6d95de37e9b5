"""The themes of a round: the table of how many texts and panellists have each, quotes, and the files."""

from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import CSV, Link, download
from delphi.pages.study import tabs
from delphi.pages.themes import around
from delphi.pages.themes.around import ThemesPage
from delphi.questionnaire.scales import mark
from delphi.visits import Visit
from surveys.exchange import theme_files
from surveys.permissions import Power
from surveys.rounds import Round
from surveys.themes import codings, found
from surveys.themes.codings import NOT_FINISHED
from surveys.themes.found import FoundCode, Themes


@dataclass(frozen=True)
class Quote:
    """What may be quoted, with its panel."""

    panel: str
    mark: int
    text: str


@dataclass(frozen=True)
class CodeCard:
    """A code with what has it."""

    name: str
    definition: str
    texts: int
    panellists: tuple[int, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class ThemeCard:
    """A theme with its codes; its name is empty for those without one."""

    name: str
    texts: int
    panellists: tuple[int, ...]
    codes: tuple[CodeCard, ...]


@dataclass(frozen=True, kw_only=True)
class FoundPage(ThemesPage):
    """What was found; `waits` says why nothing is shown."""

    template: ClassVar[str] = "pages/themes/found.html"
    panels: tuple[tuple[int, str], ...]
    themes: tuple[ThemeCard, ...]
    counts: Themes | None
    files: tuple[Link, ...]
    waits: str


class FoundPages(Controller):
    """What came of coding."""

    path = "/studies/{key:str}/rounds/{number:int}/themes"

    @get("/found", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> FoundPage:
        return found_page(visit, tabs.round_of(visit, key, number))

    @get("/themes.csv", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def table(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> Response[bytes]:
        data = theme_files.write_themes(visit.session, tabs.round_of(visit, key, number), visit.account)
        return download(f"{key}-round-{number}-themes.csv", data, CSV)

    @get("/codings.csv", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def every_coding(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> Response[bytes]:
        data = theme_files.write_codings(visit.session, tabs.round_of(visit, key, number), visit.account)
        return download(f"{key}-round-{number}-codings.csv", data, CSV)


def found_page(visit: Visit, round_: Round) -> FoundPage:
    """The themes, for whoever has finished coding."""
    plan, here = round_.study.protocol, f"{tabs.round_address(round_)}/themes"
    sees = codings.has_finished(visit.session, round_, visit.account)
    counts = found.find(visit.session, round_, visit.account) if sees else None
    return FoundPage(
        **around.common(visit, round_, "/found", ""),
        panels=tuple((mark(plan, panel.key), panel.name) for panel in round_.study.panels),
        themes=_themes(round_, counts) if counts else (),
        counts=counts,
        files=(
            Link("The table (CSV)", f"{here}/themes.csv"),
            Link("All codings (CSV)", f"{here}/codings.csv"),
        ),
        waits="" if sees else NOT_FINISHED,
    )


def _themes(round_: Round, counts: Themes) -> tuple[ThemeCard, ...]:
    return tuple(
        ThemeCard(
            theme.name,
            theme.count.texts,
            theme.count.panellists,
            tuple(_code(round_, code) for code in theme.codes),
        )
        for theme in counts.themes
    )


def _code(round_: Round, code: FoundCode) -> CodeCard:
    plan = round_.study.protocol
    quotes = (Quote(plan.panel(one.panel).name, mark(plan, one.panel), one.quote) for one in code.quotes)
    return CodeCard(code.name, code.definition, code.count.texts, code.count.panellists, tuple(quotes))
