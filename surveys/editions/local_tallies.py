"""Local answers in counts, and what may be seen of them.

A `LocalTally` is kept with its local round and goes nowhere else. Everything that is shown, computed or
written to a file starts from its `LocalView`, in which small groups are suppressed.
"""

from collections.abc import Iterable, Mapping
from math import isnan

from analysis import summaries
from analysis.tallies import FloatArray, Tally
from surveys.editions import answers
from surveys.editions.answers import NOTHING, Heard
from surveys.editions.plans import LocalItem
from surveys.editions.sources import Source, SourceItem
from surveys.protocol import Criterion, Part, ScalePlan, Suppression
from surveys.ratings import Answer
from surveys.results import PanelFinding

Place = tuple[str, str]  # item key, criterion key


class Question(Part, frozen=True, kw_only=True):
    """An item as local people were asked it."""

    item: str
    title: str
    text: str
    is_local: bool


class Questionnaire(Part, frozen=True, kw_only=True):
    """What local people were asked: the study's criteria and scale, and items as they were worded then."""

    scale: ScalePlan
    criteria: tuple[Criterion, ...]
    panels: tuple[str, ...]
    items: tuple[Question, ...]

    def find(self, item: str) -> Question | None:
        """The question about this item."""
        return next((one for one in self.items if one.item == item), None)


class LocalCounts(Part, frozen=True, kw_only=True):
    """How a panel answered one item on one criterion: a number for each category, and beside them."""

    item: str
    panel: str
    criterion: str
    counts: tuple[int, ...]
    unable: int
    blank: int


class LocalTally(Part, frozen=True, kw_only=True):
    """All local answers of a round, and how many people of each panel gave any."""

    responders: dict[str, int]
    counts: tuple[LocalCounts, ...]


class LocalAnswers(Part, frozen=True, kw_only=True):
    """What may be seen of a panel's local answers to an item, by criterion."""

    item: str
    panel: str
    answers: dict[str, Heard]


class LocalView(Part, frozen=True, kw_only=True):
    """What may be seen of a closed local round. `responders` are words: 12, 5 to 9, fewer than 5, nobody."""

    questionnaire: Questionnaire
    responders: dict[str, str]
    absent: tuple[str, ...]  # the panels of which nobody answered
    answers: tuple[LocalAnswers, ...]

    def of(self, item: str, panel: str) -> dict[str, Heard]:
        """What this panel answered to this item; of what was not asked, nothing."""
        found = (one.answers for one in self.answers if (one.item, one.panel) == (item, panel))
        return next(found, dict.fromkeys((c.key for c in self.questionnaire.criteria), NOTHING))


def questionnaire(source: Source, items: Iterable[SourceItem | LocalItem]) -> Questionnaire:
    """What is asked of local people about these items."""
    return Questionnaire(
        scale=source.scale,
        criteria=source.criteria,
        panels=tuple(panel.key for panel in source.panels),
        items=tuple(
            Question(item=i.key, title=i.title, text=i.text, is_local=isinstance(i, LocalItem)) for i in items
        ),
    )


def count(asked: Questionnaire, given: Iterable[tuple[str, Mapping[Place, Answer]]]) -> LocalTally:
    """Count what each respondent gave, who is named by a panel; who gave nothing is not counted."""
    took_part = [(panel, own) for panel, own in given if any(not answer.is_blank for answer in own.values())]
    responders = {key: sum(panel == key for panel, _ in took_part) for key in asked.panels}
    by_panel = {key: [own for panel, own in took_part if panel == key] for key in asked.panels}
    counts = tuple(
        _counts(asked.scale, (item.item, criterion.key), panel, by_panel[panel])
        for item in asked.items
        for criterion in asked.criteria
        for panel in asked.panels
    )
    return LocalTally(responders=responders, counts=counts)


def view(asked: Questionnaire, tally: LocalTally, suppression: Suppression) -> LocalView:
    """What may be seen of these answers, by the study's rule for small groups or the usual, if stricter."""
    rule = answers.local_suppression(suppression)
    found = {
        (panel, criterion.key): _findings(asked, tally, panel, criterion)
        for panel in asked.panels
        for criterion in asked.criteria
    }
    return LocalView(
        questionnaire=asked,
        responders={panel: answers.count_words(n, rule) for panel, n in tally.responders.items()},
        absent=tuple(panel for panel, n in tally.responders.items() if n == 0),
        answers=tuple(
            LocalAnswers(
                item=item.item,
                panel=panel,
                answers=answers.together(
                    {key: by_item[item.item] for (of, key), by_item in found.items() if of == panel}, rule
                ),
            )
            for item in asked.items
            for panel in asked.panels
        ),
    )


def _counts(scale: ScalePlan, place: Place, panel: str, people: list[Mapping[Place, Answer]]) -> LocalCounts:
    found = [own[place] for own in people if place in own and not own[place].is_blank]
    values = [answer.value for answer in found]
    return LocalCounts(
        item=place[0],
        panel=panel,
        criterion=place[1],
        counts=tuple(values.count(category) for category in range(scale.low, scale.high + 1)),
        unable=values.count(None),
        blank=len(people) - len(found),
    )


def _findings(
    asked: Questionnaire, tally: LocalTally, panel: str, criterion: Criterion
) -> dict[str, PanelFinding]:
    """By item the counts, with what may be seen of them at any level; shares are of those who rated."""
    own = [one for one in tally.counts if (one.panel, one.criterion) == (panel, criterion.key)]
    counted = Tally.from_counts(
        answers.scale_of(asked.scale), [one.counts for one in own], [one.unable for one in own]
    )
    medians = summaries.median(counted)
    shares = summaries.shares(counted) if asked.scale.bands else None
    return {
        one.item: PanelFinding(
            item_id=n,
            criterion=criterion.key,
            panel=panel,
            counts=one.counts,
            n=sum(one.counts),
            unable=one.unable,
            blank=one.blank,
            median=_number(medians, n),
            share_low=_number(shares.low if shares else None, n),
            share_middle=_number(shares.middle if shares else None, n),
            share_high=_number(shares.high if shares else None, n),
            quartile_1=None,
            quartile_3=None,
            iqr=None,
            disagreement_index=None,
            verdict=None,
            same_verdict_again=None,
            posterior=None,
            depends_on_quantiles=False,
        )
        for n, one in enumerate(own)
    }


def _number(column: FloatArray | None, n: int) -> float | None:
    return None if column is None or isnan(column[n]) else float(column[n])
