"""What is blank in a round: the items that are not answered in full, each with the way to its card."""

from collections.abc import Mapping
from dataclasses import dataclass

from delphi import study_words
from delphi.languages import gettext
from delphi.pages.answer import way
from delphi.visits import Visit
from surveys import participations, ratings, responses, rounds
from surveys.ratings import Answer, Place
from surveys.rounds import Asked, Round


@dataclass(frozen=True)
class Gap:
    """An item that is not answered in full: what is blank where it is only a part, and where its card is."""

    number: int
    title: str
    blank: str
    href: str


@dataclass(frozen=True)
class Progress:
    """How far a panellist has come in a round; the gaps in the order of the panellist's own page."""

    of: int
    gaps: tuple[Gap, ...]

    @property
    def answered(self) -> int:
        """How many items are answered in full."""
        return self.of - len(self.gaps)


def progress(visit: Visit, round_: Round) -> Progress:
    """How far this panellist has come."""
    part = participations.find(visit.session, round_, visit.panellist)
    own = ratings.own(visit.session, round_, visit.panellist)
    asked = responses.in_turn(rounds.list_asked(visit.session, round_), part.block_order if part else ())
    names = names_of(visit, round_)
    return Progress(len(asked), tuple(gap for item in asked if (gap := _gap(visit, names, item, own))))


def names_of(visit: Visit, round_: Round) -> dict[int, str]:
    """What each criterion is called, by its id."""
    plans = {plan.key: study_words.criterion(visit.words, plan) for plan in round_.study.protocol.criteria}
    return {known.id: plans[known.key] for known in round_.study.criteria}


def _gap(visit: Visit, names: Mapping[int, str], item: Asked, own: Mapping[Place, Answer]) -> Gap | None:
    blank = [name for id_, name in names.items() if (item.item_id, id_) not in own]
    if not blank:
        return None
    part = "" if len(blank) == len(names) else _are_blank(blank)
    title = study_words.item(visit.words, item.item_id, "title", item.title)
    return Gap(item.number, title, part, way.card(item.item_id))


def _are_blank(names: list[str]) -> str:
    """In words: what of an item is blank.

    >>> _are_blank(["Feasibility"]), _are_blank(["Cost", "Feasibility"])
    ('Feasibility is blank', 'Cost and Feasibility are blank')
    """
    *others, last = names
    if not others:
        return gettext("%(name)s is blank", name=last)
    first = others[0]
    for name in others[1:]:
        first = gettext("%(first)s, %(second)s", first=first, second=name)
    return gettext("%(first)s and %(second)s are blank", first=first, second=last)
