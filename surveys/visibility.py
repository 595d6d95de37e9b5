"""Blinding: what may this person see of a closed round? The one room in which small groups are suppressed.

Mean, SD, median and IQR together fix every rating of a small panel, and rounding does not help. So what is
shown depends on how many *others* answered: fewer than `hidden_below`, nothing; fewer than `limited_below`,
the median and the shares of the bands to the nearest tenth, no more: 14 % can only be one of seven. A
combination of panels shows no more than its least visible
panel, or the panel could be had by subtraction.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from surveys.protocol import Suppression
from surveys.results import PanelFinding


class Viewer(StrEnum):
    """In whose eyes: the study's own researchers see closed rounds in full, marked “not for publication”."""

    RESEARCHER = "researcher"
    PANELLIST = "panellist"
    PUBLIC = "public"


class Level(StrEnum):
    """How much of a group is shown."""

    HIDDEN = "hidden"
    LIMITED = "limited"
    FULL = "full"


_ORDER = (Level.HIDDEN, Level.LIMITED, Level.FULL)
_SHOWN_WHEN_HIDDEN = {"item_id", "criterion", "panel", "depends_on_quantiles"}
_SHARES = ("share_low", "share_middle", "share_high")
_SHOWN_WHEN_LIMITED = _SHOWN_WHEN_HIDDEN | {"median", *_SHARES}


def level(others: int, viewer: Viewer, suppression: Suppression) -> Level:
    """How much this viewer may see of a group in which `others` other people answered."""
    if viewer == Viewer.RESEARCHER:
        return Level.FULL
    if others < suppression.hidden_below:
        return Level.HIDDEN
    return Level.LIMITED if others < suppression.limited_below else Level.FULL


def level_of(
    finding: PanelFinding, viewer: Viewer, suppression: Suppression, *, is_own: bool = False
) -> Level:
    """How much this viewer may see of a finding; `is_own` where its n counts the viewer's own rating."""
    return level((finding.n or 0) - int(is_own), viewer, suppression)


def least(levels: Iterable[Level]) -> Level:
    """The level of a combination: that of its least visible part; of nothing, hidden."""
    return min(levels, key=_ORDER.index, default=Level.HIDDEN)


def seen(finding: PanelFinding, at: Level) -> PanelFinding:
    """The finding with what is not to be seen at this level taken out."""
    if at == Level.FULL:
        return finding
    shown = _SHOWN_WHEN_LIMITED if at == Level.LIMITED else _SHOWN_WHEN_HIDDEN
    hidden = set(finding.__struct_fields__) - shown
    left = msgspec.structs.replace(finding, depends_on_quantiles=False, **dict.fromkeys(hidden))
    return msgspec.structs.replace(left, **{name: _coarse(getattr(left, name)) for name in _SHARES})


def _coarse(share: float | None) -> float | None:
    """A share to the nearest tenth, so that it tells nobody's number."""
    return None if share is None else round(10 * share) / 10
