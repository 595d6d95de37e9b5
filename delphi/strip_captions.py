"""The words round a ranked strip: what it shows, how it is ordered, how sure it is, and what is not in it."""

from collections.abc import Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from delphi import findings_in_words as words
from delphi import formats
from delphi.findings_in_words import PanelVerdict, people
from delphi.formats import number, percent, plural
from surveys.cells import in_sentence
from surveys.strips import Band, Ranked, RankedStrip, Unranked

SIMULATED = "Simulated data: nobody gave these answers."
NOT_FOR_PUBLICATION = "Not for publication: small groups are not hidden here."


def title(strip: RankedStrip) -> str:
    """What the strip is called."""
    return title_of(strip.criterion.name)


def title_of(criterion: str) -> str:
    """What the strip of this criterion is called."""
    return f"Ranked strip: {criterion}"


def summary(strip: RankedStrip) -> str:
    """The first thing to know: how many items stand in the highest band, and of how many that is certain."""
    best = strip.bands[-1]
    high = [item for item in strip.ranked if item.band == best.name]
    count = f"{len(high) or 'none'} of {plural(len(strip.ranked), 'item')}"
    said = f"{who(strip)} place {count} at “{best.words}” ({span(best)})"
    if strip.how is None or not high:
        return f"{said}."
    surest, _ = strip.how.words[0]
    sure = sum(item.sure is not None and item.sure.word == surest for item in high)
    if sure == len(high):
        return f"{said}, and that is {surest}."
    return f"{said}; for {sure or 'none'} of these that is {surest}."


def who(strip: RankedStrip) -> str:
    """Whose answers these are, at the beginning of a sentence."""
    if not strip.lens.is_combined:
        return strip.lens.name
    return "All panels together" if len(strip.lens.panels) > 2 else "Both panels together"


def when(strip: RankedStrip, zone: ZoneInfo) -> str:
    """Which round it is of, and when that closed."""
    return f"Round {strip.through.number}, closed {formats.date(strip.through.closed_at, zone)}"


def answered(strip: RankedStrip) -> str:
    """How many of the lens's panels answered the newest round."""
    own = dict(strip.lens.panels).values()
    told = [
        people(1, name) if count == "1" else f"{count} {in_sentence(name)}"
        for name, count in strip.through.answered
        if name in own
    ]
    return f"{words.joined(told)} answered round {strip.through.number}"


def notes(strip: RankedStrip) -> tuple[str, ...]:
    """How to read it: the order, how sure it is, and what may puzzle."""
    sentences = [_order(strip), *_how(strip)]
    if any(item.round_number < strip.through.number for item in strip.ranked):
        newest = f"round {strip.through.number} gives them none"
        sentences.append(f"Items of an earlier round keep their place of then, since {newest}.")
    if any(item.sure is None for item in strip.ranked):
        sentences.append(f"Where {strip.few} of a panel answered, only median and band shares are shown.")
    return tuple(filter(None, [*sentences, strip.price]))


def not_shown(strip: RankedStrip) -> tuple[tuple[str, tuple[Unranked, ...]], ...]:
    """The items without a place, by the reason."""
    ordered = sorted(strip.unranked, key=lambda item: item.reason)
    return tuple((reason, tuple(items)) for reason, items in groupby(ordered, key=lambda item: item.reason))


def bands(strip: RankedStrip) -> str:
    """What each part of the scale is called: "1 to 3 less useful, 4 to 6 usefulness in between"."""
    return ", ".join(f"{span(band)} {band.words}" for band in strip.bands)


def place(item: Ranked) -> str:
    """The place, with a sign where it is shared: 3=."""
    return f"{item.place}{'=' if item.is_shared else ''}"


def interval(item: Ranked) -> str:
    """From where to where the median may lie: 6 to 7; empty where that is not shown."""
    if item.sure is None or item.sure.lower is None or item.sure.upper is None:
        return ""
    return f"{number(item.sure.lower)} to {number(item.sure.upper)}"


def share(item: Ranked) -> str:
    """The share of the highest band: 72 %; only about, where no more may be seen."""
    return percent(item.share_high) if item.sure else f"about {percent(item.share_high)}"


def band(strip: RankedStrip, item: Ranked) -> str:
    """What the item is called by its band, and how sure that is: important, likely."""
    called = strip.band(item.band).words
    return f"{called}, {item.sure.word}" if item.sure and item.sure.word else called


def verdict(strip: RankedStrip, item: Ranked) -> tuple[str, str]:
    """The kind and the word of the tag: the panel's verdict, or what the panels find together."""
    if not strip.lens.is_combined:
        return words.verdict_tag(item.verdict)
    said = [PanelVerdict(one.name, one.finding.verdict) for one in item.said]
    return words.finding_tag(item.verdict, said)


def span(band: Band) -> str:
    """From which category to which a band goes: 5 to 7."""
    return f"{band.first}" if band.first == band.last else f"{band.first} to {band.last}"


def methods(strip: RankedStrip) -> tuple[tuple[str, str], ...]:
    """The names of what was computed."""
    if strip.how is None:
        return ()
    return (
        ("Interval of the median, 95 %", strip.how.interval),
        ("Chance of the band", strip.how.chance),
    )


def numbers(items: Sequence[Unranked]) -> str:
    """Items by their numbers: 3, 7 and 9."""
    return words.joined([f"{item.number}" for item in items])


def _order(strip: RankedStrip) -> str:
    best = strip.bands[-1]
    among = " of all who answered, unable to rate or not" if strip.counts_unable else ""
    return (
        f"In the order of the median, then of the share rated {span(best)}{among}."
        " Items that are equal in both share a place."
    )


def _how(strip: RankedStrip) -> list[str]:
    """What the interval, the chance and its words are."""
    if strip.how is None:
        return []
    (surest, most), (likely, more), (open_, _) = strip.how.words
    limits = f"{surest} from {most * 100:.0f} in 100 on, {likely} from {more * 100:.0f}, below that a {open_}"
    return [
        "The interval is where the median lies in 95 of 100 draws of the same panel’s answers.",
        f"The chance of a band is that of all such people, given these answers: {limits}.",
    ]
