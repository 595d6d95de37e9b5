"""Agreement of two coders who said of each text, for each code, whether the code fits.

Kappa and AC1 stand side by side: a code that is seldom used has a low kappa however well the two agree. No
verbal labels are given. Notation: T texts that both have coded, C codes, a code that fits is 1 or True.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from analysis.associations import Coefficient
from analysis.reliability import gwet_ac, krippendorff_alpha
from analysis.results import Result
from analysis.scales import Scale
from analysis.tallies import BoolArray, FloatArray, IntArray, Tally
from analysis.undefined import ratio, reasons

NO_TEXT: Final = "No text was coded by both."
NO_CODE: Final = "Neither used any code."
BOTH_ALWAYS: Final = "Both used this code for every text, so there is nothing beyond chance."
BOTH_NEVER: Final = "Neither used this code, so there is nothing beyond chance."
ONE_CONSTANT: Final = "One of the two used this code for every text or for none, so kappa is 0 in any case."


@dataclass(frozen=True, eq=False)
class AgreementOfCoders(Result):
    """How far two coders agree on each code (C,), and over all codes that either of them used.

    `both`, `first_only`, `second_only` and `neither` count texts; `agreed` is the share on which they agree.
    `alpha` is over `used` codes, each text with each of them being one decision. `reasons` are of
    kappa, `alpha_reason` is alpha's.
    """

    texts: int
    both: IntArray
    first_only: IntArray
    second_only: IntArray
    neither: IntArray
    agreed: FloatArray
    kappa: FloatArray
    ac1: FloatArray
    used: int
    alpha: float
    alpha_reason: str | None
    reasons: tuple[str | None, ...]


def cohens_kappa(first: ArrayLike, second: ArrayLike) -> Coefficient:
    """Cohen's kappa (C,) of two coders, from what each said (T, C): (p_o - p_e) / (1 - p_e) by code.

    p_o is the share of texts on which they agree, p_e the share to be expected if each had used the code as
    often, but by chance: the product of their shares of *fits* and that of *does not fit*, added. Where both
    used the code for every text, or both for none, it is 0/0: NaN, with a reason. Where only one did, it is 0
    whatever the other said, and the reason says so. Without texts all are NaN. A `ValueError` for tables that
    are not of one shape, or hold anything but 0 and 1.

    Source: Cohen J. Educational and Psychological Measurement 1960;20:37-46, doi:10.1177/001316446002000104.

    >>> anna = [[1], [1], [1], [0], [0]]
    >>> ben = [[1], [1], [0], [0], [0]]
    >>> cohens_kappa(anna, ben).value.round(6)  # p_o = 4/5, p_e = (3 * 2 + 2 * 3) / 25
    array([0.615385])
    """
    table = _counted(first, second)
    both, first_only, second_only, neither = table
    texts, of_first, of_second = table.sum(axis=0), both + first_only, both + second_only
    by_chance = of_first * of_second + (texts - of_first) * (texts - of_second)
    value = ratio(texts * (both + neither) - by_chance, texts**2 - by_chance)
    constant = (of_first == 0) | (of_first == texts) | (of_second == 0) | (of_second == texts)
    why = reasons(
        table.shape[1],
        (texts == 0, NO_TEXT),
        (both == texts, BOTH_ALWAYS),
        (neither == texts, BOTH_NEVER),
        (constant, ONE_CONSTANT),
    )
    return Coefficient(value, why)


def agreement_of_coders(first: ArrayLike, second: ArrayLike) -> AgreementOfCoders:
    """All that is told of two coders, from what each said (T, C): shares, kappa, AC1 and alpha.

    AC1 is 1 where they agree on every text, and NaN only without texts. Krippendorff's alpha is nominal, over
    every text and every code that either used, so that codes which nobody needed do not raise it; NaN without
    any. Undefined and errors else as for `cohens_kappa`, where the source of kappa is.

    Sources: Gwet KL. British Journal of Mathematical and Statistical Psychology 2008;61:29-48,
    doi:10.1348/000711006X126600. Hayes AF, Krippendorff K. Communication Methods and Measures 2007;1:77-89,
    doi:10.1080/19312450709336664.

    >>> anna = [[1, 0], [1, 0], [1, 0], [0, 0], [0, 0]]
    >>> ben = [[1, 0], [1, 0], [0, 1], [0, 0], [0, 0]]
    >>> found = agreement_of_coders(anna, ben)
    >>> found.agreed, found.ac1.round(6)  # p_e of the first = 2 * 1/2 * 1/2, of the second 2 * 1/10 * 9/10
    (array([0.8, 0.8]), array([0.6      , 0.756098]))
    >>> found.alpha  # 1 - (20 - 1) * 2 * 2 / (2 * 6 * 14)
    0.547619
    """
    table, kappa = _counted(first, second), cohens_kappa(first, second)
    texts, (both, first_only, second_only, neither) = len(np.asarray(first)), table
    is_used = neither < texts
    alpha, why = _alpha(table[:, is_used])
    return AgreementOfCoders(
        texts,
        both,
        first_only,
        second_only,
        neither,
        agreed=ratio(both + neither, texts),
        kappa=kappa.value,
        ac1=np.array([gwet_ac(_tally(column)).coefficient for column in table.T[:, :, np.newaxis]]),
        used=int(is_used.sum()),
        alpha=alpha,
        alpha_reason=NO_TEXT if not texts else why,
        reasons=kappa.reasons,
    )


def _alpha(table: IntArray) -> tuple[float, str | None]:
    if not table.size:
        return float("nan"), NO_CODE
    found = krippendorff_alpha(_tally(table), "nominal")
    return found.coefficient, found.reason if np.isnan(found.coefficient) else None


def _tally(table: IntArray) -> Tally:
    """Every decision as an item that two rated: rows that say no and yes, from counts (4, C)."""
    both, first_only, second_only, neither = table.sum(axis=1).tolist()
    apart = first_only + second_only
    return Tally.from_counts(Scale(0, 1), [[0, 2]] * both + [[1, 1]] * apart + [[2, 0]] * neither)


def _counted(first: ArrayLike, second: ArrayLike) -> IntArray:
    """How many texts (4, C) have a code by both, by the first alone, by the second alone, and by neither."""
    one, other = _checked(first), _checked(second)
    if one.shape != other.shape:
        raise ValueError(f"The two coded tables of the shapes {one.shape} and {other.shape}, not of one.")
    cells = [((one == of_one) & (other == of_other)).sum(axis=0) for of_one, of_other in _CELLS]
    return np.array(cells, dtype=np.int64).reshape(4, one.shape[1])


_CELLS: Final = ((True, True), (True, False), (False, True), (False, False))


def _checked(codes: ArrayLike) -> BoolArray:
    table = np.asarray(codes)
    if table.ndim != 2:
        raise ValueError(f"Codes of texts are a table of texts by codes, not of the shape {table.shape}.")
    if table.size and not np.isin(table, (0, 1)).all():
        raise ValueError("A code fits, 1, or does not, 0; something else stands in the table.")
    return table.astype(np.bool_)
