"""Ratings from a file into an open round, and out of a round: by code and item key, never by name."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import zip_longest

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from surveys import audit, counted_panels, panels, participations, ratings, rounds
from surveys.errors import NotNow
from surveys.exchange import rating_files
from surveys.exchange.csv_files import FaultList
from surveys.exchange.rating_files import REASON, UNABLE, Mark, RatingFile, RatingRow
from surveys.hints import hint
from surveys.items import Item, Wording
from surveys.panels import Panel, Panellist
from surveys.participations import Participation
from surveys.ratings import UNABLE_BY_CODE, Answer, Place, Rating, Unable
from surveys.rounds import REFUSALS, Round, RoundItem

LONGEST_CODE = 80


def _folded(reason: str) -> str:
    """A reason as it is compared: a keyboard writes another apostrophe."""
    return reason.replace("’", "'").casefold()


_REASONS = {_folded(reason): reason for reason in Unable}


@dataclass(frozen=True)
class Imported:
    """What an import did; `rows_left_out` are those of other rounds."""

    panellists: int
    new_panellists: int
    changed_ratings: int
    rows_left_out: int


def import_ratings(
    session: Session, round_: Round, file: RatingFile, *, now: datetime, by: str = "command line"
) -> Imported:
    """Keep the ratings of a file in an open round, adding panellists who are missing: all of it, or nothing.

    A blank says that the panellist was asked, and takes back nothing that was answered before.
    """
    if not round_.is_open:
        raise NotNow(f"{REFUSALS[round_.status]} Ratings can be imported while it is open.")
    rows = [row for row in file.rows if row.round in (None, round_.number)]
    faults = FaultList(file.name)
    if file.is_simulated and not round_.study.is_simulated:
        faults.refuse("These ratings are simulated, and this study is real. Take its own file.")
    if not rows:
        faults.refuse(f"There are no ratings of round {round_.number} in it.")
    criteria = _criteria(round_, file, faults)
    items = _items(session, round_, rows, faults)
    standing = _standing(session, round_, rows, faults)
    _check_reasons(rows, file, faults)
    faults.check()
    with session.begin_nested():
        people = _panellists(session, standing, now=now)
        changed = _save(session, round_, people, _said(rows, criteria, items), now=now)
        new = sum(isinstance(found, Panel) for found in standing.values())
        done = Imported(len(people), new, changed, len(file.rows) - len(rows))
        act = f"round {round_.number}: ratings imported"
        audit.note(session, round_.study_id, act, by=by, now=now, file=file.name, **asdict(done))
    return done


def export_ratings(session: Session, round_: Round) -> bytes:
    """The ratings of a round as CSV: a row for everybody who took part and each item, by code and key.

    Codes and keys stay as they are, formulas included: the file must come back as it went, and nothing in it
    was written by a panellist. Whoever withdrew and had its answers deleted is not in it.
    """
    criteria = tuple(criterion.key for criterion in round_.study.criteria)
    rows = tuple(_rows(session, round_))
    return rating_files.write(RatingFile("", criteria, rows, {}, round_.study.is_simulated))


def _check_reasons(rows: Iterable[RatingRow], file: RatingFile, faults: FaultList) -> None:
    for row in rows:
        for name, text in zip(file.criteria, row.reasons, strict=False):
            if text and _folded(text) not in _REASONS:
                sentence = f"“{text[:40]}” is not a reason. {hint(text, Unable)}"
                faults.add(sentence, row.line, f"{REASON}{name}")


def _criteria(round_: Round, file: RatingFile, faults: FaultList) -> list[int]:
    """The number of each criterion of the file."""
    ids = {criterion.key: criterion.id for criterion in round_.study.criteria}
    for name in file.criteria:
        if name not in ids:
            faults.add(f"This study has no such criterion. {hint(name, ids)}", column=name)
    return [ids.get(name, 0) for name in file.criteria]


def _items(session: Session, round_: Round, rows: Iterable[RatingRow], faults: FaultList) -> dict[str, int]:
    """The number of each item of the round: by its key, and by its title where no other has the same."""
    asked = select(RoundItem.item_id, Item.key, Wording.title).where(RoundItem.round_id == round_.id)
    known = session.execute(asked.join(RoundItem.item).join(RoundItem.wording)).all()
    times = Counter(title for _, _, title in known)
    ids = {title: item_id for item_id, _, title in known if times[title] == 1}
    ids |= {key: item_id for item_id, key, _ in known}
    said: dict[int, str] = {}
    for text, row in _first_rows(rows, "item").items():
        if sentence := _item_fault(text, ids, times, said):
            faults.add(sentence, row.line, "item")
    return ids


def _item_fault(text: str, ids: Mapping[str, int], times: Counter[str], said: dict[int, str]) -> str:
    if text in ids:
        other = said.setdefault(ids[text], text)
        return "" if other == text else f"“{text}” and “{other}” are one item. Write its key for both."
    if text in times:
        return f"{times[text]} items are called “{text}”. Write their keys instead."
    return f"This round does not ask “{text}”. {hint(text, ids)}"


def _standing(
    session: Session, round_: Round, rows: Iterable[RatingRow], faults: FaultList
) -> dict[str, Panellist | Panel]:
    """For each code of the file the panellist, or where it is new the panel that it comes into."""
    rounds.share(session, round_)  # before the panels, as everywhere, or two could wait for ever
    panels.hold_all(session, round_.study)
    known = {p.code.casefold(): p for p in panels.list_panellists(session, round_.study)}
    said: dict[str, str] = {}
    found: dict[str, Panellist | Panel] = {}
    for code, row in _first_rows(rows, "panellist").items():
        panellist = known.get(code.casefold())
        panel = _panel(round_, row, panellist, faults)
        if sentence := _code_fault(code, said) or _standing_fault(session, round_, code, panellist):
            faults.add(f"“{code}” {sentence}", row.line, "panellist")
        elif panel is not None:
            found[code] = panellist or panel
    return found


def _code_fault(code: str, said: dict[str, str]) -> str:
    """Codes are told apart without regard to capitals, as everywhere; `said` are those of earlier rows."""
    other = said.setdefault(code.casefold(), code)
    return "" if other == code else f"and “{other}” are one panellist. Write one of them for both."


def _standing_fault(session: Session, round_: Round, code: str, panellist: Panellist | None) -> str:
    if panellist is None:
        return _newcomer_fault(round_, code)
    return _fault_of(session, round_, panellist)


def _panel(round_: Round, row: RatingRow, panellist: Panellist | None, faults: FaultList) -> Panel | None:
    """The panel that a row means: the one it names, or the panellist's own, or the only one."""
    own = panellist.panel if panellist else None
    by_name = {name: panel for panel in round_.study.panels for name in (panel.name.casefold(), panel.key)}
    if not row.panel:
        only = round_.study.panels[0] if len(round_.study.panels) == 1 else None
        if (panel := own or only) is None:
            faults.add(f"“{row.panellist}” is new, and its panel is not said.", row.line, "panel")
        return panel
    panel = by_name.get(row.panel.casefold())
    if panel is None:
        choices = [panel.key for panel in round_.study.panels]
        faults.add(f"There is no panel “{row.panel}”. {hint(row.panel, choices)}", row.line, "panel")
    elif own not in (None, panel):
        faults.add(f"“{row.panellist}” is in another panel of this study.", row.line, "panel")
    return panel


def _newcomer_fault(round_: Round, code: str) -> str:
    if len(code) > LONGEST_CODE:
        return f"has {len(code)} characters; a code has at most {LONGEST_CODE}."
    if round_.number > 1 and not round_.study.protocol.rounds.join_late:
        return "is new, and this study lets nobody join late. Delete its rows, or mend the code."
    return ""


def _fault_of(session: Session, round_: Round, panellist: Panellist) -> str:
    if panellist.withdrawn_at is not None:
        return "has withdrawn from this study. Delete its rows."
    try:
        participations.check_may_join(session, round_, panellist)
    except NotNow:
        return "answered no earlier round, and this study lets nobody join late. Delete its rows."
    return ""


def _first_rows(rows: Iterable[RatingRow], column: str) -> dict[str, RatingRow]:
    """For each text in the column the first row that has it, in the order of the file."""
    first: dict[str, RatingRow] = {}
    for row in rows:
        first.setdefault(getattr(row, column), row)
    return first


def _panellists(
    session: Session, standing: Mapping[str, Panellist | Panel], *, now: datetime
) -> dict[str, Panellist]:
    people = {
        code: panels.add(session, found, code, now=now) if isinstance(found, Panel) else found
        for code, found in standing.items()
    }
    session.flush()
    return people


def _said(
    rows: Iterable[RatingRow], criteria: Sequence[int], items: Mapping[str, int]
) -> dict[str, dict[Place, Answer]]:
    """By code, what the file says at each place that is not blank."""
    said: dict[str, dict[Place, Answer]] = defaultdict(dict)
    for row in rows:
        for criterion, mark, reason in zip_longest(criteria, row.marks, row.reasons):
            if mark is not None:
                said[row.panellist][items[row.item], criterion] = _answer_of(mark, reason or "")
    return said


def _answer_of(mark: int | str, reason: str) -> Answer:
    if mark == UNABLE:
        return Answer(unable=_REASONS.get(_folded(reason), Unable.NOT_STATED))
    return Answer(value=int(mark))


def _save(
    session: Session,
    round_: Round,
    people: Mapping[str, Panellist],
    said: Mapping[str, Mapping[Place, Answer]],
    *,
    now: datetime,
) -> int:
    """Save everybody's answers; tells how many changed."""
    changed = 0
    for code, panellist in people.items():
        own = ratings.own(session, round_, panellist)
        answers = {place: _kept(answer, own.get(place)) for place, answer in said.get(code, {}).items()}
        changed += len(ratings.save(session, round_, panellist, answers, now=now))
    return changed


def _kept(said: Answer, before: Answer | None) -> Answer:
    """The answer that is kept: unable without a reason keeps the reason that was given before."""
    return before if before and before.unable and said.unable == Unable.NOT_STATED else said


def _rows(session: Session, round_: Round) -> Iterable[RatingRow]:
    criteria = [criterion.id for criterion in round_.study.criteria]
    keys = select(RoundItem.item_id, Item.key).join(RoundItem.item).where(RoundItem.round_id == round_.id)
    items = session.execute(keys.order_by(RoundItem.position)).all()
    kept = _kept_answers(session, round_)
    for panellist_id, code, panel in _took_part(session, round_):
        own = kept.get(panellist_id, {})
        for item_id, key in items:
            answers = [own.get((item_id, criterion), (None, "")) for criterion in criteria]
            marks, reasons = (tuple(part) for part in zip(*answers, strict=True))
            yield RatingRow(0, code, key, panel, round_.number, marks, reasons)


def _took_part(session: Session, round_: Round) -> Iterable[tuple[int, str, str]]:
    people = select(Panellist.id, Panellist.code, Panel.key)
    people = people.join(Panel, Panel.id == counted_panels.panel_in(literal(round_.number)))
    began = people.join(Participation, Participation.panellist_id == Panellist.id)
    own = began.where(Participation.round_id == round_.id).order_by(Panel.position, Panellist.code)
    return [(row[0], row[1], row[2]) for row in session.execute(own)]


def _kept_answers(session: Session, round_: Round) -> dict[int, dict[Place, tuple[Mark, str]]]:
    """By panellist, the mark at each place that has one, and why where it is “unable”."""
    columns = (Rating.panellist_id, Rating.item_id, Rating.criterion_id, Rating.value, Rating.unable)
    kept: dict[int, dict[Place, tuple[Mark, str]]] = defaultdict(dict)
    for row in session.execute(select(*columns).where(Rating.round_id == round_.id)):
        panellist_id, item_id, criterion_id, value, unable = row
        reason = "" if unable is None else UNABLE_BY_CODE[unable].value
        kept[panellist_id][item_id, criterion_id] = (UNABLE if unable else value, reason)
    return kept
