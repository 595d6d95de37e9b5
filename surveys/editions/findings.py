"""What comes of a plan, the published answers and the local ones: plain values, the same for the same input.

A pure function of what may be seen, so nothing hidden is in it. `updating`, which computes it, is loaded when
it is needed.
"""

from dataclasses import dataclass

from surveys.cells import Axis, Cell
from surveys.editions.local_tallies import LocalView
from surveys.editions.plans import EditionPlan, Standing
from surveys.editions.sources import Source
from surveys.errors import InvalidInput
from surveys.visibility import Level

STRENGTHS = (0.0, 0.25, 0.5, 1.0)  # shown side by side
USUAL_STRENGTH = 1.0  # published answers count at most as many as the local ones


@dataclass(frozen=True, kw_only=True)
class OnAxis:
    """Where an item stands on one criterion, and how sure that is of such people, if there are bands.

    `chance` is that their median lies in this band, `moved` in another than the published one, and
    `ten_points` that their share of the highest band differs from the published by ten points or more.
    """

    criterion: str
    median: float
    band: str
    chance: float | None = None
    moved: float | None = None
    ten_points: float | None = None


@dataclass(frozen=True, kw_only=True)
class AtStrength:
    """Where an item stands for a panel at one strength of the published answers.

    `stands_for` is how many answers the published ones count as; `cell` its words, empty where it has none.
    """

    strength: float
    stands_for: float
    on: tuple[OnAxis, ...]  # in the order of the axes; empty where nothing can be said
    cell: str


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Local and published answers of one panel to one item on one criterion, each by itself.

    `is_conflict` where they differ beyond chance, by Cliff's delta with its 95 % interval, local against
    published; None where one side is missing.
    """

    criterion: str
    local_median: float | None
    published_median: float | None
    published_band: str
    delta: float | None
    delta_low: float | None
    delta_high: float | None
    is_conflict: bool | None


@dataclass(frozen=True, kw_only=True)
class PanelFindings:
    """One item as one panel sees it. `on_local` and `on_published` say why a side is missing."""

    panel: str
    name: str
    local_level: Level
    published_level: Level
    published_round: int | None
    on_local: str
    on_published: str
    at: tuple[AtStrength, ...]  # one for each of STRENGTHS
    now: AtStrength  # at the strength that was asked for
    compared: tuple[Compared, ...]  # in the order of the axes


@dataclass(frozen=True, kw_only=True)
class ItemFindings:
    """One item in play. `on` and `cell` are of all panels by their weights, at the strength asked for."""

    item: str
    number: int | None  # None for a local item
    title: str
    is_local: bool
    standing: Standing
    place: int | None  # in the order of the edition's weights, equal values sharing a place
    score: float | None
    places: tuple[tuple[int, float, float], ...]  # each place, from and to which weight of the first axis
    on: tuple[OnAxis, ...]
    cell: str
    unplaced: str  # why it has no place
    panels: tuple[PanelFindings, ...]


@dataclass(frozen=True, kw_only=True)
class PanelMoves:
    """How many items that both sides rated lie in another band than published, at the strength asked for.

    `by_chance` is how many would if the local people were just like the panel.
    """

    panel: str
    name: str
    criterion: str
    compared: int
    moved: int
    by_chance: float


@dataclass(frozen=True, kw_only=True)
class EditionFindings:
    """All that an edition finds. Items with a place come first, in its order."""

    strength: float
    axes: tuple[Axis, ...]
    cells: tuple[Cell, ...]
    items: tuple[ItemFindings, ...]
    order_holds: tuple[float, float] | None  # from and to which weight of the first of two axes
    moves: tuple[PanelMoves, ...]
    panel_weights: tuple[tuple[str, float], ...]
    criterion_weights: tuple[tuple[str, float], ...]
    method: str


def find(
    source: Source, plan: EditionPlan, local: LocalView | None, strength: float = USUAL_STRENGTH
) -> EditionFindings:
    """What comes of it, with the published answers at this strength: 0 is only ours, 1 as many as ours."""
    from surveys.editions import updating  # noqa: PLC0415  # scipy takes a second, and a start needs none

    if not 0 <= strength <= 1:
        raise InvalidInput("The strength is a number from 0 to 1.", "strength")
    return updating.find(source, plan, local, strength)
