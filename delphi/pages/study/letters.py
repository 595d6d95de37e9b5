"""Mail of a study: the letters, to how many each would go now, and how those that were queued fare."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from litestar import Controller, Response, get
from litestar.params import FromPath

from delphi import letters_in_words, mail
from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date_and_time, plural
from delphi.page import CSV, Page, download
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys.errors import NotFound, NotNow
from surveys.exchange import csv_files
from surveys.letters import recipients, records, sending, texts
from surveys.letters.kinds import LetterKind
from surveys.letters.recipients import Known
from surveys.letters.records import Batch, Entry, Queue
from surveys.permissions import Power
from surveys.studies import Study

NO_SUCH_LETTER = "There is no such letter."
MOST_TROUBLED = 50
OVERDUE = timedelta(minutes=10)  # a worker that runs has begun with it by then
NOBODY_SENDS = "Mail is sent by the worker: ask whoever keeps Delphi running whether `delphi worker` runs."
_HEADER = (
    *("code", "panel", "letter", "round", "queued_at", "queued_by", "status", "sent_at"),
    *("attempts", "may_be_double", "reason", "simulated"),
)


@dataclass(frozen=True)
class LetterRow:
    """A kind of letter, and to whom it would go; `refusal` says why it cannot go now."""

    name: str
    purpose: str
    href: str
    text_href: str
    is_own: bool
    count: int
    left_out: int
    refusal: str


@dataclass(frozen=True)
class BatchRow:
    """A sending in counts."""

    what: str
    when: str
    by: str
    queued: int
    sent: int
    waiting: int
    failed: int
    unclear: int
    withheld: int
    doubles: int


@dataclass(frozen=True)
class TroubleRow:
    """A letter that did not go as it should."""

    code: str
    href: str
    what: str
    fate: str


@dataclass(frozen=True, kw_only=True)
class LettersPage(Page):
    """The letters of a study."""

    template: ClassVar[str] = "pages/study/letters.html"
    home: str
    where: str
    has_server: bool
    pace: int
    waiting: str
    trouble: str
    letters: tuple[LetterRow, ...]
    batches: tuple[BatchRow, ...]
    troubled: tuple[TroubleRow, ...]
    most_troubled: int


class LettersPages(Controller):
    """What is sent to panellists, and the record of it."""

    path = "/studies/{key:str}/mail"

    @get("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def letters(self, visit: Visit, key: FromPath[str]) -> LettersPage:
        study = tabs.study_of(visit, key)
        queue = records.queue(visit.session, study)
        return LettersPage(
            title="Mail",
            frame=tabs.frame(visit, study, "/mail"),
            home=tabs.address(study),
            where=mail.post(visit.settings).where,
            has_server=visit.settings.mail_server is not None,
            pace=visit.settings.mails_a_minute,
            waiting=_waiting(visit, queue),
            trouble=queue.error,
            letters=_letters(visit, study),
            batches=tuple(_batch(visit, one) for one in records.batches(visit.session, study)),
            troubled=_troubled(visit, study),
            most_troubled=MOST_TROUBLED,
        )

    @get("/record.csv", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def record(self, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        study = tabs.study_of(visit, key)
        simulated = "yes" if study.is_simulated else "no"
        rows = [(*_cells(entry), simulated) for entry in records.of_study(visit.session, study)]
        return download(f"{study.key}-letters.csv", csv_files.write(_HEADER, rows), CSV)


def kind_of(name: str) -> LetterKind:
    """The kind of letter that an address names."""
    try:
        return LetterKind(name)
    except ValueError:
        raise NotFound(NO_SUCH_LETTER) from None


def address(study: Study, kind: LetterKind | None = None) -> str:
    """Where the letters of a study are, or one of them."""
    return f"{tabs.address(study)}/mail{f'/{kind}' if kind else ''}"


def _letters(visit: Visit, study: Study) -> tuple[LetterRow, ...]:
    known = recipients.known(visit.session, study)
    return tuple(_letter(visit, study, kind, known) for kind in LetterKind)


def _letter(visit: Visit, study: Study, kind: LetterKind, known: Known) -> LetterRow:
    count, left_out, refusal = 0, 0, ""
    try:
        order = sending.next_order(visit.session, study, kind, now=visit.now)
        found = sending.look(visit.session, study, order, now=visit.now, known=known)
        count, left_out = len(found.to), sum(map(len, found.left_out.values()))
    except NotNow as refused:
        refusal = refused.sentence
    return LetterRow(
        name=letters_in_words.NAMES[kind],
        purpose=letters_in_words.PURPOSES[kind],
        href=address(study, kind),
        text_href=f"{address(study, kind)}/text",
        is_own=texts.find_own(visit.session, study, kind) is not None,
        count=count,
        left_out=left_out,
        refusal=refusal,
    )


def _waiting(visit: Visit, queue: Queue) -> str:
    """What waits, and what to do about it where nobody sends."""
    if not queue.waiting or queue.since is None:
        return ""
    wait = plural(queue.waiting, "letter waits", "letters wait")
    if queue.tried:
        return f"{wait} to be sent. Sending {queue.tried:,} of them has failed so far; Delphi goes on trying."
    if queue.has_begun or visit.now - queue.since < OVERDUE:
        return f"{wait} to be sent."
    since = date_and_time(queue.since, visit.zone)
    return f"{wait} since {since}. {NOBODY_SENDS}"


def _batch(visit: Visit, batch: Batch) -> BatchRow:
    return BatchRow(
        what=letters_in_words.about(batch),
        when=date_and_time(batch.at, visit.zone),
        by=batch.by,
        queued=batch.queued,
        sent=batch.sent,
        waiting=batch.waiting,
        failed=batch.failed,
        unclear=batch.unclear,
        withheld=batch.withheld,
        doubles=batch.doubles,
    )


def _troubled(visit: Visit, study: Study) -> tuple[TroubleRow, ...]:
    return tuple(
        TroubleRow(
            code=entry.code,
            href=f"{tabs.address(study)}/panels/{entry.panellist_id}#mail",
            what=letters_in_words.about(entry),
            fate=fate(visit, entry),
        )
        for entry in records.troubled(visit.session, study, MOST_TROUBLED)
    )


def fate(visit: Visit, entry: Entry) -> str:
    """How a letter fares, with its moment."""
    when = date_and_time(entry.sent_at or entry.due_at, visit.zone)
    return letters_in_words.fate(entry, when=when)


def _cells(entry: Entry) -> tuple[object, ...]:
    return (
        csv_files.inert(entry.code),
        csv_files.inert(entry.panel),
        entry.kind.value,
        entry.round or "",
        entry.queued_at.isoformat(),
        entry.by,
        entry.status.value,
        entry.sent_at.isoformat() if entry.sent_at else "",
        entry.attempts,
        "yes" if entry.may_be_double else "no",
        csv_files.inert(entry.error),
    )
