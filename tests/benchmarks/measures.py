"""What a benchmark says: a row with its figure, what was wanted, and what it stands beside."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One line of the table."""

    what: str
    figure: str
    wanted: str = ""
    beside: str = ""


@dataclass
class Watch:
    """Seconds, once its block has ended."""

    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Watch]:
    """How long the block took."""
    watch, start = Watch(), time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - start


def median_seconds(act: Callable[[], object], times: int) -> float:
    """The median time of several runs, after one that is not counted."""
    act()
    runs = []
    for _ in range(times):
        with timed() as watch:
            act()
        runs.append(watch.seconds)
    return statistics.median(runs)


def milliseconds(seconds: float) -> str:
    """12.3 ms."""
    return f"{seconds * 1000:,.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
