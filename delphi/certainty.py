"""How sure a verdict is, as a word: the one room for the limits at which the words begin."""

from collections.abc import Sequence
from enum import StrEnum
from math import prod

from surveys.results import ItemFinding, PanelFinding

CERTAIN, LIKELY = 0.95, 0.8


class Certainty(StrEnum):
    """From sure to unsure; nothing where there is no probability to go by."""

    UNKNOWN = ""
    CERTAIN = "certain"
    LIKELY = "likely"
    OPEN = "could go either way"


LIMITS = (
    f"A verdict is {Certainty.CERTAIN} where both chances are at least {CERTAIN * 100:.0f} in 100, and"
    f" {Certainty.LIKELY} from {LIKELY * 100:.0f} in 100 on. Below that it {Certainty.OPEN}, and says so."
    " What the panels find together is no surer than the verdicts that it rests on."
)


def of(probability: float | None) -> Certainty:
    """The word for a probability.

    >>> of(0.95).value, of(0.9499).value, of(0.7999).value
    ('certain', 'likely', 'could go either way')
    """
    if probability is None:
        return Certainty.UNKNOWN
    if probability >= CERTAIN:
        return Certainty.CERTAIN
    return Certainty.LIKELY if probability >= LIKELY else Certainty.OPEN


def of_verdict(found: PanelFinding) -> Certainty:
    """How sure one panel's verdict is, by the lower of its two chances."""
    return of(_probability(found))


def of_finding(across: ItemFinding, found: Sequence[PanelFinding]) -> Certainty:
    """How sure it is what the panels find together, which answer independently of one another.

    All in, all out, and one in while another is out, need every verdict; not yet needs one panel that has
    none. Where panels diverge by how they rate alone, the interval of their difference says how sure that is.
    """
    chances = {one.panel: _probability(one) for one in found}
    if across.finding == "not yet":
        undecided = [chances[one.panel] for one in found if one.verdict not in ("in", "out")]
        known = [chance for chance in undecided if chance is not None]
        return of(max(known)) if known else Certainty.UNKNOWN
    is_by_ratings = across.finding == "panels diverge" and not {"in", "out"} <= {one.verdict for one in found}
    known = [chance for chance in chances.values() if chance is not None]
    if across.finding is None or is_by_ratings or len(known) < len(chances):
        return Certainty.UNKNOWN
    return of(prod(known))


def _probability(found: PanelFinding) -> float | None:
    both = [chance for chance in (found.same_verdict_again, found.posterior) if chance is not None]
    return min(both, default=None)
