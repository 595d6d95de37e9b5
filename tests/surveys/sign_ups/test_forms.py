"""What a sign-up page asks: checked question by question, and never saved over what somebody else wrote."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from surveys import attributes, audit, panels
from surveys.errors import FaultyFile, NotNow
from surveys.exchange import panellist_files
from surveys.exchange.panellist_files import PanellistPlan
from surveys.sign_ups import forms
from surveys.sign_ups.forms import Kind, Question
from surveys.studies import Study
from tests.surveys.sign_ups.examples import ASKED

NEW = forms.fingerprint(())


def test_what_is_saved_is_asked(session: Session, study: Study, now: datetime) -> None:
    panel = study.panels[0]
    assert forms.questions(session, panel) == ()
    forms.save(session, panel, ASKED, seen=NEW, by="alice", now=now)
    session.expire_all()
    assert forms.questions(session, panel) == ASKED
    assert forms.questions(session, study.panels[1]) == ()


def test_saving_the_same_again_leaves_no_trace(session: Session, study: Study, now: datetime) -> None:
    for _ in range(2):
        forms.save(session, study.panels[0], ASKED, seen=NEW, by="alice", now=now)
    acts = [entry.act for entry in audit.list_entries(session, study.id)]
    assert acts == ["sign-up form changed"]


def test_what_somebody_else_saved_meanwhile_is_not_written_over(
    session: Session, study: Study, now: datetime
) -> None:
    panel = study.panels[0]
    forms.save(session, panel, ASKED[:1], seen=NEW, by="alice", now=now)
    with pytest.raises(NotNow, match="Somebody else changed this form"):
        forms.save(session, panel, ASKED, seen=NEW, by="charlie", now=now)
    assert forms.questions(session, panel) == ASKED[:1]


BAD = {
    "no question": (Question(text="", kind=Kind.YES_NO), "1.text", "Write the question"),
    "a long question": (Question(text="x" * 301), "1.text", "at most 300 characters"),
    "one choice": (Question(text="Which?", kind=Kind.CHOICE, choices=("A",)), "1.choices", "at least two"),
    "a choice twice": (
        Question(text="Which?", kind=Kind.CHOICE, choices=("A", "a")),
        "1.choices",
        "stands there twice",
    ),
    "many choices": (
        Question(text="Which?", kind=Kind.CHOICE, choices=tuple(f"{n}" for n in range(21))),
        "1.choices",
        "There are 21 answers; at most 20",
    ),
    "a long choice": (
        Question(text="Which?", kind=Kind.CHOICE, choices=("A", "x" * 101)),
        "1.choices",
        "at most 100 characters",
    ),
    "a name that is taken": (Question(text="Mail?", attribute="Email"), "1.attribute", "have “Email” anyway"),
    "what is asked anyway": (
        Question(text="As what?", attribute="Taking part as"),
        "1.attribute",
        "asked of everybody anyway",
    ),
    "no name": (Question(text="Where?", attribute="?"), "1.attribute", "begins with a letter"),
    "a long name": (Question(text="Where?", attribute="x" * 41), "1.attribute", "at most 40 characters"),
}


@pytest.mark.parametrize(("question", "where", "said"), BAD.values(), ids=BAD)
def test_a_mistake_is_told_at_its_field(
    session: Session, study: Study, now: datetime, question: Question, where: str, said: str
) -> None:
    with pytest.raises(FaultyFile) as refused:
        forms.save(session, study.panels[0], (question,), seen=NEW, by="alice", now=now)
    assert [(fault.where, said in fault.sentence) for fault in refused.value.faults] == [(where, True)]


def test_an_attribute_is_asked_for_once(session: Session, study: Study, now: datetime) -> None:
    twice = (Question(text="One?", attribute="region"), Question(text="Two?", attribute="Region"))
    with pytest.raises(FaultyFile, match="“Region” is asked for twice"):
        forms.save(session, study.panels[0], twice, seen=NEW, by="alice", now=now)


def test_the_attributes_of_a_study_are_those_asked_for_and_those_kept(
    session: Session, study: Study, now: datetime
) -> None:
    forms.save(session, study.panels[0], ASKED, seen=NEW, by="alice", now=now)
    plan = PanellistPlan("practitioners", "P1", attributes={"region": "North", "age": ""})
    (panellist,) = panellist_files.add(session, study, [plan], now=now)
    assert forms.list_attributes(session, study) == ["profession", "region"]
    assert attributes.by_panellist(session, study) == {panellist.id: {"region": "North"}}
    assert panels.get_panellist(session, study, panellist.id).person is None
