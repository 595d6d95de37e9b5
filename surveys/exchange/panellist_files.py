"""Panellists as CSV: who is invited to which panel, and the personal links to send to them."""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import emails, panels
from surveys.exchange import csv_files
from surveys.exchange.csv_files import Columns, FaultList
from surveys.hints import hint
from surveys.panels import Panellist
from surveys.people import Person
from surveys.studies import Study

FILE = "panellists.csv"
MOST_PANELLISTS = 5000
LONGEST = {"code": 80, "name": 200, "email": emails.LONGEST, "language": 35}

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


def read(session: Session, study: Study, data: bytes, name: str = FILE) -> list[PanellistPlan]:
    """The panellists that a CSV file says; nobody in it may be twice in the file or already in the study."""
    faults = FaultList(name)
    several = len(study.panels) > 1
    optional = (*LONGEST, *(() if several else ("panel",)))
    table = csv_files.read(data, Columns(("panel",) if several else (), optional), faults)
    if len(table.rows) > MOST_PANELLISTS:
        faults.refuse(
            f"There are {len(table.rows)} panellists; at most {MOST_PANELLISTS} at once. Split the file."
        )
    reading = _Reading(session, study, faults)
    plans = [reading.plan(line, cells) for line, cells in table.records()]
    if not plans and not faults.faults:
        faults.refuse("There are no panellists. Write one in each line below the names of the columns.")
    faults.check()
    return plans


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


def add(session: Session, study: Study, plans: Sequence[PanellistPlan], *, now: datetime) -> list[Panellist]:
    """Add these panellists, in this order, each with a code of its own."""
    by_key = {panel.key: panel for panel in study.panels}
    codes = {*taken(session, study).code, *(plan.code.casefold() for plan in plans)}
    added = [
        panels.add(
            session, by_key[plan.panel], plan.code or _new_code(codes), now=now, person=_person(plan, now)
        )
        for plan in plans
    ]
    session.flush()
    return added


def links_csv(rows: Iterable[LinkRow]) -> bytes:
    """The personal links, for a spreadsheet or for letters by mail merge; no cell can run as a formula."""
    header = ("code", "panel", "name", "email", "link")
    return csv_files.write(
        header, [[csv_files.inert(getattr(row, column)) for column in header] for row in rows]
    )


class _Reading:
    """One file being read against one study: what is taken already, and where in the file it was taken."""

    def __init__(self, session: Session, study: Study, faults: FaultList) -> None:
        self.faults = faults
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
        return PanellistPlan(panel=self._panel(line, cells.get("panel", "")), **texts)

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
