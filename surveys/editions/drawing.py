"""The grid of an edition, for the drawing and the tables that draw a study's own: a `Grid` of its findings.

Every place is of all panels by the edition's weights. A team's own items are numbered after the study's. A
study that names no two criteria for grids has none; its editions are lists.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from surveys.cells import in_sentence
from surveys.editions import notices
from surveys.editions.edition_files import Regenerated
from surveys.editions.findings import EditionFindings, ItemFindings
from surveys.editions.local_tallies import LocalView
from surveys.editions.plans import EditionPlan
from surveys.editions.showing import Shown
from surveys.editions.sources import Source, SourceState
from surveys.grid_items import Placed, Unplaced
from surveys.grids import Grid, RoundHeard
from surveys.lenses import Audience, Lens

KEY = "local-edition"
OF_NOBODY = "Local edition"


@dataclass(frozen=True, kw_only=True)
class LocalGrid:
    """What a grid of an edition is made of, with the sentences that stand on it; `name` is whose it is."""

    name: str
    source: Source
    plan: EditionPlan
    local: LocalView | None
    findings: EditionFindings
    notices: tuple[str, ...]
    credit: str


def of_shown(shown: Shown) -> LocalGrid:
    """The grid of an edition as it is shown."""
    draft = shown.draft
    return LocalGrid(
        name=draft.plan.group.place or OF_NOBODY,
        source=draft.source,
        plan=draft.plan,
        local=shown.local,
        findings=shown.findings,
        notices=shown.notices,
        credit=shown.credit,
    )


def of_file(read: Regenerated) -> LocalGrid:
    """The grid of an edition that was read from its file."""
    file = read.file
    return of_parts(file.source, file.plan, file.local, read.findings, file.plan.group.place)


def of_parts(
    source: Source, plan: EditionPlan, local: LocalView | None, findings: EditionFindings, name: str = ""
) -> LocalGrid:
    """The grid of what was put together without a kept edition."""
    return LocalGrid(
        name=name or OF_NOBODY,
        source=source,
        plan=plan,
        local=local,
        findings=findings,
        notices=notices.of(source, local, SourceState.CURRENT),
        credit=notices.credit(source),
    )


def has_grid(one: LocalGrid) -> bool:
    """Whether there are two axes to place items on, and any item that has a place."""
    return one.source.grids is not None and any(item.on for item in one.findings.items)


def grid(one: LocalGrid) -> Grid:
    """The grid; only of a study that has grids."""
    across, up = one.findings.axes
    known = numbers(one.plan, one.source)
    return Grid(
        study_key=one.source.study_key,
        study_title=one.source.study_title,
        audience=Audience(KEY, _title(one)),
        lens=lens(one.findings, one.source),
        across=across,
        up=up,
        low=one.source.scale.low,
        high=one.source.scale.high,
        cells=one.findings.cells,
        placed=tuple(_placed(one, item, known[item.item]) for item in one.findings.items if item.on),
        unplaced=tuple(
            Unplaced(number=known[item.item], key=item.item, title=item.title, reason=item.unplaced)
            for item in one.findings.items
            if not item.on
        ),
        quotes=(),
        rounds=(RoundHeard(number=one.source.round_number, closed_at=None, answered=()),),
        price="",
        few="",
        is_simulated=one.source.is_simulated,
        is_public=True,
    )


def _title(one: LocalGrid) -> str:
    """Whose it is; that it is local stands in it, wherever the figure goes."""
    return one.name if one.name == OF_NOBODY else f"{one.name}, {in_sentence(OF_NOBODY)}"


def numbers(plan: EditionPlan, source: Source) -> Mapping[str, int]:
    """The number of every item: the study's by its own, the team's own after them."""
    of_study = {item.key: item.number for item in source.items}
    own = enumerate(plan.issues.local_items, start=max(of_study.values(), default=0) + 1)
    return of_study | {item.key: number for number, item in own}


def lens(findings: EditionFindings, source: Source) -> Lens:
    """The panels that weigh, as one pair of eyes: with the sign of all panels, or of the one that is left."""
    weights = {key: Fraction(str(weight)) for key, weight in findings.panel_weights if weight}
    panels = tuple((panel.key, panel.name) for panel in source.panels if panel.key in weights)
    if len(panels) == 1:
        mark = next(n for n, panel in enumerate(source.panels, start=1) if panel.key in weights)
        return Lens(panels[0][0], panels[0][1], panels, mark)
    shares = tuple(weight / sum(weights.values()) for weight in weights.values())
    who = _who([name for _, name in panels], source)
    return Lens("all", f"{who}, {_weighing(list(weights.values()))}", panels, 0, shares)


def _who(names: list[str], source: Source) -> str:
    """The panels that weigh; by their names where others do not."""
    if len(names) < len(source.panels):
        return " and ".join([names[0], *map(in_sentence, names[1:])])
    return "Both panels" if len(names) == 2 else "All panels"


def _weighing(weights: list[Fraction]) -> str:
    if len(set(weights)) == 1:
        return "equal weight"
    return f"weighted {' : '.join(f'{float(weight):g}' for weight in weights)}"


def _placed(one: LocalGrid, item: ItemFindings, number: int) -> Placed:
    across, up = item.on
    return Placed(
        number=number,
        key=item.item,
        title=item.title,
        x=across.median,
        y=up.median,
        cell=item.cell,
        round_number=_round(one, item),
        answers=(),
        rank=item.place or 0,
        cells_by_panel=_by_panel(one, item),
    )


def _by_panel(one: LocalGrid, item: ItemFindings) -> tuple[tuple[str, str], ...]:
    """Where each panel that weighs would place it alone, where several do."""
    weighed = _weighed(one)
    cells = tuple((panel.name, panel.now.cell) for panel in item.panels if panel.panel in weighed)
    return cells if len(cells) > 1 else ()


def _round(one: LocalGrid, item: ItemFindings) -> int:
    """The oldest round of the study that takes part in its place; the newest where none does."""
    return min(_rounds(item, _weighed(one)), default=one.source.round_number)


def _weighed(one: LocalGrid) -> set[str]:
    return {key for key, weight in one.findings.panel_weights if weight}


def _rounds(item: ItemFindings, panels: Iterable[str]) -> Iterable[int]:
    return (
        panel.published_round
        for panel in item.panels
        if panel.panel in panels and panel.published_round is not None and not panel.on_published
    )
