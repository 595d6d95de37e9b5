"""Scales and distribution strips as their templates want them (templates/macros/scale.html, strip.html)."""

from dataclasses import dataclass

import msgspec

from delphi import formats, languages, study_words
from delphi.languages import gettext, ngettext
from surveys import feedback, protocol
from surveys.marks import marked
from surveys.protocol import Protocol, Suppression
from surveys.results import PanelFinding
from surveys.translations import places
from surveys.translations.languages import FIRST
from surveys.translations.reading import UNTRANSLATED, Words
from surveys.visibility import Level

_WORDS = {
    3: marked("three"),
    4: marked("four"),
    5: marked("five"),
    6: marked("six"),
    7: marked("seven"),
    8: marked("eight"),
    9: marked("nine"),
    10: marked("ten"),
}


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


def criterion(whole: Protocol, plan: protocol.Criterion, id_: int, words: Words = UNTRANSLATED) -> Criterion:
    """A criterion of the protocol, under the number that ratings point at."""
    scale, plan = whole.scale, _read(plan, words)
    values = range(scale.low, scale.high + 1)
    middle = len(values) // 2 if len(values) % 2 else None
    ends = {0: plan.anchors.low, len(values) - 1: plan.anchors.high}
    if middle is not None:
        ends[middle] = plan.anchors.middle
    return Criterion(
        id=id_,
        key=plan.key,
        name=plan.name,
        question=plan.question,
        categories=tuple(
            Category(value, _band(whole, value), ends.get(n, "")) for n, value in enumerate(values)
        ),
        middle="" if middle is not None else plan.anchors.middle,
    )


def mark(whole: Protocol, panel: str) -> int:
    """The mark that a panel keeps everywhere, from 1."""
    return next(n for n, plan in enumerate(whole.panels, start=1) if plan.key == panel)


def strip(whole: Protocol, seen: feedback.Strip, words: Words = UNTRANSLATED) -> Strip:
    """A strip in the form that its level allows."""
    panel = study_words.panel(words, seen.panel, seen.name)
    at, low = mark(whole, seen.panel), whole.scale.low
    finding, small = seen.finding, whole.suppression
    if seen.level == Level.HIDDEN or finding.median is None:
        return Strip(panel, at, low, sentence=_hidden(small.hidden_below))
    if seen.level == Level.FULL:
        return Strip(panel, at, low, finding.n or 0, counts=finding.counts or (), median=finding.median)
    sentence = _limited(small, finding.median, with_reader=seen.counts_reader)
    return Strip(panel, at, low, shares=_shares(whole, finding), median=finding.median, sentence=sentence)


def _read(plan: protocol.Criterion, words: Words) -> protocol.Criterion:
    """The criterion in the language that is read."""
    if words is UNTRANSLATED and languages.spoken() == FIRST:
        return plan
    said = {
        part: study_words.shown(words, places.criterion(plan.key, part), source)
        for part, source in (
            ("name", plan.name),
            ("question", plan.question),
            ("low", plan.anchors.low),
            ("middle", plan.anchors.middle),
            ("high", plan.anchors.high),
        )
    }
    anchors = protocol.Anchors(low=said["low"], middle=said["middle"], high=said["high"])
    return msgspec.structs.replace(plan, name=said["name"], question=said["question"], anchors=anchors)


def _hidden(below: int) -> str:
    """What is said in place of a strip."""
    few = _WORDS.get(below)
    number = gettext(few) if few else f"{below}"
    return gettext("Fewer than %(number)s others answered: not shown.", number=number)


def _limited(small: Suppression, median: float, *, with_reader: bool) -> str:
    """What is said of a few: between how many they are, and their median."""
    if small.limited_below - small.hidden_below == 1:
        return _exactly(small.hidden_below, median, with_reader=with_reader)
    values = {
        "least": small.hidden_below,
        "most": small.limited_below - 1,
        "median": formats.decimal(median),
    }
    if with_reader:
        return gettext("You and %(least)s to %(most)s others, median %(median)s", **values)
    return gettext("%(least)s to %(most)s others, median %(median)s", **values)


def _exactly(others: int, median: float, *, with_reader: bool) -> str:
    """The same where so few can only be this many."""
    said = formats.decimal(median)
    if with_reader:
        return ngettext(
            "You and %(num)s other, median %(median)s",
            "You and %(num)s others, median %(median)s",
            others,
            median=said,
        )
    return ngettext(
        "%(num)s other, median %(median)s", "%(num)s others, median %(median)s", others, median=said
    )


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
    if first == last:
        return f"{first}"
    return gettext("%(first)s to %(last)s", first=first, last=last)
