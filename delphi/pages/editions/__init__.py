"""Local editions: what a local team makes of a published study, by links alone, without an account."""

from delphi.pages.editions.answering import LocalAnswerPages
from delphi.pages.editions.local import LocalRatingPages
from delphi.pages.editions.overview import EditionPages
from delphi.pages.editions.printed import EditionPlanPages
from delphi.pages.editions.public import PublicEditionPages
from delphi.pages.editions.result import EditionResultPages
from delphi.pages.editions.screen import LocalScreenPages
from delphi.pages.editions.steps import EditionStepPages

ROUTES = (
    EditionPages,
    EditionStepPages,
    LocalRatingPages,
    EditionResultPages,
    EditionPlanPages,
    PublicEditionPages,
    LocalAnswerPages,
    LocalScreenPages,
)
