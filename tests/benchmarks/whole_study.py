"""A whole study in one call: two panels, two rounds, two criteria, every figure of every item and set."""

from collections.abc import Iterator

import numpy as np

from analysis.consensus import parse_rule
from analysis.items import Methods
from analysis.matrices import RatingMatrix
from analysis.quantile_laws import iqr_law
from analysis.report import Place, StudyReport, report
from analysis.resampling import consensus_counts
from tests.benchmarks.measures import Measure, median_seconds, milliseconds
from tests.benchmarks.statistics import CRITERIA, NINE, TIMES, Ratings, drawn

RULE = parse_rule("share >= 70 high, share < 15 low")
RESAMPLES = 2000
_WANTED = {60: ("under 50 ms", "under 250 ms"), 1000: ("under 500 ms", "under 3 s")}


def measure() -> Iterator[Measure]:
    """The closed forms alone, then with joint resampling, exact permutation and the exact IQR law."""
    for ratings in (drawn(60, 60), drawn(1000, 200)):
        places = dict(_matrices(ratings))
        alone, together = _WANTED[ratings.raters]
        figure = median_seconds(lambda: report(places, Methods(RULE)), TIMES)  # noqa: B023  # run at once
        yield Measure(
            f"sections 2 to 8 of a study in one call, {ratings}", milliseconds(figure), alone, _what(places)
        )
        figure = median_seconds(lambda: _with_all(places), 1 if ratings.raters > 60 else TIMES)  # noqa: B023
        yield Measure(
            f"the same with {RESAMPLES:,} joint resamples, exact permutation and IQR law, {ratings}",
            milliseconds(figure),
            together,
        )


def _what(places: dict[Place, RatingMatrix]) -> str:
    return f"two panels and two rounds: {sum(len(matrix.items) for matrix in places.values()):,} items in all"


def _matrices(ratings: Ratings) -> Iterator[tuple[Place, RatingMatrix]]:
    for number, of_round in enumerate((ratings.before, ratings.after), start=1):
        for criterion, codes in zip("uf", np.split(of_round, CRITERIA, axis=1), strict=True):
            for panel, half in zip("ab", np.array_split(codes, 2), strict=True):
                people, items = half.shape
                who = tuple(f"{panel}{n}" for n in range(people))
                matrix = RatingMatrix(NINE, half, who, tuple(f"i{n}" for n in range(items)))
                yield Place(criterion, panel, number), matrix


def _with_all(places: dict[Place, RatingMatrix]) -> StudyReport:
    found = report(places, Methods(RULE), exact=True)
    for matrix in places.values():
        iqr_law(matrix.tally())
        chance = np.random.default_rng(1)
        consensus_counts(RULE, NINE, matrix.codes, chance, draws=RESAMPLES)
    return found
