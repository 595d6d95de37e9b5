"""From a file of ratings to the report of its study, for `delphi analyse`.

It imports the statistics, so it is imported by the command itself and by nothing that help needs.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis import consensus
from analysis.consensus import ShareRule
from analysis.items import Methods
from analysis.matrices import RatingMatrix
from analysis.report import Place, StudyReport, report
from analysis.scales import Scale
from analysis.tallies import BLANK, UNABLE
from surveys.errors import InvalidInput
from surveys.exchange.rating_files import Mark, RatingFile, RatingRow

NOT_SAID = 0  # the round of a file that tells of none


@dataclass(frozen=True)
class Wish:
    """On which scale, and by what, the ratings are to be judged."""

    scale: Scale
    methods: Methods


def wish(scale: str, bands: str | None, rule: str | None, denominator: str, quantiles: int) -> Wish:
    """What was asked for, or a refusal that says what cannot be read."""
    try:
        meant = Scale.parse(scale, bands)
        parsed = None
        if rule is not None:
            parsed = consensus.parse_rule(rule, denominator=denominator, quantiles=quantiles)
            _check_fits(parsed, meant)
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    among = str(parsed.denominator) if isinstance(parsed, ShareRule) else denominator
    return Wish(meant, Methods(parsed, among, quantiles))


def _check_fits(rule: consensus.Rule, scale: Scale) -> None:
    """Refuse a rule that needs bands on a scale without, with the option that would give it some."""
    try:
        consensus.check_fits(rule, scale)
    except ValueError as error:
        way = "" if scale.bands else f" Add --bands {scale.example_bands}, or bands of your own."
        raise ValueError(f"{error}{way}") from error


def report_of(file: RatingFile, wanted: Wish) -> StudyReport:
    """The report of the study in this file: a place for each criterion, round and panel, in its order."""
    return report(dict(_matrices(file, wanted.scale)), wanted.methods)


def verdict_counts(found: StudyReport) -> list[str]:
    """A sentence for each criterion, round and panel: how many items are in, out and so on."""
    sentences = []
    for place, figures in found.items.items():
        counted = Counter(str(verdict) for verdict in figures.verdict).most_common()
        where = ", ".join(filter(None, (place.criterion, _round_words(place), place.panel)))
        sentences.append(f"{where}: {', '.join(f'{count} {verdict}' for verdict, count in counted)}.")
    return sentences


def round_of(place: Place) -> int | None:
    """The number of the round, if the file told of any."""
    return None if place.round == NOT_SAID else place.round


def _round_words(place: Place) -> str:
    return "" if place.round == NOT_SAID else f"round {place.round}"


def _matrices(file: RatingFile, scale: Scale) -> Iterable[tuple[Place, RatingMatrix]]:
    for number, criterion in enumerate(file.criteria):
        for round_ in _in_order(row.round for row in file.rows):
            of_round = [row for row in file.rows if row.round == round_]
            items = _in_order(row.item for row in of_round)
            for panel in _in_order(row.panel for row in of_round):
                rows = [row for row in of_round if row.panel == panel]
                yield Place(criterion, panel, round_ or NOT_SAID), _matrix(rows, items, number, scale)


def _matrix(rows: list[RatingRow], items: list[str], criterion: int, scale: Scale) -> RatingMatrix:
    """The ratings of those with a row; what one of them has no row for is left blank."""
    people = _in_order(row.panellist for row in rows)
    who, which = ({name: n for n, name in enumerate(names)} for names in (people, items))
    codes = np.full((len(people), len(items)), BLANK, dtype=np.int64)
    for row in rows:
        codes[who[row.panellist], which[row.item]] = _code(row.marks[criterion])
    return RatingMatrix(scale, codes, tuple(people), tuple(items))


def _code(mark: Mark) -> int:
    if mark is None:
        return BLANK
    return mark if isinstance(mark, int) else UNABLE


def _in_order(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
