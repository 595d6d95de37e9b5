"""Building the demonstration: the example study is loaded, answered, closed, settled, and open again.

Every step is the operation that a real study goes through, at the time at which it would have come to it.
"""

from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from delphi.demo import (
    CROWDS,
    RESEARCHER_EMAIL,
    RESEARCHER_NAME,
    RESEARCHER_PASSWORD,
    STUDY,
    answering,
    simulation,
)
from delphi.demo.answering import Stage
from surveys import (
    access,
    comments,
    database,
    harms,
    invitations,
    library,
    publications,
    results,
    rounds,
    settling,
    studies,
    withdrawing,
    write_ups,
)
from surveys.access import Key
from surveys.comments import ClearingStatus, Ruling
from surveys.exchange import study_files
from surveys.exchange.panellist_files import PanellistPlan
from surveys.histories import changing
from surveys.histories.changes import Why
from surveys.histories.texts import Text
from surveys.panels import Panellist
from surveys.results import Results
from surveys.rounds import Round
from surveys.settling import Departure, Outcome
from surveys.studies import Study
from surveys.write_ups import Typed

# Days before the demonstration is built.
LOADED, INVITED, OPENED, CLOSED, CLEARED, SETTLED, OPENED_AGAIN, WITHDREW = 40, 38, 35, 7, 6, 5, 4, 1
ENDS = -14
EVENING = 17
DEPARTURE = "The comments show that this was read in two ways. It is asked again, in clearer words."
# Of this item, where it is asked again, is said when the support begins: so pages show what a new wording is.
UNCLEAR = "case-management-homeless"
CLEARER = " The support begins on the day they leave."
WHY_CLEARER = "Some took the support to begin on the ward, others after leaving."


def build(engine: Engine, key: Key, *, now: datetime) -> None:
    """Build it in an empty database, all of it or nothing."""
    with Session(database.writing(engine), autoflush=False) as session, session.begin():
        stage = Stage(session, _load(session, now - timedelta(days=LOADED)), now)
        people = _invite(stage, key)
        first = _open(stage, 1, OPENED, until=stage.ago(CLOSED, EVENING))
        came = answering.answer_first(stage, first, people)
        found = _close(stage, first)
        _clear_comments(stage, first)
        harms.mark_read(stage.session, first, by=RESEARCHER_EMAIL, now=stage.ago(CLEARED))
        _write_up(stage, first)
        _settle(stage, first, found)
        second = _open(stage, 2, OPENED_AGAIN, until=stage.ago(ENDS, EVENING))
        answering.answer_again(stage, first, second, came, found)
        _withdraw_one(stage, came)


def _load(session: Session, now: datetime) -> Study:
    study = study_files.load(session, study_files.read(library.folder(STUDY)), STUDY, now=now)
    study.is_simulated = True
    researcher = access.create_account(
        session, RESEARCHER_EMAIL, RESEARCHER_NAME, RESEARCHER_PASSWORD, now=now
    )
    studies.add_member(session, study, researcher, by=RESEARCHER_EMAIL, now=now)
    return study


def _invite(stage: Stage, key: Key) -> list[Panellist]:
    plans = [
        PanellistPlan(panel, code, email=f"{code.lower()}@example.org")
        for panel, crowd in CROWDS.items()
        for code in crowd.codes
    ]
    by, now = RESEARCHER_EMAIL, stage.ago(INVITED)
    invited = invitations.invite(stage.session, stage.study, plans, by=by, now=now)
    invitations.hand_out_all(stage.session, key, stage.study, by=by, now=now)
    return invited


def _open(stage: Stage, number: int, days: int, *, until: datetime) -> Round:
    planned = rounds.get_round(stage.session, stage.study, number)
    return rounds.open_(stage.session, planned, closes_at=until, now=stage.ago(days), by=RESEARCHER_EMAIL)


def _close(stage: Stage, round_: Round) -> Results:
    closed = rounds.close(stage.session, round_, now=stage.ago(CLOSED, EVENING), by=RESEARCHER_EMAIL)
    return results.get(stage.session, closed)


def _clear_comments(stage: Stage, round_: Round) -> None:
    voices = {voice.text: voice for voice in simulation.voices().comments}
    for written in comments.list_written(stage.session, round_):
        voice = voices[written.text]
        if voice.decision != simulation.WAITS and written.may_be_shown:
            status = ClearingStatus(voice.decision)
            ruling = Ruling(written.panellist_id, written.item_id, status, voice.shown, voice.reason)
            comments.clear(stage.session, round_, ruling, by=RESEARCHER_EMAIL, now=stage.ago(CLEARED))


def _write_up(stage: Stage, round_: Round) -> None:
    """Of a few items, so that the grids show what a write-up is."""
    keys = {item.key: item for item in stage.study.items}
    for key, text in simulation.voices().in_short.items():
        now = stage.ago(CLEARED, EVENING)
        typed = {keys[key].id: Typed(text, "")}
        write_ups.write(stage.session, stage.study, round_, typed, by=RESEARCHER_EMAIL, now=now)


def _settle(stage: Stage, round_: Round, found: Results) -> None:
    """As the protocol proposes, but for the first item that would stay behind; the grids go public."""
    proposed = settling.proposals(round_, found)
    settled = next((item_id for item_id, outcome in proposed.items() if outcome != Outcome.GOES_ON), None)
    departures = {} if settled is None else {settled: Departure(Outcome.GOES_ON, DEPARTURE)}
    by, now = RESEARCHER_EMAIL, stage.ago(SETTLED)
    second = settling.settle(stage.session, round_, found, departures, now=now, by=by)
    if second is not None:
        _say_it_clearer(stage, second, now)
    publications.publish(stage.session, round_, now=now, by=by)


def _say_it_clearer(stage: Stage, second: Round, now: datetime) -> None:
    for asked in [one for one in second.items if one.item.key == UNCLEAR]:
        text = Text(asked.wording.title, asked.wording.vignette + CLEARER)
        changing.reword(stage.session, second, asked.item_id, text, Why(WHY_CLEARER, RESEARCHER_EMAIL, now))


def _withdraw_one(stage: Stage, came: list[Panellist]) -> None:
    """The last of a panel leaves, so that the pages show what that looks like."""
    leaves = max((one for one in came if one.panel == came[0].panel), key=lambda one: one.code)
    withdrawing.withdraw(stage.session, stage.study, leaves, keep_answers=True, now=stage.ago(WITHDREW))
