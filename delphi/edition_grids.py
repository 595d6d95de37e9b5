"""The grid of an edition for people: its words, and the files that it can be had in.

It is drawn as a study's own, and says on every sheet that it is none.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from delphi import charts, papers, sheets
from delphi.findings_in_words import joined
from delphi.page import CSV
from delphi.sheets import Words
from surveys.cells import in_sentence
from surveys.editions import drawing, grid_tables, notices
from surveys.editions.drawing import LocalGrid
from surveys.editions.local_tallies import LocalView
from surveys.editions.sources import Source
from surveys.errors import NotFound, NotNow
from surveys.grids import Grid

LIST_ONLY = (
    "There is no grid to draw: the study’s protocol names no two criteria for its axes. The items in their"
    " order are in the table (CSV) and in the data (JSON)."
)
NOTHING_PLACED = (
    "There is no grid to draw: no item has a place. The reasons stand in the table (CSV) and the data (JSON)."
)
NO_LOCAL = "Nobody here has rated the items yet, so what stands here is the study’s alone."
_CUTS = {
    "midpoint": "Cells begin in the middle of the scale.",
    "medians": "Cells begin at the median of these items, so high and low are relative to one another.",
    "means": "Cells begin at the mean of these items, so high and low are relative to one another.",
    "own": "Cells begin at numbers of the team’s own: at or above is high.",
}


@dataclass(frozen=True)
class File:
    """One form: what a link to it says, what a browser is told, and how it is made."""

    words: str
    media_type: str
    content: Callable[[LocalGrid], bytes]
    is_drawn: bool = False


def get(name: str) -> File:
    """The form that a file of this name has."""
    if (form := FILES.get(name)) is None:
        raise NotFound("There is no page at this address.")
    return form


def content(one: LocalGrid, name: str) -> bytes:
    """The file of this name. Equal grids give equal bytes; what cannot be drawn is refused."""
    form = get(name)
    if form.is_drawn and not drawing.has_grid(one):
        raise NotNow(NOTHING_PLACED if one.source.grids else LIST_ONLY)
    return form.content(one)


def files(one: LocalGrid) -> tuple[tuple[str, File], ...]:
    """The files that there are of it, by their names."""
    can_be_drawn = drawing.has_grid(one)
    return tuple((name, form) for name, form in FILES.items() if can_be_drawn or not form.is_drawn)


def caption(one: LocalGrid, grid: Grid) -> str:
    """What the figure shows."""
    axes = f"{in_sentence(grid.across.name)} across, {in_sentence(grid.up.name)} up"
    return (
        "Each mark is an item in play. It stands where the middle answer (the median) of"
        f" {in_sentence(grid.lens.name)}{',' if grid.lens.is_combined else ''} lies,"
        f" from {grid.low} to {grid.high}: {axes}. {answers(one)}"
    )


def answers(one: LocalGrid) -> str:
    """Whose answers take part, and how strongly the published ones."""
    if one.local is None:
        return NO_LOCAL
    strength = one.findings.strength
    if strength == 0:
        return "Your people’s answers alone."
    most = f"at most {'' if strength == 1 else f'{strength:g} times '}as many answers as yours"
    return f"Your people’s answers and the study’s together; the published ones count {most}."


def people(source: Source, local: LocalView | None) -> str:
    """How many of each panel rated here, as far as that may be said."""
    if local is None:
        return NO_LOCAL
    said = [f"{in_sentence(name)}, {words}" for name, words in local_people(source, local)]
    return f"Rated here: {'; '.join(said)}."


def local_people(source: Source, local: LocalView) -> tuple[tuple[str, str], ...]:
    """Each panel with how many of it rated here, in words."""
    return tuple(
        (panel.name, local.responders[panel.key]) for panel in source.panels if panel.key in local.responders
    )


def order(one: LocalGrid) -> str:
    """By what the items are ordered, and how far the weights could change before they were not."""
    names = {criterion.key: in_sentence(criterion.name) for criterion in one.source.criteria}
    weights = [(names[key], weight) for key, weight in one.findings.criterion_weights]
    if len(weights) == 1:
        return f"In the order of the medians of {weights[0][0]}; equal values share a place."
    if len({weight for _, weight in weights}) == 1:
        told = joined([name for name, _ in weights])
        return f"In the order of {told}, which weigh the same; equal values share a place."
    told = joined([f"{name} (weight {weight:g})" for name, weight in weights])
    return f"In the order of {told}; equal values share a place."


def notes(one: LocalGrid, grid: Grid) -> tuple[str, ...]:
    """How to read what may puzzle: shared points, earlier rounds, where cells begin."""
    points = [(item.x, item.y) for item in grid.placed]
    said = []
    if len(set(points)) < len(points):
        said.append("Items with the same medians stand round their point; a thin line leads to it.")
    if any(item.round_number < grid.through.number for item in grid.placed):
        said.append(
            f"Dashed marks: the study did not ask them in round {grid.through.number}; its answers are of an"
            " earlier round."
        )
    if any(item.panels_differ for item in grid.placed):
        said.append("A ring at a mark’s corner: the panels place that item in different cells.")
    own = {item.item for item in one.findings.items if item.is_local}
    if numbers := [f"{item.number}" for item in grid.placed if item.key in own]:
        said.append(f"{'An item' if len(numbers) == 1 else 'Items'} of this team’s own: {joined(numbers)}.")
    if cut := _CUTS.get(one.plan.ingredients.cuts.kind):
        said.append(cut)
    return (*said, *_missing(grid))


def _missing(grid: Grid) -> Iterator[str]:
    """The items without a place, by the reason."""
    reasons: dict[str, list[str]] = {}
    for item in grid.unplaced:
        reasons.setdefault(item.reason, []).append(f"{item.number}")
    return (f"Not in the grid: {joined(numbers)}. {reason}" for reason, numbers in reasons.items())


def words(one: LocalGrid, grid: Grid) -> Words:
    """What is said around the figure on a sheet of its own."""
    simulated = ("Simulated data: nobody gave these answers.",) if grid.is_simulated else ()
    return Words(
        title="Local priority grid" + (f": {one.name}" if one.name != drawing.OF_NOBODY else ""),
        subtitle=f"Made from “{one.source.study_title}”. {people(one.source, one.local)}",
        flags=(*simulated, notices.LOCAL),
        notes=(
            " ".join(one.notices),
            caption(one, grid),
            order(one),
            *notes(one, grid),
            one.credit,
        ),
    )


def svg(one: LocalGrid) -> str:
    """The grid as an SVG file that needs nothing beside it."""
    grid = drawing.grid(one)
    return sheets.render(grid, words(one, grid))


def _pdf(paper: papers.Paper) -> Callable[[LocalGrid], bytes]:
    return lambda one: papers.pdf([_figure(one)], title=_title(one), paper=paper)


def _png(one: LocalGrid) -> bytes:
    return papers.png(_figure(one), title=_title(one))


def _figure(one: LocalGrid) -> papers.Figure:
    return papers.Figure(svg(one), charts.description(drawing.grid(one)))


def _title(one: LocalGrid) -> str:
    return f"{charts.title(drawing.grid(one))}. {notices.LOCAL}"


FILES = {
    "grid.pdf": File("On a page of A4 (PDF)", "application/pdf", _pdf("a4"), is_drawn=True),
    "poster.pdf": File("A poster of A3 (PDF)", "application/pdf", _pdf("a3"), is_drawn=True),
    "grid.png": File("Picture (PNG)", "image/png", _png, is_drawn=True),
    "grid.svg": File("Drawing (SVG)", "image/svg+xml", lambda one: svg(one).encode(), is_drawn=True),
    "grid.csv": File("Table (CSV)", CSV, grid_tables.as_csv),
    "grid.json": File("Data (JSON)", "application/json", grid_tables.as_json),
}
