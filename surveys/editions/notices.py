"""The sentences that stand on every edition, on the screen, on paper and in files."""

from surveys.cells import in_sentence
from surveys.editions.local_tallies import LocalView
from surveys.editions.sources import Source, SourceState

LOCAL = "Local edition, not the study’s findings."
RESEMBLE = "Assumes that your people resemble the panel, who had seen feedback."
RESEMBLE_UNTOLD = "Assumes that your people resemble the panel."  # of a panel that was shown nothing
CHANCE = "Chance covers who was asked, not whether it works."
SIMULATED = "The answers of the study are simulated. Nothing follows from them."
WITHDRAWN = (
    "The study has withdrawn the results that this edition is made from. Ask its team why before you use it."
)
OUTDATED = "The study has published newer results since this edition was made from it."
NO_LICENCE = "The study states no licence: ask its team before you publish more than a quotation."


def of(source: Source, local: LocalView | None, state: SourceState) -> tuple[str, ...]:
    """Every sentence that is true of an edition, the one that matters most first."""
    simulated = (SIMULATED,) if source.is_simulated else ()
    states = {SourceState.WITHDRAWN: (WITHDRAWN,), SourceState.OUTDATED: (OUTDATED,)}
    return (*simulated, *states.get(state, ()), *always(source), *absent(source, local))


def always(source: Source) -> tuple[str, ...]:
    """What is true of every edition of this study."""
    return LOCAL, RESEMBLE if source.had_feedback else RESEMBLE_UNTOLD, CHANCE


def absent(source: Source, local: LocalView | None) -> tuple[str, ...]:
    """Whose voices are missing: the panels of which nobody answered here. Without local answers, all.

    >>> from types import SimpleNamespace
    >>> panel = SimpleNamespace(key="lived", name="People with lived experience")
    >>> absent(SimpleNamespace(panels=(panel,)), SimpleNamespace(absent=("lived",)))
    ('No local people with lived experience rated this.',)
    """
    missing = [panel for panel in source.panels if local is None or panel.key in local.absent]
    return tuple(f"No local {in_sentence(panel.name)} rated this." for panel in missing)


def credit(source: Source) -> str:
    """What an edition is made from."""
    closed = f", closed on {source.closed_on}" if source.closed_on else ""
    licence = f"Licence: {source.licence.rstrip('.')}." if source.licence else NO_LICENCE
    return (
        f"Made from “{source.study_title}”, round {source.round_number}{closed}; protocol"
        f" {source.fingerprint[:12]}; Delphi {source.version}. {licence}"
    )
