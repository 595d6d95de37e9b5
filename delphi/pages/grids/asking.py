"""What can be asked of a grid: whose answers, by what, cut where, which items, and what is drawn too."""

from collections.abc import Sequence
from dataclasses import dataclass

from delphi.findings_in_words import joined
from surveys import lenses, looks
from surveys.cells import in_sentence
from surveys.grids import Grid
from surveys.lenses import Audience
from surveys.looks import By, CutBy, Look, Shows
from surveys.studies import Study

_ANY = ("", "Any")
_BY = {By.MEDIAN: "The middle answer (median)", By.MEAN: "The mean"}
_SHOWS = {Shows.CHANCE: "How sure each place is", Shows.CHANGE: "Where items moved since the round before"}


@dataclass(frozen=True)
class Choice:
    """A field in which one of several is chosen: pairs of value and words."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True)
class Number:
    """A field for a number."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Tick:
    """One of several things that can be had beside each other."""

    name: str
    value: str
    words: str
    is_ticked: bool


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The form, what stands in it, and `said`: what was asked for, in a sentence, empty for the usual."""

    action: str
    kept: tuple[tuple[str, str], ...]
    lens: Choice | None
    weights: tuple[Number, ...]
    by: Choice
    cut: Choice
    lines: tuple[Number, ...]
    filters: tuple[Choice, ...]
    shows: tuple[Tick, ...]
    order: Number
    has_own_numbers: bool
    said: str
    usual: str  # where the grid is as the study has it


def asking(study: Study, grid: Grid, action: str, kept: tuple[tuple[str, str], ...], usual: str) -> Asking:
    """The form for this grid."""
    look = grid.look or Look(lens=grid.lens)
    return Asking(
        action=f"{action}#grid",
        kept=kept,
        lens=_lens(study, look),
        weights=_weights(study, look),
        by=Choice(
            "by", "An item stands at", tuple((one.value, words) for one, words in _BY.items()), look.by
        ),
        cut=_cut(study, look),
        lines=_lines(grid, look),
        filters=_filters(study, grid.audience, look),
        shows=tuple(
            Tick("show", one.value, words, one in look.shows)
            for one, words in _SHOWS.items()
            if one in look.shows or one == Shows.CHANCE or any(item.before for item in grid.placed)
        ),
        order=Number("order", f"Weight of {in_sentence(grid.across.name)}, 0 to 100", _order(look)),
        has_own_numbers=look.lens.is_own or bool(look.at) or look.weight is not None,
        said=_said(study, look),
        usual=usual,
    )


def _lens(study: Study, look: Look) -> Choice | None:
    every = lenses.lenses(study)
    if len(every) == 1:
        return None
    known = [(lens.key, lens.name) for lens in every]
    known += [(lenses.POOLED, lenses.pooled(study).name), (lenses.WEIGHTED, "Weights of your own, below")]
    return Choice("panel", "By whose answers", tuple(known), look.lens.key)


def _weights(study: Study, look: Look) -> tuple[Number, ...]:
    panels = study.protocol.panels
    if len(panels) == 1:
        return ()
    own = dict(zip((key for key, _ in look.lens.panels), look.lens.weights, strict=False))
    shown = own if look.lens.is_own else {}
    return tuple(
        Number(
            f"weight-{plan.key}",
            f"Weight of {in_sentence(plan.name)}",
            looks.number_text(shown[plan.key]) if plan.key in shown else f"{plan.weight:g}",
        )
        for plan in panels
    )


def _cut(study: Study, look: Look) -> Choice:
    plan, scale = lenses.plan_of(study.protocol), study.protocol.scale
    across = in_sentence(study.protocol.criterion(plan.across).more)
    words = {
        CutBy.BANDS: "The bands of the scale",
        CutBy.MIDPOINT: "The middle of the scale",
        CutBy.MEDIANS: "The medians of the items (relative)",
        CutBy.MEANS: "The means of the items (relative)",
        CutBy.VERDICTS: "What the study’s rules call in",
        CutBy.USEFUL: f"Among the best band, what is {across} (as FAIRSTEPS)",
        CutBy.OWN: "Lines of your own, below",
    }
    known = [one for one in words if scale.bands or one not in (CutBy.BANDS, CutBy.USEFUL)]
    return Choice("cut", "Cells are parted by", tuple((one.value, words[one]) for one in known), look.cut)


def _lines(grid: Grid, look: Look) -> tuple[Number, ...]:
    at = dict(look.at)
    return tuple(
        Number(
            f"at-{axis.criterion}",
            f"High from, {in_sentence(axis.name)}",
            looks.number_text(at[axis.criterion]) if axis.criterion in at else "",
        )
        for axis in (grid.across, grid.up)
    )


def _filters(study: Study, audience: Audience, look: Look) -> tuple[Choice, ...]:
    """A field for each vocabulary, with the terms that any item of this audience has."""
    asked, named = dict(look.tags), lenses.plan_of(study.protocol).audiences
    used = {
        (name, term)
        for item in lenses.items_of(study, audience)
        for name in item.tags
        for term in item.tags[name]
    }
    fields = (
        Choice(
            f"tag-{name}",
            vocabulary["label"],
            (_ANY, *((term, words) for term, words in vocabulary["terms"].items() if (name, term) in used)),
            next(iter(asked.get(name, ())), ""),
        )
        for name, vocabulary in study.vocabularies.items()
        if name != named
    )
    return tuple(field for field in fields if len(field.choices) > 2)


def _order(look: Look) -> str:
    return "" if look.weight is None else looks.number_text(100 * look.weight)


def _said(study: Study, look: Look) -> str:
    """What differs from the study's own way."""
    tags = (
        f"{study.vocabularies[name]['label'].lower()}: {_terms(study, name, terms)}"
        for name, terms in look.tags
    )
    parts = [
        *(["by means"] if look.by == By.MEAN else []),
        *([f"cells parted by {_cut_words(look)}"] if look.cut != CutBy.BANDS else []),
        *tags,
        *([f"in the order of weight {_order(look)}"] if look.weight is not None else []),
    ]
    return joined(parts)


def _terms(study: Study, name: str, terms: Sequence[str]) -> str:
    return " or ".join(study.vocabularies[name]["terms"][term] for term in terms)


def _cut_words(look: Look) -> str:
    return {
        CutBy.MIDPOINT: "the middle of the scale",
        CutBy.MEDIANS: "the items’ medians",
        CutBy.MEANS: "the items’ means",
        CutBy.VERDICTS: "the study’s verdicts",
        CutBy.USEFUL: "what is at least useful",
        CutBy.OWN: "lines of your own",
    }[look.cut]
