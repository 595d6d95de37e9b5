"""A whole study in one call: every figure of each item, over items, between panels and between rounds.

Ratings come as a matrix for each place: a criterion, a panel and a round. Panels are compared within a round,
on the items that they share; rounds within a panel, each with the one after it, on the items asked in both.
Nothing is suppressed here: who may see what is not the statistics' business.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TypeVar

import numpy as np

from analysis import consensus, matrices
from analysis.apmo import Apmo, apmo
from analysis.attrition import LeaversByItem, leavers_by_item
from analysis.concordance import Concordance, kendalls_w
from analysis.consensus import Finding, Rule, Verdict
from analysis.crossings import Transitions
from analysis.crossings import stacked as stacked_transitions
from analysis.intraclass import IntraclassCorrelations, intraclass_correlations_of
from analysis.items import ItemFigures, Methods, item_figures
from analysis.matrices import RatingMatrix
from analysis.panels import PanelContrasts, compare_panels
from analysis.reliability import AgreementOverItems, agreement_over_items
from analysis.results import Result
from analysis.scales import Scale
from analysis.sensitivity import TippingNumbers, VerdictBounds, counts_unable, tipping_numbers, verdict_bounds
from analysis.stability import Stability, stability_of
from analysis.tallies import Tally, stacked

Key = TypeVar("Key")
Figures = TypeVar("Figures", bound=Result)


@dataclass(frozen=True)
class Place:
    """Whose ratings of what, and when; a study without panels or rounds has "" and 1."""

    criterion: str
    panel: str = ""
    round: int = 1


@dataclass(frozen=True, eq=False)
class SetFigures:
    """Agreement over all items of one place; `apmo` is None on a scale without bands."""

    agreement: AgreementOverItems
    concordance: Concordance
    intraclass: IntraclassCorrelations
    apmo: Apmo | None


@dataclass(frozen=True, eq=False)
class PanelFigures:
    """The panels of one criterion and round side by side on the items that all were asked.

    `findings` says what they have found together, one an item, and is empty without a rule.
    """

    panels: tuple[str, ...]
    items: tuple[str, ...]
    contrasts: PanelContrasts
    findings: tuple[Finding, ...]


@dataclass(frozen=True, eq=False)
class RoundFigures:
    """One panel's two rounds on one criterion, on the items asked in both.

    Leavers rated an item in the earlier round alone. `bounds` and `tipping` are None without a rule, and with
    one that counts the unable, whom a transition table does not tell from the absent.
    """

    items: tuple[str, ...]
    stability: Stability
    leavers: LeaversByItem
    bounds: VerdictBounds | None
    tipping: TippingNumbers | None


@dataclass(frozen=True, eq=False)
class StudyReport:
    """All of a study: items and sets by place, panels by criterion and round, rounds by place and next."""

    methods: Methods
    matrices: Mapping[Place, RatingMatrix]
    items: Mapping[Place, ItemFigures]
    sets: Mapping[Place, SetFigures]
    panels: Mapping[tuple[str, int], PanelFigures]
    rounds: Mapping[tuple[Place, int], RoundFigures]

    def __str__(self) -> str:
        return "\n\n".join(
            f"{place.criterion}, {place.panel or 'all'}, round {place.round}\n{figures}"
            for place, figures in self.items.items()
        )


def report(
    ratings: Mapping[Place, RatingMatrix], methods: Methods | None = None, *, exact: bool = False
) -> StudyReport:
    """Every figure of the study with these ratings, by these methods.

    With `exact`, p values of panels and rounds are of the exact permutation laws, where these are feasible,
    which takes longer. Two matrices of one study have one scale, or a `ValueError` says which differ.
    Undefined figures are NaN or None, with a reason, in each part. Sources: those of each part.

    >>> nine = Scale.thirds(1, 9)
    >>> first = RatingMatrix(nine, [[8, 3], [7, 5], [9, 4], [8, 2], [7, 3]], tuple("abcde"), ("x", "y"))
    >>> rule = consensus.parse_rule("share >= 70 high, share < 15 low")
    >>> study = report({Place("usefulness"): first}, Methods(rule))
    >>> [str(verdict) for verdict in study.items[Place("usefulness")].verdict]
    ['in', 'no consensus']
    """
    by, known = methods or Methods(), dict(ratings)
    _check_scales(known)
    tallies = {place: matrix.tally() for place, matrix in known.items()}
    return StudyReport(
        methods=by,
        matrices=known,
        items=_item_figures(tallies, by),
        sets={place: _set_figures(matrix, tallies[place]) for place, matrix in known.items()},
        panels=dict(_panels(known, by.rule, exact)),
        rounds=dict(_rounds(known, by.rule, exact)),
    )


def _check_scales(known: Mapping[Place, RatingMatrix]) -> None:
    scales: dict[Scale, Place] = {}
    for place, matrix in known.items():
        scales.setdefault(matrix.scale, place)
    if len(scales) > 1:
        (one, here), (other, there) = list(scales.items())[:2]
        raise ValueError(f"One study has one scale: {one} of {here}, and {other} of {there}.")


def _item_figures(tallies: Mapping[Place, Tally], by: Methods) -> dict[Place, ItemFigures]:
    """The figures of each place, computed as of one long list: ten items cost little more than one."""
    if not tallies:
        return {}
    figures = item_figures(stacked(list(tallies.values())), by)
    parts = _parts(figures, [tally.items for tally in tallies.values()])
    return dict(zip(tallies, parts, strict=True))


def _parts(figures: Figures, lengths: Sequence[int]) -> Iterator[Figures]:
    """One result after the other, of so many items each."""
    for end, length in zip(np.cumsum(lengths).tolist(), lengths, strict=True):
        yield figures.part(end - length, end)


def _set_figures(matrix: RatingMatrix, tally: Tally) -> SetFigures:
    return SetFigures(
        agreement=agreement_over_items(tally),
        concordance=kendalls_w(matrix.scale, matrix.codes),
        intraclass=intraclass_correlations_of(matrix.scale, matrix.codes),
        apmo=None if matrix.scale.bands is None else apmo(tally),
    )


def _panels(
    known: Mapping[Place, RatingMatrix], rule: Rule | None, exact: bool
) -> Iterator[tuple[tuple[str, int], PanelFigures]]:
    for (criterion, number), places in _grouped(known, lambda place: (place.criterion, place.round)):
        of_panels = [known[place] for place in places]
        if len(places) > 1 and _shared(of_panels):
            yield (criterion, number), _panel_figures(of_panels, places, rule, exact)


def _panel_figures(
    of_panels: Sequence[RatingMatrix], places: Sequence[Place], rule: Rule | None, exact: bool
) -> PanelFigures:
    shared = _shared(of_panels)
    tallies = [_tally_of(matrix, shared) for matrix in of_panels]
    contrasts = compare_panels(tallies, exact=exact)
    findings = () if rule is None else _findings(rule, tallies, contrasts)
    return PanelFigures(tuple(place.panel for place in places), shared, contrasts, findings)


def _findings(rule: Rule, tallies: Sequence[Tally], contrasts: PanelContrasts) -> tuple[Finding, ...]:
    by_panel: list[tuple[Verdict, ...]] = [consensus.verdicts(rule, tally) for tally in tallies]
    pairs = len(list(combinations(tallies, 2)))
    lower, upper = (ends.reshape(pairs, -1).T.tolist() for ends in (contrasts.lower, contrasts.upper))
    return tuple(
        consensus.finding(verdicts, list(zip(lower[item], upper[item], strict=True)))
        for item, verdicts in enumerate(zip(*by_panel, strict=True))
    )


def _rounds(
    known: Mapping[Place, RatingMatrix], rule: Rule | None, exact: bool
) -> Iterator[tuple[tuple[Place, int], RoundFigures]]:
    moved = dict(_transitions(known))
    if not moved:
        return
    together = stacked_transitions([transitions for _, transitions in moved.values()])
    verdicts = None if rule is None else consensus.verdicts(rule, together.after)
    stability = stability_of(together, verdicts, method="exact" if exact else "asymptotic")
    parts = _parts(stability, [transitions.items for _, transitions in moved.values()])
    for (where, (items, transitions)), stable in zip(moved.items(), parts, strict=True):
        yield where, _round_figures(items, transitions, stable, rule)


def _transitions(
    known: Mapping[Place, RatingMatrix],
) -> Iterator[tuple[tuple[Place, int], tuple[tuple[str, ...], Transitions]]]:
    """Each place with the next round, the items asked in both, and who went from where to where."""
    for _, places in _grouped(known, lambda place: (place.criterion, place.panel)):
        for before, after in pairwise(sorted(places, key=lambda place: place.round)):
            if shared := _shared([known[before], known[after]]):
                moved = matrices.transitions(known[before], known[after], items=shared)
                yield (before, after.round), (shared, moved)


def _round_figures(
    items: tuple[str, ...], moved: Transitions, stability: Stability, rule: Rule | None
) -> RoundFigures:
    has_bounds = rule is not None and not counts_unable(rule)
    return RoundFigures(
        items=items,
        stability=stability,
        leavers=leavers_by_item(moved),
        bounds=verdict_bounds(rule, moved) if rule and has_bounds else None,
        tipping=tipping_numbers(rule, moved) if rule and has_bounds else None,
    )


def _grouped(
    places: Mapping[Place, RatingMatrix], key: Callable[[Place], Key]
) -> Iterator[tuple[Key, list[Place]]]:
    groups: dict[Key, list[Place]] = {}
    for place in places:
        groups.setdefault(key(place), []).append(place)
    yield from groups.items()


def _shared(of_all: Sequence[RatingMatrix]) -> tuple[str, ...]:
    """The items that stand in all of these, in the order of the first."""
    others = [set(matrix.items) for matrix in of_all[1:]]
    return tuple(item for item in of_all[0].items if all(item in other for other in others))


def _tally_of(matrix: RatingMatrix, items: Sequence[str]) -> Tally:
    index = {item: column for column, item in enumerate(matrix.items)}
    columns = np.array([index[item] for item in items], dtype=np.int64)
    return Tally.from_matrix(matrix.scale, matrix.codes[:, columns])
