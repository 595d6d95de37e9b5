"""Which grid an address asks for: of which study and round, for whom, and by which look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from delphi.visits import Visit
from surveys import grids, lenses, looks
from surveys.grids import Grid
from surveys.lenses import Audience
from surveys.looks import Look
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

    def address(self, audience: Audience, asked: Sequence[tuple[str, str]] = (), file: str = "") -> str:
        """Where a grid is by this look, or a file of it."""
        query = urlencode([*asked, *self.asked])
        path = f"{self.home}/{quote(audience.key, safe='')}{file}"
        return f"{path}?{query}" if query else path


def find_grid(visit: Visit, view: View, audience_key: str) -> Grid:
    """The grid that the address asks for; without a panel, the first lens that shows anything."""
    audience = lenses.get_audience(view.study, audience_key)
    look = replace(looks.read(view.study, visit.request.query_params.dict()), asks_how_sure=True)
    if "panel" in visit.request.query_params:
        return _build(visit, view, audience, look)
    return first(visit, view, audience, look)


def find_each(visit: Visit, view: View, look: Look) -> tuple[Grid, ...]:
    """The grid of every audience of which the look shows any item."""
    return tuple(
        _build(visit, view, audience, look)
        for audience in lenses.audiences(view.study)
        if grids.shows_any(view.study, audience, look)
    )


def first(visit: Visit, view: View, audience: Audience, look: Look) -> Grid:
    """Through the first lens that shows anything, or else the first."""
    every = [replace(look, lens=lens) for lens in lenses.lenses(view.study)]
    built = [_build(visit, view, audience, every[0])]
    if not built[0].placed:
        built += (_build(visit, view, audience, one) for one in every[1:])
    return next((grid for grid in built if grid.placed), built[0])


def _build(visit: Visit, view: View, audience: Audience, look: Look) -> Grid:
    return grids.build(visit.session, view.study, audience, look, through=view.round, viewer=view.viewer)


def asked(grid: Grid) -> tuple[tuple[str, str], ...]:
    """What an address says to have this grid again."""
    return look_of(grid).query


def look_of(grid: Grid) -> Look:
    """How this grid is looked at."""
    return grid.look or Look(lens=grid.lens)
