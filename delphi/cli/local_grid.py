"""`delphi grid` with weights or ratings of one's own: the grid of a local edition, without the web.

From a study that has published, or from a file of it or of an edition; the latter needs no database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from delphi.cli import options, storage

if TYPE_CHECKING:
    from collections.abc import Callable

    from surveys.editions.drawing import LocalGrid
    from surveys.editions.local_tallies import LocalView
    from surveys.editions.plans import EditionPlan, PlanStep
    from surveys.editions.sources import Source

NAMES = ("ratings", "weights", "weight", "strength", "file")
OF_A_STUDY = ("panel", "number", "public")
_OPTIONS = {"panel_weights": "--weights", "criterion_weights": "--weight", "filters": "--audience"}
NOT_PUBLISHED = (
    "“{0}” publishes nothing now, and a local grid is made of what is public. Ask its team, or give --from"
    " FILE if you have kept one."
)
HAS_ITS_OWN = (
    "An edition’s file says which items are in play. Leave --audience away, or take the study’s file."
)
NOT_THE_STUDYS = "It is not the study’s findings."
NO_AUDIENCES = "This study names no audiences. Leave --audience away: all of its items are meant then."
ONE_OF_TWO = "Give {0} a weight too, or {1} one from 0 to 1: the other then weighs the rest."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was typed."""

    study_key: str
    audience: str
    file: Path | None
    ratings: Path | None
    weights: dict[str, float]
    weight: dict[str, float]
    strength: float | None


@dataclass(frozen=True)
class Begun:
    """What there is to begin with."""

    source: "Source"
    plan: "EditionPlan"
    local: "LocalView | None" = None
    strength: float | None = None


def numbers(_context: click.Context, _option: click.Parameter, value: str | None) -> dict[str, float]:
    """`practitioners=2,lived_experience=1`: a number for each name."""
    found = {}
    for name, text in options.pairs(_context, _option, value).items():
        try:
            found[name] = float(text)
        except ValueError:
            raise click.BadParameter(f"“{text}” is not a number. Write such as {name}=2.") from None
    return found


def local_options(command: "Callable[..., Any]") -> "Callable[..., Any]":
    """The options that make a grid a local one."""
    for option in reversed(
        (
            click.option("--from", "file", type=options.FILE, metavar="FILE", help=_FROM_HELP),
            click.option("--ratings", type=options.FILE, metavar="FILE", help=_RATINGS_HELP),
            click.option("--weights", callback=numbers, metavar="PANEL=N,…", help=_WEIGHTS_HELP),
            click.option("--weight", callback=numbers, metavar="CRITERION=N,…", help=_WEIGHT_HELP),
            click.option("--strength", type=click.FloatRange(0, 1), metavar="N", help=_STRENGTH_HELP),
        )
    ):
        command = option(command)
    return command


_FROM_HELP = "Of a local grid: a published study or an edition as a file, instead of STUDY."
_RATINGS_HELP = "Of a local grid: the ratings of your own people, a CSV."
_WEIGHTS_HELP = "Of a local grid: what each panel weighs. Without it, as the protocol says."
_WEIGHT_HELP = "Of a local grid: what each criterion weighs in the order. Without it, the same."
_STRENGTH_HELP = "Of a local grid: how much the published answers count, from 0 to 1, as many as your own."


def is_asked(typed: Mapping[str, Any]) -> bool:
    """Whether a local grid is meant."""
    return any(typed[name] not in (None, {}) for name in NAMES)


def content(typed: Mapping[str, Any], form: str) -> bytes:
    """The local grid in this form."""
    from delphi import edition_grids

    _check(typed)
    asked = Asked(**{name: typed[name] for name in ("study_key", "audience", *NAMES)})
    return edition_grids.content(_local_grid(asked), f"grid.{form}")


def _check(typed: Mapping[str, Any]) -> None:
    for name in (name for name in OF_A_STUDY if typed[name]):
        option = "--round" if name == "number" else f"--{name}"
        raise click.UsageError(
            f"{option} is for a study’s own grid. A local one is of what is public; see --weights."
        )
    if bool(typed["study_key"]) == (typed["file"] is not None):
        raise click.UsageError("Name a STUDY that has published, or give --from FILE; one of the two.")


def _local_grid(asked: Asked) -> "LocalGrid":
    from surveys.editions import drawing, findings

    begun = _begun(asked)
    plan = _weighed(begun.plan, begun.source, asked)
    local = _local(asked.ratings, plan, begun.source) if asked.ratings else begun.local
    strength = next(
        one for one in (asked.strength, begun.strength, findings.USUAL_STRENGTH) if one is not None
    )
    found = findings.find(begun.source, plan, local, strength)
    return drawing.of_parts(begun.source, plan, local, found, plan.group.place)


def _begun(asked: Asked) -> Begun:
    from surveys.editions import edition_files, source_files
    from surveys.exchange import text_files

    if asked.file is None:
        source = _published(asked.study_key)
        return Begun(source, _everything(source, asked.audience))
    data, name = text_files.read_bytes(asked.file), asked.file.name
    if source_files.format_of(data, name) == source_files.FORMAT:
        source = source_files.read(data, name)
        return Begun(source, _everything(source, asked.audience))
    if asked.audience:
        raise click.UsageError(HAS_ITS_OWN)
    file = edition_files.read(data, name).file
    return Begun(file.source, file.plan, file.local, file.strength)


def _published(study_key: str) -> "Source":
    from surveys import publications, studies
    from surveys.editions import sources
    from surveys.errors import NotNow

    with storage.reading() as work:
        published = publications.find(work.session, studies.get(work.session, study_key))
        if published is None:
            raise NotNow(NOT_PUBLISHED.format(study_key))
        return sources.look(work.session, published)


def _everything(source: "Source", audience: str) -> "EditionPlan":
    """All items of an audience, or of the study, as an edition that has them in play."""
    import msgspec

    from surveys.editions import plans
    from surveys.editions.plans import GroupStep
    from surveys.lenses import ALL_ITEMS

    if not audience or audience == ALL_ITEMS:
        return plans.everything(source)
    named, terms = _audiences(source)
    if audience not in terms:
        raise click.BadParameter(
            f"There is no “{audience}”. {_hint(audience, terms)}", param_hint="--audience"
        )
    plan = plans.everything(source, {named: (audience,)})
    _check_step(plan.issues, plan, source)
    return msgspec.structs.replace(plan, group=GroupStep(place=terms[audience]))


def _audiences(source: "Source") -> tuple[str, Mapping[str, str]]:
    """The vocabulary of the study's audiences, and its terms."""
    named = source.grids.audiences if source.grids else ""
    if named not in source.vocabularies:
        raise click.BadParameter(NO_AUDIENCES, param_hint="--audience")
    return named, source.vocabularies[named].terms


def _hint(word: str, known: Mapping[str, str]) -> str:
    from surveys.hints import hint

    return hint(word, known)


def _weighed(plan: "EditionPlan", source: "Source", asked: Asked) -> "EditionPlan":
    import msgspec

    weights = asked.weights or plan.ingredients.panel_weights
    of_axes = _of_axes(asked.weight, source) or plan.ingredients.criterion_weights
    step = msgspec.structs.replace(plan.ingredients, panel_weights=weights, criterion_weights=of_axes)
    after = msgspec.structs.replace(plan, ingredients=step)
    _check_step(step, after, source)
    return after


def _check_step(step: "PlanStep", plan: "EditionPlan", source: "Source") -> None:
    """Refuse what does not fit, by the option that says it."""
    from surveys.editions import plan_reading
    from surveys.errors import Fault, FaultyFile

    try:
        plan_reading.check(step, plan, source)
    except FaultyFile as error:
        named = [fault.where.partition(".") for fault in error.faults]
        faults = [
            Fault(_OPTIONS.get(step, fault.file), key, fault.sentence)
            for (step, _, key), fault in zip(named, error.faults, strict=True)
        ]
        raise FaultyFile(faults) from error


def _of_axes(weight: dict[str, float], source: "Source") -> dict[str, float]:
    """The weights of the axes; of two one alone may be said."""
    from surveys.editions import sources

    axes = sources.axes(source)
    left = [axis for axis in axes if axis not in weight]
    if len(axes) != 2 or len(weight) != 1 or len(left) != 1:
        return weight
    (said, number), other = next(iter(weight.items())), left[0]
    if not 0 <= number <= 1:
        raise click.BadParameter(ONE_OF_TWO.format(other, said), param_hint="--weight")
    return {said: number, other: float(1 - Decimal(str(number)))}


def _local(file: Path, plan: "EditionPlan", source: "Source") -> "LocalView":
    from surveys.editions import local_files
    from surveys.exchange import text_files

    return local_files.view(text_files.read_bytes(file), plan, source, file.name)
