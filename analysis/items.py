"""Every figure of each item for one panel, gathered: what a table of results says row by row.

It gathers `summaries`, `dispersion`, `appropriateness`, `consensus` and `uncertainty`; each figure is
described by the function of its name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from analysis import appropriateness, consensus, intervals, summaries
from analysis.consensus import Rule, ShareRule, Verdict
from analysis.dispersion import AgreementWithin, describe_agreement
from analysis.results import Result
from analysis.tallies import BoolArray, Denominator, FloatArray, IntArray, Tally
from analysis.uncertainty import (
    VerdictProbabilities,
    posterior_probability,
    probability_same_panel_again,
)

NOBODY_RATED: Final = "Nobody rated the item."
NO_BANDS: Final = "The scale has no bands, so nothing is low, middle or high: state them."
NO_MIDDLE: Final = "The scale has two bands, and none in the middle."
NO_DENOMINATOR: Final = "Nobody is counted in the denominator."
NO_RULE: Final = "No rule was given."
ONE_RATED: Final = "A single rating has no standard deviation."
NO_MEAN: Final = "A coefficient of variation needs a mean above 0."
TOO_FEW: Final = "Too few rated the item for a verdict, so there is none to be sure of."


@dataclass(frozen=True)
class Methods:
    """By what the figures are computed: a rule or none, what a share is of, and the quantile definition."""

    rule: Rule | None = None
    denominator: str = Denominator.RATED
    quantiles: int = 7

    @property
    def share_of(self) -> str:
        """What a share is a share of: the rule says, if it speaks of shares."""
        return self.rule.denominator if isinstance(self.rule, ShareRule) else self.denominator


@dataclass(frozen=True, eq=False)
class ItemFigures(Result):
    """The figures (I,) of each item; the `counts` are (I, K), lowest category first.

    `share_high_lower` and `share_high_upper` are the ends of Wilson's 95 % interval. `posterior_probability`
    and `repeat_probability` are those of the verdict, by the definitions beside them. `reasons` has a mapping
    for each item, from the names of the figures that are undefined to why.
    """

    counts: IntArray
    n: IntArray
    unable: IntArray
    blank: IntArray
    median: FloatArray
    q1: FloatArray
    q3: FloatArray
    iqr: FloatArray
    mad: FloatArray
    mean: FloatArray
    sd: FloatArray
    cv: FloatArray
    p30: FloatArray
    p70: FloatArray
    ipr: FloatArray
    ipras: FloatArray
    disagreement_index: FloatArray
    share_low: FloatArray
    share_middle: FloatArray
    share_high: FloatArray
    share_high_lower: FloatArray
    share_high_upper: FloatArray
    cns: FloatArray
    agreement_a: FloatArray
    polarisation: FloatArray
    leik: FloatArray
    entropy: FloatArray
    esteban_ray: FloatArray
    bimodality: FloatArray
    rwg: FloatArray
    awg: FloatArray
    pairwise_agreement: FloatArray
    mode_share: FloatArray
    verdict: tuple[Verdict | None, ...]
    posterior_probability: FloatArray
    repeat_probability: FloatArray
    depends_on_quantiles: BoolArray
    extrapolated: BoolArray
    posterior_definition: str | None
    repeat_definition: str | None
    reasons: tuple[Mapping[str, str], ...]

    def row(self, item: int) -> dict[str, Any]:
        """One item as plain values, None for what is undefined; `reasons` says why."""
        return {name: _plain(value, item) for name, value in _fields(self)}


def item_figures(tally: Tally, methods: Methods = Methods()) -> ItemFigures:
    """Every figure of each item of a tally.

    What is undefined is NaN with a reason, and so are the figures of an item that nobody rated. A rule that
    does not fit the scale is a `ValueError`, as is a quantile definition other than 1 to 9. Sources: those of
    the function of each name.

    >>> from analysis.scales import Scale
    >>> twenty = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 2, 4, 0, 0, 14, 0, 0])
    >>> found = item_figures(twenty, Methods(consensus.parse_rule("share >= 70 high, share < 15 low")))
    >>> found.row(0)["share_high"], found.row(0)["verdict"], round(found.row(0)["repeat_probability"], 6)
    (0.7, 'in', 0.492077)
    """
    agreement = describe_agreement(tally)
    verdicts = _Verdicts.of(tally, methods.rule)
    found = {
        "counts": tally.counts,
        "n": tally.rated,
        "unable": tally.unable,
        "blank": tally.blank,
        **_positions(tally, methods.quantiles),
        **_shares(tally, methods.share_of),
        **{
            field.name: getattr(agreement, field.name)
            for field in fields(agreement)
            if field.name != "reasons"
        },
        **{field.name: getattr(verdicts, field.name) for field in fields(verdicts)},
    }
    return ItemFigures(**found, reasons=_reasons(tally, found, agreement, methods))


def _fields(gathered: Any) -> list[tuple[str, Any]]:
    return [(field.name, getattr(gathered, field.name)) for field in fields(gathered)]


@dataclass(frozen=True)
class _Verdicts:
    """The verdict of a rule on each item, how sure it is, and what it rests on."""

    verdict: tuple[Verdict | None, ...]
    posterior_probability: FloatArray
    repeat_probability: FloatArray
    depends_on_quantiles: BoolArray
    extrapolated: BoolArray
    posterior_definition: str | None = None
    repeat_definition: str | None = None

    @classmethod
    def of(cls, tally: Tally, rule: Rule | None) -> "_Verdicts":
        if rule is None:
            nan, no = np.full(tally.items, np.nan), np.zeros(tally.items, dtype=np.bool_)
            return cls((None,) * tally.items, nan, nan, no, no)
        verdicts = consensus.verdicts(rule, tally)
        posterior: VerdictProbabilities = posterior_probability(rule, tally)
        again: VerdictProbabilities = probability_same_panel_again(rule, tally)
        return cls(
            verdicts,
            posterior.of(verdicts),
            again.of(verdicts),
            consensus.depends_on_quantile_definition(rule, tally),
            consensus.extrapolated(rule, tally),
            posterior.definition,
            again.definition,
        )


def _positions(tally: Tally, definition: int) -> dict[str, FloatArray]:
    q1, q3, p30, p70 = (summaries.exact_quantile(tally, p, definition) for p in _AT)
    rated = tally.rated
    return {
        "median": summaries.median(tally),
        "q1": q1.as_floats(rated),
        "q3": q3.as_floats(rated),
        "iqr": (q3 - q1).as_floats(rated),
        "mad": summaries.mad(tally),
        "mean": summaries.mean(tally),
        "sd": summaries.sd(tally),
        "cv": summaries.cv(tally),
        "p30": p30.as_floats(rated),
        "p70": p70.as_floats(rated),
        "ipr": (p70 - p30).as_floats(rated),
        "ipras": appropriateness.ipras(tally, definition),
        "disagreement_index": appropriateness.disagreement_index(tally, definition),
    }


_AT: Final = (summaries.QUARTILE, summaries.THREE_QUARTERS, 0.3, 0.7)


def _shares(tally: Tally, among: str) -> dict[str, FloatArray]:
    nan = np.full(tally.items, np.nan)
    if tally.scale.bands is None:
        names = ("low", "middle", "high", "high_lower", "high_upper")
        return {f"share_{name}": nan for name in names}
    shares = summaries.shares(tally, among)
    ends = intervals.wilson(tally.in_band("high"), tally.denominator(among))
    return {
        "share_low": shares.low,
        "share_middle": nan if shares.middle is None else shares.middle,
        "share_high": shares.high,
        "share_high_lower": ends.lower,
        "share_high_upper": ends.upper,
    }


def _reasons(
    tally: Tally, found: Mapping[str, Any], agreement: AgreementWithin, methods: Methods
) -> tuple[dict[str, str], ...]:
    """Why each figure of each item is undefined, where one is."""
    told: tuple[dict[str, str], ...] = tuple(dict(known) for known in agreement.reasons)
    rated = tally.rated
    for name, item in _undefined(found):
        told[item].setdefault(name, _why(name, int(rated[item]), tally, methods))
    return told


def _undefined(found: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for name, column in found.items():
        yield from ((name, item) for item in _missing(column))


def _missing(column: Any) -> Iterable[int]:
    if isinstance(column, tuple):
        return [item for item, value in enumerate(column) if value is None]
    is_figure = isinstance(column, np.ndarray) and column.dtype.kind == "f"
    return np.flatnonzero(np.isnan(column)).tolist() if is_figure else ()


def _why(name: str, rated: int, tally: Tally, methods: Methods) -> str:
    if name.startswith("share_"):
        if tally.scale.bands is None:
            return NO_BANDS
        is_middle = name == "share_middle" and tally.scale.find_band("middle") is None
        return NO_MIDDLE if is_middle else NO_DENOMINATOR
    if name in ("verdict", "posterior_probability", "repeat_probability"):
        return NO_RULE if methods.rule is None else TOO_FEW
    if rated == 0:
        return NOBODY_RATED
    return ONE_RATED if rated == 1 else NO_MEAN


def _plain(value: Any, item: int) -> Any:
    if isinstance(value, np.ndarray):
        value = value[item].tolist()
    elif isinstance(value, tuple):
        value = value[item]
    if isinstance(value, Verdict):
        return value.value
    return None if isinstance(value, float) and np.isnan(value) else value
