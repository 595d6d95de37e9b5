"""The charts of a watched round, in whole units, ready for a template that only writes them down."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from surveys.watching import Day

WIDTH, HEIGHT = 360, 170
LEFT, TOP, RIGHT, BOTTOM = 1, 26, 262, 142
_LINE = 15  # below it two labels would touch


@dataclass(frozen=True)
class Label:
    """Words at the height where they stand."""

    y: int
    words: str


@dataclass(frozen=True)
class Chart:
    """How many of a panel had begun and finished by the end of each day; the top is all who are asked."""

    panel: str
    mark: int
    said: str
    began: str
    finished: str
    area: str
    labels: tuple[Label, ...]
    first: str
    last: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    right: int = RIGHT
    bottom: int = BOTTOM


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whose days they are, and the words at the ends of the axis."""

    panel: str
    mark: int
    asked: int
    first: str
    last: str


def draw(subject: Subject, days: Sequence[Day]) -> Chart:
    """The chart of these days, of which there is one at least."""
    began, finished = (
        [0, *accumulate(counts)] for counts in zip(*((day.began, day.finished) for day in days), strict=True)
    )
    return Chart(
        panel=subject.panel,
        mark=subject.mark,
        said=f"{subject.panel}: of {subject.asked}, {began[-1]} have begun and {finished[-1]} have finished.",
        began=_path(began, subject.asked),
        finished=_path(finished, subject.asked),
        area=f"{_path(finished, subject.asked)}V{BOTTOM}H{LEFT}Z",
        labels=_labels(began[-1], finished[-1], subject.asked),
        first=subject.first,
        last=subject.last,
    )


def _labels(began: int, finished: int, asked: int) -> tuple[Label, ...]:
    """The words at the right end, moved apart where they would touch."""
    if began == finished:
        told = [(asked, f"{asked} asked"), (began, f"{began} finished")]
    else:
        told = [(asked, f"{asked} asked"), (began, f"{began} begun"), (finished, f"{finished} finished")]
    labels: list[Label] = []
    for count, words in told:
        lowest = labels[-1].y + _LINE if labels else TOP
        labels.append(Label(max(_y(count, asked), lowest), words))
    return tuple(labels)


def _path(counts: Sequence[int], asked: int) -> str:
    """Straight from the end of each day to that of the next; the first point is where the round opened."""
    points = [f"{_x(n, len(counts) - 1)} {_y(count, asked)}" for n, count in enumerate(counts)]
    return f"M{'L'.join(points)}"


def _x(days: int, all_days: int) -> int:
    return LEFT + round((RIGHT - LEFT) * days / all_days)


def _y(count: int, asked: int) -> int:
    return BOTTOM - round((BOTTOM - TOP) * count / max(asked, 1))
