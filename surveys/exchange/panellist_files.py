"""Panellists as CSV or as a workbook: who is invited to which panel, and the personal links to send to them.

A column that is no column of ours is refused, unless it was named as an attribute to be kept: nobody's
telephone number comes in by mistake.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import attributes, declarations, emails, panels
from surveys.declarations import EXPERIENCE, INTERESTS, Declared
from surveys.errors import InvalidInput
from surveys.exchange import csv_files, workbook_tables
from surveys.exchange.csv_files import Columns, FaultList, Table
from surveys.hints import hint
from surveys.panels import OWN_LIST, Panellist
from surveys.people import Person
from surveys.studies import Study

FILE = "panellists.csv"
MOST_PANELLISTS = 10_000
LONGEST = {"code": 80, "name": 200, "email": emails.LONGEST, "language": 35, "channel": 80}
SHEET = "Panellists"
DECLARED = (attributes.CAPACITY, EXPERIENCE, INTERESTS)  # columns that a file may have beside those
STEP = 250  # rows between two words on how far it is

Progress = Callable[[int, int], None]  # how many rows are done, and of how many
_Row = TypeVar("_Row")

# Capital consonants that are not taken for one another or for a digit, and that spell no words.
CODE_LETTERS = "CDFGHJKMNPRTVWXZ"
CODE_LENGTH = 5  # a million codes: a guess is idle, and a code is no key to anything

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # the shape of BCP 47


@dataclass(frozen=True)
class PanellistPlan:
    """A panellist as a file says it. Without a code one is made; with a code alone nobody is kept."""

    panel: str  # its key
    code: str = ""
    name: str = ""
    email: str = ""
    language: str = ""
    channel: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    experience: str = ""
    interests: str = ""

    @property
    def has_person(self) -> bool:
        """Whether the file says anything of the person."""
        return bool(self.name or self.email or self.language)


@dataclass(frozen=True)
class Taken:
    """The codes and the addresses that a study has, told apart without regard to capitals."""

    code: frozenset[str]
    email: frozenset[str]

    def faults(self, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """What is not free of a panellist's texts: its column, and a sentence."""
        for column in ("code", "email"):
            if texts[column] and texts[column].casefold() in getattr(self, column):
                yield column, f"“{texts[column]}” is in this study already."


@dataclass(frozen=True)
class LinkRow:
    """One line of the download of personal links."""

    code: str
    panel: str
    name: str
    email: str
    link: str


def nobody_asks(_done: int, _of: int) -> None:
    """Progress that is told to nobody."""


def read(
    session: Session,
    study: Study,
    data: bytes,
    name: str = FILE,
    *,
    kept: Sequence[str] = (),
    progress: Progress = nobody_asks,
) -> list[PanellistPlan]:
    """The panellists that a file says; nobody in it may be twice in the file or already in the study.

    `kept` names the columns that are attributes.
    """
    check_attributes(kept)
    faults = FaultList(name)
    several = len(study.panels) > 1
    optional = (*LONGEST, *(() if several else ("panel",)), *DECLARED, *kept)
    table = _table(data, Columns(("panel",) if several else (), optional), faults)
    if len(table.rows) > MOST_PANELLISTS:
        faults.refuse(
            f"There are {len(table.rows)} panellists; at most {MOST_PANELLISTS} at once. Split the file."
        )
    if (count := len(set(kept) & set(table.header))) > attributes.MOST:
        faults.add(
            f"It has {count} attributes; at most {attributes.MOST} are kept. More tell who people are."
        )
    reading = _Reading(session, study, faults, kept)
    rows = _told(table.records(), len(table.rows), progress)
    plans = [reading.plan(line, cells) for line, cells in rows]
    if not plans and not faults.faults:
        faults.refuse("There are no panellists. Write one in each line below the names of the columns.")
    faults.check()
    return plans


def check_attributes(names: Sequence[str]) -> None:
    """Refuse names that no attribute can have."""
    if sentence := next(filter(None, map(attributes.name_fault, names)), ""):
        raise InvalidInput(sentence, "attributes")


def taken(session: Session, study: Study) -> Taken:
    """What the study has already; till this transaction ends, nobody else adds to it."""
    panels.hold_all(session, study)
    codes = frozenset(code.casefold() for code in _codes(session, study))
    return Taken(codes, frozenset(email.casefold() for email in _emails(session, study)))


def text_faults(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What cannot be kept of a panellist's texts: its column, and a sentence."""
    for column, most in LONGEST.items():
        if len(texts[column]) > most:
            yield column, f"This has {len(texts[column])} characters; at most {most} can be kept."
    email, language = texts["email"], texts["language"]
    if email and not emails.is_address(email):
        yield "email", f"“{email[:80]}” is not an email address, such as ada@example.org."
    if language and not _LANGUAGE.fullmatch(language):
        yield "language", f"“{language[:80]}” is not the code of a language, such as en or cy."


def add(
    session: Session,
    study: Study,
    plans: Sequence[PanellistPlan],
    *,
    now: datetime,
    progress: Progress = nobody_asks,
) -> list[Panellist]:
    """Add these panellists, in this order, each with a code of its own."""
    by_key = {panel.key: panel for panel in study.panels}
    codes = {*taken(session, study).code, *(plan.code.casefold() for plan in plans)}
    added = []
    for plan in _told(plans, len(plans), progress, at_each=session.flush):
        person, code = _person(plan, now), plan.code or _new_code(codes)
        channel = plan.channel or OWN_LIST
        added.append(panels.add(session, by_key[plan.panel], code, now=now, person=person, channel=channel))
    session.flush()
    attributes.add(session, zip(added, (plan.attributes for plan in plans), strict=True))
    words = (Declared(experience=plan.experience, interests=plan.interests) for plan in plans)
    declarations.add(session, zip(added, words, strict=True))
    return added


def links_csv(rows: Iterable[LinkRow]) -> bytes:
    """The personal links, for a spreadsheet or for letters by mail merge; no cell can run as a formula."""
    header = ("code", "panel", "name", "email", "link")
    return csv_files.write(
        header, [[csv_files.inert(getattr(row, column)) for column in header] for row in rows]
    )


class _Reading:
    """One file being read against one study: what is taken already, and where in the file it was taken."""

    def __init__(self, session: Session, study: Study, faults: FaultList, kept: Sequence[str]) -> None:
        self.faults = faults
        self.kept = kept
        self.panels = {
            name: panel.key for panel in study.panels for name in (panel.name.casefold(), panel.key)
        }
        self.choices = [panel.key for panel in study.panels]
        self.taken = taken(session, study)
        self.lines: dict[tuple[str, str], int] = {}

    def plan(self, line: int, cells: dict[str, str]) -> PanellistPlan:
        """The plan in one row; its mistakes are noted."""
        texts = {column: cells.get(column, "") for column in LONGEST}
        for column, sentence in text_faults(texts):
            self.faults.add(sentence, line, column)
        for column, sentence in self.taken.faults(texts):
            self.faults.add(f"{sentence} Delete this row, or correct it.", line, column)
        for column in ("code", "email"):
            self._check_once(line, column, texts[column])
        panel = self._panel(line, cells.get("panel", ""))
        experience, interests = (self._words(line, cells, column) for column in (EXPERIENCE, INTERESTS))
        known = self._attributes(line, cells)
        return PanellistPlan(panel, **texts, attributes=known, experience=experience, interests=interests)

    def _words(self, line: int, cells: dict[str, str], column: str) -> str:
        if sentence := declarations.words_fault(text := cells.get(column, "")):
            self.faults.add(sentence, line, column)
        return text

    def _attributes(self, line: int, cells: dict[str, str]) -> dict[str, str]:
        found = {name: cells[name] for name in self.kept if cells.get(name)}
        if capacity := cells.get(attributes.CAPACITY, ""):
            if sentence := declarations.capacity_fault(capacity):
                self.faults.add(sentence, line, attributes.CAPACITY)
            found[attributes.CAPACITY] = capacity.casefold()
        for name, value in found.items():
            if len(value) > attributes.LONGEST_VALUE:
                most = f"at most {attributes.LONGEST_VALUE} can be kept."
                self.faults.add(f"This has {len(value)} characters; {most}", line, name)
        return found

    def _panel(self, line: int, text: str) -> str:
        if not text and len(self.choices) == 1:
            return self.choices[0]
        if (key := self.panels.get(text.casefold())) is None:
            wrong = f"There is no panel “{text}”." if text else "The panel is empty."
            self.faults.add(f"{wrong} {hint(text, self.choices)}", line, "panel")
            return ""
        return key

    def _check_once(self, line: int, column: str, text: str) -> None:
        """Codes and addresses are told apart without regard to capitals."""
        earlier = self.lines.setdefault((column, text.casefold()), line)
        if text and earlier != line:
            sentence = f"“{text}” stands in line {earlier} too. Delete one row, or correct it."
            self.faults.add(sentence, line, column)


def _told(
    rows: Iterable[_Row], count: int, progress: Progress, at_each: Callable[[], object] = lambda: None
) -> Iterator[_Row]:
    """The rows as they are, with a word on how far they are at each step of the way."""
    for number, row in enumerate(rows):
        if number and number % STEP == 0:
            at_each()
            progress(number, count)
        yield row
    progress(count, count)


def _table(data: bytes, columns: Columns, faults: FaultList) -> Table:
    if workbook_tables.is_workbook(data, faults.file):
        return workbook_tables.read(data, SHEET, columns, faults, most_rows=MOST_PANELLISTS + 1)
    return csv_files.read(data, columns, faults)


def _person(plan: PanellistPlan, now: datetime) -> Person | None:
    if not plan.has_person:
        return None
    return Person(name=plan.name, email=plan.email, language=plan.language or "en", created_at=now)


def _new_code(taken: set[str]) -> str:
    """A code that was not taken, and now is; drawn at random, since an order would tell who came when."""
    while (code := "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))).casefold() in taken:
        pass
    taken.add(code.casefold())
    return code


def _codes(session: Session, study: Study) -> Iterable[str]:
    return session.scalars(select(Panellist.code).where(Panellist.study_id == study.id))


def _emails(session: Session, study: Study) -> Iterable[str]:
    known = select(Person.email).join(Panellist, Panellist.person_id == Person.id)
    return session.scalars(known.where(Panellist.study_id == study.id))
