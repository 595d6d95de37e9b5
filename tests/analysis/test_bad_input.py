"""Whatever a panel did, a figure or a reason; whatever is no panel, a sentence that says which value where.

Warnings are errors in these tests, so nothing here may warn either.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

import numpy as np
import pytest

from analysis.attrition import response
from analysis.changes import mean_change
from analysis.combining import pooled
from analysis.consensus import Finding, Verdict, finding, parse_rule, verdicts
from analysis.contrasts import cliffs_delta
from analysis.crossings import Crossing, Transitions
from analysis.dispersion import describe_agreement
from analysis.intervals import clopper_pearson, jeffreys, wilson
from analysis.matrices import RatingMatrix, transitions
from analysis.multiplicity import holm
from analysis.planning import median_precision
from analysis.polarisation import esteban_ray
from analysis.resampling import change_between_rounds
from analysis.results import Result
from analysis.scales import Scale, parse_bands
from analysis.states import StabilityCriteria, State, states_of
from analysis.summaries import ExactQuantile, quantile, shares, weighted_median
from analysis.tallies import Tally
from analysis.uncertainty import posterior_probability
from analysis.weighting import weighted_quantile
from tests.analysis.degenerate import CALLS, CASES, NINE, NOBODY

# One figure for all items together, or a table of another shape.
OVER_ITEMS = (
    "apmo.",
    "concordance.",
    "crossings.stacked",
    "intraclass.",
    "matrices.",
    "planning.",
    "redraws.",
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
def test_a_function_takes_every_panel_tells_of_each_item_and_why_a_figure_is_undefined(name: str) -> None:
    for case, of in CASES.items():
        for result in results(name, case):
            if not name.startswith(OVER_ITEMS):
                assert set(lengths(result)) <= {len(of.counts)}, case
            for part in parts(result):
                if isinstance(part, Result) and (hasattr(part, "reasons") or hasattr(part, "reason")):
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
                assert np.isnan(part).all() or name == "attrition.item_response"  # 0 of 12 is a share
            assert not (isinstance(part, Verdict | Finding | State) and part in DECISIONS)


ZEROS = [0] * 9
WRONG_TALLIES: list[tuple[Callable[[], object], str]] = [
    (
        lambda: Tally.from_counts(NINE, [0, 0, -3, *ZEROS[3:]]),
        "cannot be negative, but counts has -3 at position 0, 2",
    ),
    (
        lambda: Tally.from_counts(NINE, ZEROS, unable=[-1]),
        "cannot be negative, but unable has -1 at position 0",
    ),
    (
        lambda: Tally.from_counts(NINE, [*ZEROS[1:], 2**60]),
        f"below {2**53}, but counts has {2**60} at position 0, 8",
    ),
    (lambda: Tally.from_counts(NINE, [0, math.nan, *ZEROS[2:]]), "The count nan at position 1"),
    (lambda: Tally.from_counts(NINE, [0, None, *ZEROS[2:]]), "The count None at position 1"),
    (lambda: Tally.from_counts(NINE, [0, 1.5, *ZEROS[2:]]), "The count 1.5 at position 1"),
    (lambda: Tally.from_counts(NINE, [0, math.inf, *ZEROS[2:]]), "The count inf at position 1"),
    (lambda: Tally.from_counts(NINE, [0, "many", *ZEROS[2:]]), "The count '0' at position 0"),
    (lambda: Tally.from_counts(NINE, [True] * 9), "The count True at position 0"),
    (lambda: Tally.from_counts(NINE, [1j] * 9), "The count 1j at position 0"),
    (
        lambda: Tally.from_counts(NINE, [ZEROS, ZEROS[1:]]),
        "rows of unequal length where each count should stand",
    ),
    (lambda: Tally.from_counts(NINE, ZEROS[1:]), "Counts on 1-9 have 9 columns, not the shape (1, 8)"),
    (
        lambda: Tally.from_counts(NINE, ZEROS, unable=[1, 2]),
        "There are 1 items, but unable has the shape (2,)",
    ),
    (lambda: Tally.from_matrix(NINE, [[1, 2], [3]]), "rows of unequal length where each rating should stand"),
    (
        lambda: Tally.from_matrix(NINE, [[1, 2], [3, 10]]),
        "The rating 10 at position 3 is not on the scale 1-9",
    ),
    (lambda: Tally.from_matrix(NINE, [[1, 0], [3, 4]]), "The rating 0 at position 1 is not on the scale 1-9"),
    (lambda: Tally.from_matrix(NINE, [[1, math.nan]]), "The rating nan at position 1"),
    (lambda: Tally.from_matrix(NINE, [[1, None]]), "The rating None at position 1"),
    (lambda: Tally.from_matrix(NINE, [["7", "8"]]), "The rating '7' at position 0"),
    (lambda: Tally.from_matrix(NINE, [[7.5, 8]]), "The rating 7.5 at position 0"),
    (lambda: Tally.from_matrix(NINE, [7, 8]), "raters by items; this one has the shape (2,)"),
    (lambda: Tally.from_ratings(NINE, 2, [0, 2], [7, 8]), "Item index 2 at position 1 is not one of 2 items"),
    (lambda: Tally.from_ratings(NINE, 2, [0], [7, 8]), "There are 1 item indexes and 2 ratings"),
    (
        lambda: Tally.from_ratings(NINE, 1, [0], [7], times=-2),
        "cannot be negative, but counts has -2 at position 0, 6",
    ),
]
WRONG_TABLES: list[tuple[Callable[[], object], str]] = [
    (lambda: Transitions(NINE, np.zeros((1, 9, 9), int)), "items by 10 by 10, not of the shape (1, 9, 9)"),
    (lambda: Crossing(NINE, np.zeros((1, 10, 10), int)), "items by 9 by 9, not of the shape (1, 10, 10)"),
    (lambda: Transitions.from_pairs(NINE, -np.eye(9, dtype=int)), "but counts has -1 at position 0, 0, 0"),
    (lambda: Transitions.from_matrices(NINE, [[7]], [[7, 8]]), "their shapes are (1, 1) and (1, 2)"),
    (
        lambda: Transitions.from_matrices(NINE, [[7], [8]], [[7], [10]]),
        "The rating 10 of panellist 1 for item 0",
    ),
    (
        lambda: Crossing.from_matrices(NINE, [[7, -997]], [[7, 8]]),
        "The rating -997 of panellist 0 for item 1",
    ),
    (lambda: Crossing.from_matrices(NINE, [[7, math.nan]], [[7, 8]]), "The rating nan at position 1"),
    (lambda: matrix([[7, 10]], "ab"), "The rating 10 of panellist 'p' for item 'b' is not on the scale 1-9"),
    (lambda: matrix([[7, 8]], "a"), "1 panellists and 1 items need a matrix of that shape, not (1, 2)"),
    (lambda: matrix([[7, 8]], "aa"), "The item 'a' is there more than once"),
    (
        lambda: transitions(matrix([[7]], "a"), matrix([[7]], "b")),
        "'a' only in the first, 'b' only in the second",
    ),
    (
        lambda: transitions(matrix([[3]], "a"), RatingMatrix(Scale(1, 5), [[3]], ("p",), ("a",))),
        "The scales differ: 1-9 and 1-5",
    ),
]
WRONG_SCALES: list[tuple[Callable[[], object], str]] = [
    (lambda: Scale(3, 3), "at least two categories; this one has only 3"),
    (lambda: Scale(9, 1), "runs upwards within -100 to 100, not from 9 to 1"),
    (lambda: Scale(1.5, 9), "a whole number to another, and 1.5 is none"),  # type: ignore[arg-type]
    (lambda: Scale("1", 9), "a whole number to another, and '1' is none"),  # type: ignore[arg-type]
    (lambda: Scale(1, math.nan), "a whole number to another, and nan is none"),  # type: ignore[arg-type]
    (lambda: Scale(1, 9, parse_bands("1-4,4-6,7-9")), "1-4,4-6,7-9 overlap between 1-4 and 4-6"),
    (lambda: Scale(1, 9, parse_bands("1-3,5-6,7-9")), "1-3,5-6,7-9 leave a gap between 1-3 and 5-6"),
    (lambda: Scale(1, 9, parse_bands("1-3,4-6,7-8")), "do not cover the scale 1-9 from end to end"),
]
SOME = Tally.from_counts(NINE, [1, 0, 0, 0, 2, 0, 0, 3, 4])
OTHER = Tally.from_counts(Scale(1, 5), [1, 0, 0, 2, 3])
MOVED = Transitions.from_pairs(NINE, np.eye(9, dtype=int))
WRONG_OPTIONS: list[tuple[Callable[[], object], str]] = [
    (lambda: quantile(SOME, math.inf), "a share between 0 and 1, not inf"),
    (lambda: quantile(SOME, math.nan), "a share between 0 and 1, not nan"),
    (lambda: quantile(SOME, 0.5, 10), "numbered 1 to 9, not 10"),
    (lambda: weighted_quantile([SOME], math.nan), "a share between 0 and 1, not nan"),
    (lambda: weighted_median([SOME, SOME], [math.inf, 1]), "weights of panels are numbers, not inf"),  # type: ignore[list-item]
    (lambda: weighted_median([SOME, SOME], [1, -1]), "not negative, and not all zero"),
    (lambda: weighted_median([SOME, SOME], [1]), "There are 2 panels and 1 weights"),
    (lambda: weighted_median([]), "There is no panel"),
    (lambda: pooled([]), "There is no panel"),
    (lambda: pooled([SOME, OTHER]), "The scales differ: 1-9 and 1-5"),
    (
        lambda: cliffs_delta(SOME, Tally.from_counts(NINE, [ZEROS, ZEROS])),
        "The items differ: 1 in one tally, 2",
    ),
    (lambda: finding([]), "at least one panel"),
    (lambda: finding([Verdict.IN, "maybe"]), "'maybe' is not a valid Verdict"),  # type: ignore[list-item]
    (lambda: wilson(3, 2), "not 3 of 2 at position 0"),
    (lambda: wilson([1, math.nan], 2), "not nan of 2 at position 1"),
    (lambda: clopper_pearson(1, 2, level=0), "between 0 and 1, not 0"),
    (lambda: jeffreys(1, 2, level=math.nan), "between 0 and 1, not nan"),
    (lambda: holm([0.5, 1.5]), "at position 1 stands 1.5"),
    (
        lambda: StabilityCriteria(net_change_below=math.nan),
        "net_change_below is a share between 0 and 1, not nan",
    ),
    (lambda: StabilityCriteria(cv_change_below=-1), "cv_change_below is above 0, not -1"),
    (lambda: states_of(MOVED, [Verdict.IN] * 2), "There are 1 items and 2 verdicts"),
    (lambda: mean_change(MOVED, math.nan), "a delta above 0, not nan"),
    (lambda: posterior_probability(SHARE, SOME, math.inf), "The prior is a number, not inf"),
    (lambda: posterior_probability(SHARE, SOME, 0.1), "1/2 or more, not 0.1"),
    (lambda: esteban_ray(SOME, math.nan), "not at nan"),
    (lambda: verdicts(SHARE, OTHER), "the scale 1-5 has none"),
    (lambda: shares(SOME, "all"), "'rated' or 'rated+unable', not 'all'"),
    (lambda: response([[40, 30, 20]], [[4, 3]]), "not (1, 3) and (1, 2)"),
    (lambda: response([[4]], [[5]]), "In panel 0 and round 0, 5 responded of 4 invited"),
    (lambda: median_precision(SOME, [5], within=math.nan), "not negative, as nan is"),
    (lambda: change_between_rounds(np.sum, [[1]], [[1]], 1, draws=0), "at least one draw, not 0"),
    (lambda: change_between_rounds(np.sum, [[1]], [[1]], 1, level=2), "between 0 and 1, not 2"),
]
SHARE = parse_rule("share >= 70 high")


def matrix(codes: list[list[int]], items: str) -> RatingMatrix:
    return RatingMatrix(NINE, np.array(codes), ("p",), tuple(items))


@pytest.mark.parametrize(("wrong", "sentence"), WRONG_TALLIES + WRONG_TABLES + WRONG_SCALES + WRONG_OPTIONS)
def test_what_is_wrong_is_said_with_its_place(wrong: Callable[[], object], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        wrong()


def tallies_of(name: str) -> list[str]:
    """The parameters that take a tally."""
    hints = get_type_hints(CALLS[name].function)
    return [key for key, hint in hints.items() if hint is Tally and key != "return"]


@pytest.mark.parametrize("name", [name for name in CALLS if len(tallies_of(name)) > 1])
def test_panels_of_other_scales_or_items_are_never_compared(name: str) -> None:
    """Where two tallies go in, the second of another scale, or of more items, is refused and not cut off."""
    call = CALLS[name]
    pair = tallies_of(name)
    more = Tally.from_counts(NINE, [ZEROS, ZEROS])
    for other, sentence in ((OTHER, "The scales differ"), (more, "The items differ")):
        with pytest.raises(ValueError, match=sentence):
            call.function(**dict(zip(pair, (SOME, other), strict=True)))


def test_an_item_nobody_could_rate_is_undefined_beside_others_that_are_not() -> None:
    """It changes nothing for its neighbours."""
    alone, beside = CASES["three raters"], CASES["some items rated"].tally
    both = Tally.from_counts(NINE, np.vstack([ZEROS, alone.counts, ZEROS]), unable=[9, 0, 0, 0])
    for name in ("cns", "leik", "entropy", "mode_share", "esteban_ray", "agreement_a"):
        found, own = (getattr(describe_agreement(tally), name) for tally in (both, alone.tally))
        assert np.isnan(found[[0, 3]]).all()
        np.testing.assert_array_equal(found[1:3], own)
    assert verdicts(SHARE, beside)[0] is Verdict.TOO_FEW
