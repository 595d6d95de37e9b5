"""Removing a study that never began: nothing of it is left, as if it had not been loaded."""

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from surveys import rounds
from surveys.access import BrowserSession, PersonalLink
from surveys.attributes import PanellistAttribute
from surveys.audit import AuditEntry
from surveys.errors import NotNow
from surveys.items import Item, Wording
from surveys.letters.schedules import Schedule
from surveys.letters.sending import Posting, Sending, is_letter_of
from surveys.letters.texts import LetterText
from surveys.outbox import Message
from surveys.panels import Consent, Panel, Panellist
from surveys.people import Person
from surveys.rounds import Round, RoundItem
from surveys.sign_ups.entries import SignUp
from surveys.sign_ups.forms import SignUpForm
from surveys.sign_ups.links import SignUpLink
from surveys.studies import Membership, Study, StudyCriterion
from surveys.write_ups import WriteUp

HAS_BEGUN = "Round 1 of “{}” has been opened, so it stays: what was answered and done is kept."


def check_can_remove(study: Study) -> None:
    """Refuse a study whose first round was ever opened: somebody may have answered."""
    if study.locked_at is not None:
        raise NotNow(HAS_BEGUN.format(study.title))


def remove(session: Session, study: Study) -> None:
    """Delete the study with its items, panels and trail, and the people who are in no other."""
    for round_ in rounds.list_rounds(session, study):
        rounds.lock(session, round_)
    session.refresh(study)
    check_can_remove(study)
    panellists = select(Panellist.id).where(Panellist.study_id == study.id)
    links = select(PersonalLink.id).where(PersonalLink.panellist_id.in_(panellists))
    people = list(session.scalars(select(Panellist.person_id).where(Panellist.study_id == study.id)))
    asked = select(Round.id).where(Round.study_id == study.id)
    sendings = select(Sending.id).where(Sending.study_id == study.id)
    of_panels = select(Panel.id).where(Panel.study_id == study.id)
    items = select(Item.id).where(Item.study_id == study.id)
    for table, where in (
        (BrowserSession, BrowserSession.link_id.in_(links)),
        (PersonalLink, PersonalLink.panellist_id.in_(panellists)),
        (Posting, Posting.sending_id.in_(sendings)),
        (Message, is_letter_of(study)),
        (Sending, Sending.study_id == study.id),
        (LetterText, LetterText.study_id == study.id),
        (Schedule, Schedule.round_id.in_(asked)),
        (Consent, Consent.panellist_id.in_(panellists)),
        (SignUp, SignUp.study_id == study.id),
        (SignUpForm, SignUpForm.panel_id.in_(of_panels)),
        (SignUpLink, SignUpLink.panel_id.in_(of_panels)),
        (PanellistAttribute, PanellistAttribute.panellist_id.in_(panellists)),
        (Panellist, Panellist.study_id == study.id),
        (Person, Person.id.in_(people) & Person.id.not_in(_kept_people())),
        (RoundItem, RoundItem.round_id.in_(asked)),
        (Round, Round.study_id == study.id),
        (Wording, Wording.item_id.in_(items)),
        (WriteUp, WriteUp.item_id.in_(items)),
        *((own, own.study_id == study.id) for own in (Item, Panel, StudyCriterion, Membership, AuditEntry)),
        (Study, Study.id == study.id),
    ):
        session.execute(delete(table).where(where).execution_options(synchronize_session=False))
    session.expire_all()


def _kept_people() -> Select[int]:
    """The people who are panellists of some study."""
    return select(Person.id).join(Panellist, Panellist.person_id == Person.id)
