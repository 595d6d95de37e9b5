"""The report of a study as JSON: a contract, described in docs/analysis-json.md.

Its version changes when a field is taken away or means something else; fields may be added. Undefined is
null, and `reasons` of the same object says why. Numbers are not rounded.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from importlib.metadata import version
from itertools import chain
from math import isfinite
from typing import Any

import numpy as np

from analysis.appropriateness import index_extrapolated
from analysis.report import PanelFigures, Place, RoundFigures, SetFigures, StudyReport
from analysis.states import DEFAULT_CRITERIA
from delphi.cli.figures import Wish, round_of
from surveys.exchange.rating_files import RatingFile

VERSION = "1"
_NO_BOUNDS = {"": "It needs a rule that does not count the unable."}
_DEFINITIONS = ("posterior_definition", "repeat_definition")


def as_json(found: StudyReport, file: RatingFile, wanted: Wish) -> str:
    """The whole report with all that it was computed by."""
    figures = {
        "items": list(chain.from_iterable(_items(found, place) for place in found.items)),
        "sets": [_place(place) | _set(of_place) for place, of_place in found.sets.items()],
        "panels": list(chain.from_iterable(_panels(*known) for known in found.panels.items())),
        "rounds": list(chain.from_iterable(_rounds(*known) for known in found.rounds.items())),
    }
    whole = {"version": VERSION} | _methods(found, file, wanted) | figures
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _methods(found: StudyReport, file: RatingFile, wanted: Wish) -> dict[str, Any]:
    by, first = wanted.methods, next(iter(found.items.values()), None)
    return {
        "delphi": version("delphi"),
        "file": file.name,
        "simulated": file.is_simulated,
        "scale": str(wanted.scale),
        "bands": None if wanted.scale.bands is None else [str(band) for band in wanted.scale.bands],
        "rule": None if by.rule is None else str(by.rule),
        "denominator": str(by.denominator),
        "quantiles": by.quantiles,
        "disagreement_index_extrapolated": index_extrapolated(wanted.scale),
        "posterior_definition": first.posterior_definition if first else None,
        "repeat_definition": first.repeat_definition if first else None,
        "stability_criteria": {name: _plain(value) for name, value in vars(DEFAULT_CRITERIA).items()},
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "criterion": place.criterion,
        "panel": place.panel or None,
        "round": round_of(place),
    }


def _items(found: StudyReport, place: Place) -> Iterator[dict[str, Any]]:
    for n, item in enumerate(found.matrices[place].items):
        row = found.items[place].row(n)
        row["verdict"] = row["verdict"] and row["verdict"].replace(" ", "_")
        reasons = row.pop("reasons")
        figures = {name: _plain(value) for name, value in row.items() if name not in _DEFINITIONS}
        yield {"item": item} | _place(place) | figures | {"reasons": dict(reasons)}


def _set(figures: SetFigures) -> dict[str, Any]:
    table, w = figures.agreement, figures.concordance
    rows = {
        (measure, weights): (table.coefficient[n], table.standard_error[n], table.reasons[n])
        for n, (measure, weights) in enumerate(zip(table.measure, table.weights, strict=True))
    }
    reasons = {_told_of(row, coefficient): why for row, (coefficient, _, why) in rows.items() if why}
    icc = figures.intraclass
    reasons |= {form: why for form, why in zip(icc.form, icc.reasons, strict=True) if why}
    reasons |= {"kendalls_w": w.reason} if w.reason else {}
    return {
        "raters": w.raters,
        "items": w.items,
        "krippendorff_alpha": _of(rows, "krippendorff_alpha", 0),
        "fleiss_kappa": _plain(rows["fleiss_kappa", "identity"][0]),
        "gwet_ac1": _plain(rows["gwet_ac", "identity"][0]),
        "gwet_ac2": _of(rows, "gwet_ac", 0, leave_out="identity"),
        "brennan_prediger": _of(rows, "brennan_prediger", 0),
        "standard_errors": {_name(*row): _plain(error) for row, (_, error, _) in rows.items()},
        "kendalls_w": _plain(w.w),
        "kendalls_w_chi2": _plain(w.chi2),
        "kendalls_w_df": w.df,
        "kendalls_w_p": _plain(w.p),
        "kendalls_w_method": w.method,
        "mean_spearman": _plain(w.spearman),
        "icc": dict(zip(icc.form, map(_plain, icc.icc), strict=True)),
        "apmo": None if figures.apmo is None else _plain(figures.apmo.apmo),
        "reasons": reasons,
    }


def _of(
    rows: Mapping[tuple[str, str], Sequence[Any]], measure: str, at: int, leave_out: str = ""
) -> dict[str, Any]:
    """One measure by its weights or metrics."""
    return {
        weights: _plain(values[at])
        for (name, weights), values in rows.items()
        if name == measure and weights != leave_out
    }


def _name(measure: str, weights: str) -> str:
    return f"{measure}.{weights}"


def _told_of(row: tuple[str, str], coefficient: float) -> str:
    """What a reason is about: the coefficient, or its standard error alone."""
    return _name(*row) if np.isnan(coefficient) else f"standard_errors.{_name(*row)}"


def _panels(known: tuple[str, int], figures: PanelFigures) -> Iterator[dict[str, Any]]:
    criterion, number = known
    findings = dict(zip(figures.items, figures.findings, strict=False))
    for n in range(len(figures.contrasts.item)):
        row, reasons = _row(figures.contrasts, n)
        item = figures.items[row.pop("item")]
        names = {side: figures.panels[row.pop(side)] for side in ("first", "second")}
        where = {"item": item, "criterion": criterion, "round": round_of(Place(criterion, round=number))}
        yield where | names | {"finding": _plain(findings.get(item))} | row | {"reasons": reasons}


def _rounds(known: tuple[Place, int], figures: RoundFigures) -> Iterator[dict[str, Any]]:
    before, after = known
    parts = {"leavers": figures.leavers, "bounds": figures.bounds, "tipping": figures.tipping}
    for n, item in enumerate(figures.items):
        row, reasons = _row(figures.stability, n)
        del row["criteria"]  # said once, above
        for name, part in parts.items():
            row[name], why = (None, _NO_BOUNDS) if part is None else _row(part, n)
            reasons |= {f"{name}.{field}".removesuffix("."): text for field, text in why.items()}
        yield {"item": item} | _place(before) | {"to_round": after} | row | {"reasons": reasons}


def _row(result: Any, n: int) -> tuple[dict[str, Any], dict[str, str]]:
    """One row of a result, results within it as objects; and by field why something is undefined."""
    row: dict[str, Any] = {}
    told: dict[str, str] = {}
    for field in fields(result):
        value = getattr(result, field.name)
        if field.name == "reasons":
            told |= {"": value[n]} if value[n] else {}
        elif is_dataclass(value):
            row[field.name], why = _row(value, n)
            told |= {f"{field.name}.{name}".removesuffix("."): text for name, text in why.items()}
        else:
            row[field.name] = _plain(value[n] if isinstance(value, np.ndarray | tuple) else value)
    return row, told


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Enum):
        return str(value.value).replace(" ", "_")
    if isinstance(value, Fraction):
        return float(value)
    return None if isinstance(value, float) and not isfinite(value) else value
