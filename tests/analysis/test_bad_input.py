"""Whatever a panel did, a figure or a reason; and whatever is no panel, a sentence that says which value where.

Warnings are errors in these tests, so nothing here may warn either.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from analysis.consensus import Finding, Verdict
from analysis.crossings import Crossing, Transitions
from analysis.matrices import RatingMatrix, transitions
from analysis.results import Result
from analysis.states import State
from analysis.scales import Scale, parse_bands
from analysis.summaries import ExactQuantile
from analysis.tallies import BLANK, UNABLE, FloatArray, Tally
from analysis.undefined import ratio
from tests.analysis.degenerate import CALLS, CASES, NOBODY

# One figure for all items together, or a table of another shape.
OVER_ITEMS = (
    "apmo.",
    "concordance.",
    "crossings.stacked",
    "intraclass.",
    "matrices.",
    "planning.",
    "reliability.",
    "report.",
    "resampling.",
    "tallies.",
    "weighting.weigh",
)
# What a docstring says is refused, by the beginnings of names.
REFUSED = {
    "planning.": "The truth is of one item|The truth gives no category",
    "resampling.": "There are no panellists to draw",
    "weighted_laws.": "too large for the exact law",
}
# The values that a law is about, whoever rated.
SUPPORT = {"values"}


def results(name: str, case: str) -> Iterator[Any]:
    """What the function gives; a refusal that is documented is none."""
    try:
        yield from CALLS[name].on(CASES[case])
    except ValueError as refusal:
        documented = next((said for start, said in REFUSED.items() if name.startswith(start)), None)
        if documented is None or not re.search(documented, str(refusal)):
            raise


def parts(result: Any) -> Iterator[Any]:
    """The result and all that it holds, with mappings and sequences opened."""
    yield result
    if is_dataclass(result):
        for field in fields(result):
            if field.name not in SUPPORT:
                yield from parts(getattr(result, field.name))
    elif isinstance(result, Mapping):
        for value in result.values():
            yield from parts(value)
    elif isinstance(result, tuple | list):
        for value in result:
            yield from parts(value)


def lengths(result: Any) -> Iterator[int]:
    """The number of items that each part tells of."""
    if isinstance(result, Result):
        yield from map(len, result.columns().values())
    elif isinstance(result, Tally | Transitions | Crossing):
        yield result.items
    elif isinstance(result, ExactQuantile):
        yield len(result.numerators)
    elif isinstance(result, np.ndarray):
        yield len(result)
    elif isinstance(result, tuple) and any(isinstance(part, np.ndarray) for part in result):
        yield from map(len, result)
    elif isinstance(result, tuple):
        yield len(result)
    elif is_dataclass(result):
        for field in fields(result):
            value = getattr(result, field.name)
            yield from lengths(value) if isinstance(value, np.ndarray | Result) else ()


def undefined_without_a_reason(result: Result) -> list[str]:
    """The names of the figures that are NaN where no reason is given."""
    figures = {field.name: getattr(result, field.name) for field in fields(result)}  # type: ignore[arg-type]
    told = figures.pop("reasons") if "reasons" in figures else (figures.pop("reason"),)
    found = []
    for name, figure in figures.items():
        if isinstance(figure, float) and math.isnan(figure):
            found += [] if any(told) or not told else [name]
        elif isinstance(figure, np.ndarray) and figure.dtype.kind == "f" and figure.ndim == 1:
            for row in np.flatnonzero(np.isnan(figure)).tolist():
                why = told[row] if len(told) == len(figure) else any(told)
                known = why.get(name) if isinstance(why, Mapping) else why
                found += [] if known else [f"{name}[{row}]"]
    return found


@pytest.mark.parametrize("name", CALLS)
def test_a_function_takes_every_panel_and_tells_of_each_item(name: str) -> None:
    for case, of in CASES.items():
        for result in results(name, case):
            if not name.startswith(OVER_ITEMS):
                assert set(lengths(result)) <= {len(of.counts)}, case


@pytest.mark.parametrize("name", CALLS)
def test_what_is_undefined_has_a_reason(name: str) -> None:
    for case in CASES:
        for result in results(name, case):
            for part in parts(result):
                if isinstance(part, Result) and {"reason", "reasons"} & {f.name for f in fields(part)}:  # type: ignore[arg-type]
                    assert undefined_without_a_reason(part) == [], (case, type(part).__name__)


OF_ITEMS = [name for name in CALLS if not name.startswith(("planning.", "resampling."))]
DECISIONS = {*Verdict, *Finding, *State} - {Verdict.TOO_FEW, Finding.NOT_YET}


@pytest.mark.parametrize("name", OF_ITEMS)
@pytest.mark.parametrize("case", NOBODY)
def test_nobody_has_no_figures_and_is_never_a_consensus(name: str, case: str) -> None:
    """No figure of an item that nobody rated is a number, 0 among them, and nothing is decided about it."""
    rated = CASES[case].tally.rated
    for result in results(name, case):
        for part in parts(result.as_floats(rated) if isinstance(result, ExactQuantile) else result):
            if isinstance(part, np.ndarray) and part.dtype.kind == "f":
                assert np.isnan(part).all()
            assert not (isinstance(part, Verdict | Finding | State) and part in DECISIONS)
