"""What a panellist may still say why: answers that left their band, and “unable” without a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from delphi import study_words
from delphi.languages import gettext
from delphi.pages.answer import gaps, way
from delphi.visits import Visit
from surveys import feedback, ratings, responses, rounds
from surveys.ratings import Answer, Place, Unable
from surveys.rounds import Round


@dataclass(frozen=True)
class Unsaid:
    """An answer without its reason: of which item, what it is, and where the reason can be given."""

    number: int
    title: str
    what: str
    href: str


def list_unsaid(visit: Visit, round_: Round) -> tuple[Unsaid, ...]:
    """Every such answer of this round, by the numbers of the items."""
    before, own = _answers(visit, round_)
    said = ratings.own_reasons(visit.session, round_, visit.panellist)
    moved = responses.to_explain(round_.study.protocol, before, own, own.keys() - said.keys())
    names = gaps.names_of(visit, round_)
    return tuple(
        Unsaid(item.number, study_words.item(visit.words, item.item_id, "title", item.title), what, href)
        for item in rounds.list_asked(visit.session, round_)
        for id_, name in names.items()
        for what, href in _of_place((item.item_id, id_), name, before, own, moved)
    )


def _of_place(
    place: Place,
    name: str,
    before: Mapping[Place, Answer],
    own: Mapping[Place, Answer],
    moved: frozenset[Place],
) -> Iterator[tuple[str, str]]:
    if place in moved:
        was, now = before[place].value, own[place].value
        moved_so = gettext("%(name)s: %(was)s before, %(now)s now", name=name, was=was, now=now)
        yield moved_so, way.reason(*place)
    elif place in own and own[place].unable == Unable.NOT_STATED:
        yield gettext("%(name)s: unable to rate", name=name), way.card(place[0])


def _answers(visit: Visit, round_: Round) -> tuple[dict[Place, Answer], dict[Place, Answer]]:
    """The panellist's answers of the round before, to the same words, and those of this one."""
    if (before := feedback.find_round_before(visit.session, round_)) is None:
        return {}, ratings.own(visit.session, round_, visit.panellist)
    found = ratings.own_in(visit.session, visit.panellist, [round_.id, before.id])
    alike = rounds.list_alike(visit.session, before, round_)
    earlier = {place: answer for place, answer in found[before.id].items() if place[0] in alike}
    return earlier, found[round_.id]
