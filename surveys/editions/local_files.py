"""Local ratings from a CSV file: read against the edition, counted, and kept as a closed local round.

Only the counts are kept: the file's names of people go no further.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys.editions import editions, local_rounds, local_tallies
from surveys.editions.editions import Edition
from surveys.editions.local_rounds import LocalRound, Sent
from surveys.editions.local_tallies import LocalTally, LocalView, Place, Questionnaire
from surveys.editions.plans import EditionPlan, LocalItem
from surveys.editions.sources import Source, SourceItem
from surveys.exchange import rating_files
from surveys.exchange.csv_files import FaultList
from surveys.exchange.rating_files import UNABLE, Mark, RatingFile, RatingRow
from surveys.hints import hint
from surveys.ratings import Answer, Unable

NO_RATINGS = (
    "There is no rating in it: the columns {0} are empty, or say “unable”. Write a whole number from {1} to"
    " {2} where somebody rated an item."
)


@dataclass(frozen=True)
class Imported:
    """The round that a file became, and how much was read: for whoever sent the file, and nobody else."""

    round: LocalRound
    people: int
    ratings: int
    unable: int


def import_(
    session: Session,
    edition: Edition,
    data: bytes,
    name: str,
    *,
    now: datetime,
    is_replacing: bool = False,
) -> Imported:
    """Keep the ratings of a file as this edition's local answers; the same file again changes nothing.

    FaultyFile names every line that does not fit, and then nothing is kept. Where other answers are there
    already, it has to be said that these take their place.
    """
    newest = editions.draft(session, edition)
    asked, tally = read(data, newest.plan, newest.source, name)
    sent = Sent(asked, tally, hashlib.sha256(data).hexdigest())
    kept = local_rounds.keep_file(session, edition, sent, now=now, is_replacing=is_replacing)
    unable = sum(one.unable for one in tally.counts)
    return Imported(kept, sum(tally.responders.values()), _ratings(tally), unable)


def read(
    data: bytes, plan: EditionPlan, source: Source, name: str = "ratings.csv"
) -> tuple[Questionnaire, LocalTally]:
    """The ratings of a file in counts, and what was asked; all criteria of the study are wanted."""
    criteria = tuple(criterion.key for criterion in source.criteria)
    categories = range(source.scale.low, source.scale.high + 1)
    file = rating_files.read(data, categories, name, criteria=criteria)
    faults = FaultList(name)
    if file.is_simulated and not source.is_simulated:
        faults.refuse("These ratings are simulated, and this study is real. Take its own file.")
    if len({row.round for row in file.rows}) > 1:
        faults.refuse("There are ratings of several rounds in it. Keep the rows of one.")
    items = _items(file.rows, plan, source, faults)
    panels = _panels(file.rows, source, faults)
    faults.check()
    asked = local_tallies.questionnaire(source, [i for i in _known(plan, source) if i.key in items.values()])
    tally = local_tallies.count(asked, [(panels[who], own) for who, own in _people(file, items).items()])
    if not _ratings(tally):
        columns = " and ".join(f"“{key}”" for key in criteria)
        faults.refuse(NO_RATINGS.format(columns, source.scale.low, source.scale.high))
    return asked, tally


def view(data: bytes, plan: EditionPlan, source: Source, name: str = "ratings.csv") -> LocalView:
    """What may be seen of the ratings of a file, where no edition is kept."""
    asked, tally = read(data, plan, source, name)
    return local_tallies.view(asked, tally, source.suppression)


def _ratings(tally: LocalTally) -> int:
    return sum(sum(one.counts) for one in tally.counts)


def _known(plan: EditionPlan, source: Source) -> tuple[SourceItem | LocalItem, ...]:
    return (*source.items, *plan.issues.local_items)


def _items(rows: Iterable[RatingRow], plan: EditionPlan, source: Source, faults: FaultList) -> dict[str, str]:
    """The key of each item as the file calls it: by its key, or by its title where no other has the same."""
    known = _known(plan, source)
    times = Counter(item.title for item in known)
    keys = {item.title: item.key for item in known if times[item.title] == 1}
    keys |= {item.key: item.key for item in known}
    found: dict[str, str] = {}
    called: dict[str, str] = {}
    for row in rows:
        if row.item in found:
            continue
        found[row.item] = keys.get(row.item, "")
        if row.item not in keys:
            sentence = f"Neither the study nor this edition has an item “{row.item}”. {hint(row.item, keys)}"
            faults.add(sentence, row.line, "item")
        elif (other := called.setdefault(keys[row.item], row.item)) != row.item:
            faults.add(f"“{row.item}” and “{other}” are one item. Write its key for both.", row.line, "item")
    return found


def _panels(rows: Iterable[RatingRow], source: Source, faults: FaultList) -> dict[str, str]:
    """The panel of each person of the file: by its key or name; where there is one alone, it need not say."""
    choices = [panel.key for panel in source.panels]
    keys = {panel.name.casefold(): panel.key for panel in source.panels} | {key: key for key in choices}
    if len(choices) == 1:
        keys[""] = choices[0]
    found: dict[str, str] = {}
    for row in rows:
        if row.panellist in found:
            continue
        found[row.panellist] = keys.get(row.panel.casefold(), "")
        if not row.panel and not found[row.panellist]:
            faults.add(f"The panel of “{row.panellist}” is not said. {hint('', choices)}", row.line, "panel")
        elif not found[row.panellist]:
            faults.add(f"There is no panel “{row.panel}”. {hint(row.panel, choices)}", row.line, "panel")
    return found


def _people(file: RatingFile, items: Mapping[str, str]) -> dict[str, dict[Place, Answer]]:
    """What each person of the file answered."""
    people: dict[str, dict[Place, Answer]] = {}
    for row in file.rows:
        own = people.setdefault(row.panellist, {})
        for criterion, mark in zip(file.criteria, row.marks, strict=True):
            own[items[row.item], criterion] = _answer(mark)
    return people


def _answer(mark: Mark) -> Answer:
    if mark is None:
        return Answer()
    return Answer(unable=Unable.NOT_STATED) if mark == UNABLE else Answer(value=int(mark))
