"""A panellist's pages: from the personal link to the last answer, and the way out."""

from delphi.pages.answer.changes import ChangesPages
from delphi.pages.answer.information import InformationPages
from delphi.pages.answer.join import JoinPages
from delphi.pages.answer.language import LanguagePages
from delphi.pages.answer.questions import QuestionPages
from delphi.pages.answer.rating import RatingPages
from delphi.pages.answer.review import ReviewPages
from delphi.pages.answer.start import StartPages
from delphi.pages.answer.summary import SummaryPages
from delphi.pages.answer.withdraw import WithdrawnPages, WithdrawPages

ROUTES = (
    JoinPages,
    StartPages,
    InformationPages,
    LanguagePages,
    ChangesPages,
    RatingPages,
    QuestionPages,
    ReviewPages,
    SummaryPages,
    WithdrawPages,
    WithdrawnPages,
)
