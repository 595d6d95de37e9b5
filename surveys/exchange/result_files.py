"""The results of a round as CSV: one line for an item, a criterion and a panel, with every figure.

It is for the study's own team, who see closed rounds in full: see `visibility`.
"""

from collections.abc import Iterator

from surveys.exchange import csv_files
from surveys.results import PanelFinding, Results
from surveys.rounds import Round, RoundItem

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


def write(round_: Round, results: Results) -> bytes:
    """The file; what there is not is empty."""
    scale = round_.study.protocol.scale
    counts = [f"count_{value}" for value in range(scale.low, scale.high + 1)]
    header = ["round", "number", "item", "title", "criterion", "panel", *counts, *FIGURES, *ACROSS]
    tail = ["rule", "quantiles", "version", "protocol", "simulated"]
    return csv_files.write([*header, *tail], _rows(round_, results))


def _rows(round_: Round, results: Results) -> Iterator[list[object]]:
    protocol, by_place, across = round_.study.protocol, results.by_place(), results.findings_by_place()
    categories = protocol.scale.high - protocol.scale.low + 1
    for asked in round_.items:
        for criterion in protocol.criteria:
            between = across[asked.item_id, criterion.key]
            for panel in protocol.panels:
                found = by_place[asked.item_id, criterion.key, panel.key]
                yield [
                    *_place(round_, asked, found),
                    *_figures(found, categories),
                    *(_cell(getattr(between, name)) for name in ACROSS),
                    *_methods(results, found),
                ]


def _place(round_: Round, asked: RoundItem, found: PanelFinding) -> list[object]:
    key, title = csv_files.inert(asked.item.key), csv_files.inert(asked.wording.title)
    return [round_.number, asked.item.position, key, title, found.criterion, found.panel]


def _figures(found: PanelFinding, categories: int) -> list[object]:
    counts = found.counts or (None,) * categories
    return [*map(_cell, counts), *(_cell(getattr(found, name)) for name in FIGURES)]


def _methods(results: Results, found: PanelFinding) -> list[object]:
    rule = results.methods.get(f"rule of {found.criterion}, {found.panel}", "")
    quantiles = results.methods.get("quantiles", "")
    return [rule, quantiles, results.version, results.protocol_fingerprint, _cell(results.is_simulated)]


def _cell(value: object) -> object:
    if value is None:
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
