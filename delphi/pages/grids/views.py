"""A grid as its pages show it: the drawing, its key, the same as a table, what was said, and the ways on."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import ClassVar

from delphi import captions, charts, formats
from delphi.charts import Drawing
from delphi.page import Frame, Link, Page
from delphi.pages.grids import asking, files, looking, ranked
from delphi.pages.grids.asking import Asking
from delphi.pages.grids.looking import View, look_of
from delphi.pages.grids.ranked import Entry, RankRow
from delphi.visits import Visit
from surveys import grid_ranks, lenses, looks
from surveys.cells import in_sentence
from surveys.grids import Grid
from surveys.lenses import Lens
from surveys.quotes import Quote
from surveys.studies import Study


@dataclass(frozen=True)
class LensLink:
    """Another pair of eyes to look through."""

    text: str
    href: str
    panel: int
    is_current: bool


@dataclass(frozen=True)
class Noted:
    """An item with what was said of it."""

    number: int
    title: str
    is_earlier: bool
    in_short: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Card:
    """An audience to choose, with its grid in small."""

    name: str
    href: str
    items: str
    drawing: Drawing


@dataclass(frozen=True, kw_only=True)
class GridPage(Page):
    """One grid. `rounds` are the closed rounds that a team may look back to."""

    template: ClassVar[str] = "pages/grids/grid.html"
    audience: str
    asking: Asking
    back: Link
    when: str
    answered: str
    summary: str
    caption: str
    notes: tuple[str, ...]
    ranking: str
    order_holds: str
    drawing: Drawing
    key: tuple[Entry, ...]
    differing: tuple[tuple[str, str], ...]
    how_sure: str
    ranks: tuple[RankRow, ...]
    first_places: int
    by: str
    weighs: tuple[str, str]  # what the two axes are called within a sentence
    newest: int
    lenses: tuple[LensLink, ...]
    rounds: tuple[Link, ...]
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[object, ...], ...]
    in_brackets: str
    not_shown: tuple[tuple[str, tuple[str, ...]], ...]
    noted: tuple[Noted, ...]
    beside: tuple[str, ...]  # the panels whose comments stand beside the grids
    questions: tuple[tuple[str, str], ...]
    downloads: tuple[Link, ...]
    embedding: str  # what a page elsewhere needs to show it; empty for the team
    is_public: bool


def grid_page(
    visit: Visit, view: View, grid: Grid, frame: Frame, back: Link, rounds: tuple[Link, ...] = ()
) -> GridPage:
    """The page of a grid."""
    ranks = grid_ranks.find(grid)
    return GridPage(
        title=f"Priority grid: {grid.audience.name}",
        audience=grid.audience.name,
        asking=asking.asking(
            view.study,
            grid,
            view.address(grid.audience).partition("?")[0],
            view.asked,
            view.address(grid.audience),
        ),
        frame=frame,
        back=back,
        when=captions.when(grid, visit.zone),
        answered=captions.answered(grid),
        summary=captions.summary(grid),
        caption=captions.caption(grid),
        notes=captions.notes(grid),
        ranking=captions.ranking(grid),
        order_holds=captions.order_holds(grid, grid_ranks.holds(grid)),
        drawing=charts.draw(grid),
        key=ranked.key(grid, ranks),
        differing=captions.differing(grid),
        how_sure=captions.how_sure_is_meant(grid),
        ranks=ranked.rows(grid, ranks),
        first_places=ranked.first_places(grid),
        by=grid.by,
        weighs=(in_sentence(grid.across.name), in_sentence(grid.up.name)),
        newest=grid.through.number,
        lenses=_lens_links(view, grid),
        rounds=rounds,
        columns=_columns(grid),
        rows=_rows(grid),
        in_brackets=captions.in_brackets(grid),
        not_shown=_not_shown(grid),
        noted=_noted(grid),
        beside=_beside(view.study),
        questions=_questions(view.study, grid),
        downloads=files.downloads(view, grid),
        embedding=_embedding(visit, view, grid) if grid.is_public else "",
        is_public=grid.is_public,
    )


def cards(visit: Visit, view: View) -> tuple[Card, ...]:
    """One card an audience."""
    usual = looks.read(view.study, {})
    found = [looking.first(visit, view, audience, usual) for audience in lenses.audiences(view.study)]
    return tuple(
        Card(
            name=grid.audience.name,
            href=view.address(grid.audience),
            items=formats.plural(len(grid.placed) + len(grid.unplaced), "item"),
            drawing=charts.draw(grid),
        )
        for grid in found
    )


def _lens_links(view: View, grid: Grid) -> tuple[LensLink, ...]:
    every = lenses.lenses(view.study)
    return tuple(
        LensLink(lens.name, _through(view, grid, lens), lens.mark, lens.key == grid.lens.key)
        for lens in every
        if len(every) > 1
    )


def _through(view: View, grid: Grid, lens: Lens) -> str:
    """The same grid through other eyes."""
    return view.address(grid.audience, replace(look_of(grid), lens=lens).query)


def _embedding(visit: Visit, view: View, grid: Grid) -> str:
    """A frame with this grid as it stands at this round, for a page elsewhere."""
    fixed = (*look_of(grid).query, ("through", f"{grid.through.number}"))
    path = replace(view, asked=()).address(grid.audience, fixed, "/embed")
    source = f"{visit.settings.public_address}{path}".replace("&", "&amp;")
    title = f"Priority grid: {grid.audience.name}".replace('"', "&quot;")
    return f'<iframe src="{source}" title="{title}" width="100%" height="1250" loading="lazy"></iframe>'


def _columns(grid: Grid) -> tuple[tuple[str, str], ...]:
    return (
        ("Item", "text"),
        ("Place in the order", "number"),
        (f"{grid.across.name}, {grid.by.removesuffix('s')}", "number"),
        (f"{grid.up.name}, {grid.by.removesuffix('s')}", "number"),
        ("Where it stands", "text"),
        *((("How sure", "text"),) if grid.sure_by else ()),
        *((("Before", "text"),) if _moves(grid) else ()),
        ("Round", "number"),
    )


def _moves(grid: Grid) -> bool:
    return any(item.before for item in grid.placed)


def _rows(grid: Grid) -> tuple[tuple[object, ...], ...]:
    """By number, so that a mark can be looked up."""
    return tuple(
        (
            f"{item.number}. {item.title}",
            item.rank,
            captions.median_words(item.x, [answers.across for answers in item.answers], grid.few),
            captions.median_words(item.y, [answers.up for answers in item.answers], grid.few),
            item.cell or formats.NOTHING,
            *((captions.how_sure(item.sure.cell) or formats.NOTHING,) if grid.sure_by else ()),
            *((captions.stood_before(item),) if _moves(grid) else ()),
            item.round_number,
        )
        for item in sorted(grid.placed, key=lambda item: item.number)
    )


def _not_shown(grid: Grid) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (reason, tuple(f"{item.number}. {item.title}" for item in items))
        for reason, items in captions.not_shown(grid)
    )


def _noted(grid: Grid) -> tuple[Noted, ...]:
    earlier = {item.number for item in grid.placed if item.round_number < grid.through.number}
    by_item = groupby(grid.quotes, key=lambda quote: (quote.number, quote.title))
    said = {place: tuple(quotes) for place, quotes in by_item}
    in_short = {(number, title): text for number, title, text in grid.in_short}
    return tuple(
        Noted(*place, place[0] in earlier, in_short.get(place, ""), said.get(place, ()))
        for place in sorted({*said, *in_short})
    )


def _beside(study: Study) -> tuple[str, ...]:
    names = [plan.name for plan in study.protocol.panels if plan.beside_grids]
    return tuple(in_sentence(name) for name in names)


def _questions(study: Study, grid: Grid) -> tuple[tuple[str, str], ...]:
    return tuple(
        (axis.name, study.protocol.criterion(axis.criterion).question) for axis in (grid.across, grid.up)
    )
