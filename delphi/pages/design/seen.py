"""What a panellist of one panel will see: the information sheet, and a round before anybody has answered it.

From round 2 on there is feedback: the real one where the round before is closed, else one that is made up and
says so. The reader's own last answers are always made up, since each panellist has others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import ClassVar

from markupsafe import Markup

from delphi import study_words
from delphi.languages import gettext
from delphi.page import Frame, Page
from delphi.pages.answer import information
from delphi.pages.answer.information import InformationPage
from delphi.pages.study import tabs
from delphi.questionnaire import shelf
from delphi.questionnaire.cards import Person, Questionnaire
from delphi.questionnaire.entries import Entries
from delphi.questionnaire.scales import Criterion
from delphi.visits import Visit
from surveys import feedback, rounds
from surveys.designing import made_up
from surveys.permissions import Power
from surveys.ratings import Answer, Place
from surveys.studies import Study
from surveys.translations import places, reading
from surveys.translations.reading import Words

MOST_SHOWN = 12  # of a round that is not planned yet, or the first
NOBODY = -1  # a panellist who wrote none of the comments
ALL_MADE_UP = (
    "Made up for this preview: the figures, the comments of others, and the ring, somebody’s own last answer."
)
OWN_MADE_UP = (
    "The figures are those of round {}, as this panel will be shown them. Only the ring is made up: each"
    " panellist sees their own last answer there."
)
NO_COMMENTS = "Comments are left out here: on this team you do not read what was written."
FEW = "Items {} show what is said where few answered."


@dataclass(frozen=True, kw_only=True)
class SeenPage(Page):
    """The first items of a round as somebody on a panel sees them."""

    template: ClassVar[str] = "pages/design/seen.html"
    made_up: tuple[str, ...]
    perspective: str
    has_feedback: bool
    criteria: tuple[Criterion, ...]
    cards: Markup
    shown: int
    total: int


@dataclass(frozen=True, kw_only=True)
class SeenInformationPage(InformationPage):
    """The information sheet as somebody on a panel sees it who has not agreed yet."""

    template: ClassVar[str] = "pages/design/seen_information.html"


@dataclass(frozen=True)
class _Fed:
    """A questionnaire with what it feeds back, and which of that was made up."""

    questionnaire: Questionnaire
    before: Mapping[Place, Answer] = field(default_factory=dict)
    made_up: tuple[str, ...] = ()


def numbers(visit: Visit, study: Study) -> range:
    """The rounds that can be looked at: those there are, and one with feedback if the protocol has one."""
    planned = len(rounds.list_rounds(visit.session, study))
    return range(1, max(planned, min(study.protocol.rounds.last, 2)) + 1)


def information_page(visit: Visit, study: Study, panel: str) -> SeenInformationPage:
    """The sheet, in the language of the visit."""
    return SeenInformationPage(
        frame=_frame(visit, study),
        **information.sheet(study.protocol, panel, _words(visit, study)),
        agreed="",
        was_amended=False,
        ticked=frozenset(),
    )


def round_page(visit: Visit, study: Study, panel: str, number: int) -> SeenPage:
    """The round, in the language of the visit."""
    words = _words(visit, study)
    planned = rounds.list_rounds(visit.session, study)
    # Made anew each time: items may change where the fingerprint does not.
    made = shelf.make(visit.session, planned[min(number, len(planned)) - 1], panel, words)
    shown = made if number > 1 and number <= len(planned) else replace(made, items=made.items[:MOST_SHOWN])
    fed = _fed(visit, study, shown, number)
    perspective = study.protocol.panel(panel).perspective
    return SeenPage(
        title=gettext("Round %(number)s", number=number),
        frame=_frame(visit, study),
        made_up=fed.made_up,
        perspective=study_words.shown(words, places.panel(panel, "perspective"), perspective),
        has_feedback=number > 1,
        criteria=made.criteria,
        cards=_cards(fed),
        shown=len(shown.items),
        total=len(made.items),
    )


def _fed(visit: Visit, study: Study, made: Questionnaire, number: int) -> _Fed:
    if number == 1:
        return _Fed(made)
    chance = Random(f"{study.key} {number}")  # noqa: S311  # the same figures at each look; nothing is secret
    if made.results is None:
        made, said = _made_up(made, chance)
    else:
        made, said = _real(visit, study, made)
    asked = [(item.item_id, criterion.id) for item in made.items for criterion in made.criteria]
    return _Fed(made, made_up.own_answers(made.protocol, asked, chance), said)


def _made_up(made: Questionnaire, chance: Random) -> tuple[Questionnaire, tuple[str, ...]]:
    ids = [item.item_id for item in made.items]
    fed = made_up.feedback(made.protocol, ids, chance)
    cleared = feedback.shown_comments(made.protocol, fed.cleared, made.panel)
    few = [f"{item.number}" for item in made.items if item.item_id in fed.few]
    said = (ALL_MADE_UP, *([FEW.format(" and ".join(few))] if len(few) > 1 else []))
    return replace(made, results=fed.results, cleared=cleared, alike=frozenset(ids)), said


def _real(visit: Visit, study: Study, made: Questionnaire) -> tuple[Questionnaire, tuple[str, ...]]:
    said = OWN_MADE_UP.format(made.results.round_number if made.results else 0)
    if tabs.may(visit, study, Power.SEE_CODES) or not made.cleared:
        return made, (said,)
    return replace(made, cleared=()), (said, NO_COMMENTS)


def _cards(fed: _Fed) -> Markup:
    """The cards as they are before anybody answers."""
    reader = Person(NOBODY, kept=Entries(), before=fed.before, counted_in=fed.questionnaire.panel)
    cards = fed.questionnaire.cards(reader, ())
    return Markup("".join(card.decode() for card in cards))  # noqa: S704  # by our own templates, escaped


def _frame(visit: Visit, study: Study) -> Frame:
    return replace(visit.frame(study), visitor="", role="panellist", notice="")


def _words(visit: Visit, study: Study) -> Words:
    return reading.words_of(visit.session, study, visit.language)
