"""The shares behind a panel's answers: the posterior chance that they would meet a rule, by quadrature.

The answers are a sample of a population whose shares have a Dirichlet prior, on the bands where a rule speaks
of bands and on the categories where it speaks of medians; `analysis.uncertainty` says which and how much.
Notation: I items, K categories, W ways, each a sequence of conditions that all must hold, N nodes.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from scipy import special

from analysis.appropriateness import WIDE_REGION_SHARE
from analysis.repeats import Way
from analysis.rules import Conditions, Measure, RandUclaRule, ShareRule
from analysis.tallies import Denominator, FloatArray, Tally

_ShareEnds: TypeAlias = tuple[float, float]

# The share of a population in each outer band from which it disagrees, where the panel's number is the
# table's or a third of n, and where it is what the binomial test rejects.
_DISAGREEING: Final = {"table": 1 / 3, "1/3": 1 / 3, "binomial": 1 - WIDE_REGION_SHARE}


def share_chances(rule: ShareRule, tally: Tally, ways: Sequence[Way], prior: float) -> list[FloatArray]:
    """The chance (I,) that the shares of the bands meet each way, with `prior` on each band.

    Where the rule counts the unable, they are one more category with the same prior. Whether a limit is
    strict makes no difference. The quadrature has 64 points and an error below 1e-8.
    """
    high, low, rest = (
        tally.in_band("high") + np.float64(prior),
        tally.in_band("low") + np.float64(prior),
        _rest(rule, tally, prior),
    )
    ends = [[_share_ends(way, band) for band in _BANDS] for way in ways]
    # Among many items of one panel, equal counts are common, and each quadrature costs the same.
    distinct, where = np.unique(np.stack([high, low, rest]), axis=1, return_inverse=True)
    return [_dirichlet_box(*distinct, *of_way)[where.ravel()] for of_way in ends]


_BANDS: tuple[Measure, Measure] = ("high", "low")


def rand_ucla_chances(rule: RandUclaRule, tally: Tally, prior: float) -> tuple[FloatArray, FloatArray]:
    """The chances (I,) that the population finds an item appropriate, and inappropriate, by a rule on bands.

    Its median is in the high band where more than half of it is. It disagrees where both outer bands have a
    third of it, which is what the table of panel sizes comes to, or a tenth, of which the binomial test asks.
    """
    limit = _DISAGREEING[rule.disagreement]
    high, low = tally.in_band("high") + np.float64(prior), tally.in_band("low") + np.float64(prior)
    has_middle = tally.scale.find_band("middle") is not None
    rest = tally.in_band("middle") + np.float64(prior) if has_middle else np.zeros(tally.items)
    most, few = (0.5, 1.0), (0.0, limit)
    return _dirichlet_box(high, low, rest, most, few), _dirichlet_box(low, high, rest, most, few)


def _share_ends(ways: Sequence[Conditions], band: Measure) -> _ShareEnds:
    """The least and the most share of the band that meet all the conditions."""
    least, most = 0.0, 1.0
    for condition in (condition for way in ways for condition in way if condition.measure == band):
        if condition.sign in (">=", ">"):
            least = max(least, float(condition.value / 100))
        else:
            most = min(most, float(condition.value / 100))
    return least, most


def _rest(rule: ShareRule, tally: Tally, prior: float) -> FloatArray:
    """The Dirichlet parameter (I,) of all that is neither high nor low; 0 where there is no such category."""
    rest = np.zeros(tally.items)
    if tally.scale.find_band("middle") is not None:
        rest += tally.in_band("middle") + prior
    if rule.denominator is Denominator.RATED_AND_UNABLE:
        rest += tally.unable + prior
    return rest


def _dirichlet_box(
    high: FloatArray, low: FloatArray, rest: FloatArray, of_high: _ShareEnds, of_low: _ShareEnds
) -> FloatArray:
    """P(H and L within their ends) (I,) for shares (H, L, 1 - H - L) ~ Dirichlet(high, low, rest)."""
    if of_high[0] > of_high[1] or of_low[0] > of_low[1]:
        return np.zeros_like(high)
    if not rest.any():  # two bands: L is 1 - H
        least, most = max(of_high[0], 1 - of_low[1]), min(of_high[1], 1 - of_low[0])
        return _beta_between(least, max(least, most), high, low)
    return _low_up_to(of_low[1], high, low, rest, of_high) - _low_up_to(of_low[0], high, low, rest, of_high)


def _low_up_to(
    limit: float, high: FloatArray, low: FloatArray, rest: FloatArray, of_high: _ShareEnds
) -> FloatArray:
    """P(H within its ends and L <= limit) (I,), Beta laws of H and of L / (1 - H).

    Above H = 1 - limit, L cannot exceed the limit, and the law of H is enough. Below, the integral runs over
    the mean of H and 10 standard deviations and the exponential tail about it: over the whole interval it
    would fail at n = 10^6.
    """
    others, total = low + rest, high + low + rest
    turn = min(max(1 - limit, of_high[0]), of_high[1])
    certain = _beta_between(turn, of_high[1], high, others)
    if limit == 0 or turn == of_high[0]:
        return certain
    mean = high / total
    reach = 10 * np.sqrt(mean * (1 - mean) / (total + 1)) + 40 / total
    start, stop = np.clip(mean - reach, of_high[0], turn), np.clip(mean + reach, of_high[0], turn)
    # The square of a sine takes the poles off both ends, so that the integrand is smooth in the angle.
    share = start[:, np.newaxis] + (stop - start)[:, np.newaxis] * np.sin(_ANGLES) ** 2
    high, low, rest, others = (array[:, np.newaxis] for array in (high, low, rest, others))
    log_density = special.xlogy(high - 1, share) + special.xlog1py(others - 1, -share)
    density = np.exp(log_density - special.betaln(high, others))
    chance_low = special.betainc(low, rest, np.minimum(limit / (1 - share), 1))
    integral = (density * chance_low) @ (_WEIGHTS * np.sin(2 * _ANGLES))
    total_chance: FloatArray = certain + (stop - start) * integral
    return total_chance


def _beta_between(least: float, most: float, a: FloatArray, b: FloatArray) -> FloatArray:
    """P(least <= X <= most) (I,) for X ~ Beta(a, b)."""
    return np.asarray(special.betainc(a, b, most) - special.betainc(a, b, least), dtype=np.float64)


def _gauss_legendre(points: int) -> tuple[FloatArray, FloatArray]:
    """Angles between 0 and a right angle, and their weights."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return (nodes + 1) * np.pi / 4, weights * np.pi / 4


_ANGLES, _WEIGHTS = _gauss_legendre(64)
