"""How sure a verdict is: two probabilities of each verdict of a share rule, from counts and without sampling.

They answer different questions, so neither is shown without its name. `probability_same_panel_again` is the
exact bootstrap: the panel's own answers drawn again. `posterior_probability` is about the shares behind the
panel, under a stated Dirichlet prior. With 14 high and 2 low of 20, "at least 70 % high, under 15 % low" has
.49 by the first and .39 by the second. Notation: I items, n the people whom the rule counts on an item.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from scipy import special

from analysis.consensus import Verdict
from analysis.rules import Conditions, Measure, Rule, ShareRule, check_fits, out_conditions
from analysis.tallies import Denominator, FloatArray, IntArray, Tally

# Half a person in each band: Jeffreys H. Proc R Soc A 1946;186:453-461, doi:10.1098/rspa.1946.0056.
JEFFREYS_PRIOR: Final = 0.5

NOT_A_SHARE_RULE: Final = "The law of this kind of rule is not computed; that of share rules is."
NOBODY_RATED: Final = "Nobody rated the item."
TOO_FEW: Final = "Fewer rated the item than the rule's minimum, so it has no verdict to be sure of."

_CountEnds: TypeAlias = tuple[IntArray, IntArray]
_ShareEnds: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class VerdictProbabilities:
    """Probabilities (I,) that an item is in (`into`), `out` or neither, in sum 1; a reason for each NaN."""

    into: FloatArray
    out: FloatArray
    no_consensus: FloatArray
    reasons: tuple[str | None, ...]

    def of(self, verdicts: Sequence[Verdict]) -> FloatArray:
        """The probability (I,) of the verdict that each item has; NaN for *too few*."""
        by_verdict = {Verdict.IN: self.into, Verdict.OUT: self.out, Verdict.NO_CONSENSUS: self.no_consensus}
        of_items = [by_verdict[v][item] if v in by_verdict else np.nan for item, v in enumerate(verdicts)]
        return np.array(of_items, dtype=np.float64)


def probability_same_panel_again(rule: Rule, tally: Tally) -> VerdictProbabilities:
    """The chance of each verdict on each item if the panel's answers were drawn again, with replacement.

    This is the case bootstrap, Multinomial(n, counts / n), summed exactly: no resampling and no seed. Where
    the rule counts the unable, they are drawn along, as one more answer that is neither high nor low; the
    minimum of ratings is taken to be reached again. NaN with a reason where nobody rated, where there are
    fewer ratings than the rule's minimum, and for rules that are not about shares. Errors as for
    `consensus.verdicts`.

    Source: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552.

    >>> from analysis.consensus import parse_rule
    >>> from analysis.scales import Scale
    >>> twenty = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 2, 4, 0, 0, 14, 0, 0])
    >>> probability_same_panel_again(parse_rule("share >= 70 high, share < 15 low"), twenty).into.round(6)
    array([0.492077])
    """
    if not isinstance(rule, ShareRule):
        return _undefined(tally)
    check_fits(rule, tally.scale)
    high, low, among = tally.in_band("high"), tally.in_band("low"), tally.denominator(rule.denominator)

    def chance(conditions: Sequence[Conditions]) -> FloatArray:
        ends = (_count_ends(conditions, band, among) for band in ("high", "low"))
        return _multinomial_box(high, low, among, *ends)

    return _probabilities(rule, tally, chance)


def posterior_probability(rule: Rule, tally: Tally, prior: float = JEFFREYS_PRIOR) -> VerdictProbabilities:
    """The probability, given the panel's answers, that the shares behind them meet the rule for each verdict.

    The shares of the bands have a Dirichlet prior with `prior` on each band: 1/2 unless told, 1 for a uniform
    one. Where the rule counts the unable, they are one more category with the same prior. Whether a limit is
    strict makes no difference here. Missing and errors are as for `probability_same_panel_again`; a prior
    below 1/2 is a `ValueError`, because the quadrature (64 points, error below 1e-8) is not made for its
    poles.

    Source: Gelman A and others. Bayesian Data Analysis, third edition, section 3.4. Chapman and Hall 2013.

    >>> from analysis.consensus import parse_rule
    >>> from analysis.scales import Scale
    >>> twenty = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 2, 4, 0, 0, 14, 0, 0])
    >>> posterior_probability(parse_rule("share >= 70 high, share < 15 low"), twenty).into.round(6)
    array([0.385345])
    """
    if prior < 0.5:
        raise ValueError(f"The prior on each band is 1/2 or more, not {prior}.")
    if not isinstance(rule, ShareRule):
        return _undefined(tally)
    check_fits(rule, tally.scale)
    high = tally.in_band("high") + np.float64(prior)
    low = tally.in_band("low") + np.float64(prior)
    rest = _rest(rule, tally, prior)

    def chance(conditions: Sequence[Conditions]) -> FloatArray:
        ends = (_share_ends(conditions, band) for band in ("high", "low"))
        return _dirichlet_box(high, low, rest, *ends)

    return _probabilities(rule, tally, chance)


def _probabilities(
    rule: ShareRule, tally: Tally, chance: Callable[[Sequence[Conditions]], FloatArray]
) -> VerdictProbabilities:
    """The three probabilities; an item that meets both ways has no consensus, as in `consensus.verdicts`."""
    into, out = rule.conditions, out_conditions(rule, tally.scale)
    nothing = np.zeros(tally.items)
    of_both = chance([into, out]) if out else nothing
    of_in = chance([into]) - of_both
    of_out = chance([out]) - of_both if out else nothing
    defined = (tally.rated > 0) & (tally.rated >= rule.minimum_n)
    return VerdictProbabilities(
        into=np.where(defined, of_in, np.nan),
        out=np.where(defined, of_out, np.nan),
        no_consensus=np.where(defined, 1 - of_in - of_out, np.nan),
        reasons=tuple(_reason(rated, rule.minimum_n) for rated in tally.rated.tolist()),
    )


def _reason(rated: int, minimum_n: int) -> str | None:
    if rated == 0:
        return NOBODY_RATED
    return TOO_FEW if rated < minimum_n else None


def _undefined(tally: Tally) -> VerdictProbabilities:
    nan = np.full(tally.items, np.nan)
    return VerdictProbabilities(nan, nan, nan, (NOT_A_SHARE_RULE,) * tally.items)


def _count_ends(ways: Sequence[Conditions], band: Measure, among: IntArray) -> _CountEnds:
    """The least and the most in the band, each (I,), that meet all the conditions, in whole numbers."""
    least, most = np.zeros_like(among), among
    for condition in (condition for way in ways for condition in way if condition.measure == band):
        whole, rest = np.divmod(condition.value.numerator * among, 100 * condition.value.denominator)
        if condition.sign in (">=", ">"):
            least = np.maximum(least, whole + ((rest > 0) | (condition.sign == ">")))
        else:
            most = np.minimum(most, whole - ((rest == 0) & (condition.sign == "<")))
    return least, most


def _share_ends(ways: Sequence[Conditions], band: Measure) -> _ShareEnds:
    """The least and the most share of the band that meet all the conditions."""
    least, most = 0.0, 1.0
    for condition in (condition for way in ways for condition in way if condition.measure == band):
        if condition.sign in (">=", ">"):
            least = max(least, float(condition.value / 100))
        else:
            most = min(most, float(condition.value / 100))
    return least, most


def _multinomial_box(
    high: IntArray, low: IntArray, n: IntArray, of_high: _CountEnds, of_low: _CountEnds
) -> FloatArray:
    """P(H and L within their ends) (I,) for (H, L, rest) ~ Multinomial(n; high / n, low / n, rest / n).

    The sum over l of P(L = l) P(H within its ends | L = l), in which both are binomial. Beyond 9 standard
    deviations and 60 the terms sum to less than 1e-16, by Bernstein's inequality.
    """
    total = np.maximum(n, 1)
    reach = 9 * np.sqrt(low * (1 - low / total)) + 60
    first = np.maximum(of_low[0], np.ceil(low - reach)).astype(np.int64)
    last = np.minimum(of_low[1], np.floor(low + reach)).astype(np.int64)
    lows = first[:, np.newaxis] + np.arange(max(int((last - first).max(initial=-1)) + 1, 0))
    n, low, high, last = n[:, np.newaxis], low[:, np.newaxis], high[:, np.newaxis], last[:, np.newaxis]
    share_low, share_high = low / np.maximum(n, 1), high / np.maximum(n - low, 1)
    chance_low = _binomial_cdf(lows, n, share_low) - _binomial_cdf(lows - 1, n, share_low)
    up_to_most = _binomial_cdf(of_high[1][:, np.newaxis], n - lows, share_high)
    below_least = _binomial_cdf(of_high[0][:, np.newaxis] - 1, n - lows, share_high)
    terms = chance_low * np.maximum(up_to_most - below_least, 0)
    chance: FloatArray = np.where(lows <= last, terms, 0).sum(axis=1)
    return chance


def _binomial_cdf(k: IntArray, n: IntArray, p: FloatArray) -> FloatArray:
    """P(X <= k) for X ~ Binomial(n, p), by the incomplete beta function; 0 below 0, and 1 from n up."""
    within = (k >= 0) & (k < n)
    inner = special.betaincc(np.where(within, k + 1, 1), np.where(within, n - k, 1), p)
    return np.where(within, inner, np.where(k < 0, 0.0, 1.0))


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
