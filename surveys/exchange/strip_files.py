"""A ranked strip as a table or as JSON: items in their order, then those without a place and why."""

import json
from collections.abc import Iterator

from surveys.exchange import csv_files
from surveys.strip_evidence import Said
from surveys.strips import Ranked, RankedStrip, Unranked

JSON_VERSION = "1"  # another one where a field goes or comes to mean something else
_FIGURES = ("n", "unable", "blank", "median", "share_low", "share_middle", "share_high", "verdict")
_SURE = ("lower", "upper", "chance", "word")
_SURE_COLUMNS = ("interval_low", "interval_high", "chance_of_band", "sureness")
_YES_OR_NO = {True: "yes", False: "no"}


def write(strip: RankedStrip) -> bytes:
    """The file. What may not be seen is empty; a number that may only be seen roughly is as on the page."""
    categories = range(strip.low, strip.high + 1)
    panels = [key for key, _ in strip.lens.panels]
    figures = [f"{name}_{key}" for key in panels for name in _FIGURES]
    counts = [f"count_{key}_{value}" for key in panels for value in categories]
    first = ["place", "number", "item", "title", "criterion", "median", "share_high", "band", "verdict"]
    beside = ["round", "not_placed", "panel", "simulated", "for_publication"]
    rows = [*_ranked(strip), *(_unranked(strip, item, len(figures + counts)) for item in strip.unranked)]
    return csv_files.write([*first, *_SURE_COLUMNS, *figures, *counts, *beside], rows)


def write_json(strip: RankedStrip) -> bytes:
    """The strip as JSON, for programs: equal strips give equal bytes. What may not be seen is null."""
    axis = strip.criterion
    whole = {
        "version": JSON_VERSION,
        "study": {"key": strip.study_key, "title": strip.study_title},
        "criterion": {"key": axis.criterion, "name": axis.name, "more": axis.more},
        "question": strip.question,
        "panels": dict(strip.lens.panels),
        "weights": [str(weight) for weight in strip.lens.weights] or None,
        "scale": {
            "low": strip.low,
            "high": strip.high,
            "bands": {band.name: [band.first, band.last] for band in strip.bands},
        },
        "shares_count_unable": strip.counts_unable,
        "methods": strip.how and {"interval": strip.how.interval, "chance": strip.how.chance},
        "sureness": strip.how and dict(strip.how.words),
        "through_round": strip.through.number,
        "simulated": strip.is_simulated,
        "for_publication": strip.is_public,
        "items": [_as_json(item) for item in strip.ranked],
        "not_placed": [
            {"number": item.number, "item": item.key, "title": item.title, "reason": item.reason}
            for item in strip.unranked
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def _as_json(item: Ranked) -> dict[str, object]:
    sure = dict(zip(_SURE_COLUMNS, (_sure(item, name) for name in _SURE), strict=True))
    return {
        "place": item.place,
        "number": item.number,
        "item": item.key,
        "title": item.title,
        "median": item.median,
        "share_high": item.share_high,
        "band": item.band or None,
        "verdict": item.verdict,
        **sure,
        "round": item.round_number,
        "said": {one.panel: _said_as_json(one) for one in item.said},
    }


def _said_as_json(one: Said) -> dict[str, object]:
    figures: dict[str, object] = {name: getattr(one.finding, name) for name in _FIGURES}
    return figures | {"counts": one.finding.counts}


def _ranked(strip: RankedStrip) -> Iterator[list[object]]:
    for item in strip.ranked:
        yield [
            item.place,
            *_item(strip, item),
            f"{item.median:g}",
            _cell(item.share_high),
            item.band,
            _cell(item.verdict),
            *(_cell(_sure(item, name)) for name in _SURE),
            *(_figure(strip, one, name) for one in item.said for name in _FIGURES),
            *(count for one in item.said for count in _counts(strip, one)),
            item.round_number,
            "",
            *_beside(strip),
        ]


def _unranked(strip: RankedStrip, item: Unranked, columns: int) -> list[object]:
    # Median, share, band and verdict; how sure; the columns of the panels; the round.
    unknown = [""] * (4 + len(_SURE) + columns + 1)
    return ["", *_item(strip, item), *unknown, csv_files.inert(item.reason), *_beside(strip)]


def _sure(item: Ranked, name: str) -> object:
    return getattr(item.sure, name) if item.sure else None


def _figure(strip: RankedStrip, one: Said, name: str) -> object:
    if name == "n" and one.finding.n is None:
        return strip.few
    return _cell(getattr(one.finding, name))


def _counts(strip: RankedStrip, one: Said) -> tuple[object, ...]:
    return one.finding.counts or ("",) * (strip.high - strip.low + 1)


def _item(strip: RankedStrip, item: Ranked | Unranked) -> list[object]:
    key, title = csv_files.inert(item.key), csv_files.inert(item.title)
    return [item.number, key, title, strip.criterion.criterion]


def _beside(strip: RankedStrip) -> list[object]:
    return [strip.lens.key, _YES_OR_NO[strip.is_simulated], _YES_OR_NO[strip.is_public]]


def _cell(value: object) -> object:
    return "" if value is None else value
