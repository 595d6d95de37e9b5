"""The tags of one item as boxes to tick, a group for each vocabulary of the study."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Form, Page
from delphi.pages.design import fields
from delphi.pages.design.fields import Filled, ticked
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import publications
from surveys.designing import tagging
from surveys.designing.tagging import Tag
from surveys.errors import NotNow
from surveys.items import Item
from surveys.permissions import Power
from surveys.studies import Study

SAVED = "The tags of item {} are saved."


@dataclass(frozen=True)
class Box:
    """One tag: the name of its field, its words, and whether it is ticked."""

    name: str
    words: str
    is_ticked: bool
    is_theirs: bool


@dataclass(frozen=True)
class Vocabulary:
    """The tags of one vocabulary; whether grids are for them."""

    label: str
    source: str
    is_audience: bool
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Untagged:
    """Items that stand on no grid, each by number and title with the address of its tags.

    `label` is what the vocabulary is called that says whom the grids are for. An address is empty for whoever
    may not tag.
    """

    label: str
    rows: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class TagsPage(Page):
    """An item, and what it can be tagged with."""

    template: ClassVar[str] = "pages/design/tags.html"
    home: str
    id: int
    key: str
    number: int
    item: str
    vignette: str
    filled: Filled
    vocabularies: tuple[Vocabulary, ...]
    is_public: bool


def untagged(visit: Visit, study: Study, asked: Collection[int] | None = None) -> Untagged | None:
    """The items, or those of some (by id), that stand on no grid; None where there are none."""
    known = tagging.without_audience(study)
    left = [item for item in known if asked is None or item.id in asked]
    if not left or study.protocol.grids is None:
        return None
    may = may_tag(visit, study)
    return Untagged(
        study.vocabularies[study.protocol.grids.audiences]["label"],
        tuple((item.position, item.wording.title, address(study, item) if may else "") for item in left),
    )


def address(study: Study, item: Item) -> str:
    """Where an item's tags are."""
    return f"{tabs.address(study)}/items/{item.id}/tags"


def may_tag(visit: Visit, study: Study) -> bool:
    """Whether tags can be given here: by whoever designs, if there are any, until the study has ended."""
    is_over = study.ended_at is not None
    return bool(study.vocabularies) and not is_over and tabs.may(visit, study, Power.DESIGN)


def tags_page(visit: Visit, key: str, item_id: int) -> TagsPage:
    """The tags that the item has, or those that were ticked where somebody else changed them meanwhile."""
    study = tabs.study_of(visit, key)
    tagging.check_can_change(study)
    item = tagging.get_item(visit.session, study, item_id)
    filled = _filled(visit, study, item)
    return TagsPage(
        title=f"Tags of item {item.position}",
        frame=tabs.frame(visit, study, "/items"),
        home=tabs.address(study),
        id=item.id,
        key=item.key,
        number=item.position,
        item=item.wording.title,
        vignette=item.wording.vignette,
        filled=filled,
        vocabularies=tuple(_vocabulary(study, name, filled) for name in study.vocabularies),
        is_public=publications.find(visit.session, study) is not None,
    )


class TagsPages(Controller):
    """Showing and saving the tags of an item."""

    path = "/studies/{key:str}/items/{item_id:int}/tags"

    @get("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str], item_id: FromPath[int]) -> TagsPage:
        return tags_page(visit, key, item_id)

    @post("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=tags_page)
    def save(self, visit: Visit, form: Form, key: FromPath[str], item_id: FromPath[int]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        item = tagging.get_item(visit.session, study, item_id)
        tags = [tag for tag in tagging.known(study) if form.get(_name(tag))]
        seen, who = str(form.get("seen", "")), visit.account.email
        tagging.save(visit.session, study, item_id, tags, seen=seen, by=who, now=visit.now)
        return visit.go(f"{tabs.address(study)}/items#{item.key}", SAVED.format(item.position))


def _name(tag: Tag) -> str:
    return f"tag.{'.'.join(tag)}"


def _filled(visit: Visit, study: Study, item: Item) -> Filled:
    has = tagging.tags_of(study, item)
    kept = {_name(tag): ticked(tag in has) for tag in tagging.known(study)}
    seen = tagging.standing(study, item)
    if not isinstance(visit.refusal, NotNow):
        return Filled(kept, kept, seen)
    typed = {name: ticked(visit.form.get(name)) for name in kept}
    return fields.merged(fields.read_was(visit.form), kept, typed, seen)


def _vocabulary(study: Study, name: str, filled: Filled) -> Vocabulary:
    known, plan = study.vocabularies[name], study.protocol.grids
    boxes = {_name((name, term)): words for term, words in known["terms"].items()}
    return Vocabulary(
        label=known["label"],
        source=known["source"],
        is_audience=plan is not None and plan.audiences == name,
        boxes=tuple(
            Box(field, words, bool(filled.values.get(field)), field in filled.taken)
            for field, words in boxes.items()
        ),
    )
