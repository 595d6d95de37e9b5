"""The codebook: the codes of a study, to be added, reworded, gathered under themes, merged and removed."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Form, Page
from delphi.pages.study import tabs
from delphi.pages.themes import around
from delphi.visits import Visit
from surveys import rounds
from surveys.errors import InvalidInput
from surveys.permissions import Power
from surveys.rounds import RoundStatus
from surveys.studies import Study
from surveys.themes import codebook
from surveys.themes.codebook import Code, Wanted

_FIELDS = ("name", "definition", "theme", "into")
NO_SUCH = "Choose a code of the list."


@dataclass(frozen=True)
class CodeRow:
    """A code, or what was typed for it; `seen` is what its form was made from."""

    id: int
    name: str
    typed: Wanted
    definition: str
    theme: str
    seen: str
    is_used: bool
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class CodebookPage(Page):
    """All codes, and the form for a new one; `closed` are the rounds that can be coded."""

    template: ClassVar[str] = "pages/themes/codebook.html"
    home: str
    address: str
    codes: tuple[CodeRow, ...]
    themes: tuple[str, ...]
    new: Wanted
    closed: tuple[int, ...]


def codebook_page(visit: Visit, key: str, code_id: int = 0) -> CodebookPage:
    """The codes; the one whose change was refused is open, as it was typed."""
    study = tabs.study_of(visit, key)
    known, uses = codebook.list_codes(visit.session, study), codebook.count_uses(visit.session, study)
    frame = tabs.frame(visit, study, "/codebook")
    return CodebookPage(
        title="Codebook",
        frame=around.led(frame, f"{code_id}", _FIELDS) if code_id else frame,
        home=tabs.address(study),
        address=_address(study),
        codes=tuple(_row(visit, one, is_used=one.id in uses, is_here=one.id == code_id) for one in known),
        themes=tuple(dict.fromkeys(one.theme for one in known if one.theme)),
        new=Wanted("") if code_id else _wanted(visit.form),
        closed=tuple(
            one.number
            for one in rounds.list_rounds(visit.session, study)
            if one.status in (RoundStatus.CLOSED, RoundStatus.SETTLED)
        ),
    )


class CodebookPages(Controller):
    """Names for what texts say."""

    path = "/studies/{key:str}/codebook"

    @get("/", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str]) -> CodebookPage:
        return codebook_page(visit, key)

    @post("/", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction(again=codebook_page)
    def add(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        code = codebook.add(visit.session, study, _wanted(form), by=visit.account.email, now=visit.now)
        return visit.go(_address(study), f"“{code.name}” is in the codebook.")

    @post("/{code_id:int}", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction(again=codebook_page)
    def change(self, visit: Visit, form: Form, key: FromPath[str], code_id: FromPath[int]) -> Response[Any]:
        study, seen, wanted = tabs.study_of(visit, key), str(form.get("seen", "")), _wanted(form)
        by, now = visit.account.email, visit.now
        codebook.change(visit.session, study, code_id, wanted, seen=seen, by=by, now=now)
        return visit.go(f"{_address(study)}#code-{code_id}", "Saved.")

    @post("/{code_id:int}/merge", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction(again=codebook_page)
    def merge(self, visit: Visit, form: Form, key: FromPath[str], code_id: FromPath[int]) -> Response[Any]:
        study, into = tabs.study_of(visit, key), str(form.get("into", ""))
        if not (into.isascii() and into.isdigit() and len(into) < 10):
            raise InvalidInput(NO_SUCH, "into")
        kept = codebook.merge(visit.session, study, code_id, int(into), by=visit.account.email, now=visit.now)
        return visit.go(f"{_address(study)}#code-{kept.id}", f"It is part of “{kept.name}” now.")

    @post("/{code_id:int}/remove", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction(again=codebook_page)
    def remove(self, visit: Visit, key: FromPath[str], code_id: FromPath[int]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        codebook.remove(visit.session, study, code_id, by=visit.account.email, now=visit.now)
        return visit.go(_address(study), "The code is removed.")


def _row(visit: Visit, code: Code, *, is_used: bool, is_here: bool) -> CodeRow:
    stands = Wanted(code.name, code.definition, code.theme)
    return CodeRow(
        id=code.id,
        name=code.name,
        typed=_wanted(visit.form) if is_here and "name" in visit.form else stands,
        definition=code.definition,
        theme=code.theme,
        seen=codebook.standing(code),
        is_used=is_used,
        is_open=is_here,
    )


def _wanted(form: Form) -> Wanted:
    return Wanted(*(str(form.get(field, "")) for field in ("name", "definition", "theme")))


def _address(study: Study) -> str:
    return f"{tabs.address(study)}/codebook"
