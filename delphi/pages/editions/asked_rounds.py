"""A local round as somebody with its link comes to it, and the page that all its pages are."""

from dataclasses import dataclass

from delphi.page import Link, Page
from delphi.visits import Visit
from surveys.editions import editions, local_answers, local_rounds
from surveys.editions.local_answers import Sheet
from surveys.editions.local_ratings import Respondent
from surveys.editions.local_rounds import LocalRound
from surveys.editions.local_tallies import Questionnaire
from surveys.editions.sources import Source

COOKIE = "delphi_local"


@dataclass(frozen=True, kw_only=True)
class LocalPage(Page):
    """A page for those who are asked."""

    home: str
    place: str
    study: str


@dataclass(frozen=True)
class Asked:
    """A local round as somebody with its link comes to it."""

    visit: Visit
    token: str
    round: LocalRound
    source: Source
    place: str

    @property
    def home(self) -> str:
        return f"/local/{self.token}"

    @property
    def questionnaire(self) -> Questionnaire:
        return local_rounds.questionnaire(self.round)

    @property
    def cookie(self) -> str:
        """What this browser was given when it began."""
        return self.visit.request.cookies.get(COOKIE, "")

    @property
    def respondent(self) -> Respondent | None:
        """Whose browser this is, if it has begun."""
        return local_answers.find(self.visit.session, self.visit.key, self.round, self.cookie)

    @property
    def sheet(self) -> Sheet | None:
        """What this browser has answered; None where it has not begun."""
        who = self.respondent
        return None if who is None else local_answers.sheet(self.visit.session, self.round, who)


def open_(visit: Visit, token: str) -> Asked:
    """The round of this link; any other link opens nothing."""
    round_ = local_rounds.get(visit.session, visit.key, token)
    draft = editions.draft(visit.session, round_.edition)
    asked = Asked(visit, token, round_, draft.source, draft.plan.group.place)
    visit.request.state.way_back = Link("Back to the questions", asked.home)
    return asked
