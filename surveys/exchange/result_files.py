"""The results of a round as CSV: one line for an item, a criterion and a panel, with every figure."""

from collections.abc import Iterator

from surveys import visibility
from surveys.exchange import csv_files
from surveys.results import PanelFinding, Results
from surveys.rounds import Round, RoundItem
from surveys.visibility import Viewer

FIGURES = (
    "n",
    "unable",
    "blank",
    "median",
    "quartile_1",
    "quartile_3",
    "iqr",
    "share_low",
    "share_middle",
    "share_high",
    "disagreement_index",
    "verdict",
    "same_verdict_again",
    "posterior",
    "depends_on_quantiles",
)
ACROSS = ("finding", "cliffs_delta", "cliffs_delta_low", "cliffs_delta_high")


def write(round_: Round, results: Results, viewer: Viewer) -> bytes:
    """A CSV file of what this viewer may see; what there is not, or may not be seen, is empty."""
    scale = round_.study.protocol.scale
    counts = [f"count_{value}" for value in range(scale.low, scale.high + 1)]
    header = ["round", "number", "item", "title", "criterion", "panel", *counts, *FIGURES, *ACROSS]
    tail = ["rule", "quantiles", "version", "protocol", "simulated"]
    return csv_files.write([*header, *tail], _rows(round_, results, viewer))


def _rows(round_: Round, results: Results, viewer: Viewer) -> Iterator[list[object]]:
    protocol, by_place, across = round_.study.protocol, results.by_place(), results.findings_by_place()
    for asked in round_.items:
        for criterion in protocol.criteria:
            found = [by_place[asked.item_id, criterion.key, panel.key] for panel in protocol.panels]
            levels = [visibility.level_of(one, viewer, protocol.suppression) for one in found]
            whole = visibility.least(levels) == visibility.Level.FULL
            between = across[asked.item_id, criterion.key] if whole else None
            for one, level in zip(found, levels, strict=True):
                yield [
                    *_place(round_, asked, one),
                    *_figures(visibility.seen(one, level), protocol.scale.high - protocol.scale.low + 1),
                    *(_cell(getattr(between, name, None)) for name in ACROSS),
                    *_methods(results, one),
                ]


def _place(round_: Round, asked: RoundItem, found: PanelFinding) -> list[object]:
    title = csv_files.inert(asked.wording.title)
    return [round_.number, asked.item.position, asked.item.key, title, found.criterion, found.panel]


def _figures(seen: PanelFinding, categories: int) -> list[object]:
    counts = seen.counts or (None,) * categories
    return [*map(_cell, counts), *(_cell(getattr(seen, name)) for name in FIGURES)]


def _methods(results: Results, found: PanelFinding) -> list[object]:
    rule = results.methods.get(f"rule of {found.criterion}, {found.panel}", "")
    quantiles = results.methods.get("quantiles", "")
    return [rule, quantiles, results.version, results.protocol_fingerprint, _cell(results.is_simulated)]


def _cell(value: object) -> object:
    if value is None:
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
