"""The register: every channel of every panel with its counts, those among them whose entry is gone."""

from datetime import datetime

from sqlalchemy.orm import Session

from surveys import panels, participations, withdrawing
from surveys.access import Key
from surveys.exchange import panellist_files
from surveys.exchange.panellist_files import PanellistPlan
from surveys.panels import ConsentKind
from surveys.rounds import Round
from surveys.sign_ups import deciding, register
from surveys.sign_ups.links import SignUpLink
from surveys.sign_ups.register import Line
from surveys.studies import Study
from tests.surveys.sign_ups.examples import entered


def test_a_study_without_anybody_has_no_lines(session: Session, study: Study) -> None:
    assert register.lines(session, study) == ()


def test_each_channel_has_its_counts(
    session: Session, study: Study, open_round: Round, key: Key, link: SignUpLink, now: datetime
) -> None:
    plans = [
        PanellistPlan("practitioners", "P1"),
        PanellistPlan("practitioners", "P2"),
        PanellistPlan("practitioners", "P3", channel="Royal College"),
        PanellistPlan("lived_experience", "L1", channel="Royal College"),
    ]
    p1, p2, p3, _ = panellist_files.add(session, study, plans, now=now)
    given = {ConsentKind.TAKE_PART: True}
    panels.record_consents(session, p1, given, version="1", sheet="s", now=now)
    panels.record_consents(session, p3, {ConsentKind.TAKE_PART: False}, version="1", sheet="s", now=now)
    participations.begin(session, open_round, p1, now=now)
    withdrawing.withdraw(session, study, p2, keep_answers=True, now=now)
    names = ("ada", "bea", "cleo", "dot")
    ada, bea, cleo, _ = [
        entered(session, key, link, now, email=f"{name}@example.org", name=name) for name in names
    ]
    deciding.approve(session, study, ada, by="alice", now=now)
    deciding.decline(session, study, bea, "No.", by="alice", now=now)
    deciding.erase(session, study, cleo, by="alice", now=now)
    assert register.lines(session, study) == (
        Line("practitioners", "own list", on_panel=2, agreed=1, took_part=1, withdrew=1),
        Line("practitioners", "Royal College", on_panel=1, agreed=0, took_part=0, withdrew=0),
        Line("practitioners", "sign-up", on_panel=1, agreed=0, took_part=0, withdrew=0, signed_up=4),
        Line("lived_experience", "Royal College", on_panel=1, agreed=0, took_part=0, withdrew=0),
    )


def test_a_withdrawal_keeps_the_denominator(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    added = deciding.approve(session, study, entered(session, key, link, now), by="alice", now=now)
    withdrawing.withdraw(session, study, added, keep_answers=False, now=now)
    (line,) = register.lines(session, study)
    assert (line.signed_up, line.on_panel, line.withdrew) == (1, 1, 1)


def test_a_panel_for_which_people_only_signed_up_has_a_line(
    session: Session, study: Study, key: Key, link: SignUpLink, now: datetime
) -> None:
    entered(session, key, link, now)
    (line,) = register.lines(session, study)
    assert (line.channel, line.signed_up, line.on_panel) == ("sign-up", 1, 0)
