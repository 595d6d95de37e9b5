"""Settling: the protocol's proposal as a truth table, departures with their reasons, and the next round."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import audit, panels, ratings, results, rounds, settling
from surveys.errors import InvalidInput
from surveys.protocol import Protocol
from surveys.ratings import Answer
from surveys.results import PanelFinding, Results
from surveys.rounds import Round, RoundStatus
from surveys.settling import Departure, Outcome
from surveys.studies import Study


def _results(verdicts: str) -> Results:
    """Verdicts of usefulness then feasibility, practitioners first: i(n), o(ut), n(one) or too f(ew)."""
    words = {"i": "in", "o": "out", "n": "no consensus", "f": "too few"}
    places = [(c, p) for c in ("usefulness", "feasibility") for p in ("practitioners", "lived_experience")]
    empty = dict.fromkeys(PanelFinding.__struct_fields__)
    findings = [
        PanelFinding(**(empty | {"item_id": 1, "criterion": c, "panel": p, "verdict": words[letter]}))
        for (c, p), letter in zip(places, verdicts, strict=True)
    ]
    return Results(
        round_number=1, protocol_fingerprint="", version="", methods={}, is_simulated=False, invited={},
        responders={}, panel_findings=tuple(findings), item_findings=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ("iiii", Outcome.KEPT),
        ("iioo", Outcome.KEPT),  # feasibility alone never drops an item
        ("oooo", Outcome.DROPPED),
        ("ooii", Outcome.DROPPED),
        ("ioii", Outcome.KEPT),  # the panels diverge: settled, and not out in every panel
        ("niii", Outcome.GOES_ON),
        ("iini", Outcome.GOES_ON),
        ("fiii", Outcome.GOES_ON),
        ("oono", Outcome.GOES_ON),
        ("nnnn", Outcome.GOES_ON),
    ],
)
def test_the_proposal(protocol: Protocol, verdicts: str, expected: Outcome) -> None:
    assert settling.propose(protocol, _results(verdicts), 1) == expected


@pytest.fixture
def closed_round(session: Session, study: Study, open_round: Round, now: datetime) -> Round:
    """Six in each panel: item one is in everywhere, item two is out everywhere, item three is undecided."""
    values = {study.items[0].id: (8, 8), study.items[1].id: (2, 2), study.items[2].id: (8, 2)}
    for panel in study.panels:
        for n in range(6):
            who = panels.add(session, panel, f"{panel.key}{n}", now=now)
            session.flush()
            answers = {
                (item_id, criterion.id): Answer(pair[n % 2])
                for item_id, pair in values.items()
                for criterion in study.criteria
            }
            ratings.save(session, open_round, who, answers, now=now)
    return rounds.close(session, open_round, now=now, by="alice")


def test_what_goes_on_is_planned_for_the_next_round(
    session: Session, study: Study, closed_round: Round, now: datetime
) -> None:
    following = settling.settle(
        session, closed_round, results.get(session, closed_round), {}, now=now, by="alice"
    )
    assert following is not None
    assert [asked.item_id for asked in following.items] == [study.items[2].id]
    assert (following.number, following.status, closed_round.status) == (
        2,
        RoundStatus.PLANNED,
        RoundStatus.SETTLED,
    )
    decisions = settling.list_decisions(session, closed_round)
    assert [decisions[item.id].outcome for item in study.items] == ["kept", "dropped", "goes on"]


def test_a_departure_needs_a_reason_and_is_kept(
    session: Session, study: Study, closed_round: Round, now: datetime
) -> None:
    found = results.get(session, closed_round)
    second = study.items[1].id
    departure = {second: Departure(Outcome.GOES_ON, " ")}
    with pytest.raises(InvalidInput, match="Say why"), session.begin_nested():
        settling.settle(session, closed_round, found, departure, now=now, by="alice")
    session.refresh(closed_round)
    assert closed_round.status == RoundStatus.CLOSED
    departure = {second: Departure(Outcome.GOES_ON, "The wording was unclear.")}
    settling.settle(session, closed_round, found, departure, now=now, by="alice")
    decision = settling.list_decisions(session, closed_round)[second]
    assert (decision.proposal, decision.outcome, decision.reason) == (
        "dropped",
        "goes on",
        "The wording was unclear.",
    )
    assert audit.list_entries(session, study.id)[-1].details["reason"] == "The wording was unclear."


def test_the_last_round_has_none_after_it(
    session: Session, study: Study, closed_round: Round, now: datetime
) -> None:
    following = settling.settle(
        session, closed_round, results.get(session, closed_round), {}, now=now, by="alice"
    )
    assert following is not None
    rounds.open_(session, following, closes_at=None, now=now, by="alice")
    rounds.close(session, following, now=now, by="alice")
    assert following.is_last
    assert (
        settling.settle(session, following, results.get(session, following), {}, now=now, by="alice") is None
    )
