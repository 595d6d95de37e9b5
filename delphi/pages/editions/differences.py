"""What moved, in words: how many items lie elsewhere here than in the study, and where the two disagree."""

from delphi import formats
from delphi.formats import plural
from surveys.cells import in_sentence
from surveys.editions.findings import AtStrength, Compared, EditionFindings, ItemFindings, PanelFindings


def counted_by(findings: EditionFindings) -> str:
    """By whose answers it is counted what moved: at the strength that was asked for."""
    if findings.strength == 0:
        return "Counted by your people’s answers alone."
    times = {0.25: "a quarter ", 0.5: "half ", 1.0: ""}.get(
        findings.strength, f"{findings.strength:g} times "
    )
    return (
        "Counted by your people’s answers and the study’s put together, the study’s counting at most"
        f" {times}as many as yours. Your people’s answers alone can lie further from the study’s than this."
    )


def moved(findings: EditionFindings) -> tuple[str, ...]:
    """How many items lie elsewhere than in the study, as `counted_by` says."""
    names = {axis.criterion: in_sentence(axis.name) for axis in findings.axes}
    by = "by yours alone" if findings.strength == 0 else "put together"
    return tuple(
        f"{one.name}, {names[one.criterion]}: {by}, {one.moved or 'none'} of the"
        f" {plural(one.compared, 'item')} that both rated {'lies' if one.moved == 1 else 'lie'} in another"
        f" band than in the study alone. By chance alone, about {formats.number(one.by_chance)} would."
        for one in findings.moves
        if one.compared
    )


def conflicts(findings: EditionFindings) -> tuple[str, ...]:
    """Where local and published answers differ beyond chance; the largest difference first."""
    names = {axis.criterion: in_sentence(axis.name) for axis in findings.axes}
    return tuple(
        f"“{item.title}”, {in_sentence(panel.name)}, {names[one.criterion]}: your median is"
        f" {formats.number(one.local_median)}, the study’s {formats.number(one.published_median)}."
        f"{_differs(panel.at[0], one.criterion)}"
        for item, panel, one in sorted(_in_conflict(findings), key=_size)
    )


def _in_conflict(findings: EditionFindings) -> list[tuple[ItemFindings, PanelFindings, Compared]]:
    return [
        (item, panel, one)
        for item in findings.items
        for panel in item.panels
        for one in panel.compared
        if one.is_conflict
    ]


def _size(found: tuple[ItemFindings, PanelFindings, Compared]) -> tuple[bool, float, float]:
    """Other medians before equal ones, then by Cliff's delta, then by the chance of another band here."""
    _, panel, one = found
    ours = next((on for on in panel.at[0].on if on.criterion == one.criterion), None)
    chance = ours.moved if ours is not None and ours.moved is not None else 0.0
    return one.local_median == one.published_median, -abs(one.delta or 0.0), -chance


def _differs(ours: AtStrength, criterion: str) -> str:
    """How likely it is, by the local answers alone, that it lies elsewhere here."""
    one = next((one for one in ours.on if one.criterion == criterion), None)
    if one is None or one.moved is None:
        return ""
    said = f" The chance that it lies in another band here: {formats.chance(one.moved)}"
    if one.ten_points is None:
        return f"{said}."
    ten = formats.chance(one.ten_points)
    return f"{said}; that the share of high answers differs by ten points or more: {ten}."
