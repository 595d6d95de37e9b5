"""The statistics beside the libraries: 9 points, 3 % missing, two criteria, a fixed seed, medians of five.

Each figure is ours from ratings to results, counting among it, and after it from tallies that are held, as a
study holds them. What stands beside is the same work by the library in a loop over the items, and the ratio
to ours in both ways. Rows on a study as a whole belong at the end of `ROWS`.
"""

import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from analysis.contrasts import cliffs_delta
from analysis.crossings import Transitions
from analysis.exact_laws import median_law, share_law
from analysis.rank_tests import mann_whitney
from analysis.reliability import agreement_over_items
from analysis.scales import Scale
from analysis.stability import stability_of
from analysis.summaries import hinges, ipr, iqr, mad, mean, median, quantile, sd, shares
from analysis.tallies import BLANK, IntArray, Tally
from tests.benchmarks import irrcac_apart, library_loops
from tests.benchmarks.measures import Measure, median_seconds, milliseconds

NINE: Final = Scale.thirds(1, 9)
CRITERIA: Final = 2
TIMES: Final = 5
MOST_BOOTSTRAPPED: Final = 20  # items of a bootstrap by SciPy, beyond which its time is scaled up


@dataclass(frozen=True)
class Ratings:
    """Two rounds of ratings (R, 2 I), the items of the first criterion before those of the second."""

    before: IntArray
    after: IntArray

    @property
    def raters(self) -> int:
        """R."""
        return len(self.before)

    @property
    def items(self) -> int:
        """I, of each criterion."""
        return self.before.shape[1] // CRITERIA

    def __str__(self) -> str:
        return f"{self.raters:,} raters × {self.items} items × {CRITERIA}"


@dataclass(frozen=True)
class Task:
    """One row: the work from ratings to results, the same from what is held, and the library's way."""

    what: str
    wanted: str
    whole: Callable[[], object]
    held: Callable[[], object]
    library: str
    library_seconds: Callable[[], float]


def drawn(raters: int, items: int) -> Ratings:
    """Two rounds, the second half of the time as the first and otherwise up to two points away."""
    chance = np.random.default_rng(9)
    centre = chance.uniform(2, 8, CRITERIA * items)
    before = np.clip(np.rint(chance.normal(centre, 2, (raters, centre.size))), 1, 9).astype(np.int64)
    moved = np.where(chance.random(before.shape) < 0.5, 0, chance.integers(-2, 3, before.shape))
    after = np.clip(before + moved, 1, 9)
    for of_round in (before, after):
        of_round[chance.random(before.shape) < 0.03] = BLANK
    return Ratings(before, after)


def measure() -> Iterator[Measure]:
    """Each row for a small and a large study, then what does not depend on the number of raters."""
    for ratings, number in ((drawn(60, 60), 0), (drawn(1000, 200), 1)):
        for row in ROWS:
            task = row(ratings)
            yield _measured(replace(task, wanted=task.wanted.split("|")[number]), ratings)
    yield from sizes()


def _measured(task: Task, ratings: Ratings) -> Measure:
    whole, held = (median_seconds(act, TIMES) for act in (task.whole, task.held))
    theirs = task.library_seconds()
    if not theirs:
        return Measure(f"{task.what}, {ratings}", _both(whole, held), task.wanted, task.library)
    times = f"{theirs / whole:,.0f}×, from tallies {theirs / held:,.0f}×"
    return Measure(
        f"{task.what}, {ratings}",
        _both(whole, held),
        task.wanted,
        f"{task.library} {milliseconds(theirs)}: {times}",
    )


def _both(whole: float, held: float) -> str:
    return f"{_small(whole)}, from tallies {_small(held)}"


def _small(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds < 0.01 else milliseconds(seconds)


def descriptives(ratings: Ratings) -> Task:
    """Medians, quartiles, spreads and shares."""
    tally = Tally.from_matrix(NINE, ratings.before)
    return Task(
        "item descriptives",
        "15× or better|25×",
        lambda: _describe(Tally.from_matrix(NINE, ratings.before)),
        lambda: _describe(tally),
        "NumPy and SciPy",
        lambda: median_seconds(lambda: library_loops.descriptives(ratings.before), TIMES),
    )


def _describe(tally: Tally) -> None:
    for summary in (median, iqr, ipr, mad, mean, sd, shares):
        summary(tally)
    for p in (0.25, 0.3, 0.7, 0.75):
        quantile(tally, p)


def laws(ratings: Ratings) -> Task:
    """The bootstrap of median and high share, exact here and resampled there."""
    tally = Tally.from_matrix(NINE, ratings.before)
    some = ratings.before[:, :MOST_BOOTSTRAPPED]
    scale = ratings.before.shape[1] / MOST_BOOTSTRAPPED
    return Task(
        "exact median and share law",
        "200×|2,000×",
        lambda: _resample(Tally.from_matrix(NINE, ratings.before)),
        lambda: _resample(tally),
        f"scipy.stats.bootstrap, {library_loops.RESAMPLES:,} resamples, {MOST_BOOTSTRAPPED} items scaled up,",
        lambda: scale * median_seconds(lambda: library_loops.bootstraps(some), TIMES),
    )


def _resample(tally: Tally) -> list[object]:
    return [(law.interval(), law.standard_error) for law in (median_law(tally), share_law(tally))]


def agreement(ratings: Ratings) -> Task:
    """Coefficients over items with their standard errors, for each criterion."""
    criteria = np.split(ratings.before, CRITERIA, axis=1)
    tallies = [Tally.from_matrix(NINE, of_criterion) for of_criterion in criteria]
    python = irrcac_apart.environment()
    return Task(
        "alpha, AC2 and Fleiss with standard errors (ours all 16 coefficients)",
        "60×|30×",
        lambda: [agreement_over_items(Tally.from_matrix(NINE, of_criterion)) for of_criterion in criteria],
        lambda: [agreement_over_items(tally) for tally in tallies],
        "irrCAC could not be installed" if python is None else "irrCAC, quadratic weights,",
        lambda: 0.0 if python is None else _irrcac(python, criteria),
    )


def _irrcac(python: Path, criteria: list[IntArray]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "ratings.npy"
        np.save(kept, np.maximum(np.stack(criteria), 0))
        return irrcac_apart.seconds(python, kept, TIMES)


def panels(ratings: Ratings) -> Task:
    """Two halves of the raters as panels."""
    halves = np.array_split(ratings.before, 2)
    first, second = (Tally.from_matrix(NINE, half) for half in halves)
    return Task(
        "Mann-Whitney and Cliff with interval by item",
        "280×|190×",
        lambda: _contrast(*(Tally.from_matrix(NINE, half) for half in halves)),
        lambda: _contrast(first, second),
        "SciPy and a loop",
        lambda: median_seconds(lambda: library_loops.two_panels(*halves), TIMES),
    )


def _contrast(first: Tally, second: Tally) -> None:
    mann_whitney(first, second)
    cliffs_delta(first, second)


def stability(ratings: Ratings) -> Task:
    """All closed forms of stability between the two rounds."""
    transitions = Transitions.from_matrices(NINE, ratings.before, ratings.after)
    return Task(
        "stability of two rounds",
        "220×|70×",
        lambda: stability_of(Transitions.from_matrices(NINE, ratings.before, ratings.after)),
        lambda: stability_of(transitions),
        "SciPy and statsmodels",
        lambda: median_seconds(lambda: library_loops.two_rounds(ratings.before, ratings.after), TIMES),
    )


# A study in one call, with and without resampling, comes last.
ROWS: Final = (descriptives, laws, agreement, panels, stability)


def sizes() -> Iterator[Measure]:
    """The closed forms from tallies of a thousand raters and of ten million, and the memory they take."""
    figures, memory = [], []
    thousand = drawn(1000, 60)
    for times in (1, 10_000):
        forms = _closed_forms(thousand, times)
        figures.append(median_seconds(forms, TIMES))
        tracemalloc.start()
        forms()
        memory.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
    yield Measure(
        "closed forms of sections 2 to 7 from tallies of 10³ and of 10⁷ raters, 60 items × 2",
        " and ".join(map(milliseconds, figures)),
        "the same time",
        f"ratio {figures[1] / figures[0]:.2f}; at most {memory[0]:.1f} and {memory[1]:.1f} MB in the course",
    )


def _closed_forms(ratings: Ratings, times: int) -> Callable[[], None]:
    """All the rows above but the laws, on tables with every count so many times as large."""
    whole, first, second = (
        Tally.from_counts(NINE, Tally.from_matrix(NINE, part).counts * times)
        for part in (ratings.before, *np.array_split(ratings.before, 2))
    )
    transitions = Transitions.from_matrices(NINE, ratings.before, ratings.after)
    more = Transitions(NINE, transitions.counts * times)

    def act() -> None:
        _describe(whole)
        hinges(whole)
        agreement_over_items(whole)
        _contrast(first, second)
        stability_of(more)

    return act
