"""How sure a verdict is: by the lower of its chances, and together no surer than what it rests on."""

import pytest

from delphi import certainty
from delphi.certainty import Certainty
from surveys.results import ItemFinding, PanelFinding


def found(verdict: str, again: float | None, holds: float | None, panel: str = "a") -> PanelFinding:
    none = dict.fromkeys(("counts", "n", "unable", "blank", "median", "quartile_1", "quartile_3", "iqr"))
    shares = dict.fromkeys(("share_low", "share_middle", "share_high", "disagreement_index"))
    return PanelFinding(
        item_id=1,
        criterion="usefulness",
        panel=panel,
        verdict=verdict,
        same_verdict_again=again,
        posterior=holds,
        depends_on_quantiles=False,
        **none,
        **shares,
    )


@pytest.mark.parametrize(
    ("again", "holds", "word"),
    [
        (0.99, 0.96, Certainty.CERTAIN),
        (0.99, 0.94, Certainty.LIKELY),
        (0.79, 0.99, Certainty.OPEN),
        (None, 0.8, Certainty.LIKELY),
        (None, None, Certainty.UNKNOWN),
    ],
)
def test_a_verdict_is_as_sure_as_its_lower_chance(
    again: float | None, holds: float | None, word: Certainty
) -> None:
    assert certainty.of_verdict(found("in", again, holds)) == word


@pytest.mark.parametrize(
    ("finding", "one", "other", "word"),
    [
        ("all in", ("in", 0.99), ("in", 0.98), Certainty.CERTAIN),
        ("all in", ("in", 0.9), ("in", 0.85), Certainty.OPEN),  # 0.9 × 0.85 = 0.765
        ("all in", ("in", 0.9), ("in", None), Certainty.UNKNOWN),
        ("panels diverge", ("in", 0.99), ("out", 0.9), Certainty.LIKELY),
        # One panel without consensus is enough for “not yet”, however unsure the other one is.
        ("not yet", ("no consensus", 0.97), ("in", 0.5), Certainty.CERTAIN),
        ("not yet", ("no consensus", 0.6), ("no consensus", 0.9), Certainty.LIKELY),
        # Here the panels diverge by how they rate, of which an interval tells.
        ("panels diverge", ("in", 0.99), ("no consensus", 0.5), Certainty.UNKNOWN),
        (None, ("in", 0.99), ("in", 0.99), Certainty.UNKNOWN),
    ],
)
def test_what_panels_find_together_is_no_surer_than_what_it_rests_on(
    finding: str | None, one: tuple[str, float], other: tuple[str, float], word: Certainty
) -> None:
    across = ItemFinding(item_id=1, criterion="usefulness", finding=finding)
    both = [found(verdict, p, p, panel) for panel, (verdict, p) in zip("ab", (one, other), strict=True)]
    assert certainty.of_finding(across, both) == word
