"""The items of a study with their tags, which the team may see and raters may not."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery

from delphi.auth import Access
from delphi.db import transaction
from delphi.page import CSV, Page, download
from delphi.pages.design import tags
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys.exchange import item_files, study_files
from surveys.histories import changes
from surveys.histories.changes import ALL_ROUNDS
from surveys.items import Item


@dataclass(frozen=True)
class ItemRow:
    """An item with its tags: pairs of a vocabulary's label and the words of its terms."""

    id: int
    number: int
    key: str
    title: str
    vignette: str
    tags: tuple[tuple[str, str], ...]
    has_gone: bool  # it gave way to others


@dataclass(frozen=True, kw_only=True)
class ItemsPage(Page):
    """The items, those that hold every word that is looked for."""

    template: ClassVar[str] = "pages/study/items.html"
    home: str
    items: tuple[ItemRow, ...]
    total: int
    words: str
    may_tag: bool


class ItemsPages(Controller):
    """What is to be rated."""

    path = "/studies/{key:str}"

    @get("/items", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def items(self, visit: Visit, key: FromPath[str], words: FromQuery[str] = "") -> ItemsPage:
        study = tabs.study_of(visit, key)
        gone = changes.gone(visit.session, study, ALL_ROUNDS)
        rows = [_row(item, study.vocabularies, has_gone=item.id in gone) for item in study.items]
        return ItemsPage(
            title="Items",
            frame=tabs.frame(visit, study, "/items"),
            home=tabs.address(study),
            items=tuple(row for row in rows if _holds(row, words)),
            total=len(rows) - len(gone),
            words=words,
            may_tag=tags.may_tag(visit, study),
        )

    @get("/items.csv", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def file(self, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        files = study_files.of(tabs.study_of(visit, key))
        return download(f"{key}-items.csv", item_files.write(files.items, files.vocabularies), CSV)


def _row(item: Item, vocabularies: dict[str, Any], *, has_gone: bool) -> ItemRow:
    tags = tuple(_tag(vocabularies[name], terms) for name, terms in item.tags.items() if name in vocabularies)
    title, vignette = item.wording.title, item.wording.vignette
    return ItemRow(item.id, item.position, item.key, title, vignette, tags, has_gone)


def _tag(vocabulary: dict[str, Any], terms: list[str]) -> tuple[str, str]:
    return vocabulary["label"], ", ".join(vocabulary["terms"].get(term, term) for term in terms)


def _holds(row: ItemRow, words: str) -> bool:
    text = " ".join((f"{row.number}", row.title, row.vignette, *(said for _, said in row.tags))).casefold()
    return all(word in text for word in words.casefold().split())
