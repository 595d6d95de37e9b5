"""What is frozen beside the figures: by which methods, and where they go beyond what they were made for."""

import pytest

from analysis.scales import Scale
from analysis.tallies import Tally
from surveys import findings
from surveys import protocol as protocols
from surveys.findings import About
from surveys.protocol import Protocol
from tests.surveys import examples

RAND_UCLA = [{"in": "rand/ucla", "minimum_n": 8}]
SEVEN = {"low": 1, "high": 7, "bands": {"low": [1, 2], "middle": [3, 5], "high": [6, 7]}}


def _methods(protocol: Protocol, people: int) -> dict[str, str]:
    scale: Scale = protocols.scale_of(protocol)
    tally = Tally.from_counts(scale, [[0] * (scale.size - 1) + [people]] * 2)
    by_place = {(c.key, p.key): tally for c in protocol.criteria for p in protocol.panels}
    return findings.compute(protocol, [1, 2], by_place, About(1, False, {}, {})).methods


@pytest.mark.parametrize(("people", "beyond"), [(25, None), (26, "8 verdicts of this round go beyond")])
def test_a_rule_beyond_the_panels_that_it_was_made_for_is_named(people: int, beyond: str | None) -> None:
    """Two items, two criteria, two panels."""
    said = _methods(examples.protocol(rules=RAND_UCLA), people).get("extrapolated")
    assert said is beyond is None or (said and beyond and beyond in said)


@pytest.mark.parametrize(("scale", "is_named"), [(None, False), (SEVEN, True)])
def test_the_disagreement_index_off_the_nine_point_scale_is_named(scale: dict | None, is_named: bool) -> None:
    protocol = examples.protocol(**({"scale": scale} if scale else {}))
    assert ("extrapolated" in _methods(protocol, 9)["disagreement index"]) is is_named


@pytest.mark.parametrize(
    ("rule", "prior"),
    [
        ({"in": "share >= 70 high"}, "posterior, Dirichlet(1/2) on each band"),
        ({"in": "median >= 7, iqr <= 2"}, "posterior, Dirichlet(1/9) on each category"),
    ],
)
def test_the_probability_of_any_rule_is_frozen_with_its_prior(rule: dict[str, str], prior: str) -> None:
    protocol = examples.protocol(rules=[rule])
    tally = Tally.from_counts(protocols.scale_of(protocol), [[0, 0, 1, 0, 1, 2, 8, 6, 2]])
    by_place = {(c.key, p.key): tally for c in protocol.criteria for p in protocol.panels}
    found = findings.compute(protocol, [1], by_place, About(1, False, {}, {}))
    assert found.methods["probability of the verdict"] == prior
    assert all(
        0.5 < (f.posterior or 0) < 1 and 0.5 < (f.same_verdict_again or 0) < 1 for f in found.panel_findings
    )
