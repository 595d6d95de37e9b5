"""The analysis at close: from the counts of a round to its frozen results, by the protocol's own rules."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from itertools import combinations
from math import isnan

import msgspec
import numpy as np
from sqlalchemy.orm import Session

from analysis import appropriateness, consensus, contrasts, summaries, uncertainty
from analysis.consensus import ShareRule, Verdict
from analysis.contrasts import CliffsDelta
from analysis.scales import Scale
from analysis.tallies import UNABLE, FloatArray, Tally
from surveys import feedback, moves, pairs, ratings, results, turnout
from surveys import protocol as protocols
from surveys.protocol import Protocol
from surveys.ratings import Cell
from surveys.results import ItemFinding, PanelFinding, Results
from surveys.rounds import Round

Tallies = dict[tuple[str, str], Tally]  # by criterion and panel

_BEYOND = (
    "RAND/UCLA was made for panels of 8 to 25 on 1-9 in thirds; {} verdicts of this round go beyond that,"
    " where the disagreement index is to be preferred"
)


@dataclass(frozen=True)
class About:
    """What is known of a round beside its counts; people are counted by panel key."""

    round_number: int
    is_simulated: bool
    invited: dict[str, int]
    responders: dict[str, int]


def freeze(session: Session, round_: Round, *, now: datetime) -> Results:
    """Compute the results of a round and keep them; the round must be held against every answer."""
    about = About(
        round_number=round_.number,
        is_simulated=round_.study.is_simulated,
        invited=_by_panel_key(round_, Counter(p.panel_id for p in turnout.list_invited(session, round_))),
        responders=_by_panel_key(round_, ratings.responders(session, round_)),
    )
    item_ids = [asked.item_id for asked in round_.items]
    found = compute(round_.study.protocol, item_ids, tallies(session, round_), about)
    if (plan := round_.study.protocol.grids) is not None:
        found = msgspec.structs.replace(found, pairs=pairs.packed(session, round_, plan.across, plan.up))
    if (before := feedback.find_round_before(session, round_)) is not None:
        found = msgspec.structs.replace(found, moves=moves.count(session, before, round_))
    results.keep(session, round_, found, now=now)
    return found


def tallies(session: Session, round_: Round) -> Tallies:
    """The tally of every criterion and panel, items in the order of the round."""
    cells: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    for cell in ratings.count(session, round_):
        cells[cell.criterion_id, cell.panel_id].append(cell)
    scale = protocols.scale_of(round_.study.protocol)
    index = {asked.item_id: n for n, asked in enumerate(round_.items)}
    took_part = ratings.responders(session, round_)
    return {
        (criterion.key, panel.key): _tally(
            scale, index, cells[criterion.id, panel.id], took_part.get(panel.id, 0)
        )
        for criterion in round_.study.criteria
        for panel in round_.study.panels
    }


def compute(protocol: Protocol, item_ids: Sequence[int], by_place: Tallies, about: About) -> Results:
    """Every figure of a round from its tallies. Pure: equal tallies give equal results."""
    findings = {
        (criterion.key, panel.key): _panel_findings(
            protocol, criterion.key, panel.key, item_ids, by_place[criterion.key, panel.key]
        )
        for criterion in protocol.criteria
        for panel in protocol.panels
    }
    return Results(
        round_number=about.round_number,
        protocol_fingerprint=protocols.fingerprint(protocol),
        version=version("delphi"),
        methods=_methods(protocol, by_place),
        is_simulated=about.is_simulated,
        invited=about.invited,
        responders=about.responders,
        panel_findings=tuple(finding for of_place in findings.values() for finding in of_place),
        item_findings=tuple(
            finding
            for criterion in protocol.criteria
            for finding in _item_findings(protocol, criterion.key, item_ids, by_place, findings)
        ),
    )


def _tally(scale: Scale, index: dict[int, int], cells: list[Cell], took_part: int) -> Tally:
    answered = Tally.from_ratings(
        scale,
        len(index),
        item=[index[cell.item_id] for cell in cells],
        rating=[UNABLE if cell.value is None else cell.value for cell in cells],
        times=[cell.count for cell in cells],
    )
    # A blank has no row: it is a responder who gave this item neither a rating nor "unable".
    return Tally(scale, answered.counts, answered.unable, took_part - answered.rated - answered.unable)


def _panel_findings(
    protocol: Protocol, criterion: str, panel: str, item_ids: Sequence[int], tally: Tally
) -> list[PanelFinding]:
    rule = protocols.rule(protocol, criterion, panel)
    among = rule.denominator if isinstance(rule, ShareRule) else "rated"
    shares = summaries.shares(tally, among)
    verdicts = consensus.verdicts(rule, tally)
    columns = {
        "median": summaries.median(tally),
        "quartile_1": summaries.quantile(tally, summaries.QUARTILE, protocol.quantiles),
        "quartile_3": summaries.quantile(tally, summaries.THREE_QUARTERS, protocol.quantiles),
        "iqr": summaries.iqr(tally, protocol.quantiles),
        "share_low": shares.low,
        "share_middle": np.full(tally.items, np.nan) if shares.middle is None else shares.middle,
        "share_high": shares.high,
        "disagreement_index": appropriateness.disagreement_index(tally, protocol.quantiles),
        **_chances(rule, tally, verdicts),
    }
    flags = consensus.depends_on_quantile_definition(rule, tally)
    return [
        PanelFinding(
            item_id=item_id,
            criterion=criterion,
            panel=panel,
            counts=tuple(tally.counts[n].tolist()),
            n=int(tally.rated[n]),
            unable=int(tally.unable[n]),
            blank=int(tally.blank[n]),
            verdict=verdicts[n].value,
            depends_on_quantiles=bool(flags[n]),
            **{name: _number(column, n) for name, column in columns.items()},
        )
        for n, item_id in enumerate(item_ids)
    ]


def _item_findings(
    protocol: Protocol,
    criterion: str,
    item_ids: Sequence[int],
    by_place: Tallies,
    findings: dict[tuple[str, str], list[PanelFinding]],
) -> list[ItemFinding]:
    panels = [panel.key for panel in protocol.panels]
    deltas = [
        contrasts.cliffs_delta(by_place[criterion, one], by_place[criterion, other])
        for one, other in combinations(panels, 2)
    ]
    found = []
    for n, item_id in enumerate(item_ids):
        verdicts = [Verdict(findings[criterion, panel][n].verdict or "") for panel in panels]
        across = consensus.finding(verdicts, [delta.intervals[n] for delta in deltas])
        found.append(
            ItemFinding(item_id=item_id, criterion=criterion, finding=across.value, **_evidence(deltas, n))
        )
    return found


def _evidence(deltas: list[CliffsDelta], n: int) -> dict[str, float | None]:
    """Cliff's delta of two panels, or of the two furthest apart where there are more."""
    if not deltas:
        return {}
    widest = max(deltas, key=lambda delta: -1.0 if isnan(delta.delta[n]) else abs(delta.delta[n]))
    return {
        "cliffs_delta": _number(widest.delta, n),
        "cliffs_delta_low": _number(widest.lower, n),
        "cliffs_delta_high": _number(widest.upper, n),
    }


def _number(column: FloatArray, n: int) -> float | None:
    return None if isnan(column[n]) else float(column[n])


def _methods(protocol: Protocol, by_place: Tallies) -> dict[str, str]:
    rules = {
        f"rule of {criterion.key}, {panel.key}": str(protocols.rule(protocol, criterion.key, panel.key))
        for criterion in protocol.criteria
        for panel in protocol.panels
    }
    beyond = sum(
        int(consensus.extrapolated(protocols.rule(protocol, *place), tally).sum())
        for place, tally in by_place.items()
    )
    index = "RAND/UCLA, IPR / IPRAS"
    if appropriateness.index_extrapolated(protocols.scale_of(protocol)):
        index += "; extrapolated: its constants were fitted on the scale 1-9, to which ratings are stretched"
    return {
        "quantiles": f"Hyndman-Fan type {protocol.quantiles}",
        "disagreement index": index,
        "across panels": "diverge: in against out, or Cliff's delta with its 95 % interval beyond 0.147",
        **_definitions(protocol, by_place),
        **({"extrapolated": _BEYOND.format(beyond)} if beyond else {}),
        **rules,
    }


def _definitions(protocol: Protocol, by_place: Tallies) -> dict[str, str]:
    """What the two probabilities are, each once for all rules of a kind."""
    again, posterior = set(), set()
    for place, tally in by_place.items():
        nobody = Tally.from_counts(tally.scale, np.zeros((0, tally.scale.size), dtype=np.int64))
        rule = protocols.rule(protocol, *place)
        again.add(uncertainty.probability_same_panel_again(rule, nobody).definition)
        posterior.add(uncertainty.posterior_probability(rule, nobody).definition)
    return {
        "chance of the same verdict again": "; ".join(sorted(again)),
        "probability of the verdict": "; ".join(sorted(posterior)),
    }


def _by_panel_key(round_: Round, by_id: Mapping[int, int]) -> dict[str, int]:
    return {panel.key: by_id.get(panel.id, 0) for panel in round_.study.panels}


def _chances(rule: consensus.Rule, tally: Tally, verdicts: Sequence[Verdict]) -> dict[str, FloatArray]:
    """The chance of the same verdict again, and the probability that it holds of such people."""
    return {
        "same_verdict_again": uncertainty.probability_same_panel_again(rule, tally).of(verdicts),
        "posterior": uncertainty.posterior_probability(rule, tally).of(verdicts),
    }
