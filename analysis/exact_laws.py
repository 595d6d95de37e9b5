"""Exact bootstrap laws of an item's median and of its shares: what the same panel might have said again.

The case bootstrap of an item is Multinomial(n, counts / n), whoever gave which rating, so the law of a
median is a few binomial tails and that of a share is binomial: nothing is drawn, there is no seed, and the
cost does not grow with the panel. `analysis.quantile_laws` does the same for quartiles. Notation: I items, K
categories, n ratings of an item, V values.

Source: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552, section 3 on the median.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from scipy import special

from analysis.intervals import Interval
from analysis.results import Result
from analysis.scales import Scale
from analysis.tallies import BoolArray, Denominator, FloatArray, IntArray, Tally
from analysis.undefined import ratio, reasons

NOBODY_RATED: Final = "Nobody rated the item."
NOBODY_COUNTED: Final = "The share has nobody in its denominator."
# Sums of chances are exact to about this, so a percentile is reached when it is missed by no more.
ROUNDING: Final = 1e-12


class _Summarised(Result):
    """A law that prints its mean, standard error and 95 % percentile interval, a row an item."""

    reasons: tuple[str | None, ...]

    @property
    def mean(self) -> FloatArray:
        raise NotImplementedError

    @property
    def standard_error(self) -> FloatArray:
        raise NotImplementedError

    def interval(self, level: float = 0.95) -> Interval:
        raise NotImplementedError

    def columns(self) -> dict[str, list[Any]]:
        lower, upper = self.interval()
        numbers = {"mean": self.mean, "standard_error": self.standard_error, "lower": lower, "upper": upper}
        return {name: array.tolist() for name, array in numbers.items()} | {"reasons": list(self.reasons)}


@dataclass(frozen=True, eq=False)
class Law(_Summarised):
    """The chances (I, V) of each of V `values`, ascending; a row of NaN, and a reason, for n = 0."""

    values: FloatArray
    chances: FloatArray
    reasons: tuple[str | None, ...]

    @property
    def mean(self) -> FloatArray:
        """The expectation (I,)."""
        mean: FloatArray = self.chances @ self.values
        return mean

    @property
    def standard_error(self) -> FloatArray:
        """The standard deviation (I,) of the law, which is the bootstrap's standard error."""
        squares = (self.values - self.mean[:, np.newaxis]) ** 2
        deviation: FloatArray = np.sqrt((self.chances * squares).sum(axis=1))
        return deviation

    def at_least(self, value: float) -> FloatArray:
        """P(X >= value) (I,)."""
        chance: FloatArray = self.chances[:, self.values >= value].sum(axis=1)
        return np.where(self._defined, chance, np.nan)

    def at_most(self, value: float) -> FloatArray:
        """P(X <= value) (I,)."""
        chance: FloatArray = self.chances[:, self.values <= value].sum(axis=1)
        return np.where(self._defined, chance, np.nan)

    def interval(self, level: float = 0.95) -> Interval:
        """The percentile interval: the smallest values with P(X <= v) of (1 -+ level) / 2."""
        tail = _check_level(level)
        cumulative = np.cumsum(self.chances, axis=1)

        def percentile(share: float) -> FloatArray:
            below = (cumulative < share - ROUNDING).sum(axis=1)
            return np.where(self._defined, self.values[np.minimum(below, len(self.values) - 1)], np.nan)

        return Interval(percentile(tail), percentile(1 - tail))

    def by_category(self, scale: Scale) -> FloatArray:
        """The chances (I, K) of each category, a value between two counted for the nearer, a half upwards.

        This is how `Scale.band_of` reads a median. Values outside the scale are a `ValueError`.
        """
        category = np.floor(self.values + 0.5).astype(np.int64)
        if category[0] < scale.low or category[-1] > scale.high:
            raise ValueError(f"The law runs from {self.values[0]:g} to {self.values[-1]:g}, beyond {scale}.")
        chances: FloatArray = self.chances @ (category[:, np.newaxis] == np.array(scale.categories))
        return chances

    def by_band(self, scale: Scale) -> dict[str, FloatArray]:
        """The chances (I,) of each band, by its name; halves between two bands are the higher's.

        A scale without bands is a `ValueError`.
        """
        if scale.bands is None:
            raise ValueError(f"The scale {scale} has no bands: state them, such as 1-3,4-6,7-9.")
        chances = self.by_category(scale)
        ends = {band.name: (band.first - scale.low, band.last - scale.low + 1) for band in scale.bands}
        return {name: chances[:, first:after].sum(axis=1) for name, (first, after) in ends.items()}

    @property
    def _defined(self) -> BoolArray:
        return np.array([reason is None for reason in self.reasons], dtype=np.bool_)


def median_law(tally: Tally, drawn: IntArray | None = None) -> Law:
    """The exact bootstrap law of each median, on the 2K - 1 whole and half categories; NaN for n = 0.

    So many are `drawn` (I,) as rated the item, unless told otherwise.

    With N_a of n drawn in category a or below, an odd n has P(median <= a) = P(N_a >= (n + 1) / 2). With n =
    2m the two middle ratings are a < b where exactly m fall up to a and the others from b, which has
    C(n, m) (F_a^m - F_{a-1}^m) (S_{b-1}^m - S_b^m), F and S = 1 - F being the shares below and above.

    Source: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552.

    >>> law = median_law(Tally.from_counts(Scale(1, 3), [1, 2, 0]))
    >>> law.values, law.chances.round(6)
    (array([1. , 1.5, 2. , 2.5, 3. ]), array([[0.259259, 0.      , 0.740741, 0.      , 0.      ]]))
    """
    n = tally.rated if drawn is None else drawn
    apart, columns = _middle_apart(tally, n), tally.scale.size
    shares = np.cumsum(tally.counts, axis=1) / np.maximum(tally.rated, 1)[:, np.newaxis]
    upper = binomial_at_least(n[:, np.newaxis] // 2 + 1, n[:, np.newaxis], shares)
    same = np.maximum(np.diff(upper, prepend=0.0, axis=1) - apart.sum(axis=1), 0)
    chances = np.zeros((tally.items, 2 * columns - 1))
    chances[:, ::2] = same
    for lower in range(columns):
        chances[:, lower : lower + columns] += apart[:, lower]
    chances[tally.rated == 0] = np.nan
    return Law(
        tally.scale.low + np.arange(2 * columns - 1) / 2,
        chances,
        reasons(tally.items, (tally.rated == 0, NOBODY_RATED)),
    )


@dataclass(frozen=True, eq=False)
class ShareLaw(_Summarised):
    """The law of a share (I,) among `drawn` (I,) people: Binomial(drawn, share) / drawn."""

    share: FloatArray
    drawn: IntArray
    reasons: tuple[str | None, ...]

    @property
    def mean(self) -> FloatArray:
        """The share itself (I,), between 0 and 1."""
        return self.share

    @property
    def standard_error(self) -> FloatArray:
        """sqrt(p (1 - p) / n) (I,)."""
        error: FloatArray = np.sqrt(self.share * (1 - self.share) / np.maximum(self.drawn, 1))
        return error

    def at_least(self, percent: float | Fraction) -> FloatArray:
        """The chance (I,) of a share of at least so many percent, compared in whole numbers."""
        limit = Fraction(percent).limit_denominator(10**6) / 100
        least = -(-limit.numerator * self.drawn // limit.denominator)
        chance = binomial_at_least(least, self.drawn, np.nan_to_num(self.share))
        return np.where(np.isnan(self.share), np.nan, chance)

    def interval(self, level: float = 0.95) -> Interval:
        """The percentile interval of the share; see `Law.interval`."""
        tail = _check_level(level)
        return Interval(self._percentile(tail), self._percentile(1 - tail))

    def _percentile(self, share: float) -> FloatArray:
        count = binomial_percentile(share, self.drawn, np.nan_to_num(self.share))
        return np.where(np.isnan(self.share), np.nan, count / np.maximum(self.drawn, 1))


def share_law(tally: Tally, band: str = "high", denominator: str = Denominator.RATED) -> ShareLaw:
    """The exact bootstrap law of a band's share; NaN with a reason where the denominator is 0.

    Where the denominator has the unable, they are drawn along. Errors as for `Tally.in_band`. Source: as for
    `median_law`.

    >>> twenty = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 2, 4, 0, 0, 14, 0, 0])
    >>> law = share_law(twenty)
    >>> law.at_least(70).round(6), law.standard_error.round(6), law.interval()
    (array([0.60801]), array([0.10247]), Interval(lower=array([0.5]), upper=array([0.9])))
    """
    among = tally.denominator(denominator)
    told = reasons(tally.items, (among == 0, NOBODY_COUNTED))
    return ShareLaw(ratio(tally.in_band(band), among), among, told)


def binomial_cdf(k: IntArray, n: IntArray, p: FloatArray) -> FloatArray:
    """P(X <= k) for X ~ Binomial(n, p), by the incomplete beta function; 0 below 0, and 1 from n up."""
    within = (k >= 0) & (k < n)
    # SciPy's own complement, betaincc, is ten times slower, and no more exact where chances are summed.
    inner = 1 - special.betainc(np.where(within, k + 1, 1), np.where(within, n - k, 1), p)
    return np.where(within, inner, np.where(k < 0, 0.0, 1.0))


def binomial_at_least(k: IntArray, n: IntArray, p: FloatArray) -> FloatArray:
    """P(X >= k) for X ~ Binomial(n, p), precise where it is small; 1 from 0 down, and 0 above n."""
    within = (k > 0) & (k <= n)
    inner = special.betainc(np.where(within, k, 1), np.where(within, n - k + 1, 1), p)
    return np.where(within, inner, np.where(k <= 0, 1.0, 0.0))


def binomial_percentile(share: float, n: IntArray, p: FloatArray) -> IntArray:
    """The smallest k with P(X <= k) >= share for X ~ Binomial(n, p), found from its normal approximation."""
    z = special.ndtri(share)
    guess = np.floor(n * p + z * np.sqrt(n * p * (1 - p)) + (1 - 2 * p) * (z**2 - 1) / 6)
    count = np.clip(guess, 0, n).astype(np.int64)
    while (above := (count > 0) & (binomial_cdf(count - 1, n, p) >= share - ROUNDING)).any():
        count -= above
    while (below := binomial_cdf(count, n, p) < share - ROUNDING).any():
        count += below
    return count


def log_choose(n: IntArray, k: IntArray) -> FloatArray:
    """The logarithm of the binomial coefficient, for 0 <= k <= n."""
    found: FloatArray = special.gammaln(n + 1.0) - special.gammaln(k + 1.0) - special.gammaln(n - k + 1.0)
    return found


def _middle_apart(tally: Tally, n: IntArray) -> FloatArray:
    """P(the two middle of n ratings are a and b) (I, K, K) for a < b; 0 elsewhere, and for odd n."""
    total, cumulative = tally.rated, np.cumsum(tally.counts, axis=1)
    half = (n // 2)[:, np.newaxis]
    ending = _log_extreme(cumulative, tally.counts, half, total)
    beginning = _log_extreme(total[:, np.newaxis] - cumulative + tally.counts, tally.counts, half, total)
    even = (n % 2 == 0) & (total > 0)
    ways = np.where(even, log_choose(n, half[:, 0]), -np.inf)
    logs = ways[:, np.newaxis, np.newaxis] + ending[:, :, np.newaxis] + beginning[:, np.newaxis, :]
    is_above = np.triu(np.ones(logs.shape[1:], dtype=np.bool_), 1)
    return np.exp(logs, where=is_above, out=np.zeros(logs.shape))


def _log_extreme(up_to: IntArray, own: IntArray, times: IntArray, total: IntArray) -> FloatArray:
    """log(x^m - y^m) (I, K), x the share up to a category, y the same without its own; -inf for nobody."""
    within = (own > 0) & (times > 0)
    x = np.where(within, up_to, 1)
    others = np.where(within, (x - own) / x, 0.0)
    power = times * np.log(x / np.maximum(total, 1)[:, np.newaxis]) + np.log1p(-(others**times) * within)
    return np.where(within, power, -np.inf)


def _check_level(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, not {level}.")
    return (1 - level) / 2
