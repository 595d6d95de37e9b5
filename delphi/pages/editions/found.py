"""What an edition finds, in words and rows, for its own team and for anybody who reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from delphi import edition_grids, formats
from delphi.findings_in_words import joined
from delphi.formats import plural
from delphi.page import Link
from delphi.pages.editions import differences
from surveys.cells import in_sentence
from surveys.editions import drawing, pairing
from surveys.editions.findings import STRENGTHS, AtStrength, EditionFindings, ItemFindings, PanelFindings
from surveys.editions.showing import Shown
from surveys.visibility import Level

STRENGTH_WORDS = {0.0: "Only ours", 0.25: "A quarter", 0.5: "Half", 1.0: "As many as ours"}
NOTHING_IN_PLAY = "No item is in play yet."
NOBODY, FEW, OTHERWISE = "nobody rated it here", "too few rated it here", "rated here on another scale"
SMALL = "small group"


@dataclass(frozen=True)
class PanelRow:
    """An item as one panel sees it: here, in the study, and both together at the chosen strength."""

    name: str
    mark: int
    here: str
    study: str
    together: str
    chance: str
    stands_for: str
    at: tuple[
        tuple[str, str, str, str], ...
    ]  # strength, answers that the published ones stand for, cell, chance


@dataclass(frozen=True)
class ItemRow:
    """An item in play; `place` is empty where it has none, and `where` then says why."""

    number: int
    place: str
    title: str
    standing: str
    is_local: bool
    unrated: str  # why nothing of it is from here, where other items are rated here
    where: str
    panels: tuple[PanelRow, ...]


@dataclass(frozen=True)
class Found:
    """All of it."""

    first: str
    people: str
    stands_for: tuple[str, ...]
    moved_by: str
    moved: tuple[str, ...]
    conflicts: tuple[str, ...]
    rough: tuple[str, ...]
    strengths: tuple[Link, ...]
    items: tuple[ItemRow, ...]
    method: str


def found(shown: Shown, address: str) -> Found:
    """The findings in words; `address` is where they are shown."""
    findings, numbers = shown.findings, drawing.numbers(shown.draft.plan, shown.draft.source)
    return Found(
        first=_first(findings),
        people=edition_grids.people(shown.draft.source, shown.local),
        stands_for=_stands_for(shown),
        moved_by=differences.counted_by(findings),
        moved=differences.moved(findings),
        conflicts=differences.conflicts(findings),
        rough=_rough(findings),
        strengths=_strengths(shown, address),
        items=tuple(_item(findings, item, numbers[item.item]) for item in findings.items),
        method=findings.method,
    )


def _first(findings: EditionFindings) -> str:
    placed = [item for item in findings.items if item.place]
    if not findings.items:
        return NOTHING_IN_PLAY
    number = f"{plural(len(findings.items), 'item is', 'items are')} in play."
    if not placed:
        return f"{number} None of them can be placed yet."
    firsts = [f"“{item.title}”{_aside(_unrated(item))}" for item in placed if item.place == 1]
    if len(firsts) > 3:
        return f"{number} {len(firsts)} of them share the first place."
    return f"{number} First by your weights: {joined(firsts)}."


def _aside(text: str) -> str:
    return f" ({text})" if text else ""


def _unrated(item: ItemFindings) -> str:
    """Why no answers from here are in an item, where there are local answers at all."""
    said = {panel.on_local for panel in item.panels}
    if any(map(_has_local, item.panels)) or pairing.NO_ANSWERS_YET in said:
        return ""
    if said <= {pairing.NOT_ASKED_HERE, pairing.NOBODY_HERE}:
        return NOBODY
    return OTHERWISE if pairing.OTHER_SCALE in said else FEW


def _rough(findings: EditionFindings) -> tuple[str, ...]:
    """How small groups count, once for all items."""
    panels = (panel for item in findings.items for panel in item.panels)
    return tuple(dict.fromkeys(panel.on_local for panel in panels if panel.local_level == Level.LIMITED))


def _stands_for(shown: Shown) -> tuple[str, ...]:
    """For how many answers the published ones stand, by panel; they do not count beside nothing."""
    if shown.local is None:
        return ()
    findings = shown.findings
    said = []
    for n, panel in enumerate(shown.draft.source.panels):
        own = [
            item.panels[n].now.stands_for
            for item in findings.items
            if not item.is_local and _has_local(item.panels[n])
        ]
        if own:
            said.append(f"{panel.name}: published answers stand for {_range(own)}.")
    return tuple(said)


def _range(numbers: list[float]) -> str:
    low, high = formats.number(min(numbers)), formats.number(max(numbers))
    return f"{low} answer{'' if low == '1' else 's'}" if low == high else f"{low} to {high} answers"


def _strengths(shown: Shown, address: str) -> tuple[Link, ...]:
    now = shown.findings.strength
    return tuple(
        Link(
            f"{STRENGTH_WORDS[one]} ({_fraction(one)})", f"{address}?strength={one:g}", is_current=one == now
        )
        for one in STRENGTHS
        if shown.local is not None
    )


def _fraction(strength: float) -> str:
    return {0.25: "¼", 0.5: "½"}.get(strength, f"{strength:g}")


def _item(findings: EditionFindings, item: ItemFindings, number: int) -> ItemRow:
    return ItemRow(
        number=number,
        place=f"{item.place}" if item.place else "",
        title=f"{number}. {item.title}",
        standing=item.standing,
        is_local=item.is_local,
        unrated=_unrated(item),
        where=words_of(item.cell, [one.median for one in item.on]) if item.on else item.unplaced,
        panels=tuple(_panel(findings, panel, n) for n, panel in enumerate(item.panels, start=1)),
    )


def _panel(findings: EditionFindings, panel: PanelFindings, mark: int) -> PanelRow:
    here = [one.local_median for one in panel.compared]
    there = [one.published_median for one in panel.compared]
    is_rough = panel.local_level == Level.LIMITED
    return PanelRow(
        name=panel.name,
        mark=mark,
        here=_side(findings, here, SMALL if is_rough else panel.on_local, panel.at[0].cell),
        study=_side(findings, there, panel.on_published, ""),
        together=_cell(panel.now),
        chance=_chance(findings, panel.now),
        stands_for=formats.number(panel.now.stands_for),
        at=tuple(_at(findings, one) for one in panel.at) if _has_local(panel) else (),
    )


def _at(findings: EditionFindings, one: AtStrength) -> tuple[str, str, str, str]:
    strength = f"{STRENGTH_WORDS[one.strength]} ({_fraction(one.strength)})"
    return strength, formats.number(one.stands_for), _cell(one), _chance(findings, one)


def _cell(one: AtStrength) -> str:
    return words_of(one.cell, [place.median for place in one.on]) if one.on else formats.NOTHING


def _chance(findings: EditionFindings, one: AtStrength) -> str:
    """How sure the band on each axis is, of such people."""
    names = {axis.criterion: in_sentence(axis.name) for axis in findings.axes}
    said = [f"{names[on.criterion]} {formats.chance(on.chance)}" for on in one.on if on.chance is not None]
    return f"How sure: {joined(said)}." if said else ""


def _has_local(panel: PanelFindings) -> bool:
    return any(one.local_median is not None for one in panel.compared)


def _side(findings: EditionFindings, medians: list[float | None], why_not: str, cell: str) -> str:
    """Where one side alone puts the item, or why it cannot be said."""
    known = [median for median in medians if median is not None]
    if len(known) < len(medians):
        return why_not or formats.NOTHING
    said = words_of(cell or _cell_of(findings, known), known)
    return f"{said}{'; ' if why_not == SMALL else '. '}{why_not}" if why_not else said


def _cell_of(findings: EditionFindings, medians: list[float]) -> str:
    """The words of the cell that these medians lie in."""
    if len(medians) != 2:
        return ""
    x, y = medians
    inside = (c.words for c in findings.cells if c.left <= x < c.right and c.bottom <= y < c.top)
    return next(inside, "")


def words_of(cell: str, medians: Sequence[float]) -> str:
    """A cell with the medians that put an item there."""
    numbers = joined([formats.number(median) for median in medians])
    return f"{cell} ({numbers})" if cell else f"median {numbers}"
