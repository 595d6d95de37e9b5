"""The cards of one round for one panel: rendered once, with holes for what belongs to one person.

A card differs between people in few ways more: whether their own rating is among those that a small group's
strip counts, and which of the comments are their own. Each such variant is rendered when it is first wanted.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any

from markupsafe import escape

from delphi import study_words
from delphi.languages import gettext, spoken
from delphi.page import environment
from delphi.questionnaire import scales
from delphi.questionnaire.entries import REASONS, UNABLE, Entries, code_of, write_was
from delphi.questionnaire.scales import Criterion, Strip
from delphi.questionnaire.stencils import HOLES, Stencil
from surveys import feedback, responses
from surveys.comments import Cleared
from surveys.histories.telling import Told
from surveys.marks import marked
from surveys.protocol import Protocol
from surveys.ratings import BLANK, Answer, Place
from surveys.results import Results
from surveys.rounds import Asked
from surveys.translations.reading import UNTRANSLATED, Words, item_place

MOST_KEPT = 2048  # cards, of some 10 kB each; beyond that they are rendered anew
_CHECKED, _LAST, _SAVED = " checked", " class=o", marked("Saved")
UNABLE_CHOICE = "unable"
_THREE_LINES = 120  # characters on a phone


@dataclass(frozen=True)
class Person:
    """What one panellist brings to the page: what is kept, what was typed over it, and what was refused."""

    panellist_id: int
    kept: Entries
    before: Mapping[Place, Answer] = field(default_factory=dict)
    counted_in: str = ""  # the panel whose counts have those earlier answers, by its key
    to_explain: Collection[Place] = ()
    typed: Entries = field(default_factory=Entries)
    faults: Mapping[int, str] = field(default_factory=dict)

    def has_saved(self, place: Place) -> bool:
        """Whether the answer that the page shows here is the one that is kept."""
        is_typed_over = place in self.typed.codes or place in self.typed.reasons
        return place in self.kept.codes and not is_typed_over


@dataclass(frozen=True)
class _Question:
    criterion: Criterion
    strips: tuple[Strip, ...]


@dataclass(frozen=True)
class _Comment:
    text: str
    panel: str
    mark: int


@dataclass(frozen=True)
class _Card:
    id: int
    number: int
    title: str
    vignette: str
    more: str
    questions: tuple[_Question, ...]
    comments: tuple[_Comment, ...]
    told: Told | None


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """A round as the panellists of one panel are asked, with what they may see of the round before."""

    protocol: Protocol
    panel: str
    criteria: tuple[Criterion, ...]
    items: tuple[Asked, ...]
    before_id: int | None = None  # the round that is fed back
    results: Results | None = None
    cleared: tuple[Cleared, ...] = ()
    alike: frozenset[int] = frozenset()  # the items that the round before asked in the same words
    told: Mapping[int, Told] = field(default_factory=dict)  # by item, what was changed for this round
    words: Words = UNTRANSLATED  # and so one for each language
    _cards: dict[object, Stencil] = field(default_factory=dict)

    def cards(self, person: Person, blocks: Sequence[int]) -> Iterator[bytes]:
        """Every card as this person sees it, the blocks in this order."""
        shown = person.kept.under(person.typed)
        for item in responses.in_turn(self.items, blocks):
            yield self._card(item, person).fill(dict(self._values(item.item_id, person, shown)))

    def _card(self, item: Asked, person: Person) -> Stencil:
        rated = tuple(person.before.get((item.item_id, c.id), BLANK).value is not None for c in self.criteria)
        writer = person.panellist_id if person.panellist_id in self._writers.get(item.item_id, ()) else None
        key = (item.item_id, rated, person.counted_in, writer)
        if (card := self._cards.get(key)) is None:
            if len(self._cards) >= MOST_KEPT:
                self._cards.clear()
            counted_in = [person.counted_in if has_rated else None for has_rated in rated]
            card = self._cards[key] = self._render(item, counted_in, writer)
        return card

    def _render(self, item: Asked, counted_in: Sequence[str | None], writer: int | None) -> Stencil:
        text, language = study_words.found(self.words, item_place(item.item_id, "vignette"), item.text)
        vignette, more = (study_words.marked_up(part, language) for part in folded(text))
        title = study_words.item(self.words, item.item_id, "title", item.title)
        questions = tuple(
            _Question(criterion, self._strips(item.item_id, criterion, where))
            for criterion, where in zip(self.criteria, counted_in, strict=True)
        )
        comments = self._comments(item.item_id, writer)
        change = self.told.get(item.item_id)
        told = study_words.told(self.words, change) if change else None
        card = _Card(item.item_id, item.number, title, vignette, more, questions, comments, told)
        return Stencil(str(_macros("item").card(card, HOLES)))

    def _strips(self, item_id: int, criterion: Criterion, counted_in: str | None) -> tuple[Strip, ...]:
        if self.results is None:
            return ()
        seen = feedback.strips(
            self.protocol, self.results, item_id, criterion.key, panel=self.panel, counted_in=counted_in
        )
        return tuple(scales.strip(self.protocol, strip, self.words) for strip in seen)

    def _comments(self, item_id: int, writer: int | None) -> tuple[_Comment, ...]:
        others = feedback.others_comments(self.cleared, item_id, writer or 0)
        names = {
            plan.key: study_words.panel(self.words, plan.key, plan.name) for plan in self.protocol.panels
        }
        return tuple(
            _Comment(c.text, names[c.panel_key], scales.mark(self.protocol, c.panel_key)) for c in others
        )

    @cached_property
    def _writers(self) -> dict[int, set[int]]:
        """Whose comments on an item others may read."""
        writers: dict[int, set[int]] = {}
        for comment in self.cleared:
            writers.setdefault(comment.item_id, set()).add(comment.panellist_id)
        return writers

    @cached_property
    def _saved(self) -> str:
        return gettext(_SAVED)

    @cached_property
    def _choices(self) -> frozenset[str]:
        return frozenset([UNABLE_CHOICE, *(f"{category.value}" for category in self.criteria[0].categories)])

    def _values(self, item_id: int, person: Person, shown: Entries) -> Iterator[tuple[str, str]]:
        key = f"i{item_id}"
        if was := person.kept.was(item_id, [criterion.id for criterion in self.criteria]):
            yield f"{key}.was", write_was(was)
        if fault := person.faults.get(item_id):
            yield f"{key}.fault", str(_macros("item").fault(fault))
        if comment := shown.comments.get(item_id):
            yield f"{key}.comment", str(escape(comment))
            yield f"{key}.open", " open"
            yield f"{key}.sign", "" if item_id in person.typed.comments else self._saved
        for criterion in self.criteria:
            yield from self._answer((item_id, criterion.id), person, shown)

    def _answer(self, place: Place, person: Person, shown: Entries) -> Iterator[tuple[str, str]]:
        name = f"i{place[0]}.c{place[1]}"
        choice, reason = _choice(shown.codes.get(place, ""))
        if person.has_saved(place):
            yield f"{name}.sign", self._saved
        # An answer to other words is neither marked as one's own here nor kept by a button.
        before = person.before.get(place, BLANK) if place[0] in self.alike else BLANK
        last, _ = _choice(last_code := code_of(before))
        for radio in {choice, last} & self._choices:
            yield f"{name}={radio}", (_CHECKED if radio == choice else "") + (_LAST if radio == last else "")
        if reason in REASONS:
            yield f"{name}.unable={reason}", _CHECKED
        if last:
            yield f"{name}.keep", _keep(spoken(), *place, last_code)
        if place in person.to_explain or shown.reasons.get(place):
            yield f"{name}.why", str(_macros("scale").why(*place, shown.reasons.get(place, "")))


def folded(text: str) -> tuple[str, str]:
    """What stands on the card of a longer text, and the rest to open: cut at the end of a sentence.

    >>> folded("Offer a check to everybody who is new to the area or has no GP. " * 3)
    ('Offer a check to everybody who is new to the area or has no GP.', 'Offer a ...')
    """
    if len(text) <= _THREE_LINES * 1.25:
        return text, ""
    end = max((text.rfind(mark, 0, _THREE_LINES + 1) for mark in (". ", "? ", "! ")), default=-1)
    end = end + 1 if end > 0 else text.find(". ") + 1
    return (text[:end], text[end:].strip()) if end else (text, "")


@lru_cache(maxsize=16_384)
def _keep(_language: str, item_id: int, criterion_id: int, code: str) -> str:
    return str(_macros("scale").keep(item_id, criterion_id, *_choice(code)))


def _choice(code: str) -> tuple[str, str]:
    """The radio button of a code, and its reason."""
    return (UNABLE_CHOICE, code[1:]) if code.startswith(UNABLE) else (code, "")


@cache
def _macros(file: str) -> Any:
    return environment().get_template(f"macros/{file}.html").module
