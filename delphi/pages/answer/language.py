"""The language of a panellist's pages, chosen among those of the study: kept, and back to the same page."""

from typing import Any

from litestar import Controller, Response, post

from delphi import auth
from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Form
from delphi.pages.answer import way
from delphi.visits import Visit
from surveys.translations import choosing, reading


class LanguagePages(Controller):
    """Choosing a language."""

    path = way.LANGUAGE

    @post("/", access=Access.PANELLIST, sync_to_thread=True)
    @transaction
    def choose(self, visit: Visit, form: Form) -> Response[Any]:
        choosing.choose(visit.session, visit.panellist, str(form.get("language", "")))
        visit.in_language(reading.language_of(visit.panellist))
        answer = visit.go(way.back_to(str(form.get("back", ""))))
        auth.keep_language(visit.request, answer, visit.settings)
        return answer
