"""Amending a fixed protocol: the form of a part, with the reason and what it affects."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Form, download
from delphi.pages.design import parts
from delphi.pages.design.fields import text_of
from delphi.pages.design.part_forms import FORMS
from delphi.pages.design.parts import PartPage
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import protocol as protocols
from surveys.designing import amendments
from surveys.designing.amendments import Why
from surveys.permissions import Power


def amend_page(visit: Visit, key: str, part: str) -> PartPage:
    """The form of a part that is to be amended, with what was typed."""
    study = tabs.study_of(visit, key)
    parts.check_part(part)
    amendments.check_can_amend(visit.session, study, part)
    return parts.page_of(visit, study, part, amends=True)


class AmendPages(Controller):
    """Amending, and the protocols that were before."""

    path = "/studies/{key:str}/design"

    @get("/amend/{part:str}", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str], part: FromPath[str]) -> PartPage:
        return amend_page(visit, key, part)

    @post("/amend/{part:str}", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=amend_page)
    def save(self, visit: Visit, form: Form, key: FromPath[str], part: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        parts.check_part(part)
        read = FORMS[part].read(form, study)
        read.check()
        why = Why(text_of(form, "reason"), text_of(form, "affects"))
        seen, who = str(form.get("seen", "")), visit.account.email
        made = amendments.save(
            visit.session, study, part, read.data, why=why, seen=seen, by=who, now=visit.now
        )
        told = f"Amendment {made.number} is made. The protocol has a new fingerprint."
        return visit.go(f"{tabs.address(study)}/design", told)

    @get("/amendments/{number:int}/before.json", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def before(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> Response[bytes]:
        study = tabs.study_of(visit, key)
        text = protocols.canonical_json(amendments.get(visit.session, study, number).protocol_before)
        name = f"{study.key}-protocol-before-amendment-{number}.json"
        return download(name, text, "application/json")
