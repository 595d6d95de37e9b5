"""The grid of an edition as a table and as data: the items in its order, then those without a place and why.

Both say what an edition is not, in words that stay with them. Equal grids give equal bytes.
"""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from surveys.editions import drawing
from surveys.editions.drawing import LocalGrid
from surveys.editions.findings import ItemFindings, OnAxis, PanelFindings
from surveys.exchange import csv_files
from surveys.exchange.csv_files import inert

FORMAT = "delphi local grid 1"
YES_OR_NO = {True: "yes", False: "no"}


def as_csv(one: LocalGrid) -> bytes:
    """A line an item; the sentences and the credit in the last two columns of each."""
    criteria = [axis.criterion for axis in one.findings.axes]
    of_panels = [
        f"{what}_{panel.key}"
        for panel in one.source.panels
        for what in (
            *(f"{side}_{key}" for side in ("here", "study", "together", "chance") for key in criteria),
            "published_stand_for",
        )
    ]
    header = [
        *("place", "number", "item", "title", "own_item", "standing"),
        *(f"median_{key}" for key in criteria),
        *("cell", *of_panels, "not_placed", "strength", "simulated", "about", "credit"),
    ]
    known = drawing.numbers(one.plan, one.source)
    return csv_files.write(header, [[*_row(one, item, known[item.item])] for item in one.findings.items])


def _row(one: LocalGrid, item: ItemFindings, number: int) -> Iterator[object]:
    yield from ("" if item.place is None else item.place, number, inert(item.item), inert(item.title))
    yield from (YES_OR_NO[item.is_local], item.standing)
    yield from _medians(item.on, len(one.findings.axes))
    yield inert(item.cell)
    for panel in item.panels:
        yield from _panel(panel, len(one.findings.axes))
    yield from (inert(item.unplaced), f"{one.findings.strength:g}", YES_OR_NO[one.source.is_simulated])
    yield from (" ".join(one.notices), inert(one.credit))


def _panel(panel: PanelFindings, axes: int) -> Iterator[str]:
    yield from (_text(compared.local_median) for compared in panel.compared)
    yield from (_text(compared.published_median) for compared in panel.compared)
    yield from _medians(panel.now.on, axes)
    yield from (_text(on.chance) for on in panel.now.on) if panel.now.on else [""] * axes
    yield f"{panel.now.stands_for:g}"


def _medians(on: tuple[OnAxis, ...], axes: int) -> list[str]:
    return [f"{one.median:g}" for one in on] or [""] * axes


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def as_json(one: LocalGrid) -> bytes:
    """All that the grid says, for the next program."""
    source, findings = one.source, one.findings
    known = drawing.numbers(one.plan, source)
    whole = {
        "format": FORMAT,
        "notices": one.notices,
        "credit": one.credit,
        "name": one.name,
        "study": {"key": source.study_key, "title": source.study_title, "round": source.round_number},
        "simulated": source.is_simulated,
        "scale": {"low": source.scale.low, "high": source.scale.high},
        "panel_weights": dict(findings.panel_weights),
        "criterion_weights": dict(findings.criterion_weights),
        "cuts": msgspec.to_builtins(one.plan.ingredients.cuts),
        "strength": findings.strength,
        "local": None if one.local is None else one.local.responders,
        "order_holds": findings.order_holds,
        "items": [_item(item, known[item.item]) for item in findings.items],
        "moves": msgspec.to_builtins(findings.moves),
        "method": findings.method,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def _item(item: ItemFindings, number: int) -> dict[str, Any]:
    return {
        "place": item.place,
        "number": number,
        "item": item.item,
        "title": item.title,
        "own_item": item.is_local,
        "standing": item.standing,
        "medians": {on.criterion: on.median for on in item.on},
        "cell": item.cell or None,
        "not_placed": item.unplaced or None,
        "panels": msgspec.to_builtins(item.panels),
    }
