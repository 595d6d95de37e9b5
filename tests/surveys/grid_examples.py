"""Closed rounds for tests of grids: each item's ratings, panel by panel, without the people behind them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from analysis.tallies import Tally
from surveys import findings, protocol, results, rounds
from surveys.findings import About
from surveys.pairs import PanelPairs
from surveys.rounds import Round, RoundStatus
from surveys.studies import Study

# Of each panel the usefulness and feasibility of each item: (rating, how many gave it), or several of these.
Given = tuple[int, int] | Sequence[tuple[int, int]]
Ratings = Mapping[str, Sequence[tuple[Given, Given]]]


def close(
    session: Session, study: Study, ratings: Ratings, *, now: datetime, keys: Sequence[str] = ()
) -> Round:
    """The planned round, or the next with the items of these keys, closed with these ratings."""
    round_ = _planned(session, study, keys)
    ids = [asked.item_id for asked in round_.items]
    tallies = {
        (criterion, panel): _tally(study, rows, n)
        for panel, rows in ratings.items()
        for n, criterion in enumerate(_criteria(study))
    }
    about = About(
        round_number=round_.number,
        is_simulated=study.is_simulated,
        invited=dict.fromkeys(ratings, 20),
        responders={panel: max(_count(one) for one, _ in rows) for panel, rows in ratings.items()},
    )
    found = findings.compute(study.protocol, ids, tallies, about)
    found = msgspec.structs.replace(found, pairs=_paired(ids, ratings))
    round_.status, round_.closed_at = RoundStatus.CLOSED, now
    results.keep(session, round_, found, now=now)
    return round_


def _paired(ids: Sequence[int], ratings: Ratings) -> msgspec.Raw:
    """The ratings of each panel side by side, the first on one criterion with the first on the other."""
    kept = [
        PanelPairs(item_id, panel, tuple((*pair, n) for pair, n in Counter(_beside(*row)).items()))
        for panel, rows in ratings.items()
        for item_id, row in zip(ids, rows, strict=True)
    ]
    return msgspec.Raw(msgspec.json.encode([one for one in kept if one.counts]))


def _beside(one: Given, other: Given) -> list[tuple[int, int]]:
    each = ([value for value, n in _pairs(given) for _ in range(n)] for given in (one, other))
    return list(zip(*each, strict=False))


def _planned(session: Session, study: Study, keys: Sequence[str]) -> Round:
    wanted = [item for item in study.items if not keys or item.key in keys]
    last = rounds.list_rounds(session, study)[-1]
    return last if last.status == RoundStatus.PLANNED else rounds.plan(session, study, wanted)


def _criteria(study: Study) -> list[str]:
    return [criterion.key for criterion in study.protocol.criteria]


def _tally(study: Study, rows: Sequence[tuple[Given, Given]], criterion: int) -> Tally:
    scale = protocol.scale_of(study.protocol)
    counts = [[dict(_pairs(row[criterion])).get(value, 0) for value in scale.categories] for row in rows]
    return Tally.from_counts(scale, counts)


def _pairs(given: Given) -> list[tuple[int, int]]:
    return [given] if isinstance(given[0], int) else list(given)  # type: ignore[list-item]  # one pair, or several


def _count(given: Given) -> int:
    return sum(count for _, count in _pairs(given))
