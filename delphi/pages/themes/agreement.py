"""Agreement: how far every two coders gave the same codes, by code and over all."""

from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, get
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import NOTHING, date, percent
from delphi.pages.study import tabs
from delphi.pages.themes import around
from delphi.pages.themes.around import ThemesPage
from delphi.visits import Visit
from surveys.permissions import Power
from surveys.themes import codings, comparisons
from surveys.themes.codings import NOT_FINISHED
from surveys.themes.comparisons import Pair

Row = tuple[str, int, int, int, str, str, str]


@dataclass(frozen=True)
class PairTable:
    """Two coders on a day; a row is a code with who gave it to how many texts, and three figures."""

    first: str
    second: str
    day: str
    texts: int
    used: int
    alpha: str
    alpha_reason: str
    rows: tuple[Row, ...]
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class AgreementPage(ThemesPage):
    """Every two who have finished; `waits` says why nothing is shown."""

    template: ClassVar[str] = "pages/themes/agreement.html"
    pairs: tuple[PairTable, ...]
    waits: str


class AgreementPages(Controller):
    """How far coders agree."""

    path = "/studies/{key:str}/rounds/{number:int}/themes/agreement"

    @get("/", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> AgreementPage:
        round_ = tabs.round_of(visit, key, number)
        common = around.common(visit, round_, "/agreement", "Agreement of coders")
        if not codings.has_finished(visit.session, round_, visit.account):
            return AgreementPage(**common, pairs=(), waits=NOT_FINISHED)
        pairs = comparisons.list_pairs(visit.session, round_, visit.account)
        return AgreementPage(**common, pairs=tuple(_table(visit, pair) for pair in pairs), waits="")


def _table(visit: Visit, pair: Pair) -> PairTable:
    figures = pair.figures
    return PairTable(
        first=pair.first,
        second=pair.second,
        day=date(pair.at, visit.zone),
        texts=figures.texts,
        used=figures.used,
        alpha=_written(figures.alpha),
        alpha_reason=figures.alpha_reason,
        rows=tuple(
            (
                one.name,
                one.both,
                one.first_only,
                one.second_only,
                percent(one.agreed),
                _written(one.kappa),
                _written(one.ac1),
            )
            for one in figures.codes
        ),
        reasons=tuple((one.name, one.reason) for one in figures.codes if one.reason),
    )


def _written(value: float | None) -> str:
    """A coefficient to two digits, so that a column of them can be compared."""
    return NOTHING if value is None else f"{value:.2f}".replace("-", "−")
