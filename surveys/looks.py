"""How somebody looks at a grid: whose eyes, by median or mean, cut where, which items, in which order.

A look stands in the address of a grid as text, so that it can be kept and sent; only what differs from the
usual is in it. Whatever is typed there can be wrong, and is refused with a sentence.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from surveys import lenses
from surveys.errors import InvalidInput
from surveys.hints import hint
from surveys.lenses import Lens
from surveys.studies import Study

Query = Mapping[str, Sequence[str]]
Word = TypeVar("Word", bound=StrEnum)
_NUMBER = re.compile(r"-?\d{1,15}([.,]\d{1,6})?", re.ASCII)


class By(StrEnum):
    """What an item stands at."""

    MEDIAN = "median"
    MEAN = "mean"


class CutBy(StrEnum):
    """What parts the cells of a grid."""

    BANDS = "bands"
    MIDPOINT = "midpoint"
    MEDIANS = "medians"
    MEANS = "means"
    VERDICTS = "verdicts"
    USEFUL = "useful"  # FAIRSTEPS: only what is in the high band across, and that split again
    OWN = "own"


class Shows(StrEnum):
    """What is drawn beside the places."""

    CHANCE = "chance"
    CHANGE = "change"


@dataclass(frozen=True, kw_only=True)
class Look:
    """One way to look. `at` are own lines by criterion, `tags` the terms asked for of each vocabulary.

    `weight` is that of the criterion across in the order of the items, from 0 to 1; None is the usual order,
    by the criterion across and then by the one up.
    """

    lens: Lens
    by: By = By.MEDIAN
    cut: CutBy = CutBy.BANDS
    at: tuple[tuple[str, Fraction], ...] = ()
    tags: tuple[tuple[str, tuple[str, ...]], ...] = ()
    weight: Fraction | None = None
    shows: tuple[Shows, ...] = ()
    asks_how_sure: bool = False  # no part of an address: a page asks it, a small picture need not

    @property
    def needs_all_counts(self) -> bool:
        """Whether it says more of a panel than its medians and band shares do.

        A mean, or medians at many weights, would in the end tell the answers of a small panel, and a verdict
        beside a rounded share narrows it.
        """
        return self.by == By.MEAN or self.lens.is_pooled or self.lens.is_own or self.cut == CutBy.VERDICTS

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """What an address says of it, the eyes first."""
        usual = Look(lens=self.lens)
        return (
            *_of_lens(self.lens),
            *((("by", self.by.value),) if self.by != usual.by else ()),
            *((("cut", self.cut.value),) if self.cut != usual.cut else ()),
            *((f"at-{criterion}", number_text(value)) for criterion, value in self.at),
            *((f"tag-{name}", term) for name, terms in self.tags for term in terms),
            *((("order", number_text(100 * self.weight)),) if self.weight is not None else ()),
            *(("show", one.value) for one in self.shows),
        )


def read(study: Study, query: Query) -> Look:
    """The look that an address asks for; the usual one where it says nothing."""
    return Look(
        lens=_lens(study, query),
        by=_one_of(By, "by", query),
        cut=_cut(study, query),
        at=_at(study, query),
        tags=_tags(study, query),
        weight=_weight(query),
        shows=tuple(one for one in Shows if one in query.get("show", ())),
    )


def of_each_panel(look: Look) -> tuple[Look, ...]:
    """The same look through the eyes of each panel by itself; none for one panel, and none by verdicts."""
    if not look.lens.is_combined or look.cut == CutBy.VERDICTS:
        return ()
    return tuple(
        replace(look, lens=Lens(key, name, ((key, name),), mark))
        for mark, (key, name) in enumerate(look.lens.panels, start=1)
    )


def number_text(value: Fraction) -> str:
    """A number as an address has it: 3.43; 7."""
    whole, rest = divmod(abs(round(value * 10**6)), 10**6)
    return f"{'-' if value < 0 else ''}{whole}.{rest:06}".rstrip("0").rstrip(".")


def _of_lens(lens: Lens) -> tuple[tuple[str, str], ...]:
    weights = zip(lens.panels, lenses.whole(lens.weights), strict=True) if lens.is_own else ()
    own = ((f"weight-{key}", number_text(weight)) for (key, _), weight in weights)
    return (("panel", lens.key), *own)


def _lens(study: Study, query: Query) -> Lens:
    key = _last("panel", query)
    if key != lenses.WEIGHTED:
        return lenses.get_lens(study, key)
    typed = {name.removeprefix("weight-"): name for name in query if name.startswith("weight-")}
    return lenses.weighted(study, {key: _number(name, query, 0) for key, name in typed.items()})


def _cut(study: Study, query: Query) -> CutBy:
    cut = _one_of(CutBy, "cut", query)
    if cut == CutBy.USEFUL and not study.protocol.scale.bands:
        raise InvalidInput("The scale of this study has no bands, so nothing says what is useful.", "cut")
    return cut


def _at(study: Study, query: Query) -> tuple[tuple[str, Fraction], ...]:
    plan, scale = lenses.plan_of(study.protocol), study.protocol.scale
    at = {}
    for criterion in (plan.across, plan.up):
        name = f"at-{criterion}"
        if _last(name, query):
            at[criterion] = _number(name, query, scale.low, scale.high)
    if _last("cut", query) == CutBy.OWN and len(at) < len({plan.across, plan.up}):
        raise InvalidInput("Give a line for each criterion.", f"at-{plan.across}")
    return tuple(at.items())


def _tags(study: Study, query: Query) -> tuple[tuple[str, tuple[str, ...]], ...]:
    asked = []
    for name in study.vocabularies:
        known = study.vocabularies[name]["terms"]
        terms = [term for term in query.get(f"tag-{name}", ()) if term]
        for term in terms:
            if term not in known:
                raise InvalidInput(f"There is no “{term}” to filter by. {hint(term, known)}", f"tag-{name}")
        if terms:
            asked.append((name, tuple(dict.fromkeys(terms))))
    return tuple(asked)


def _weight(query: Query) -> Fraction | None:
    return _number("order", query, 0, 100) / 100 if _last("order", query) else None


def _one_of(words: type[Word], name: str, query: Query) -> Word:
    typed = _last(name, query)
    if not typed:
        return next(iter(words))
    known = {word.value: word for word in words}
    if typed not in known:
        raise InvalidInput(f"A grid cannot be shown by “{typed}”. {hint(typed, known)}", name)
    return known[typed]


def _number(name: str, query: Query, least: int, most: int | None = None) -> Fraction:
    typed = _last(name, query)
    value = Fraction(typed.replace(",", ".")) if _NUMBER.fullmatch(typed) else None
    if value is None or value < least or (most is not None and value > most):
        span = f"from {least} to {most}" if most is not None else f"of {least} or more"
        raise InvalidInput(f"“{typed}” is not a number {span}.", name)
    return value


def _last(name: str, query: Query) -> str:
    given = query.get(name, ())
    return given[-1].strip() if given else ""
