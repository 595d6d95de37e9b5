"""Where a grid is cut, as somebody asked to look at it: its axes with their words, its lines, its cells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from analysis import cuts
from analysis.consensus import Verdict
from analysis.cuts import Cut, Lines
from analysis.scales import Scale
from surveys import cells, lenses
from surveys import protocol as protocols
from surveys.cells import Axis, Cell
from surveys.errors import InvalidInput
from surveys.looks import By, CutBy, Look
from surveys.protocol import Protocol

Values = Sequence[Fraction | None]

BELOW = "below"  # the part that is not shown
ABOVE = "Only what is above {line} is shown, so a line of your own has to lie above it too."
NOT_SHOWN = "not {part}"
LOW_BAND = "It is not placed in the band “{high}”, and only what is stands in this grid."
TOO_FEW_FOR_A_VERDICT = "Too few rated it for a verdict."
RELATIVE = (
    "The lines are the {what} of the items shown, so about half of them lie below, however good they are, and"
    " other items would move the lines."
)
BANDS_OF_MEDIANS = (
    "Lines between cells lie at {lines}: a median half way between two bands belongs to the higher."
)
LINES = "Lines between cells lie at {across} across and {up} up."
ONE_OWN = "One of them is your own, and stays."
AT_A_LINE = "What is at a line, or above it, belongs to the higher cell."
BY_VERDICTS = (
    "No lines part the cells here: the study’s own rules say what is in; of several panels, what is in for"
    " each of them, however they are weighed."
)


@dataclass(frozen=True, kw_only=True)
class GridCut:
    """Both axes, the cells to draw, and of each item its two parts or why it is left out."""

    across: Axis
    up: Axis
    cells: tuple[Cell, ...]
    parts: tuple[tuple[str, str] | None, ...]
    left_out: tuple[str, ...]  # one an item, empty where it is not
    note: str
    cut: Cut | None  # the lines, for the chances; None without

    def words(self, item: int) -> str:
        """What the item's cell is called; empty where the scale has no bands to cut by."""
        parts = self.parts[item]
        return cells.cell_words(self.across, self.up, *parts) if parts else ""

    def words_at(self, x: Fraction | None, y: Fraction | None) -> str:
        """What the cell of this place is called; empty without a place or lines."""
        if self.cut is None or self.cut.across is None or self.cut.up is None:
            return ""
        across, up = self.cut.across.name_of(x), self.cut.up.name_of(y)
        if across == BELOW:
            return NOT_SHOWN.format(part=self.across.words("low"))
        return cells.cell_words(self.across, self.up, across, up) if across and up else ""


def find(
    protocol: Protocol, look: Look, x: Values, y: Values, verdicts: Sequence[tuple[str, str]]
) -> GridCut:
    """The cut that is asked for; `x` and `y` are the items' places, `verdicts` theirs on both criteria."""
    if look.cut == CutBy.VERDICTS:
        return _by_verdicts(protocol, verdicts)
    cut = _cut(protocol, look, x, y)
    if cut is None or cut.across is None or cut.up is None:
        return _uncut(protocol, len(x))
    axes = _axes(protocol, look.cut)
    across, up = (
        replace(one, names=tuple(name for name, _ in axis.bands))
        for one, axis in zip((cut.across, cut.up), axes, strict=True)
    )
    left_out = _left_out(protocol, look, axes[0], x)
    named = Cut(cut.kind, across, up, cut.relative)
    found = cuts.cells(x, y, named)
    return GridCut(
        across=axes[0],
        up=axes[1],
        cells=cells.cells(protocol, *axes, _drawn(look, across, up)),
        parts=tuple(
            (one, two) if one is not None and two is not None and not out else None
            for one, two, out in zip(found.across, found.up, left_out, strict=True)
        ),
        left_out=left_out,
        note=_note(look, named),
        cut=_with_floor(protocol, look, named),
    )


def _with_floor(protocol: Protocol, look: Look, cut: Cut) -> Cut:
    """Where only what is in the high band is shown, what is below it is a part of its own for the chances."""
    high, across = _high(protocols.scale_of(protocol)), cut.across
    if look.cut != CutBy.USEFUL or across is None or across.at[0] <= high:
        return cut
    return replace(cut, across=Lines((high, *across.at), (BELOW, *across.names)))


def _cut(protocol: Protocol, look: Look, x: Values, y: Values) -> Cut | None:
    """The lines of a look; none on a scale without bands, and none relative to no items."""
    scale, own = protocols.scale_of(protocol), dict(look.at)
    plan = lenses.plan_of(protocol)
    match look.cut:
        case CutBy.OWN:
            return cuts.stated_cut(own[plan.across], own[plan.up])
        case CutBy.MIDPOINT:
            return cuts.midpoint_cut(scale)
        case CutBy.MEDIANS | CutBy.MEANS:
            has_any = any(one is not None and two is not None for one, two in zip(x, y, strict=True))
            return cuts.items_cut(x, y, look.cut.removesuffix("s")) if has_any else None
        case CutBy.USEFUL:
            if plan.across in own and own[plan.across] <= _high(scale):
                raise InvalidInput(ABOVE.format(line=f"{float(_high(scale)):g}"), f"at-{plan.across}")
            return cuts.fairsteps(x, y, scale, own.get(plan.across), own.get(plan.up)).cut
        case _:
            return None if scale.bands is None else cuts.bands_cut(scale)


def _axes(protocol: Protocol, cut: CutBy) -> tuple[Axis, Axis]:
    plan = lenses.plan_of(protocol)
    if cut == CutBy.BANDS:
        return cells.axis(protocol, plan.across), cells.axis(protocol, plan.up)
    is_relative = cut in (CutBy.MEDIANS, CutBy.MEANS)
    up = cells.axis_in_two(protocol, plan.up, is_relative=is_relative or cut == CutBy.USEFUL)
    if cut == CutBy.USEFUL:
        return cells.axis_of_the_high(protocol, plan.across), up
    return cells.axis_in_two(protocol, plan.across, is_relative=is_relative), up


def _left_out(protocol: Protocol, look: Look, across: Axis, x: Values) -> tuple[str, ...]:
    """By the cut of what is useful, the items that are not."""
    if look.cut != CutBy.USEFUL:
        return ("",) * len(x)
    least, why = _high(protocols.scale_of(protocol)), LOW_BAND.format(high=across.words("low"))
    return tuple(why if value is not None and value < least else "" for value in x)


def _high(scale: Scale) -> Fraction:
    """Where the high band begins."""
    lines = cuts.bands_cut(scale).across
    return lines.at[-1] if lines else Fraction(scale.low)


def _drawn(look: Look, across: Lines, up: Lines) -> cells.Lines:
    if look.by == By.MEDIAN:
        return cells.below_medians(across.at), cells.below_medians(up.at)
    return [float(line) for line in across.at], [float(line) for line in up.at]


def _note(look: Look, cut: Cut) -> str:
    if cut.across is None or cut.up is None:
        return BY_VERDICTS
    if cut.relative:
        what = "means" if look.cut == CutBy.MEANS else "medians"
        own = f" {ONE_OWN}" if look.cut == CutBy.USEFUL and look.at else ""
        return f"{RELATIVE.format(what=what)}{own} {AT_A_LINE}"
    if look.cut == CutBy.BANDS and look.by == By.MEDIAN:
        lines = " and ".join(f"{line:g}" for line in cells.below_medians(cut.across.at))
        return BANDS_OF_MEDIANS.format(lines=lines)
    across, up = (" and ".join(f"{float(line):g}" for line in one.at) for one in (cut.across, cut.up))
    return f"{LINES.format(across=across, up=up)} {AT_A_LINE}"


def _by_verdicts(protocol: Protocol, verdicts: Sequence[tuple[str, str]]) -> GridCut:
    plan = lenses.plan_of(protocol)
    axes = [cells.axis_of_verdicts(protocol, criterion) for criterion in (plan.across, plan.up)]
    across, up = ([Verdict(pair[n]) for pair in verdicts] for n in (0, 1))
    found = cuts.verdict_cells(across, up)
    parts = tuple(
        (one, two) if one and two else None for one, two in zip(found.across, found.up, strict=True)
    )
    return GridCut(
        across=axes[0],
        up=axes[1],
        cells=(),
        parts=parts,
        left_out=tuple("" if one else TOO_FEW_FOR_A_VERDICT for one in parts),
        note=BY_VERDICTS,
        cut=None,
    )


def _uncut(protocol: Protocol, items: int) -> GridCut:
    axes = _axes(protocol, CutBy.BANDS)
    return GridCut(
        across=axes[0], up=axes[1], cells=(), parts=(None,) * items, left_out=("",) * items, note="", cut=None
    )
