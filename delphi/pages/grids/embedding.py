"""A grid to stand within a page elsewhere: the figure, its key, and whose it is, of a fixed round."""

from dataclasses import dataclass
from typing import ClassVar

from delphi import captions, charts
from delphi.charts import Drawing
from delphi.page import Page
from delphi.pages.grids import looking, ranked
from delphi.pages.grids.looking import View
from delphi.pages.grids.ranked import Entry
from delphi.visits import Visit
from surveys import grid_ranks
from surveys.grids import Grid


@dataclass(frozen=True, kw_only=True)
class EmbeddedGrid(Page):
    """One grid without the pages around it. `whole` is where all of it is."""

    template: ClassVar[str] = "pages/grids/embed.html"
    may_stand_elsewhere: ClassVar[bool] = True
    audience: str
    when: str
    answered: str
    caption: str
    notes: tuple[str, ...]
    drawing: Drawing
    key: tuple[Entry, ...]
    newest: int
    whole: str


def embedded(visit: Visit, view: View, grid: Grid) -> EmbeddedGrid:
    """The grid as it stands at the round that the address names."""
    return EmbeddedGrid(
        title=f"Priority grid: {grid.audience.name}",
        frame=visit.frame(view.study),
        audience=grid.audience.name,
        when=captions.when(grid, visit.zone),
        answered=captions.answered(grid),
        caption=captions.caption(grid),
        notes=captions.notes(grid),
        drawing=charts.draw(grid),
        key=ranked.key(grid, grid_ranks.find(grid)),
        newest=grid.through.number,
        whole=f"{visit.settings.public_address}{view.address(grid.audience, looking.asked(grid))}",
    )
