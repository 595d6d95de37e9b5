"""Ranked strips: the items on one criterion, in the order in which the panels of a lens put them.

A study whose protocol names no two criteria for grids has one for each of its criteria. An item stands at the
median of the lens's panels, in the latest closed round in which all of them rated it; nothing that
`visibility` hides from the viewer takes part, not even in the order. Drawing is elsewhere.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from surveys import cells, evidence, grids, lenses, strip_evidence, weight_prices
from surveys.cells import Axis
from surveys.errors import NotFound
from surveys.grids import RoundHeard
from surveys.hints import hint
from surveys.lenses import Lens
from surveys.protocol import Criterion, Protocol
from surveys.rounds import Round
from surveys.strip_evidence import Found, Look, Said
from surveys.studies import Study
from surveys.visibility import Level, Viewer

if TYPE_CHECKING:
    from surveys.band_figures import BandFigures

_FINEST = 10**6  # shares are of fewer people than that
NOT_CLOSED = "The ranked strip comes when the first round has closed."


@dataclass(frozen=True, kw_only=True)
class Sure:
    """How sure the median and its band are; None or empty where that cannot be computed."""

    lower: float | None
    upper: float | None
    chance: float | None
    word: str


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """An item with its place; items that are equal in median and share have the same.

    Where only the median and the shares of the bands may be seen, there is nothing in `sure`, and no verdict.
    A verdict is that of the lens's only panel, or what all panels find together.
    """

    place: int
    is_shared: bool
    number: int
    key: str
    title: str
    round_number: int
    median: float
    share_high: float | None
    band: str
    sure: Sure | None
    verdict: str | None
    said: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True)
class Unranked:
    """An item without a place, and why."""

    number: int
    key: str
    title: str
    reason: str


@dataclass(frozen=True)
class Band:
    """A part of the scale, what it is called, and from which category to which it goes."""

    name: str
    words: str
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class How:
    """By what intervals and chances were found; `words` for a chance, each from which on, surest first."""

    interval: str
    chance: str
    words: tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class RankedStrip:
    """All that one ranked strip says. `ranked` is in order, `rounds` and `bands` are from the first."""

    study_key: str
    study_title: str
    criterion: Axis
    question: str
    lens: Lens
    low: int
    high: int
    bands: tuple[Band, ...]
    ranked: tuple[Ranked, ...]
    unranked: tuple[Unranked, ...]
    how: How | None  # none where no item may be seen in full
    rounds: tuple[RoundHeard, ...]
    price: str  # what the weights cost, in a sentence; empty for one panel
    few: str  # how a number is written that may only be seen roughly: "5 to 9"
    counts_unable: bool  # whether the shares are of all who answered, those unable to rate among them
    is_simulated: bool
    is_public: bool

    @property
    def through(self) -> RoundHeard:
        """The newest round in it."""
        return self.rounds[-1]

    def band(self, name: str) -> Band:
        """The band of this name."""
        return next(band for band in self.bands if band.name == name)


def outcome(study: Study) -> str:
    """What a study shows of what it found: grids, or these."""
    return "grids" if lenses.has_grids(study) else "ranked strips"


def get_criterion(study: Study, key: str = "") -> Criterion:
    """The criterion with this key, the first without one."""
    known = {criterion.key: criterion for criterion in study.protocol.criteria}
    if key and key not in known:
        raise NotFound(f"There is no ranked strip for “{key}”. {hint(key, known)}")
    return known[key] if key else next(iter(known.values()))


def get_lens(study: Study, key: str = "") -> Lens:
    """The eyes with this key: a panel, or all as the protocol weighs them, which are the first."""
    known = {lens.key: lens for lens in lenses.lenses(study)}
    if key in ("", lenses.ALL_PANELS):
        return next(iter(known.values()))
    if key not in known:
        raise NotFound(f"There is no panel “{key}”. {hint(key, known)}")
    return known[key]


def build(
    session: Session, study: Study, criterion: Criterion, lens: Lens, *, through: Round, viewer: Viewer
) -> RankedStrip:
    """The ranked strip of this criterion through this lens, from the closed rounds up to `through`."""
    look = Look(study.protocol, criterion, lens, viewer)
    heard = evidence.list_heard(session, study, through)
    found = strip_evidence.find(look, evidence.list_standing(session, study, study.items, heard), heard)
    shown = [one for one in found if one.is_shown]
    ranked, how = _ranking(look, shown)
    scale, small = study.protocol.scale, study.protocol.suppression
    axis = cells.axis(study.protocol, criterion.key)
    return RankedStrip(
        study_key=study.key,
        study_title=study.title,
        criterion=axis,
        question=criterion.question,
        lens=lens,
        low=scale.low,
        high=scale.high,
        bands=_bands(study.protocol, axis),
        ranked=ranked,
        unranked=tuple(_unranked(look, one) for one in found if not one.is_shown),
        how=how,
        rounds=grids.list_heard(session, study, through, viewer),
        price=weight_prices.sentence(lens, _ratings(lens, ranked)),
        few=f"{small.hidden_below} to {small.limited_below - 1}",
        counts_unable=look.counts_unable,
        is_simulated=study.is_simulated,
        is_public=viewer == Viewer.PUBLIC,
    )


def _bands(protocol: Protocol, axis: Axis) -> tuple[Band, ...]:
    known = sorted(protocol.scale.bands.items(), key=lambda band: band[1])
    return tuple(Band(name, axis.words(name), *ends) for name, ends in known)


def _ranking(look: Look, shown: Sequence[Found]) -> tuple[tuple[Ranked, ...], How | None]:
    """These items in their order, and by what their figures were found, where any may be seen."""
    from surveys import band_figures  # noqa: PLC0415  # scipy takes a second, and a start needs none

    if not shown:
        return (), None
    counts = [[one.findings[n].counts or () for one in shown] for n in range(len(look.lens.panels))]
    found = band_figures.find(look.protocol, counts, look.lens.weights)
    ranked = [_ranked(look, one, of_item) for one, of_item in zip(shown, found.items, strict=True)]
    is_any_sure = any(item.sure for item in ranked)
    how = How(interval=found.interval, chance=found.chance, words=found.words)
    return _in_order(ranked), how if is_any_sure else None


def _ranked(look: Look, one: Found, figures: "BandFigures") -> Ranked:
    """The item, not yet in its place."""
    said, is_full = strip_evidence.said(look, one), one.level == Level.FULL
    sure = Sure(lower=figures.lower, upper=figures.upper, chance=figures.chance, word=figures.sureness)
    verdict = one.together if look.lens.is_combined else one.findings[0].verdict
    return Ranked(
        place=0,
        is_shared=False,
        number=one.item.position,
        key=one.item.key,
        title=one.title,
        round_number=one.round_number,
        median=figures.median,
        share_high=_share_high(look.lens, said),
        band=figures.band,
        sure=sure if is_full else None,
        verdict=verdict if is_full else None,
        said=said,
    )


def _share_high(lens: Lens, said: Sequence[Said]) -> float | None:
    """The share of the high band as the lens weighs it, out of what may be seen of each panel."""
    shares = [one.finding.share_high for one in said]
    known = [Fraction(share).limit_denominator(_FINEST) for share in shares if share is not None]
    if len(known) < len(shares):
        return None
    weights = lens.weights or (Fraction(1, len(known)),) * len(known)
    return float(sum((weight * share for weight, share in zip(weights, known, strict=True)), Fraction(0)))


def _in_order(items: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """By the median and then by the share of the high band; the order tells no more than these two do."""
    standings = [(item.median, item.share_high or 0.0) for item in items]
    crowd = Counter(standings)
    places = {one: 1 + sum(other > one for other in standings) for one in crowd}
    placed = (
        replace(item, place=places[one], is_shared=crowd[one] > 1)
        for item, one in zip(items, standings, strict=True)
    )
    return tuple(sorted(placed, key=lambda item: (item.place, item.number)))


def _unranked(look: Look, one: Found) -> Unranked:
    item = one.item
    return Unranked(
        number=item.position, key=item.key, title=one.title, reason=strip_evidence.reason(look, one)
    )


def _ratings(lens: Lens, ranked: Sequence[Ranked]) -> list[int | None]:
    """All ratings of each panel; None where any of their numbers may not be seen."""
    by_panel = [[item.said[n].finding.n for item in ranked] for n in range(len(lens.panels))]
    return [None if None in counts else sum(n or 0 for n in counts) for counts in by_panel]
