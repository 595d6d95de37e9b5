"""Association between the ratings of two rounds, item by item, from the table of those who rated in both.

Association is not agreement: a panel whose every member moves up by one has a perfect rank correlation.
Notation: I items, K categories, n pairs.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.changes import NOBODY_RATED_TWICE
from analysis.crossings import Transitions
from analysis.results import Result
from analysis.tallies import BoolArray, FloatArray, IntArray
from analysis.undefined import ratio, reasons

A_ROUND_IS_UNANIMOUS: Final = "A round is unanimous, so its ratings cannot go along with anything."
LATER_ROUND_IS_UNANIMOUS: Final = "The later round is unanimous, so there is nothing to predict."


@dataclass(frozen=True, eq=False)
class Coefficient(Result):
    """A coefficient of each item, `value` (I,), and a reason for each NaN."""

    value: FloatArray
    reasons: tuple[str | None, ...]


def spearman(transitions: Transitions) -> Coefficient:
    """Spearman's rank correlation between the rounds, with midranks; NaN where a round is unanimous.

    Source: Spearman C. American Journal of Psychology 1904;15:72-101, doi:10.2307/1412159.

    >>> from analysis.scales import Scale
    >>> spearman(Transitions.from_pairs(Scale(1, 3), [[4, 1, 0], [1, 3, 1], [0, 0, 5]])).value.round(6)
    array([0.864333])
    """
    rows, columns = transitions.margin_before, transitions.margin_after
    across, up = _centred_ranks(rows), _centred_ranks(columns)
    together = (across * np.matmul(transitions.paired, up[:, :, np.newaxis])[:, :, 0]).sum(axis=1)
    alone = np.sqrt((rows * across**2).sum(axis=1)) * np.sqrt((columns * up**2).sum(axis=1))
    return _coefficient(transitions, np.clip(ratio(together, alone), -1, 1))


def tau_b(transitions: Transitions) -> Coefficient:
    """Kendall's tau-b between the rounds; NaN where a round is unanimous.

    Source: Kendall MG. Biometrika 1945;33:239-251, doi:10.1093/biomet/33.3.239.

    >>> from analysis.scales import Scale
    >>> tau_b(Transitions.from_pairs(Scale(1, 3), [[4, 1, 0], [1, 3, 1], [0, 0, 5]])).value.round(6)
    array([0.818811])
    """
    table = transitions.paired
    # Those whose earlier rating was lower, by their later rating; then, of these, lower less higher.
    earlier = np.cumsum(table, axis=1) - table
    lower = np.cumsum(earlier, axis=2)
    excess = (table * (2 * lower - earlier - lower[:, :, -1:])).sum(axis=(1, 2))
    untied = [_untied(margin) for margin in (transitions.margin_before, transitions.margin_after)]
    alone = np.sqrt(untied[0]) * np.sqrt(untied[1])
    return _coefficient(transitions, np.clip(ratio(excess, alone), -1, 1))


def goodman_kruskal_lambda(transitions: Transitions) -> Coefficient:
    """Lambda: by how much knowing the earlier rating lessens errors in guessing the later; 0 to 1.

    NaN where the later round is unanimous.

    Source: Goodman LA, Kruskal WH. Journal of the American Statistical Association 1954;49:732-764,
    doi:10.1080/01621459.1954.10501231.

    >>> from analysis.scales import Scale
    >>> goodman_kruskal_lambda(
    ...     Transitions.from_pairs(Scale(1, 3), [[26, 0, 0], [7, 62, 2], [0, 0, 25]])
    ... ).value
    array([0.85])
    """
    commonest = transitions.margin_after.max(axis=1)
    guessed = transitions.paired.max(axis=2).sum(axis=1)
    errors = transitions.pairs - commonest
    why = reasons(
        transitions.items,
        (transitions.pairs == 0, NOBODY_RATED_TWICE),
        (errors == 0, LATER_ROUND_IS_UNANIMOUS),
    )
    return Coefficient(ratio(guessed - commonest, errors), why)


def unanimous(margin: IntArray) -> BoolArray:
    """Whether all in a margin (I, K) chose one category; false where there is nobody."""
    alike: BoolArray = (margin > 0).sum(axis=1) == 1
    return alike


def _coefficient(transitions: Transitions, value: FloatArray) -> Coefficient:
    why = reasons(
        transitions.items,
        (transitions.pairs == 0, NOBODY_RATED_TWICE),
        (unanimous(transitions.margin_before) | unanimous(transitions.margin_after), A_ROUND_IS_UNANIMOUS),
    )
    return Coefficient(value, why)


def _centred_ranks(margin: IntArray) -> FloatArray:
    """Twice the midrank of each category (I, K), less its mean; floats, because their squares are large."""
    n = margin.sum(axis=1, keepdims=True)
    ranks: IntArray = 2 * np.cumsum(margin, axis=1) - margin - n
    return ranks.astype(np.float64)


def _untied(margin: IntArray) -> IntArray:
    """The pairs of people (I,) who chose different categories."""
    ordered: IntArray = margin.sum(axis=1) ** 2 - (margin**2).sum(axis=1)
    return ordered // 2
