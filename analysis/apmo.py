"""The average percent of majority opinions: a threshold of consensus that the panel's own answers set.

It is circular, since the items that it judges have made it, and it moves from round to round, so it says what
stands out in this round and not what was agreed before. Notation: I items, n ratings of an item.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.consensus import Verdict, decided
from analysis.results import Result
from analysis.rules import DEFAULT_MINIMUM_N
from analysis.tallies import Denominator, FloatArray, Tally

NO_OPINIONS: Final = "No item has enough ratings for a majority to be counted."
TOO_FEW: Final = "Too few rated the item, so it has no part in the average."
NO_MAJORITY: Final = "No more than half agree, and no more than half disagree."


@dataclass(frozen=True)
class Apmo(Result):
    """The `apmo` as a share between 0 and 1; of each of I items the majority, its share, and the verdict.

    `majority` is "high" where more than half agree, "low" where more than half disagree, else None, and
    `majority_share` (I,) is NaN where there is none, with the reason beside it.
    """

    apmo: float
    majority: tuple[str | None, ...]
    majority_share: FloatArray
    verdicts: tuple[Verdict, ...]
    reasons: tuple[str | None, ...]


def apmo(tally: Tally, denominator: str = Denominator.RATED, minimum_n: int = DEFAULT_MINIMUM_N) -> Apmo:
    """The majority opinions over all items, divided by the opinions on them, and the items above that share.

    The high band agrees and the low one disagrees; a majority is more than half, so exactly half is none. An
    item is *in* where the majority agrees and its share exceeds the APMO, *out* where it disagrees and its
    share does; equal to it is no consensus, and so is an item without a majority, however low the APMO. An
    item with fewer ratings than the minimum has *too few* and takes no part; with no item left the APMO is
    NaN. A scale without bands, another denominator and a minimum below 1 are a `ValueError`.

    Sources: Kapoor PM. Systems approach to documentary maritime fraud. PhD thesis, University of Plymouth
    1987. von der Gracht HA. Technological Forecasting and Social Change 2012;79:1525-1536,
    doi:10.1016/j.techfore.2012.04.013.

    >>> from analysis.scales import Scale
    >>> four = [[1, 2, 3, 7, 7], [7, 6, 4, 2, 1], [4, 4, 4, 4, 4], [0, 1, 2, 8, 9]]
    >>> print(apmo(Tally.from_counts(Scale.parse("1-5", "1-2,3,4-5"), four)))
    apmo  majority  majority_share      verdicts                                               reasons
    0.55      high             0.7            in                                                     –
    0.55       low            0.65           out                                                     –
    0.55         –               –  no consensus  No more than half agree, and no more than half disagree.
    0.55      high            0.85            in                                                     –
    """
    if minimum_n < 1:
        raise ValueError(f"The minimum is at least one rating, not {minimum_n}.")
    enough = tally.rated >= minimum_n
    among = np.where(enough, tally.denominator(denominator), 0)
    agree, disagree = (np.where(enough, tally.in_band(band), 0) for band in ("high", "low"))
    agreed, disagreed = 2 * agree > among, 2 * disagree > among
    majority = np.where(agreed, agree, np.where(disagreed, disagree, 0))
    # Python's own integers: the products of opinions on an item and on all of them outgrow 64 bits.
    exceeds = majority.astype(object) * int(among.sum()) > among.astype(object) * int(majority.sum())
    above = exceeds.astype(np.bool_) & (majority > 0)
    sides = np.where(agreed, 0, np.where(disagreed, 1, 2)).tolist()
    return Apmo(
        apmo=int(majority.sum()) / int(among.sum()) if among.any() else np.nan,
        majority=tuple(("high", "low", None)[side] for side in sides),
        majority_share=np.where(majority > 0, majority / np.maximum(among, 1), np.nan),
        verdicts=decided(agreed & above, disagreed & above, enough),
        reasons=tuple(map(_reason, enough.tolist(), sides, [bool(among.any())] * tally.items)),
    )


def _reason(enough: bool, side: int, any_opinion: bool) -> str | None:
    if not any_opinion:
        return NO_OPINIONS
    if not enough:
        return TOO_FEW
    return NO_MAJORITY if side == 2 else None
