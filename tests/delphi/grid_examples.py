"""Grids as values, for tests of their drawing: any places, no database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from surveys import grid_cuts
from surveys.grid_cuts import GridCut
from surveys.grid_items import Answers, Placed
from surveys.grids import Grid, RoundHeard
from surveys.lenses import Audience, Lens
from surveys.looks import Look
from surveys.protocol import Protocol
from tests.surveys import examples

PANELS = (("practitioners", "Practitioners"), ("lived_experience", "People with lived experience"))
LENSES = (
    Lens("all", "Both panels, equal weight", PANELS, 0),
    Lens("practitioners", "Practitioners", PANELS[:1], 1),
    Lens("lived_experience", "People with lived experience", PANELS[1:], 2),
    Lens("carers", "Carers", (("carers", "Carers"),), 3),
)


def grid(
    medians: Sequence[tuple[float, float]],
    lens: Lens = LENSES[1],
    protocol: Protocol | None = None,
    look: Look | None = None,
) -> Grid:
    """A grid with an item at each of these places."""
    plan, look = protocol or examples.protocol(), look or Look(lens=lens)
    x, y = ([Fraction(place[n]) for place in medians] for n in (0, 1))
    cut = grid_cuts.find(plan, look, x, y, [("in", "in")] * len(medians))
    found = [_placed(cut, number, place, lens) for number, place in enumerate(medians, start=1)]
    return Grid(
        study_key="fairer-care",
        study_title="Fairer care",
        audience=Audience("all-items", "All items"),
        lens=lens,
        across=cut.across,
        up=cut.up,
        low=plan.scale.low,
        high=plan.scale.high,
        cells=cut.cells,
        placed=tuple(found),
        unplaced=(),
        quotes=(),
        rounds=(
            RoundHeard(number=1, closed_at=datetime(2026, 2, 2, tzinfo=UTC), answered=()),
            RoundHeard(
                number=2,
                closed_at=datetime(2026, 3, 3, tzinfo=UTC),
                answered=tuple((name, "12") for _, name in PANELS),
            ),
        ),
        price="",
        few="5 to 9",
        is_simulated=False,
        is_public=True,
        look=look,
        note=cut.note,
    )


def of_round(one: Grid, number: int) -> Grid:
    """The same grid with its first item from this round."""
    return replace(one, placed=(replace(one.placed[0], round_number=number), *one.placed[1:]))


def _placed(cut: GridCut, number: int, place: tuple[float, float], lens: Lens) -> Placed:
    return Placed(
        number=number,
        key=f"item-{number}",
        title=f"Item number {number} & its name",
        x=place[0],
        y=place[1],
        cell=cut.words(number - 1),
        round_number=2,
        answers=tuple(Answers(name, 12, 12) for _, name in lens.panels),
        rank=number,
    )
