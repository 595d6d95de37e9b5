"""Attrition: who came back, whether the leavers had rated otherwise, and what their ratings could change.

Leavers of an item rated it in the earlier round and not in the later one, whether they left the study, were
unable to rate it or left it blank; stayers rated it in both. Notation: P panels, I items, R panellists, K
categories, n ratings of an item.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from analysis.crossings import Transitions
from analysis.panels import compare_panels
from analysis.rank_tests import mann_whitney_of_counts
from analysis.results import Result
from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE, BoolArray, FloatArray, IntArray, Tally, frozen_counts, integers
from analysis.undefined import ratio, reasons

NOBODY_LEFT: Final = "Nobody left, or nobody stayed, so there is nothing to compare."
NOBODY_INVITED: Final = "Nobody was invited."
NO_RESPONSE_BEFORE: Final = "Nobody responded in the round before."
NO_SPREAD: Final = "All panellists have the same mean rating, so there is nothing to compare."
ALONE: Final = "The standardised difference needs two leavers and two stayers."
SAME_WITHIN: Final = "Leavers are of one mind and so are stayers: there is no deviation to divide by."


@dataclass(frozen=True)
class Response(Result):
    """A row for each panel and round, panels first; both are indexes from 0."""

    panel: IntArray
    round: IntArray
    invited: IntArray
    responded: IntArray
    of_invited: FloatArray
    of_previous: FloatArray
    reasons: tuple[str | None, ...]


def response(invited: ArrayLike, responded: ArrayLike) -> Response:
    """The response of P panels in each round: of those invited, and over those who responded before.

    `responded` is (P, rounds), or (rounds,) for one panel; `invited` the same, or (P, 1) for those invited
    to the first round throughout. `of_previous` has no value in the first round, and may exceed 1 where
    people come back. A `ValueError` says where more responded than were invited.

    Source: Gattrell WT and others. ACCORD. PLoS Medicine 2024;21:e1004326, item R3,
    doi:10.1371/journal.pmed.1004326.

    >>> response([[40]], [[36, 30]]).of_invited
    array([0.9 , 0.75])
    """
    came = np.atleast_2d(frozen_counts(responded, "responded"))
    asked = np.atleast_2d(frozen_counts(invited, "invited"))
    if asked.shape not in (came.shape, (len(came), 1)):
        raise ValueError(
            f"Invited and responded are of the same panels and rounds, not {asked.shape} and {came.shape}."
        )
    asked = np.broadcast_to(asked, came.shape)
    wrong = np.argwhere(came > asked)
    if wrong.size:
        panel, round_ = wrong[0].tolist()
        raise ValueError(
            f"In panel {panel} and round {round_}, {came[panel, round_]} responded of"
            f" {asked[panel, round_]} invited."
        )
    panel, round_ = (index.ravel() for index in np.indices(came.shape))
    before = np.pad(came, ((0, 0), (1, 0)))[:, :-1].ravel()
    told = reasons(
        came.size, (asked.ravel() == 0, NOBODY_INVITED), ((round_ > 0) & (before == 0), NO_RESPONSE_BEFORE)
    )
    of_invited, of_previous = ratio(came.ravel(), asked.ravel()), ratio(came.ravel(), before)
    return Response(panel, round_, asked.ravel(), came.ravel(), of_invited, of_previous, told)


def item_response(tally: Tally) -> FloatArray:
    """The share (I,) who rated each item, of all who took part; NaN where nobody did.

    Source: item 33 of DELPHISTAR. Niederberger M and others. PLoS One 2024;19:e0304651,
    doi:10.1371/journal.pone.0304651.

    >>> item_response(Tally.from_counts(Scale(1, 3), [3, 2, 1], unable=1, blank=1))
    array([0.75])
    """
    return ratio(tally.rated, tally.rated + tally.unable + tally.blank)


@dataclass(frozen=True)
class LeaversByItem(Result):
    """How leavers had rated each item beside stayers, each (I,); `delta` above 0 is leavers rating higher."""

    leavers: IntArray
    stayers: IntArray
    u: FloatArray
    delta: FloatArray
    lower: FloatArray
    upper: FloatArray
    p: FloatArray
    p_bh: FloatArray
    share_difference: FloatArray
    reasons: tuple[str | None, ...]


def leavers_by_item(transitions: Transitions) -> LeaversByItem:
    """Leavers against stayers by their earlier ratings: Mann-Whitney, Cliff's delta, adjusted over items.

    p is two-sided with continuity correction, `p_bh` Benjamini and Hochberg's over the items that have one,
    `share_difference` the leavers' high share less the stayers'. NaN where nobody left or nobody stayed, and
    otherwise as for `panels.compare_panels`, whose sources hold.

    >>> table = Transitions(Scale(1, 3), [[[2, 0, 0, 6], [0, 5, 0, 1], [0, 0, 9, 0], [0, 0, 0, 0]]])
    >>> found = leavers_by_item(table)
    >>> found.delta.round(4), found.p.round(4)
    (array([-0.8125]), array([0.0014]))
    """
    left, stayed = transitions.leavers, transitions.stayers_before
    found = compare_panels([left, stayed])
    apart = reasons(transitions.items, (left.rated * stayed.rated == 0, NOBODY_LEFT))
    return LeaversByItem(
        leavers=left.rated,
        stayers=stayed.rated,
        u=found.u,
        delta=found.delta,
        lower=found.lower,
        upper=found.upper,
        p=found.p,
        p_bh=found.p_bh,
        share_difference=found.share_difference,
        reasons=tuple(one or other for one, other in zip(apart, found.reasons, strict=True)),
    )


@dataclass(frozen=True)
class LeaversOverall(Result):
    """Panellists' mean earlier ratings, leavers beside stayers; those without one are `unheard`.

    `standardised_difference` is leavers less stayers over their common deviation, `delta` Cliff's, and `p`
    Mann-Whitney's with continuity correction.
    """

    leavers: int
    stayers: int
    unheard: int
    mean_of_leavers: float
    mean_of_stayers: float
    standardised_difference: float
    delta: float
    p: float
    reasons: tuple[str | None]


def leavers_overall(scale: Scale, before: ArrayLike, left: ArrayLike) -> LeaversOverall:
    """Whether those who left the study had rated otherwise over all items, each panellist by one mean.

    `before` (R, I) holds earlier ratings and the codes UNABLE and BLANK, `left` (R,) who did not come back. A
    panellist's mean is over what they rated; who rated nothing is unheard. NaN with the reasons where nobody
    left or stayed, where all means are equal, and for the standardised difference below two leavers or
    stayers and without deviation. A `ValueError` names a rating that is not on the scale, or the shapes.

    Source: Cohen J. Statistical Power Analysis for the Behavioral Sciences, second edition, section 2.5.
    Lawrence Erlbaum 1988, doi:10.4324/9780203771587.

    >>> found = leavers_overall(Scale(1, 9), [[7, 8], [9, BLANK], [2, 4], [6, 6]], [False, False, True, True])
    >>> found.mean_of_leavers, found.mean_of_stayers, found.delta
    (4.5, 8.25, -1.0)
    """
    means, gone = _means(scale, before), _flags(left)
    if means.shape != gone.shape:
        raise ValueError(f"There are {means.size} panellists and {gone.size} marks of who left.")
    heard = ~np.isnan(means)
    leavers, stayers = means[heard & gone], means[heard & ~gone]
    values, places = np.unique(np.concatenate([leavers, stayers]), return_inverse=True)
    tables = (np.bincount(of, minlength=values.size) for of in np.split(places, [leavers.size]))
    ranked = mann_whitney_of_counts(*(table[np.newaxis].astype(np.int64) for table in tables))
    pairs = leavers.size * stayers.size
    return LeaversOverall(
        leavers=leavers.size,
        stayers=stayers.size,
        unheard=int((~heard).sum()),
        mean_of_leavers=_mean(leavers),
        mean_of_stayers=_mean(stayers),
        standardised_difference=_standardised(leavers, stayers),
        delta=2 * float(ranked.u[0]) / pairs - 1 if pairs else np.nan,
        p=float(ranked.p_corrected[0]),
        reasons=(_why_not(leavers, stayers),),
    )


def _means(scale: Scale, ratings: ArrayLike) -> FloatArray:
    """Each panellist's mean (R,) of what they rated, NaN where that is nothing."""
    codes = integers(ratings, "rating")
    Tally.from_matrix(scale, codes)  # names a rating that does not fit
    rated = (codes != UNABLE) & (codes != BLANK)
    return ratio(np.where(rated, codes, 0).sum(axis=1), rated.sum(axis=1))


def _flags(left: ArrayLike) -> BoolArray:
    marks = np.asarray(left)
    if marks.ndim != 1 or marks.dtype != np.bool_:
        raise ValueError(
            f"Who left is one truth value a panellist, not {marks.dtype} of the shape {marks.shape}."
        )
    return marks


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if values.size else np.nan


def _standardised(one: FloatArray, two: FloatArray) -> float:
    if min(one.size, two.size) < 2:
        return np.nan
    squares = ((one - one.mean()) ** 2).sum() + ((two - two.mean()) ** 2).sum()
    if not np.ptp(one) and not np.ptp(two):
        return np.nan
    return float((one.mean() - two.mean()) / np.sqrt(squares / (one.size + two.size - 2)))


def _why_not(one: FloatArray, two: FloatArray) -> str | None:
    if not one.size or not two.size:
        return NOBODY_LEFT
    if np.ptp(np.concatenate([one, two])) == 0:
        return NO_SPREAD
    if min(one.size, two.size) < 2:
        return ALONE
    return None if np.ptp(one) or np.ptp(two) else SAME_WITHIN
