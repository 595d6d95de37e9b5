"""Changing what is kept of a panellist: its name and language, what it declared, and its panel."""

from typing import Any

from litestar import Controller, Response, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Form
from delphi.pages.study.panellist import PanellistPages, found, page_address, panellist_page
from delphi.visits import Visit
from surveys import correcting, declarations, panel_moves
from surveys.correcting import About
from surveys.declarations import Declared
from surveys.panel_moves import Wish
from surveys.permissions import Power


class PanellistChanges(Controller):
    """All forms lead back to the panellist's page."""

    path = PanellistPages.path

    @post("/declaration", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=panellist_page)
    def declare(
        self, visit: Visit, form: Form, key: FromPath[str], panellist_id: FromPath[int]
    ) -> Response[Any]:
        study, panellist = found(visit, key, panellist_id)
        said, by = Declared(*_texts(form, "capacity", "experience", "interests")), visit.account.email
        seen = str(form.get("seen", ""))
        declarations.declare(visit.session, panellist, said, seen=seen, by=by, now=visit.now)
        return visit.go(page_address(study, panellist), "What was declared is saved.")

    @post("/person", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=panellist_page)
    def correct(
        self, visit: Visit, form: Form, key: FromPath[str], panellist_id: FromPath[int]
    ) -> Response[Any]:
        study, panellist = found(visit, key, panellist_id)
        about, by = About(*_texts(form, "name", "language")), visit.account.email
        seen = str(form.get("stood", ""))
        correcting.correct(visit.session, panellist, about, seen=seen, by=by, now=visit.now)
        return visit.go(page_address(study, panellist), "The name and the language are saved.")

    @post("/move", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=panellist_page)
    def move(
        self, visit: Visit, form: Form, key: FromPath[str], panellist_id: FromPath[int]
    ) -> Response[Any]:
        study, panellist = found(visit, key, panellist_id)
        wish, by = Wish(*_texts(form, "panel", "reason", "seen")), visit.account.email
        panel_moves.move(visit.session, study, panellist, wish, by=by, now=visit.now)
        told = f"{panellist.code} is on the panel “{panellist.panel.name}” now."
        return visit.go(f"{page_address(study, panellist)}#panel-of", told)


def _texts(form: Form, *names: str) -> list[str]:
    return [str(form.get(name, "")).replace("\r\n", "\n").strip() for name in names]
