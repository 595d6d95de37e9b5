"""A grid as its pages show it: the drawing, its key, the same as a table, what was said, and the ways on."""

from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar
from urllib.parse import quote, urlencode

from litestar import Response

from delphi import captions, charts, formats, grid_forms
from delphi.charts import Drawing
from delphi.db import Visit
from delphi.page import Frame, Link, Page, download
from surveys import grids, lenses
from surveys.cells import in_sentence
from surveys.grids import Grid, Placed, Quote
from surveys.lenses import Audience
from surveys.rounds import Round
from surveys.studies import Study
from surveys.visibility import Viewer


@dataclass(frozen=True)
class View:
    """Whose eyes, up to which round, and where; `asked` is what addresses say beside the panel."""

    study: Study
    round: Round
    viewer: Viewer
    home: str
    asked: tuple[tuple[str, str], ...] = ()

    def address(self, audience: Audience, panel: str = "", file: str = "") -> str:
        """Where a grid is, or a file of it."""
        query = urlencode([*([("panel", panel)] if panel else []), *self.asked])
        path = f"{self.home}/{quote(audience.key, safe='')}{file}"
        return f"{path}?{query}" if query else path


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
    back: Link
    when: str
    answered: str
    summary: str
    caption: str
    notes: tuple[str, ...]
    ranking: str
    drawing: Drawing
    key: tuple[Placed, ...]
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
    is_public: bool


def find_grid(visit: Visit, view: View, audience_key: str, panel: str) -> Grid:
    """The grid that is asked for; without a panel, the first lens through which anything can be seen."""
    audience = lenses.get_audience(view.study, audience_key)
    if panel:
        return _build(visit, view, audience, panel)
    every = [lens.key for lens in lenses.lenses(view.study)]
    built = (_build(visit, view, audience, key) for key in every)
    return next((grid for grid in built if grid.placed), None) or _build(visit, view, audience, every[0])


def grid_page(
    visit: Visit, view: View, grid: Grid, frame: Frame, back: Link, rounds: tuple[Link, ...] = ()
) -> GridPage:
    """The page of a grid."""
    return GridPage(
        title=f"Priority grid: {grid.audience.name}",
        audience=grid.audience.name,
        frame=frame,
        back=back,
        when=captions.when(grid, visit.settings.zone),
        answered=captions.answered(grid),
        summary=captions.summary(grid),
        caption=captions.caption(grid),
        notes=captions.notes(grid),
        ranking=captions.ranking(grid),
        drawing=charts.draw(grid),
        key=grid.placed,
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
        downloads=_downloads(view, grid),
        is_public=grid.is_public,
    )


def cards(visit: Visit, view: View) -> tuple[Card, ...]:
    """One card an audience."""
    found = [find_grid(visit, view, audience.key, "") for audience in lenses.audiences(view.study)]
    return tuple(
        Card(
            name=grid.audience.name,
            href=view.address(grid.audience),
            items=formats.plural(len(grid.placed) + len(grid.unplaced), "item"),
            drawing=charts.draw(grid),
        )
        for grid in found
    )


def respond(visit: Visit, grid: Grid, file: str) -> Response[bytes]:
    """The grid as a file to keep, in the form that a file of this name has."""
    form = grid_forms.get(file)
    return download(_file_name(grid, file), form.bytes(grid, visit.settings.zone), form.media_type)


def _build(visit: Visit, view: View, audience: Audience, panel: str) -> Grid:
    lens = lenses.get_lens(view.study, panel)
    return grids.build(visit.session, view.study, audience, lens, through=view.round, viewer=view.viewer)


def _lens_links(view: View, grid: Grid) -> tuple[LensLink, ...]:
    every = lenses.lenses(view.study)
    return tuple(
        LensLink(lens.name, view.address(grid.audience, lens.key), lens.mark, lens.key == grid.lens.key)
        for lens in every
        if len(every) > 1
    )


def _columns(grid: Grid) -> tuple[tuple[str, str], ...]:
    return (
        ("Item", "text"),
        ("Place in the order", "number"),
        (f"{grid.across.name}, median", "number"),
        (f"{grid.up.name}, median", "number"),
        ("Where it stands", "text"),
        ("Round", "number"),
    )


def _rows(grid: Grid) -> tuple[tuple[object, ...], ...]:
    """By number, so that a mark can be looked up."""
    places = {item.number: place for place, item in enumerate(grid.placed, start=1)}
    return tuple(
        (
            f"{item.number}. {item.title}",
            places[item.number],
            captions.median_words(item.x, [answers.across for answers in item.answers], grid.few),
            captions.median_words(item.y, [answers.up for answers in item.answers], grid.few),
            item.cell or formats.NOTHING,
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
    return tuple(
        Noted(number, title, number in earlier, tuple(quotes)) for (number, title), quotes in by_item
    )


def _beside(study: Study) -> tuple[str, ...]:
    names = [plan.name for plan in study.protocol.panels if plan.beside_grids]
    return tuple(in_sentence(name) for name in names)


def _questions(study: Study, grid: Grid) -> tuple[tuple[str, str], ...]:
    return tuple(
        (axis.name, study.protocol.criterion(axis.criterion).question) for axis in (grid.across, grid.up)
    )


def _downloads(view: View, grid: Grid) -> tuple[Link, ...]:
    return tuple(
        Link(form.words, view.address(grid.audience, grid.lens.key, f"/{file}"))
        for file, form in grid_forms.FORMS.items()
    )


def _file_name(grid: Grid, file: str) -> str:
    """Whose grid it is and up to which round; a poster says so."""
    parts = (grid.study_key, grid.audience.key, grid.lens.key, f"round-{grid.through.number}")
    kept = "-".join(part.replace("_", "-") for part in parts)
    return kept + file.removeprefix("grid") if file.startswith("grid") else f"{kept}-{file}"
