"""Who is on the panels, as tables: what each agreed to and how far each has come, never what was answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from delphi import asked_in_words
from delphi.formats import date
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import attributes, declarations, panels, rounds, turnout
from surveys.declarations import Declaration
from surveys.exchange import csv_files
from surveys.panels import Consent, ConsentKind, Panellist
from surveys.permissions import Power
from surveys.rounds import Round
from surveys.studies import Study
from surveys.turnout import Progress

_MORE = {ConsentKind.SHOW_COMMENTS: "show comments", ConsentKind.QUOTE: "quote"}
_HEADER = ("panel", "code", "name", "channel", "agreed_to", "open_round", "progress", "simulated")
_DECLARED = ("other_experience", "interests")
WITHHELD = "declared"  # to an analyst: the words may tell who somebody is


@dataclass(frozen=True)
class PanellistRow:
    """A panellist as the team sees it: who and how far, never what was answered."""

    code: str
    href: str
    name: str
    channel: str
    attributes: Mapping[str, str]
    declared: tuple[str, str]
    consents: str
    progress: str

    @property
    def described(self) -> str:
        """The attributes in one phrase."""
        return attributes.in_words(self.attributes)


@dataclass(frozen=True)
class PanelTable:
    """A panel and its people; `staying` have not withdrawn."""

    key: str
    name: str
    mark: int
    staying: int
    panellists: tuple[PanellistRow, ...]


@dataclass(frozen=True)
class Known:
    """What is known of all panellists of a study, read once; `current` is the open round."""

    study: Study
    shows_names: bool  # not to an analyst, who knows people by their codes
    current: Round | None
    invited: frozenset[int]
    progress: dict[int, Progress]
    consents: dict[tuple[int, ConsentKind], Consent]
    attributes: dict[int, dict[str, str]]
    declared: dict[int, Declaration]

    @property
    def attribute_names(self) -> tuple[str, ...]:
        """The attributes that somebody has, in one order for all."""
        names = {name for values in self.attributes.values() for name in values}
        return tuple(sorted(names, key=str.casefold))

    @property
    def asked(self) -> int:
        """How many answers there could be of each."""
        return len(self.current.items) * len(self.study.criteria) if self.current else 0

    @property
    def whom(self) -> str:
        """Whom the open round asks; empty where none is open."""
        if self.current is None:
            return ""
        takes_all = self.study.protocol.rounds.join_late
        return asked_in_words.whom(self.current.number, len(self.invited), takes_all=takes_all)


def known(visit: Visit, study: Study) -> Known:
    """What is known of everybody."""
    newest = rounds.find_current(visit.session, study)
    current = newest if newest is not None and newest.is_open else None
    invited = turnout.list_invited(visit.session, current) if current else []
    return Known(
        study=study,
        shows_names=tabs.may(visit, study, Power.RUN),
        current=current,
        invited=frozenset(panellist.id for panellist in invited),
        progress=turnout.by_panellist(visit.session, current) if current else {},
        consents=panels.newest_consents(visit.session, study),
        attributes=attributes.by_panellist(visit.session, study),
        declared=declarations.by_panellist(visit.session, study),
    )


def tables(visit: Visit, about: Known) -> tuple[PanelTable, ...]:
    """One table a panel."""
    everyone = panels.list_panellists(visit.session, about.study)
    return tuple(
        PanelTable(
            key=panel.key,
            name=panel.name,
            mark=panel.position + 1,
            staying=sum(one.panel_id == panel.id and one.withdrawn_at is None for one in everyone),
            panellists=tuple(_row(visit, about, one) for one in everyone if one.panel_id == panel.id),
        )
        for panel in about.study.panels
    )


def as_csv(about: Known, all_: Iterable[PanelTable]) -> bytes:
    """The tables of all panels in one file."""
    number = about.current.number if about.current else ""
    simulated = "yes" if about.study.is_simulated else "no"
    names = about.attribute_names
    rows = [
        (table.key, *_cells(one), number, one.progress, simulated, *_kept_cells(one, names))
        for table in all_
        for one in table.panellists
    ]
    return csv_files.write((*_HEADER, *_DECLARED, *names), rows)


def _cells(row: PanellistRow) -> list[str]:
    return [csv_files.inert(text) for text in (row.code, row.name, row.channel, row.consents)]


def _kept_cells(row: PanellistRow, names: Iterable[str]) -> list[str]:
    kept = (*row.declared, *(row.attributes.get(name, "") for name in names))
    return [csv_files.inert(text) for text in kept]


def _row(visit: Visit, about: Known, panellist: Panellist) -> PanellistRow:
    return PanellistRow(
        code=panellist.code,
        href=f"{tabs.address(about.study)}/panels/{panellist.id}",
        name=panellist.person.name if panellist.person and about.shows_names else "",
        channel=panellist.channel,
        attributes=about.attributes.get(panellist.id, {}),
        declared=_declared(about, panellist),
        consents=_consents(about, panellist),
        progress=_progress(visit, about, panellist),
    )


def _declared(about: Known, panellist: Panellist) -> tuple[str, str]:
    """Other experience and interests, in words to whoever may see names."""
    if (said := about.declared.get(panellist.id)) is None:
        return "", ""
    if about.shows_names:
        return said.experience, said.interests
    return WITHHELD if said.experience else "", WITHHELD if said.interests else ""


def _consents(about: Known, panellist: Panellist) -> str:
    """What a panellist has agreed to, in a phrase."""
    newest = {kind: about.consents.get((panellist.id, kind)) for kind in ConsentKind}
    given = {kind: consent.is_given for kind, consent in newest.items() if consent}
    if ConsentKind.TAKE_PART not in given:
        return "not asked yet"
    if not given[ConsentKind.TAKE_PART]:
        return "declined"
    return ", ".join(["take part", *(words for kind, words in _MORE.items() if given.get(kind))])


def _progress(visit: Visit, about: Known, panellist: Panellist) -> str:
    """How far a panellist has come in the open round."""
    if panellist.withdrawn_at is not None:
        return f"withdrew {date(panellist.withdrawn_at, visit.zone)}"
    if about.current is None:
        return ""
    if panellist.id not in about.invited:
        return asked_in_words.why_not(about.current.number)
    so_far = about.progress.get(panellist.id, turnout.NOTHING)
    if not so_far.has_begun:
        return "not begun"
    return f"{so_far.answers} of {about.asked}{', submitted' if so_far.has_submitted else ''}"
