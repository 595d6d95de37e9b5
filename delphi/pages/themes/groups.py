"""Suggested groups: texts that share their words, as a draft which a coder may take as a code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import plural
from delphi.page import Form
from delphi.pages.study import tabs
from delphi.pages.themes import around
from delphi.pages.themes.around import TextCard, ThemesPage
from delphi.visits import Visit
from surveys.permissions import Power
from surveys.rounds import Round
from surveys.themes import codings, drafts
from surveys.themes.codebook import Wanted
from surveys.themes.drafts import Draft

_FIELDS = ("name", "definition", "theme", "texts")
TAKEN = "“{name}” was given to {texts}."


@dataclass(frozen=True)
class GroupCard:
    """A draft with its texts, whether each is ticked, and what was typed; `id` names its fields."""

    id: str
    words: tuple[str, ...]
    similarity: float
    texts: tuple[tuple[TextCard, bool], ...]
    typed: Wanted


@dataclass(frozen=True, kw_only=True)
class GroupsPage(ThemesPage):
    """The groups among what this coder has not coded."""

    template: ClassVar[str] = "pages/themes/groups.html"
    groups: tuple[GroupCard, ...]
    compared: int
    alone: int
    left_out: int
    least: float
    has_finished: bool


def groups_page(visit: Visit, key: str, number: int) -> GroupsPage:
    """The groups; the one that was being taken stands as it was typed."""
    round_ = tabs.round_of(visit, key, number)
    common, here = around.common(visit, round_, "/groups", "Suggested groups"), visit.typed("group")
    suggested = drafts.suggest(visit.session, round_, visit.account)
    return GroupsPage(
        **common | {"frame": around.led(tabs.round_frame(visit, round_), here, _FIELDS)},
        groups=_cards(visit, round_, suggested.groups, here),
        compared=suggested.compared,
        alone=suggested.alone,
        left_out=suggested.left_out,
        least=suggested.least,
        has_finished=codings.has_finished(visit.session, round_, visit.account),
    )


class GroupsPages(Controller):
    """Drafts to begin with."""

    path = "/studies/{key:str}/rounds/{number:int}/themes/groups"

    @get("/", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> GroupsPage:
        return groups_page(visit, key, number)

    @post("/", access=Access.RESEARCHER, power=Power.SEE_CODES, sync_to_thread=True)
    @transaction(again=groups_page)
    def take(self, visit: Visit, form: Form, key: FromPath[str], number: FromPath[int]) -> Response[Any]:
        round_ = tabs.round_of(visit, key, number)
        chosen = [around.key_of(name.removeprefix("text.")) for name in form if name.startswith("text.")]
        code = drafts.take(visit.session, round_, _wanted(form), chosen, by=visit.account, now=visit.now)
        said = TAKEN.format(name=code.name, texts=plural(len(chosen), "text"))
        return visit.go(f"{tabs.round_address(round_)}/themes/groups", said)


def _cards(visit: Visit, round_: Round, groups: Sequence[Draft], here: str) -> tuple[GroupCard, ...]:
    return tuple(_card(visit, round_, one, here) for one in groups)


def _card(visit: Visit, round_: Round, group: Draft, here: str) -> GroupCard:
    """A group is known by its first text."""
    cards = around.cards(round_, group.texts)
    is_here = cards[0].id == here
    return GroupCard(
        id=cards[0].id,
        words=group.words,
        similarity=group.similarity,
        texts=tuple((one, not is_here or f"text.{one.id}" in visit.form) for one in cards),
        typed=_wanted(visit.form) if is_here else Wanted(""),
    )


def _wanted(form: Form) -> Wanted:
    return Wanted(*(str(form.get(field, "")) for field in ("name", "definition", "theme")))
