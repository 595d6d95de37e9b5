"""Agreement over the items of a set, beyond chance: Krippendorff's alpha, Fleiss, Gwet and Brennan-Prediger.

All come from the counts, with any number of raters an item, and K is the scale that was offered, whichever
categories were used. Where items differ little, alpha and Fleiss's kappa are low however well the raters
agree; Gwet's coefficients do not share this, so they stand beside. No verbal labels are given. Notation: I
items, K categories, c counts (I, K), r ratings of an item (I,), pi the mean over items of the shares (K,).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import stdtrit

from analysis.chance_agreement import ALPHA, Coefficients, alphas, kappas
from analysis.results import Result
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally
from analysis.undefined import reasons

NOBODY_RATED_WITH_ANOTHER: Final = "No item was rated by two or more."
ALL_THE_SAME: Final = "Everyone chose the same category, so there is no disagreement to expect by chance."
NEGATIVE_CATEGORIES: Final = "The ratio metric needs a scale without negative categories."
ONE_ITEM: Final = "A standard error over items needs at least two of them."


@dataclass(frozen=True)
class Agreement(Result):
    """One coefficient of agreement over the items of a set, with the figures it is made of.

    `observed` and `expected` are the agreement found and that to be expected by chance, partial agreement
    counted by the weights, or by the metric over its largest distance on the scale; `standard_error` and the
    ends of the interval, `lower` and `upper`, are for other items like these; `items` is how many entered.
    `reason` says why a figure is NaN.
    """

    measure: str
    weights: str
    coefficient: float
    observed: float
    expected: float
    standard_error: float
    lower: float
    upper: float
    items: int
    reason: str | None


@dataclass(frozen=True, eq=False)
class AgreementOverItems(Result):
    """Coefficients of agreement over items, a row each (M,): the fields are those of `Agreement`."""

    measure: tuple[str, ...]
    weights: tuple[str, ...]
    coefficient: FloatArray
    observed: FloatArray
    expected: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    items: IntArray
    reasons: tuple[str | None, ...]

    def of(self, measure: str, weights: str) -> Agreement:
        """The row of a measure with its weights or metric; a `ValueError` where there is none."""
        rows = list(zip(self.measure, self.weights, strict=True))
        if (measure, weights) not in rows:
            raise ValueError(f"There is no {measure} with '{weights}': choose of {_choices(self, measure)}.")
        row = rows.index((measure, weights))
        return Agreement(
            measure,
            weights,
            coefficient=float(self.coefficient[row]),
            observed=float(self.observed[row]),
            expected=float(self.expected[row]),
            standard_error=float(self.standard_error[row]),
            lower=float(self.lower[row]),
            upper=float(self.upper[row]),
            items=int(self.items[row]),
            reason=self.reasons[row],
        )


def agreement_over_items(tally: Tally, level: float = 0.95) -> AgreementOverItems:
    """All coefficients with their standard errors and intervals, in one pass over the counts.

    The rows are "krippendorff_alpha" with the metrics "nominal", "ordinal", "interval" and "ratio", then
    "gwet_ac" (AC1 with the weights "identity", else AC2), "fleiss_kappa" and "brennan_prediger" with the
    weights "identity", "linear", "quadratic" and "ordinal". Standard errors are linearised, over items;
    intervals take Student's t with one degree of freedom fewer than items, and stop at -1 and 1. Items that
    nobody rated enter nothing; those with one rating enter pi, but not alpha. NaN with a reason: all where no
    item has two ratings; alpha and Fleiss's kappa where all chose one category (0/0), the others being 1;
    alpha by the ratio metric on a scale with negative categories; standard errors for one item. A level that
    is not between 0 and 1 is a `ValueError`.

    Sources: Hayes AF, Krippendorff K. Communication Methods and Measures 2007;1:77-89,
    doi:10.1080/19312450709336664. Fleiss JL. Psychological Bulletin 1971;76:378-382, doi:10.1037/h0031619.
    Gwet KL. British Journal of Mathematical and Statistical Psychology 2008;61:29-48,
    doi:10.1348/000711006X126600. Brennan RL, Prediger DJ. Educational and Psychological Measurement
    1981;41:687-699, doi:10.1177/001316448104100307. Weights and standard errors: Gwet KL. Handbook of
    Inter-Rater Reliability, fourth edition. Advanced Analytics 2014, ISBN 978-0970806284.

    >>> from analysis.scales import Scale
    >>> counts = [[3, 0, 0], [0, 4, 0], [0, 3, 1], [0, 0, 1], [1, 0, 3]]
    >>> found = agreement_over_items(Tally.from_counts(Scale(1, 3), counts))
    >>> found.of("gwet_ac", "identity").coefficient, found.of("fleiss_kappa", "linear").coefficient
    (0.628253, 0.561404)
    """
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, not at {level}.")
    return _table(tally, (alphas(tally), *kappas(tally)), level)


def krippendorff_alpha(tally: Tally, metric: str = "ordinal", level: float = 0.95) -> Agreement:
    """Krippendorff's alpha, 1 - observed / expected disagreement, among items with two or more ratings.

    The metric is "nominal", "ordinal", "interval" or "ratio"; the ordinal one depends on how often each
    category was chosen, and its standard error allows for that. The standard error holds the correction for
    few ratings, (N - 1) / N, at 1. Undefined and errors as for `agreement_over_items`, where the sources are.

    >>> from analysis.scales import Scale
    >>> counts = [[3, 0, 0], [0, 4, 0], [0, 3, 1], [0, 0, 1], [1, 0, 3]]
    >>> krippendorff_alpha(Tally.from_counts(Scale(1, 3), counts), "nominal").coefficient
    0.611111
    """
    return agreement_over_items(tally, level).of(ALPHA, metric)


def fleiss_kappa(tally: Tally, weights: str = "identity", level: float = 0.95) -> Agreement:
    """Fleiss's kappa, by weights: "identity", "linear", "quadratic" or "ordinal".

    Items may differ in their number of ratings. Undefined and errors as for `agreement_over_items`,
    where the sources are.

    >>> from analysis.scales import Scale
    >>> counts = [[3, 0, 0], [0, 4, 0], [0, 3, 1], [0, 0, 1], [1, 0, 3]]
    >>> tally = Tally.from_counts(Scale(1, 3), counts)
    >>> fleiss_kappa(tally).coefficient, fleiss_kappa(tally, "quadratic").coefficient
    (0.618321, 0.501992)
    """
    return agreement_over_items(tally, level).of("fleiss_kappa", weights)


def gwet_ac(tally: Tally, weights: str = "identity", level: float = 0.95) -> Agreement:
    """Gwet's AC1, with the weights "identity", or AC2, with "linear", "quadratic" or "ordinal".

    It is 1 where everyone chose the same. Undefined and errors as for `agreement_over_items`,
    where the sources are.

    >>> from analysis.scales import Scale
    >>> counts = [[3, 0, 0], [0, 4, 0], [0, 3, 1], [0, 0, 1], [1, 0, 3]]
    >>> tally = Tally.from_counts(Scale(1, 3), counts)
    >>> gwet_ac(tally).coefficient, gwet_ac(tally, "quadratic").coefficient
    (0.628253, 0.547101)
    """
    return agreement_over_items(tally, level).of("gwet_ac", weights)


def brennan_prediger(tally: Tally, weights: str = "identity", level: float = 0.95) -> Agreement:
    """Brennan and Prediger's coefficient, chance being an even spread over the scale; weights as for Fleiss.

    It is 1 where everyone chose the same. Undefined and errors as for `agreement_over_items`,
    where the sources are.

    >>> from analysis.scales import Scale
    >>> counts = [[3, 0, 0], [0, 4, 0], [0, 3, 1], [0, 0, 1], [1, 0, 3]]
    >>> tally = Tally.from_counts(Scale(1, 3), counts)
    >>> brennan_prediger(tally).coefficient, brennan_prediger(tally, "quadratic").coefficient
    (0.625, 0.53125)
    """
    return agreement_over_items(tally, level).of("brennan_prediger", weights)


def _table(tally: Tally, kinds: tuple[Coefficients, ...], level: float) -> AgreementOverItems:
    measure = tuple(kind.measure for kind in kinds for _ in kind.weights)
    weights = tuple(name for kind in kinds for name in kind.weights)
    items = np.array([kind.items for kind in kinds for _ in kind.weights])
    same = np.array([kind.is_zero_by_zero for kind in kinds for _ in kind.weights])
    coefficient = np.concatenate([kind.coefficient for kind in kinds])
    error = np.concatenate([kind.standard_error for kind in kinds])
    reach = error * stdtrit(np.where(items > 1, items - 1.0, np.nan), 0.5 + level / 2)
    return AgreementOverItems(
        measure,
        weights,
        coefficient,
        observed=np.concatenate([kind.observed for kind in kinds]),
        expected=np.concatenate([kind.expected for kind in kinds]),
        standard_error=error,
        lower=np.maximum(coefficient - reach, -1),
        upper=np.minimum(coefficient + reach, 1),
        items=items,
        reasons=_reasons(tally, weights, same, items),
    )


def _reasons(
    tally: Tally, weights: tuple[str, ...], same: BoolArray, items: IntArray
) -> tuple[str | None, ...]:
    alone = np.full(len(weights), not (tally.rated > 1).any())
    negative = np.array([name == "ratio" and tally.scale.low < 0 for name in weights])
    return reasons(
        len(weights),
        (alone, NOBODY_RATED_WITH_ANOTHER),
        (negative, NEGATIVE_CATEGORIES),
        (same, ALL_THE_SAME),
        (items < 2, ONE_ITEM),
    )


def _choices(found: AgreementOverItems, measure: str) -> str:
    of_measure = [w for m, w in zip(found.measure, found.weights, strict=True) if m == measure]
    return ", ".join(of_measure or dict.fromkeys(found.measure))
