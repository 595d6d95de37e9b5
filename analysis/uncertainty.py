"""How sure a verdict is: two probabilities of each verdict of any rule, from counts and without sampling.

They answer different questions, so neither is shown without its name. `probability_same_panel_again` is the
exact bootstrap: the panel's own answers drawn again. `posterior_probability` is about the shares behind the
panel, under a stated Dirichlet prior. With 14 high and 2 low of 20, "at least 70 % high, under 15 % low" has
.49 by the first and .39 by the second. Notation: I items, K categories, n the people whom the rule counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Final

import numpy as np

from analysis import population_quantiles, posteriors, repeats
from analysis.consensus import Verdict
from analysis.repeats import Pair, in_and_out
from analysis.results import Result
from analysis.rules import MedianIqrRule, RandUclaRule, Rule, ShareRule, check_fits
from analysis.tallies import FloatArray, Tally

# Half a person in each band: Jeffreys H. Proc R Soc A 1946;186:453-461, doi:10.1098/rspa.1946.0056.
JEFFREYS_PRIOR: Final = 0.5

EXACT_BOOTSTRAP: Final = "exact bootstrap: the panel's answers drawn again"
NOBODY_RATED: Final = "Nobody rated the item."
TOO_FEW: Final = "Fewer rated the item than the rule's minimum, so it has no verdict to be sure of."


@dataclass(frozen=True, eq=False)
class VerdictProbabilities(Result):
    """Probabilities (I,) that an item is in (`into`), `out` or neither, in sum 1; a reason for each NaN.

    `definition` says what they are probabilities of, and belongs wherever they are shown.
    """

    into: FloatArray
    out: FloatArray
    no_consensus: FloatArray
    definition: str
    reasons: tuple[str | None, ...]

    def of(self, verdicts: Sequence[Verdict]) -> FloatArray:
        """The probability (I,) of the verdict that each item has; NaN for *too few*."""
        by_verdict = {Verdict.IN: self.into, Verdict.OUT: self.out, Verdict.NO_CONSENSUS: self.no_consensus}
        of_items = [by_verdict[v][item] if v in by_verdict else np.nan for item, v in enumerate(verdicts)]
        return np.array(of_items, dtype=np.float64)


def probability_same_panel_again(rule: Rule, tally: Tally) -> VerdictProbabilities:
    """The chance of each verdict on each item if the panel's answers were drawn again, with replacement.

    This is the case bootstrap, Multinomial(n, counts / n), summed exactly: no resampling and no seed. A rule
    on median and IQR, or RAND/UCLA by IPRAS, takes their joint law by the rule's own quantile definition.
    Where a rule counts the unable, they are drawn along, as one more answer that is neither high nor low; the
    minimum of ratings is taken to be reached again. NaN with a reason where nobody rated, and where there are
    fewer ratings than the rule's minimum. Errors as for `consensus.verdicts`.

    Source: Efron B. Annals of Statistics 1979;7:1-26, doi:10.1214/aos/1176344552.

    >>> from analysis.consensus import parse_rule
    >>> from analysis.scales import Scale
    >>> twenty = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 2, 4, 0, 0, 14, 0, 0])
    >>> for text in ("share >= 70 high, share < 15 low", "median >= 7, iqr <= 2", "rand/ucla"):
    ...     probability_same_panel_again(parse_rule(text), twenty).into.round(6)
    array([0.492077])
    array([0.416371])
    array([0.951125])
    """
    check_fits(rule, tally.scale)
    return _probabilities(rule, tally, repeats.verdict_chances(rule, tally), EXACT_BOOTSTRAP)


def posterior_probability(rule: Rule, tally: Tally, prior: float | None = None) -> VerdictProbabilities:
    """The probability, given the panel's answers, that the shares behind them meet the rule for each verdict.

    Rules that speak of bands, of shares or RAND/UCLA by counts, have a Dirichlet prior with `prior` on each
    band, 1/2 unless told. Medians and IPRAS need the categories, each of which has 1/K unless told: the prior
    is then worth one answer in all, on whatever scale, where 1/2 on each of 0-100 would outvote a panel of
    fifty. The population's median and quantiles are the smallest categories with their cumulative shares; it
    disagrees by RAND/UCLA where a third of it (by the binomial test a tenth) is in each outer band, or where
    its IPR is above its IPRAS. Where the rule counts the unable, they are one more band. Strictness of a
    share makes no difference here. Missing and errors are as for `probability_same_panel_again`; a `prior`
    below 1/2 on bands, for whose poles the quadrature is not made, is a `ValueError`, as is one not above 0.

    Sources: Gelman A and others. Bayesian Data Analysis, third edition, section 3.4. Chapman and Hall 2013.
    Berger JO, Bernardo JM, Sun D. Bayesian Analysis 2015;10:189-221, doi:10.1214/14-BA915, for 1/K.

    >>> from analysis.consensus import parse_rule
    >>> from analysis.scales import Scale
    >>> twenty = Tally.from_counts(Scale.thirds(1, 9), [0, 0, 2, 4, 0, 0, 14, 0, 0])
    >>> found = posterior_probability(parse_rule("share >= 70 high, share < 15 low"), twenty)
    >>> found.into.round(6), found.definition
    (array([0.385345]), 'posterior, Dirichlet(1/2) on each band')
    """
    check_fits(rule, tally.scale)
    of_categories = _needs_categories(rule)
    weight = (1 / tally.scale.size if of_categories else JEFFREYS_PRIOR) if prior is None else prior
    _check_prior(weight, of_categories)
    written, unit = Fraction(weight).limit_denominator(1000), "category" if of_categories else "band"
    definition = f"posterior, Dirichlet({written}) on each {unit}"
    return _probabilities(rule, tally, _posterior(rule, tally, weight), definition)


def _posterior(rule: Rule, tally: Tally, prior: float) -> Pair:
    if isinstance(rule, ShareRule):
        return in_and_out(rule, tally.scale, lambda ways: posteriors.share_chances(rule, tally, ways, prior))
    if isinstance(rule, MedianIqrRule):
        return in_and_out(
            rule, tally.scale, lambda ways: population_quantiles.median_iqr_chances(tally, ways, prior)
        )
    if _needs_categories(rule):
        return population_quantiles.ipras_chances(tally, prior)
    return posteriors.rand_ucla_chances(rule, tally, prior)


def _needs_categories(rule: Rule) -> bool:
    by_ipras = isinstance(rule, RandUclaRule) and rule.disagreement == "ipras"
    return by_ipras or isinstance(rule, MedianIqrRule)


def _check_prior(prior: float, of_categories: bool) -> None:
    if not isfinite(prior):
        raise ValueError(f"The prior is a number, not {prior}.")
    if of_categories and not prior > 0:
        raise ValueError(f"The prior on each category is above 0, not {prior}.")
    if not of_categories and not prior >= 0.5:
        raise ValueError(f"The prior on each band is 1/2 or more, not {prior}.")


def _probabilities(rule: Rule, tally: Tally, pair: Pair, definition: str) -> VerdictProbabilities:
    into, out = (np.clip(chance, 0, 1) for chance in pair)
    defined = (tally.rated > 0) & (tally.rated >= rule.minimum_n)
    return VerdictProbabilities(
        into=np.where(defined, into, np.nan),
        out=np.where(defined, out, np.nan),
        no_consensus=np.where(defined, np.clip(1 - into - out, 0, 1), np.nan),
        definition=definition,
        reasons=tuple(_reason(rated, rule.minimum_n) for rated in tally.rated.tolist()),
    )


def _reason(rated: int, minimum_n: int) -> str | None:
    if rated == 0:
        return NOBODY_RATED
    return TOO_FEW if rated < minimum_n else None
