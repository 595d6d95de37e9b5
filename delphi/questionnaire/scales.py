"""Scales and distribution strips as their templates want them (templates/macros/scale.html, strip.html)."""

from dataclasses import dataclass

from surveys import feedback, protocol
from surveys.protocol import Protocol
from surveys.results import PanelFinding
from surveys.visibility import Level

_WORDS = dict(enumerate(("three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=3))


@dataclass(frozen=True)
class Category:
    """One category: its number, the letter of its band, and its word where it has one."""

    value: int
    band: str
    word: str


@dataclass(frozen=True)
class Criterion:
    """A criterion with its scale; `middle` is the middle word where no category is in the middle."""

    id: int
    key: str
    name: str
    question: str
    categories: tuple[Category, ...]
    middle: str


@dataclass(frozen=True)
class Strip:
    """What one panel said, as much of it as may be seen."""

    panel: str
    mark: int
    low: int
    answers: int = 0
    counts: tuple[int, ...] = ()
    shares: tuple[tuple[str, int, int], ...] = ()  # words, percent, width in categories
    median: float | None = None
    sentence: str = ""


def criterion(whole: Protocol, plan: protocol.Criterion, id_: int) -> Criterion:
    """A criterion of the protocol, under the number that ratings point at."""
    scale = whole.scale
    values = range(scale.low, scale.high + 1)
    middle = len(values) // 2 if len(values) % 2 else None
    words = {0: plan.anchors.low, len(values) - 1: plan.anchors.high}
    if middle is not None:
        words[middle] = plan.anchors.middle
    return Criterion(
        id=id_,
        key=plan.key,
        name=plan.name,
        question=plan.question,
        categories=tuple(
            Category(value, _band(whole, value), words.get(n, "")) for n, value in enumerate(values)
        ),
        middle="" if middle is not None else plan.anchors.middle,
    )


def mark(whole: Protocol, panel: str) -> int:
    """The mark that a panel keeps everywhere, from 1."""
    return next(n for n, plan in enumerate(whole.panels, start=1) if plan.key == panel)


def strip(whole: Protocol, seen: feedback.Strip) -> Strip:
    """A strip in the form that its level allows."""
    panel, at, low = seen.name, mark(whole, seen.panel), whole.scale.low
    finding, small = seen.finding, whole.suppression
    if seen.level == Level.HIDDEN or finding.median is None:
        few = _WORDS.get(small.hidden_below, f"{small.hidden_below}")
        return Strip(panel, at, low, sentence=f"Fewer than {few} others answered: not shown.")
    if seen.level == Level.FULL:
        return Strip(panel, at, low, finding.n or 0, counts=finding.counts or (), median=finding.median)
    others = f"{small.hidden_below} to {small.limited_below - 1} others"
    sentence = f"{'You and ' if seen.counts_reader else ''}{others}, median {finding.median:g}"
    return Strip(panel, at, low, shares=_shares(whole, finding), median=finding.median, sentence=sentence)


def _band(whole: Protocol, value: int) -> str:
    bands = whole.scale.bands.items()
    return next((name[0] for name, (first, last) in bands if first <= value <= last), "")


def _shares(whole: Protocol, finding: PanelFinding) -> tuple[tuple[str, int, int], ...]:
    shares = {"low": finding.share_low, "middle": finding.share_middle, "high": finding.share_high}
    bands = sorted(whole.scale.bands.items(), key=lambda band: band[1])
    return tuple(
        (_range(first, last), round(100 * (shares[name] or 0)), last - first + 1)
        for name, (first, last) in bands
    )


def _range(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} to {last}"
