"""The languages of a study: which there are, how much of each is there, and one added or taken out."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import languages as spoken
from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Form, Page
from delphi.pages.design.fields import text_of
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys.permissions import Power
from surveys.studies import Study
from surveys.translations import languages, texts
from surveys.translations.languages import FIRST, Direction
from surveys.translations.texts import Coverage


@dataclass(frozen=True)
class LanguageRow:
    """A language of the study, with how much of it is translated, and what of the pages is in it."""

    code: str
    name: str
    own_name: str
    direction: Direction
    coverage: Coverage
    buttons: str
    href: str


@dataclass(frozen=True, kw_only=True)
class LanguagesPage(Page):
    """Every language of a study, and the form that adds one."""

    template: ClassVar[str] = "pages/design/languages.html"
    home: str
    action: str
    rows: tuple[LanguageRow, ...]
    may_change: bool
    asks_why: bool
    language: str
    reason: str
    choices: tuple[tuple[str, str], ...]


def languages_page(visit: Visit, key: str) -> LanguagesPage:
    """The languages, with what was typed where it was refused."""
    study = tabs.study_of(visit, key)
    is_over = study.ended_at is not None
    left = [pair for pair in languages.choices() if pair[0] not in study.languages and pair[0] != FIRST]
    return LanguagesPage(
        title="Languages",
        frame=tabs.frame(visit, study, "/design"),
        home=tabs.address(study),
        action=address(study),
        rows=tuple(_row(visit, study, code) for code in study.languages),
        may_change=not is_over and tabs.may(visit, study, Power.DESIGN),
        asks_why=study.locked_at is not None,
        language=visit.typed("language"),
        reason=visit.typed("reason"),
        choices=(("", "Choose a language"), *left),
    )


class LanguagesPages(Controller):
    """Looking at the languages, and adding one."""

    path = "/studies/{key:str}/design/languages"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str]) -> LanguagesPage:
        return languages_page(visit, key)

    @post("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=languages_page)
    def add(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study, language = tabs.study_of(visit, key), text_of(form, "language")
        why, who = text_of(form, "reason"), visit.account.email
        texts.add_language(visit.session, study, language, why=why, by=who, now=visit.now)
        return visit.go(f"{address(study)}/{language}", f"{languages.name(language)} is added.")


def address(study: Study) -> str:
    """Where the pages of a study's languages begin."""
    return f"{tabs.address(study)}/design/languages"


def buttons_in(code: str) -> str:
    """What of the pages themselves a panellist reads in this language."""
    name, catalogue = languages.name(code), spoken.nearest(code)
    if catalogue == FIRST and code != FIRST:
        return f"The study’s words will be in {name}; buttons and notices stay English."
    return f"Buttons and notices are in {languages.name(catalogue)} too."


def _row(visit: Visit, study: Study, code: str) -> LanguageRow:
    return LanguageRow(
        code,
        languages.name(code),
        languages.own_name(code),
        languages.direction(code),
        texts.coverage(texts.entries(visit.session, study, code)),
        buttons_in(code),
        f"{address(study)}/{code}",
    )
