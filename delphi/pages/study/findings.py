"""What a round found of each item, as the team's pages show it: a sentence first, then each panel's figures.

What of a finding may be seen is decided by `visibility`, for the team as for everybody.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from delphi import certainty
from delphi import findings_in_words as words
from delphi.certainty import Certainty
from delphi.findings_in_words import PanelVerdict
from delphi.formats import chance, number, percent, plural
from delphi.questionnaire import scales
from delphi.questionnaire.scales import Strip
from surveys import feedback, protocol, visibility
from surveys.cells import in_sentence
from surveys.protocol import Protocol
from surveys.results import ItemFinding, PanelFinding, Results
from surveys.visibility import Viewer

DISAGREEMENT = 1.0  # RAND/UCLA: above it the ratings are spread to both ends; see analysis.appropriateness


@dataclass(frozen=True)
class Tag:
    """A verdict or finding in a word; its kind gives the sign (templates/macros/results.html)."""

    kind: str
    word: str


@dataclass(frozen=True)
class Earlier:
    """What was otherwise in the round before: each empty where it was not, or where there was none."""

    median: str = ""
    verdict: str = ""
    moved: str = ""


@dataclass(frozen=True)
class PanelCell:
    """What one panel said of an item on one criterion."""

    strip: Strip
    answers: str
    verdict: Tag
    certainty: str
    chances: tuple[str, ...]
    earlier: Earlier
    figures: str
    depends_on_quantiles: bool


@dataclass(frozen=True)
class CriterionCell:
    """What was found of an item on one criterion."""

    criterion: str
    finding: Tag
    certainty: str
    sentence: str
    contrast: str
    panels: tuple[PanelCell, ...]
    medians: tuple[float | None, ...]
    delta: float | None

    @property
    def is_open(self) -> bool:
        """Whether this finding, or a verdict in it, could go either way."""
        return Certainty.OPEN in (self.certainty, *(panel.certainty for panel in self.panels))


class Reading:
    """Frozen results, read for the team; `before` are those of the round before, if there was one.

    `alike` are the items (by id) that both rounds asked in the same words: of others nothing is compared.
    """

    def __init__(
        self,
        plan: Protocol,
        results: Results,
        before: Results | None = None,
        alike: Container[int] = (),
    ) -> None:
        self.plan, self.alike = plan, alike
        self.by_place = results.by_place()
        self.across = results.findings_by_place()
        self.before = before.by_place() if before else {}
        self.moved = {(move.item_id, move.criterion, move.panel): move for move in results.moves or ()}

    def cells(self, item_id: int) -> tuple[CriterionCell, ...]:
        """One cell a criterion, in the protocol's order."""
        return tuple(self._cell(item_id, criterion) for criterion in self.plan.criteria)

    def _cell(self, item_id: int, criterion: protocol.Criterion) -> CriterionCell:
        seen = [self._seen(item_id, criterion.key, panel.key) for panel in self.plan.panels]
        said = [_said(panel.name, one) for panel, one in zip(self.plan.panels, seen, strict=True)]
        across = self.across[item_id, criterion.key]
        anchors = criterion.anchors
        quality = words.quality(criterion.name, criterion.more, anchors.low, anchors.high)
        return CriterionCell(
            criterion=criterion.name,
            finding=Tag(*words.finding_tag(across.finding, said)),
            certainty=certainty.of_finding(across, seen),
            sentence=words.across(said, across.finding, quality, across.cliffs_delta),
            contrast=_contrast(across),
            panels=tuple(self._panel(panel, one) for panel, one in zip(self.plan.panels, seen, strict=True)),
            medians=tuple(one.median for one in seen),
            delta=across.cliffs_delta,
        )

    def _seen(self, item_id: int, criterion: str, panel: str) -> PanelFinding:
        found = self.by_place[item_id, criterion, panel]
        return visibility.seen(found, visibility.level_of(found, Viewer.RESEARCHER, self.plan.suppression))

    def _panel(self, panel: protocol.PanelPlan, seen: PanelFinding) -> PanelCell:
        return PanelCell(
            strip=self._strip(panel, seen),
            answers=_answers(seen),
            verdict=Tag(*words.verdict_tag(seen.verdict)),
            certainty=certainty.of_verdict(seen),
            chances=_chances(seen),
            earlier=self._earlier(seen),
            figures="; ".join(filter(None, (_figures(self.plan, seen), self._stability(seen)))),
            depends_on_quantiles=seen.depends_on_quantiles,
        )

    def _strip(self, panel: protocol.PanelPlan, seen: PanelFinding) -> Strip:
        level = visibility.level_of(seen, Viewer.RESEARCHER, self.plan.suppression)
        drawn = scales.strip(self.plan, feedback.Strip(panel.key, panel.name, False, False, level, seen))
        return drawn if seen.n else replace(drawn, sentence="Nobody rated this.")

    def _stability(self, seen: PanelFinding) -> str:
        """Individual stability: the share of those who rated in both rounds that gave the same rating."""
        moved = self.moved.get((seen.item_id, seen.criterion, seen.panel))
        if moved is None or not moved.both:
            return ""
        return f"individual stability {percent((moved.both - moved.otherwise) / moved.both)}"

    def _earlier(self, seen: PanelFinding) -> Earlier:
        place = (seen.item_id, seen.criterion, seen.panel)
        then, moved = self.before.get(place), self.moved.get(place)
        if then is None or seen.item_id not in self.alike:
            return Earlier()
        _, verdict = words.verdict_tag(then.verdict)
        return Earlier(
            median="" if then.median in (None, seen.median) else number(then.median),
            verdict="" if then.verdict == seen.verdict else in_sentence(verdict),
            moved=f"{moved.otherwise} of {moved.both} changed" if moved else "",
        )


def _said(panel: str, seen: PanelFinding) -> PanelVerdict:
    return PanelVerdict(panel, seen.verdict, (seen.disagreement_index or 0) > DISAGREEMENT)


def _answers(seen: PanelFinding) -> str:
    parts = [plural(seen.n or 0, "rating")]
    parts += [f"{seen.unable} unable"] if seen.unable else []
    parts += [f"{seen.blank} blank"] if seen.blank else []
    return ", ".join(parts)


def _chances(seen: PanelFinding) -> tuple[str, ...]:
    """How sure the verdict is, in both readings; none for rules that have no such figure yet."""
    both = (("again", seen.same_verdict_again), ("holds", seen.posterior))
    return tuple(f"{what} {chance(value)}" for what, value in both if value is not None)


def _figures(plan: Protocol, seen: PanelFinding) -> str:
    """The rest of the figures, in words that name them."""
    if not seen.n:
        return ""
    shares = {"low": seen.share_low, "middle": seen.share_middle, "high": seen.share_high}
    bands = [f"{percent(shares[name])} {low} to {high}" for name, (low, high) in plan.scale.bands.items()]
    quartiles = f"quartiles {number(seen.quartile_1, 2)} and {number(seen.quartile_3, 2)}"
    index = f"disagreement index {number(seen.disagreement_index, 2)}"
    return "; ".join([words.joined(bands), quartiles, f"IQR {number(seen.iqr, 2)}", index])


def _contrast(across: ItemFinding) -> str:
    low, high = across.cliffs_delta_low, across.cliffs_delta_high
    if across.cliffs_delta is None:
        return ""
    interval = f", 95 % interval {number(low, 2)} to {number(high, 2)}" if low is not None else ""
    return f"Cliff’s delta between the panels {number(across.cliffs_delta, 2)}{interval}."


def counted(cells: Sequence[CriterionCell]) -> tuple[tuple[Tag, int], ...]:
    """How many items came to each finding, the commonest first."""
    tags = [cell.finding for cell in cells]
    return tuple(sorted(((tag, tags.count(tag)) for tag in dict.fromkeys(tags)), key=lambda pair: -pair[1]))
