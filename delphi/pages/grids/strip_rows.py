"""The rows of a ranked strip as its page shows them: the place, what each panel said, and how sure it is."""

from dataclasses import dataclass

from delphi import formats, strip_captions
from delphi.pages.study.findings import Tag
from delphi.questionnaire import scales
from delphi.questionnaire.scales import Strip as Drawn
from surveys import feedback
from surveys.strip_evidence import Said
from surveys.strips import Ranked, RankedStrip
from surveys.studies import Study
from surveys.visibility import Level


@dataclass(frozen=True)
class PanelStrip:
    """What one panel said of an item, drawn as far as it may be seen."""

    drawn: Drawn
    answers: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """An item in its place. `earlier` is the round that it is of, where that is not the newest; 0 else."""

    place: str
    spoken: str
    number: int
    title: str
    earlier: int
    panels: tuple[PanelStrip, ...]
    median: float
    interval: str
    share: str
    band: str
    chance: str
    word: str
    verdict: Tag | None


def row(study: Study, strip: RankedStrip, item: Ranked) -> Row:
    """This item as a row."""
    sure, place = item.sure, f"{item.place}"
    return Row(
        place=strip_captions.place(item),
        spoken=f"Place {place}, shared" if item.is_shared else f"Place {place}",
        number=item.number,
        title=item.title,
        earlier=item.round_number if item.round_number < strip.through.number else 0,
        panels=tuple(_panel(study, strip, one) for one in item.said),
        median=item.median,
        interval=strip_captions.interval(item),
        share=strip_captions.share(item),
        band=strip.band(item.band).words,
        chance=formats.chance(sure.chance) if sure and sure.chance is not None else "",
        word=sure.word if sure else "",
        verdict=Tag(*strip_captions.verdict(strip, item)) if sure else None,
    )


def _panel(study: Study, strip: RankedStrip, one: Said) -> PanelStrip:
    seen = feedback.Strip(one.panel, one.name, False, False, one.level, one.finding)
    return PanelStrip(scales.strip(study.protocol, seen), _answers(strip, one))


def _answers(strip: RankedStrip, one: Said) -> str:
    if one.level == Level.LIMITED:
        return f"{strip.few} ratings"
    unable = f", {one.finding.unable} unable" if one.finding.unable else ""
    return f"{formats.plural(one.finding.n or 0, 'rating')}{unable}"
