"""A published study, an edition of it and a local round of twelve people, for tests of domain and web.

`publish` makes a study of six items and two panels, heard in full; `begin` an edition of it with four items
in play; `ask` a local round that is closed with `raters` of each panel.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from surveys import items, publications, rounds, studies
from surveys.access import Key
from surveys.editions import editions, local_answers, local_rounds
from surveys.editions.editions import Created, Edition
from surveys.editions.local_rounds import LocalRound
from surveys.editions.plans import Step
from surveys.items import ItemPlan
from surveys.ratings import Answer
from surveys.studies import Study
from tests.surveys import examples, grid_examples

STUDY = "fairer-care"
BY = "alice@example.org"
VOCABULARIES: dict[str, Any] = {
    "population_group": {
        "label": "Population group",
        "column": "groups",
        "terms": {"homelessness": "People experiencing homelessness", "rural": "Rural communities"},
    },
    "audience": {
        "label": "Audience",
        "column": "audiences",
        "terms": {"practices": "Networks and practices", "commissioners": "Commissioners", "none": "Nobody"},
    },
}
ITEMS = (
    ItemPlan("bus", "A bus that brings a nurse", "To villages.", {"audience": ["practices"]}),
    ItemPlan("hours", "Longer opening hours", "Twice a week.", {"audience": ["practices"]}),
    ItemPlan("words", "Letters in plain words", "", {"audience": ["practices", "commissioners"]}),
    ItemPlan("link", "A link worker", "", {"audience": ["commissioners"]}),
    ItemPlan("door", "A ramp at the door", "", {"audience": ["practices"]}),
    ItemPlan("rent", "A room to rent", "", {"audience": ["commissioners"]}),
)
IN_PLAY = ("bus", "hours", "words", "link")
# How useful and how easy each panel found each item: value and number of people.
PUBLISHED: Mapping[str, Sequence[tuple[Any, Any]]] = {
    "practitioners": [
        (((8, 15), (5, 5)), ((3, 12), (5, 8))),
        (((7, 11), (6, 9)), ((7, 10), (4, 10))),
        (((5, 20),), ((8, 20),)),
        (((8, 20),), ((8, 14), (6, 6))),
        (((6, 12), (8, 8)), ((5, 20),)),
        (((2, 20),), ((2, 20),)),
    ],
    "lived_experience": [
        (((9, 14),), ((4, 14),)),
        (((8, 9), (5, 5)), ((6, 14),)),
        (((8, 12), (6, 2)), ((8, 14),)),
        (((6, 14),), ((7, 14),)),
        (((9, 14),), ((7, 14),)),
        (((3, 14),), ((3, 14),)),
    ],
}


def publish(
    session: Session,
    *,
    now: datetime,
    ratings: Mapping[str, Sequence[tuple[Any, Any]]] = PUBLISHED,
    is_simulated: bool = False,
    key: str = STUDY,
    **changes: Any,
) -> Study:
    """A study whose first round has closed with these ratings and is published."""
    protocol = examples.protocol(**({"rounds": {"last": 3, "block_size": 3}} | changes))
    study = studies.create(session, key, protocol, now=now, vocabularies=VOCABULARIES)
    study.is_simulated = is_simulated
    items.add(session, study, list(ITEMS))
    rounds.plan_first(session, study)
    publications.publish(session, grid_examples.close(session, study, ratings, now=now), now=now, by=BY)
    return study


def publish_again(session: Session, study: Study, keys: Sequence[str], *, now: datetime) -> None:
    """A next round with these items alone, closed with the same ratings and published."""
    chosen = [n for n, item in enumerate(ITEMS) if item.key in keys]
    ratings = {panel: [rows[n] for n in chosen] for panel, rows in PUBLISHED.items()}
    closed = grid_examples.close(session, study, ratings, now=now, keys=keys)
    publications.publish(session, closed, now=now, by=BY)


def choices(*keys: str, standing: str = "possible") -> list[dict[str, str]]:
    """These items in play."""
    return [{"item": key, "standing": standing, "reason": ""} for key in keys]


def begin(session: Session, key: Key, *, now: datetime, study: str = STUDY) -> Created:
    """An edition of the published study, with four of its items in play."""
    return begin_with(session, key, IN_PLAY, now=now, study=study)


def begin_with(
    session: Session, key: Key, keys: Sequence[str], *, now: datetime, study: str = STUDY
) -> Created:
    """An edition of the published study, with these items in play."""
    made = editions.create(session, key, study, now=now, place="North Network")
    editions.save(session, made.edition, Step.ISSUES, {"choices": choices(*keys)}, seen=1, now=now)
    return made


def ask(
    session: Session, key: Key, edition: Edition, *, now: datetime, raters: Mapping[str, int] | None = None
) -> LocalRound:
    """A local round that twelve practitioners, or as many as are said of each panel, answered; closed."""
    round_ = local_rounds.get(
        session, key, local_rounds.open_(session, key, edition, now=now, is_replacing=True)
    )
    for panel, people in (raters or {"practitioners": 12}).items():
        for n in range(people):
            answer(session, key, round_, panel, n, now=now)
    return local_rounds.close(session, round_, now=now)


def answer(session: Session, key: Key, round_: LocalRound, panel: str, n: int, *, now: datetime) -> str:
    """One person's answers to all that is asked; tells what its cookie holds."""
    token = local_answers.join(session, key, round_, panel, now=now)
    who = local_answers.get(session, key, round_, token)
    asked = local_rounds.questionnaire(round_)
    given = {
        (item.item, criterion.key): Answer(value(n, place, at))
        for place, item in enumerate(asked.items)
        for at, criterion in enumerate(asked.criteria)
    }
    local_answers.save(session, round_, who, given)
    local_answers.finish(session, round_, who, now=now)
    return token


def value(person: int, item: int, criterion: int) -> int:
    """What the local people say: they find the first item easier than the panel did, and the last harder."""
    middle = ((8, 7), (7, 6), (6, 8), (8, 4))[item % 4][criterion]
    return max(1, min(9, middle + (-1, 0, 0, 1)[person % 4]))


def csv(keys: Sequence[str] = IN_PLAY, people: int = 12, panel: str = "practitioners") -> bytes:
    """The same answers as a file."""
    lines = ["panellist,item,panel,usefulness,feasibility"]
    lines += [
        f"N{person:02},{key},{panel},{value(person, place, 0)},{value(person, place, 1)}"
        for person in range(people)
        for place, key in enumerate(keys)
    ]
    return "\n".join(lines).encode()
