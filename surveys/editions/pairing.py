"""Which answers may be put together: a panel's local ones with its published ones, worded alike; and why not.

Only what may be seen comes in: where the public may not see the published counts, none are used.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.editions import answers
from surveys.editions.answers import Heard
from surveys.editions.local_tallies import LocalView
from surveys.editions.plans import LocalItem
from surveys.editions.sources import Source, SourceItem
from surveys.visibility import Level, least

NO_ANSWERS_YET = "No local answers yet."
NOBODY_HERE = "Nobody of this panel answered here."
NOT_ASKED_HERE = "Your people were not asked about it."
OTHER_SCALE = "Your people rated it on another scale, so their answers are not used."
FEW_HERE = "Fewer than {few} of your people rated it, so their answers are neither shown nor used."
ROUGH_HERE = (
    "Where only {few} to {most} of your people rated an item, they count as {used} answers, in rounded"
    " shares: from the exact numbers of so few, one could tell who said what."
)
OWN_ITEM = "It is your own item: the study did not ask it."
NOT_PUBLIC = "Fewer than {enough} people rated it in the study: their counts are not public and not used."
WORDED_OTHERWISE = "It was worded otherwise when your people rated it, so no published answers are added."

Counts = Mapping[str, tuple[int, ...]]  # by criterion


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The counts of a panel to compute with, here and in the study; and why a side is empty or rough."""

    local: Counts
    published: Counts
    local_level: Level
    published_level: Level
    published_round: int | None
    on_local: str
    on_published: str


def pair(source: Source, item: SourceItem | LocalItem, panel: str, local: LocalView | None) -> Pair:
    """What this panel answered to this item, here and in the study."""
    here: Mapping[str, Heard] = {}
    if local is not None and local.questionnaire.scale == source.scale:
        here = local.of(item.key, panel)
    there = {} if isinstance(item, LocalItem) else item.of(panel).answers
    local_counts = _usable(source, here)
    published = {key: heard.counts for key, heard in there.items() if heard.counts and any(heard.counts)}
    if not _is_alike(source, item, local):
        published = {} if local_counts else published
    return Pair(
        local=local_counts,
        published=published,
        local_level=least(heard.level for heard in here.values()),
        published_level=least(heard.level for heard in there.values()),
        published_round=None if isinstance(item, LocalItem) else item.of(panel).round_number,
        on_local=NOBODY_HERE if _is_absent(panel, local) else _on_local(source, item, here, local),
        on_published=_on_published(source, item, there, local, is_used=bool(published)),
    )


def _usable(source: Source, here: Mapping[str, Heard]) -> dict[str, tuple[int, ...]]:
    bands = answers.bands_of(source.scale)
    found = {key: answers.usable(heard, bands) for key, heard in here.items()}
    return {key: counts for key, counts in found.items() if counts is not None}


def _is_alike(source: Source, item: SourceItem | LocalItem, local: LocalView | None) -> bool:
    """Whether local people were asked what the panel was asked, on the same criteria and scale."""
    if local is None or (asked := local.questionnaire.find(item.key)) is None:
        return True
    is_same_item = (asked.title, asked.text) == (item.title, item.text)
    return is_same_item and (local.questionnaire.scale, local.questionnaire.criteria) == (
        source.scale,
        source.criteria,
    )


def _is_absent(panel: str, local: LocalView | None) -> bool:
    """Whether nobody of this panel answered anything here, which is no secret; of one item it could be."""
    return local is not None and panel in local.absent


def _on_local(
    source: Source, item: SourceItem | LocalItem, here: Mapping[str, Heard], local: LocalView | None
) -> str:
    if local is None:
        return NO_ANSWERS_YET
    if local.questionnaire.find(item.key) is None:
        return NOT_ASKED_HERE
    if local.questionnaire.scale != source.scale:
        return OTHER_SCALE
    rule = answers.local_suppression(source.suppression)
    match least(heard.level for heard in here.values()):
        case Level.HIDDEN:
            return FEW_HERE.format(few=rule.hidden_below)
        case Level.LIMITED:
            used, most = answers.FEWEST_SHOWN, rule.limited_below - 1
            return ROUGH_HERE.format(few=rule.hidden_below, most=most, used=used)
        case Level.FULL:
            return ""


def _on_published(
    source: Source,
    item: SourceItem | LocalItem,
    there: Mapping[str, Heard],
    local: LocalView | None,
    *,
    is_used: bool,
) -> str:
    if isinstance(item, LocalItem):
        return OWN_ITEM
    if is_used:
        return ""
    if least(heard.level for heard in there.values()) != Level.FULL:
        return NOT_PUBLIC.format(enough=source.suppression.limited_below)
    return WORDED_OTHERWISE if not _is_alike(source, item, local) else ""
