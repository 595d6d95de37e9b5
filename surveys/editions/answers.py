"""What one panel answered at one place, as far as the public may see it: all that an edition ever knows."""

from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from analysis.scales import Band, Scale
from surveys import visibility
from surveys.protocol import ScalePlan, Suppression
from surveys.results import PanelFinding
from surveys.visibility import Level, Viewer

# A local team knows its people, so its own groups are never shown in smaller numbers than these.
FEWEST_SHOWN, FEWEST_IN_FULL = 5, 10
NOBODY = "nobody"
BANDS = ("low", "middle", "high")


class Heard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answers of a panel to an item on a criterion. What may not be seen is not in it.

    `counts` has one number for each category. At the limited level only the median and the shares of the
    bands to the nearest tenth are known; of a hidden group nothing.
    """

    level: Level
    counts: tuple[int, ...] | None = None
    unable: int | None = None
    median: float | None = None
    shares: dict[str, float] = msgspec.field(default_factory=dict)

    @property
    def n(self) -> int | None:
        """How many rated, as far as that may be seen."""
        return None if self.counts is None else sum(self.counts)


NOTHING = Heard(level=Level.HIDDEN)


def scale_of(plan: ScalePlan) -> Scale:
    """The scale as the analysis knows it."""
    return _scale(plan.low, plan.high, bands_of(plan))


def bands_of(plan: ScalePlan) -> tuple[tuple[str, int, int], ...]:
    """The bands, each with its first and last category, the lowest first; none where the scale has none."""
    named = {f"{name}": ends for name, ends in plan.bands.items()}
    return tuple((name, *named[name]) for name in BANDS if name in named)


@cache
def _scale(low: int, high: int, bands: tuple[tuple[str, int, int], ...]) -> Scale:
    return Scale(low, high, tuple(Band(*band) for band in bands) or None)


def heard(finding: PanelFinding, at: Level) -> Heard:
    """What is left of a finding at this level."""
    seen = visibility.seen(finding, at)
    shares = {band: getattr(seen, f"share_{band}") for band in BANDS}
    return Heard(
        level=at,
        counts=seen.counts,
        unable=seen.unable,
        median=seen.median,
        shares={band: share for band, share in shares.items() if share is not None},
    )


def together(findings: Mapping[str, PanelFinding], suppression: Suppression) -> dict[str, Heard]:
    """What the public may see of a panel's answers to an item, by criterion, all at the least level."""
    level = visibility.least(
        visibility.level_of(finding, Viewer.PUBLIC, suppression) for finding in findings.values()
    )
    return {criterion: heard(finding, level) for criterion, finding in findings.items()}


def local_suppression(suppression: Suppression) -> Suppression:
    """The study's rule for small groups, and never a weaker one than the usual."""
    hidden = max(suppression.hidden_below, FEWEST_SHOWN)
    return Suppression(hidden_below=hidden, limited_below=max(suppression.limited_below, FEWEST_IN_FULL))


def count_words(count: int, suppression: Suppression) -> str:
    """How many people there were, as far as the public may know; nobody is no secret."""
    if count == 0:
        return NOBODY
    match visibility.level(count, Viewer.PUBLIC, suppression):
        case Level.FULL:
            return f"{count}"
        case Level.LIMITED:
            return f"{suppression.hidden_below} to {suppression.limited_below - 1}"
        case Level.HIDDEN:
            return f"fewer than {suppression.hidden_below}"


def usable(one: Heard, bands: Sequence[tuple[str, int, int]]) -> tuple[int, ...] | None:
    """Counts to compute with: the true ones, or at the limited level five answers in the shares shown.

    So no figure that is made of them tells more than what is shown anyway. The median's band stands at the
    median, every other at its middle. None where nothing may be seen, or nobody rated.
    """
    if one.counts is not None:
        return one.counts if any(one.counts) else None
    if one.level != Level.LIMITED or one.median is None or not bands:
        return None
    whole = _five(one.shares)
    counts = [0] * (bands[-1][2] - bands[0][1] + 1)
    for name, first, last in bands:
        counts[_where(one.median, first, last) - bands[0][1]] += whole.get(name, 0)
    return tuple(counts)


def _five(shares: Mapping[str, float]) -> dict[str, int]:
    """Five answers in these shares: each rounded down, and what is left to the largest remainders."""
    exact = {band: share * FEWEST_SHOWN / (sum(shares.values()) or 1) for band, share in shares.items()}
    whole = {band: int(amount) for band, amount in exact.items()}
    by_rest = sorted(exact, key=lambda band: (whole[band] - exact[band], BANDS.index(band)))
    for band in by_rest[: FEWEST_SHOWN - sum(whole.values())]:
        whole[band] += 1
    return whole


def _where(median: float, first: int, last: int) -> int:
    """The category of a band at which its answers are taken to stand."""
    if first <= median <= last:
        return int(median)
    if last < median < last + 1:
        return last
    return first if first - 1 < median < first else (first + last) // 2
