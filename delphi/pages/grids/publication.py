"""Publishing the grids, and taking them back: each asks first, and says what anyone can see from then on."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import plural
from delphi.page import Form, Link, Page
from delphi.pages.grids import strips, team
from delphi.pages.grids.strips import StripPublicationPage
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import evidence, grids, lenses, publications
from surveys.errors import InvalidInput, NotNow
from surveys.looks import Look
from surveys.permissions import Power
from surveys.rounds import Round
from surveys.strips import outcome
from surveys.visibility import Viewer

NOTHING_TO_TAKE_BACK = "Nothing is published, so there is nothing to take back."


@dataclass(frozen=True, kw_only=True)
class PublicationPage(Page):
    """What becomes visible, before it does."""

    template: ClassVar[str] = "pages/grids/publication.html"
    number: int
    back: Link
    action: str
    address: str
    showings: tuple[tuple[str, str, str], ...]  # a grid, its items with a place and those without
    quotes: str
    few: int
    limited: int
    replaces: int  # the number of the round that is public now; 0 for none


@dataclass(frozen=True, kw_only=True)
class WithdrawalPage(Page):
    """What taking back does."""

    template: ClassVar[str] = "pages/grids/withdrawal.html"
    what: str
    number: int
    back: Link
    action: str
    address: str


def publication_page(visit: Visit, key: str, through: int = 0) -> PublicationPage | StripPublicationPage:
    """The question before anything becomes public."""
    study = tabs.study_of(visit, key)
    round_ = evidence.get_round(visit.session, study, through)
    if not lenses.has_grids(study):
        return strips.publication_page(visit, study, round_)
    built = _all_grids(visit, round_)
    published = publications.find(visit.session, study)
    return PublicationPage(
        title=f"Publish the grids of round {round_.number}",
        frame=tabs.frame(visit, study, "/grids"),
        number=round_.number,
        back=Link("Grids", team.home(study)),
        action=f"{tabs.address(study)}/publication",
        address=_public_address(visit, key),
        showings=tuple(_showing(grid) for grid in built),
        quotes=plural(len({quote for grid in built for quote in grid.quotes}), "comment"),
        few=study.protocol.suppression.hidden_below,
        limited=study.protocol.suppression.limited_below,
        replaces=published.round.number if published else 0,
    )


class PublicationPages(Controller):
    """Whether anyone may see the grids."""

    path = "/studies/{key:str}/publication"

    @get("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def ask(
        self, visit: Visit, key: FromPath[str], through: FromQuery[int] = 0
    ) -> PublicationPage | StripPublicationPage:
        return publication_page(visit, key, through)

    @post("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=publication_page)
    def publish(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        round_ = evidence.get_round(visit.session, study, _number(form))
        publications.publish(visit.session, round_, now=visit.now, by=visit.account.email)
        return visit.go(team.home(study), f"The {outcome(study)} of round {round_.number} are public.")

    @get("/withdrawal", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def ask_back(self, visit: Visit, key: FromPath[str]) -> WithdrawalPage:
        study = tabs.study_of(visit, key)
        published = publications.find(visit.session, study)
        if published is None:
            raise NotNow(NOTHING_TO_TAKE_BACK)
        return WithdrawalPage(
            title=f"Take the {outcome(study)} back",
            frame=tabs.frame(visit, study, "/grids"),
            what=outcome(study),
            number=published.round.number,
            back=Link("Grids", team.home(study)),
            action=f"{tabs.address(study)}/publication/withdrawal",
            address=_public_address(visit, key),
        )

    @post("/withdrawal", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def withdraw(self, visit: Visit, key: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        publications.withdraw(visit.session, study, now=visit.now, by=visit.account.email)
        return visit.go(team.home(study), f"The {outcome(study)} are no longer public.")


def _number(form: Form) -> int:
    try:
        return int(form.get("through", ""))
    except ValueError:
        raise InvalidInput("Say which round’s grids are to be published.", "through") from None


def _all_grids(visit: Visit, round_: Round) -> list[grids.Grid]:
    """Every grid as anyone will see it."""
    study = round_.study
    return [
        grids.build(visit.session, study, audience, Look(lens=lens), through=round_, viewer=Viewer.PUBLIC)
        for audience in lenses.audiences(study)
        for lens in lenses.lenses(study)
    ]


def _showing(grid: grids.Grid) -> tuple[str, str, str]:
    placed, unplaced = len(grid.placed), len(grid.unplaced)
    return (f"{grid.audience.name}: {grid.lens.name}", f"{placed or 'none'}", f"{unplaced or 'none'}")


def _public_address(visit: Visit, key: str) -> str:
    return f"{visit.settings.public_address}/grids/{key}"
