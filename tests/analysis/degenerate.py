"""Panels at the ends of what there is, and every public function of counts called with them.

Functions are found by their signatures, so that a new one is called too. One that takes what cannot be
supplied by the type or the name of its parameters fails until `SUPPLIED` knows how.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

import analysis
from analysis.crossings import Crossing, Transitions
from analysis.cuts import bands_cut, midpoint_cut
from analysis.grammar import parse_rule
from analysis.matrices import RatingMatrix
from analysis.report import Place
from analysis.rules import Rule
from analysis.scales import Scale
from analysis.summaries import mean
from analysis.tallies import BLANK, UNABLE, IntArray, Tally

# What lies behind `uncertainty`, `reliability`, `planning` and `sensitivity` and is asked by them alone: raw
# sums, which these make undefined.
BEHIND = {
    "chance_agreement",
    "local_weighing",
    "order_statistics",
    "permutations",
    "population_quantiles",
    "posteriors",
    "quantile_laws.chances_of",
    "repeats",
    "turning_points",
}
# What sums over people rather than counts, and is made for the thousands that a local team can ask.
SUMS_OVER_PEOPLE = {"local_cells.local_cells"}
MILLIONS = 10_000_000


@dataclass(frozen=True, eq=False)
class Case:
    """A panel: its scale, its counts (I, K), and how many were unable (I,)."""

    scale: Scale
    counts: IntArray
    unable: IntArray

    @property
    def tally(self) -> Tally:
        return Tally(self.scale, self.counts, self.unable, np.zeros_like(self.unable))

    @property
    def transitions(self) -> tuple[Transitions, ...]:
        """All kept their rating; all moved to the other end; all left; all joined."""
        items, size = self.counts.shape
        tables = np.zeros((4, items, size + 1, size + 1), dtype=np.int64)
        place = np.arange(size)
        tables[0][:, place, place] = self.counts
        tables[1][:, place, size - 1 - place] = self.counts
        tables[2][:, place, size] = self.counts
        tables[3][:, size, place] = self.counts
        return tuple(Transitions(self.scale, table) for table in tables)

    @property
    def crossing(self) -> Crossing:
        return Crossing(self.scale, self.transitions[1].counts[:, :-1, :-1])

    @property
    def codes(self) -> IntArray:
        """The ratings one by one (R, I), those unable after them, blanks to fill up."""
        people = int((self.counts.sum(axis=1) + self.unable).max(initial=0))
        codes = np.full((people, len(self.counts)), BLANK)
        for item, (counts, unable) in enumerate(zip(self.counts, self.unable.tolist(), strict=True)):
            ratings = np.repeat(np.array(self.scale.categories), counts)
            codes[: len(ratings), item] = ratings
            codes[len(ratings) : len(ratings) + unable, item] = UNABLE
        return codes

    @property
    def matrix(self) -> RatingMatrix:
        people, items = self.codes.shape
        names = (
            tuple(f"{letter}{n}" for n in range(number)) for letter, number in (("p", people), ("i", items))
        )
        return RatingMatrix(self.scale, self.codes, *names)

    @property
    def is_large(self) -> bool:
        return int(self.counts.sum(initial=0)) > 10_000


def case(scale: Scale, rows: Sequence[Mapping[int, int]], unable: int = 0) -> Case:
    """Items with so many at each category that is named."""
    counts = np.zeros((len(rows), scale.size), dtype=np.int64)
    for item, row in enumerate(rows):
        for category, people in row.items():
            counts[item, category - scale.low] = people
    return Case(scale, counts, np.full(len(rows), unable))


NINE, TWO = Scale.thirds(1, 9), Scale.parse("0-1", "0,1")
HUNDRED = Scale.parse("0-100", "0-33,34-66,67-100")
BELOW = Scale.parse("-3-3", "-3--1,0,1-3")
CASES = {
    "no items": case(NINE, []),
    "nobody": case(NINE, [{}, {}]),
    "all unable": case(NINE, [{}, {}], unable=12),
    "nobody on two points": case(TWO, [{}]),
    "nobody on 101 points": case(HUNDRED, [{}]),
    "one rater": case(NINE, [{1: 1}, {5: 1}, {9: 1}]),
    "two raters": case(NINE, [{1: 1, 9: 1}, {5: 2}]),
    "three raters": case(NINE, [{1: 1, 5: 1, 9: 1}, {7: 3}]),
    "unanimous": case(NINE, [{9: 12}, {9: 12}]),
    "unanimous, each item elsewhere": case(NINE, [{1: 12}, {5: 12}, {9: 12}], unable=3),
    "split extremes": case(NINE, [{1: 6, 9: 6}, {1: 10, 9: 10}]),
    "all but one": case(NINE, [{9: 19, 1: 1}, {1: 19, 9: 1}]),
    "some items rated": case(NINE, [{}, {7: 4, 8: 5, 9: 3}, {1: 1}], unable=1),
    "two points": case(TWO, [{0: 3, 1: 9}, {1: 12}, {}]),
    "101 points": case(HUNDRED, [{0: 4, 50: 1, 100: 4}, {100: 9}, {}]),
    "below nought": case(BELOW, [{-3: 6, 3: 6}, {0: 12}, {-3: 12}]),
    "ten million": case(NINE, [{1: MILLIONS // 2, 9: MILLIONS // 2}, {9: MILLIONS}, {5: 1, 6: MILLIONS - 1}]),
}
NOBODY = [name for name in CASES if name.startswith(("nobody", "all unable"))]


@dataclass(frozen=True)
class Call:
    """A public function by its module's name and its own."""

    name: str
    function: Callable[..., Any]

    def on(self, of: Case) -> Iterator[Any]:
        """Its results for the case, one for each rule, each kind of transitions and so on.

        What takes a matrix, or sums over people, is spared the millions.
        """
        if of.is_large and self._takes_people():
            return
        named = [[(name, value) for value in choices] for name, choices in self._arguments(of)]
        for arguments in product(*named):
            yield self.function(**dict(arguments))

    def _takes_people(self) -> bool:
        hints = get_type_hints(self.function)
        if self.name in SUMS_OVER_PEOPLE:
            return True
        return "ratings" in hints or any(mentions(hint, RatingMatrix) for hint in hints.values())

    def _arguments(self, of: Case) -> Iterator[tuple[str, Sequence[Any]]]:
        hints = get_type_hints(self.function)
        for name, parameter in inspect.signature(self.function).parameters.items():
            is_counts = any(mentions(hints[name], kind) for kind in COUNTS)
            if parameter.default is inspect.Parameter.empty or is_counts or name in ("chance", "draws"):
                yield name, self._choices(name, hints[name], of)

    def _choices(self, name: str, hint: Any, of: Case) -> Sequence[Any]:
        known = next((key for key in (f"{self.name}.{name}", name) if key in SUPPLIED), None)
        if known is not None:
            return SUPPLIED[known](of)
        for kind, choices in BY_TYPE:
            if mentions(hint, kind):
                if kind not in COUNTS or hint is kind:
                    return choices(of)
                if get_origin(hint) is Mapping:
                    return [{"one": choice, "two": choice} for choice in choices(of)]
                return [[choice, choice] for choice in choices(of)]
        raise LookupError(f"{self.name} takes '{name}', which SUPPLIED does not know.")


COUNTS = (Tally, Transitions, Crossing, RatingMatrix)


def mentions(hint: Any, kind: type) -> bool:
    """Whether a type is this one or is built from it."""
    return hint is kind or any(mentions(part, kind) for part in get_args(hint))


def rules(of: Case) -> list[Rule]:
    """A rule of every kind that fits the scale and can be weighted."""
    middle = Fraction(of.scale.low + of.scale.high, 2)
    return [
        parse_rule("share >= 70 high, share < 15 low; minimum 1"),
        parse_rule("share >= 0 high; out: none"),
        parse_rule(f"median >= {float(middle):g}, iqr <= 2; minimum 1"),
        parse_rule("rand/ucla, disagreement by ipras"),
    ]


BY_TYPE: tuple[tuple[type, Callable[[Case], Sequence[Any]]], ...] = (
    (Tally, lambda of: [of.tally]),
    (Transitions, lambda of: of.transitions),
    (Crossing, lambda of: [of.crossing]),
    (RatingMatrix, lambda of: [of.matrix]),
    (Scale, lambda of: [of.scale]),
    *((kind, rules) for kind in get_args(Rule)),
    (np.random.Generator, lambda of: [np.random.default_rng(1)]),
)
SUPPLIED: dict[str, Callable[[Case], Sequence[Any]]] = {
    "band": lambda of: ["high", "low"],
    "name": lambda of: ["high", "middle"],
    "p": lambda of: [0.5, Fraction(1, 3)],
    "measure": lambda of: [mean],
    "least": lambda of: [Fraction(1, 2)],
    "limit": lambda of: [Fraction(15, 100)],
    "category": lambda of: [of.scale.low],
    "ratings": lambda of: [of.codes],
    "left": lambda of: [np.arange(len(of.codes)) % 2 == 0],
    "chance": lambda of: [1],
    "draws": lambda of: [20],
    "by_item": lambda of: [mean],
    "resampling.resampled.measure": lambda of: [lambda tally, number: mean(tally).reshape(number, -1)],
    "truth": lambda of: [Tally.from_counts(of.scale, of.counts[:1])],
    "sizes": lambda of: [[1, 8]],
    "cut": lambda of: [bands_cut(of.scale), midpoint_cut(of.scale)],
    "lines": lambda of: [bands_cut(of.scale).across],
    "report.report.ratings": lambda of: [
        {Place("usefulness", panel, number): of.matrix for panel in ("one", "two") for number in (1, 2)}
    ],
}


def public() -> Iterator[Call]:
    """Every public function of counts, and every one of a matrix of ratings on a scale."""
    for module in pkgutil.iter_modules(analysis.__path__):
        if module.name in BEHIND:
            continue
        found = importlib.import_module(f"analysis.{module.name}")
        for name, function in vars(found).items():
            is_own = inspect.isfunction(function) and function.__module__ == found.__name__
            if is_own and not name.startswith("_") and f"{module.name}.{name}" not in BEHIND:
                hints = get_type_hints(function)
                of_counts = any(mentions(hint, kind) for hint in hints.values() for kind in COUNTS)
                if of_counts or {"scale", "ratings"} <= hints.keys():
                    yield Call(f"{module.name}.{name}", function)


CALLS = {call.name: call for call in public()}
