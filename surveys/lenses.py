"""Whom a grid is for, and through whose eyes it looks: the audiences and lenses of a study."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from surveys.errors import InvalidInput, NotFound
from surveys.hints import hint
from surveys.items import Item
from surveys.protocol import GridsPlan, Protocol
from surveys.studies import Study

ALL_ITEMS = "all-items"  # the audience of a study that names none
ALL_PANELS = "all"
POOLED = "pooled"
WEIGHTED = "weighted"
NO_WEIGHT = "Weights are not negative, and at least one is above 0."
NO_GRIDS = "This study has no priority grids: its protocol names no two criteria for them."


@dataclass(frozen=True)
class Audience:
    """For whom a grid is; `tag` is the vocabulary and the term that its items are tagged with."""

    key: str
    name: str
    tag: tuple[str, str] | None = None


@dataclass(frozen=True)
class Lens:
    """Through whose eyes: one panel, or all with weights or pooled. `mark` is its number, 0 for all."""

    key: str
    name: str
    panels: tuple[tuple[str, str], ...]  # key and name
    mark: int
    weights: tuple[Fraction, ...] = ()  # one a panel, in sum 1; none is equal weight
    is_pooled: bool = False  # every answer weighs the same, whichever panel it is of
    is_own: bool = False  # the weights are the reader's and not the protocol's

    @property
    def is_combined(self) -> bool:
        """Whether it weighs several panels."""
        return len(self.panels) > 1

    @property
    def is_equal(self) -> bool:
        """Whether every panel weighs the same, however many of it answered."""
        return len(set(self.weights)) <= 1


def has_grids(study: Study) -> bool:
    """Whether the protocol names two criteria for grids."""
    return study.protocol.grids is not None


def audiences(study: Study) -> tuple[Audience, ...]:
    """For whom this study has grids, in the order of its vocabulary."""
    named = plan_of(study.protocol).audiences
    if named not in study.vocabularies:
        return (Audience(ALL_ITEMS, "All items"),)
    terms = study.vocabularies[named]["terms"]
    return tuple(Audience(key, name, (named, key)) for key, name in terms.items())


def get_audience(study: Study, key: str) -> Audience:
    """The audience with this key."""
    known = {audience.key: audience for audience in audiences(study)}
    if key not in known:
        raise NotFound(f"There is no grid for “{key}”. {hint(key, known)}")
    return known[key]


def lenses(study: Study) -> tuple[Lens, ...]:
    """The eyes to look through: all panels with the protocol's weights where there are several, then each."""
    panels = _panels(study)
    own = [Lens(key, name, ((key, name),), mark) for mark, (key, name) in enumerate(panels, start=1)]
    if len(panels) == 1:
        return tuple(own)
    weights = tuple(Fraction(str(plan.weight)) for plan in study.protocol.panels)
    all_ = Lens(ALL_PANELS, _name(weights), panels, 0, tuple(weight / sum(weights) for weight in weights))
    return (all_, *own)


def pooled(study: Study) -> Lens:
    """All answers together, whichever panel they are of: the larger panel decides more."""
    panels = _panels(study)
    return Lens(POOLED, f"{_all(len(panels))}, all answers pooled", panels, 0, is_pooled=True)


def weighted(study: Study, weights: Mapping[str, Fraction]) -> Lens:
    """All panels with other weights than the protocol's; a panel that is not named weighs nothing."""
    panels = _panels(study)
    for key in weights:
        if key not in dict(panels):
            raise NotFound(f"There is no panel “{key}”. {hint(key, dict(panels))}")
    each = tuple(weights.get(key, Fraction(0)) for key, _ in panels)
    if min(each) < 0 or not any(each):
        raise InvalidInput(NO_WEIGHT, f"weight-{panels[0][0]}")
    shares = tuple(weight / sum(each) for weight in each)
    return Lens(WEIGHTED, _name(whole(shares)), panels, 0, shares, is_own=True)


def whole(shares: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """The same weights in the smallest whole numbers.

    >>> [int(one) for one in whole([Fraction(1, 3), Fraction(2, 3)])]
    [1, 2]
    """
    common = lcm(*(share.denominator for share in shares))
    return tuple(share * common for share in shares)


def get_lens(study: Study, key: str = "") -> Lens:
    """The lens with this key, the first without one; the only panel of a study is also all of them."""
    known = {lens.key: lens for lens in lenses(study)}
    if key == POOLED and len(known) > 1:
        return pooled(study)
    first = next(iter(known.values()))
    if key and key not in known and not (key == ALL_PANELS and len(known) == 1):
        raise NotFound(f"There is no panel “{key}”. {hint(key, known)}")
    return known.get(key, first)


def _name(weights: tuple[Fraction, ...]) -> str:
    """Of all panels together: "Both panels, equal weight", or "All panels, weighted 2 : 1 : 1"."""
    who = _all(len(weights))
    if len(set(weights)) == 1:
        return f"{who}, equal weight"
    return f"{who}, weighted {' : '.join(f'{float(weight):g}' for weight in weights)}"


def _all(panels: int) -> str:
    return "Both panels" if panels == 2 else "All panels"


def _panels(study: Study) -> tuple[tuple[str, str], ...]:
    return tuple((plan.key, plan.name) for plan in study.protocol.panels)


def items_of(study: Study, audience: Audience) -> list[Item]:
    """The items that are tagged with this audience, or all."""
    if audience.tag is None:
        return list(study.items)
    vocabulary, term = audience.tag
    return [item for item in study.items if term in item.tags.get(vocabulary, ())]


def plan_of(protocol: Protocol) -> GridsPlan:
    """Which criteria make the axes; a protocol that names none is refused."""
    if protocol.grids is None:
        raise NotFound(NO_GRIDS)
    return protocol.grids
