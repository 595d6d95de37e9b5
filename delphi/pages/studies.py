"""The studies of the account that is signed in, with where each stands."""

from dataclasses import dataclass
from typing import ClassVar

from litestar import Controller, get

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Link, Page
from delphi.pages.study import standing
from delphi.visits import Visit
from surveys import studies
from surveys.studies import Study


@dataclass(frozen=True)
class StudyRow:
    """A study in the list."""

    title: str
    href: str
    sentence: str
    next: Link
    is_simulated: bool


@dataclass(frozen=True, kw_only=True)
class StudiesPage(Page):
    """The own studies, newest first."""

    template: ClassVar[str] = "pages/studies/studies.html"
    studies: tuple[StudyRow, ...]
    email: str


class StudiesPages(Controller):
    """Where a researcher begins."""

    path = "/studies"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def studies(self, visit: Visit) -> StudiesPage:
        own = tuple(_row(visit, study) for study in studies.list_for(visit.session, visit.account))
        return StudiesPage(title="Your studies", frame=visit.frame(), studies=own, email=visit.account.email)


def _row(visit: Visit, study: Study) -> StudyRow:
    facts = standing.facts(visit.session, study, now=visit.now, zone=visit.zone)
    return StudyRow(
        title=study.title,
        href=facts.home,
        sentence=standing.sentence(facts),
        next=standing.next_step(facts),
        is_simulated=study.is_simulated,
    )
