"""A protocol is begun, saved part by part, and fixed; rows follow it, and nobody's change is lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import access, audit, panels, rounds, studies
from surveys import protocol as protocols
from surveys.access import Account, Key
from surveys.designing import drafts, templates
from surveys.designing.drafts import FIXED, HAS_PEOPLE, NOT_SEEN, PARTS, STALE
from surveys.designing.templates import TEMPLATES
from surveys.errors import FaultyFile, InvalidInput, NotFound, NotNow
from surveys.exchange import study_files
from surveys.sign_ups import links
from surveys.sign_ups.forms import SignUpForm
from surveys.sign_ups.links import SignUpLink
from surveys.studies import Membership, Study
from tests.surveys import examples
from tests.surveys.conftest import NOW
from tests.surveys.sign_ups.examples import entered, opened


def save(session: Session, study: Study, part: str, data: dict[str, Any], seen: str = "") -> None:
    seen = seen or drafts.standing(study.protocol, part)
    drafts.save(session, study, part, data, seen=seen, by="alice@example.org", now=NOW)


def criterion(key: str, **changes: Any) -> dict[str, Any]:
    return {**examples.protocol_data()["criteria"][0], "key": key, "name": key, **changes}


def panel(key: str) -> dict[str, Any]:
    return {**examples.protocol_data()["panels"][0], "key": key, "name": key}


@pytest.fixture
def account(session: Session) -> Account:
    return access.create_account(session, "ada@example.org", "Ada Example", None, now=NOW)


@pytest.mark.parametrize("key", [template.key for template in TEMPLATES])
def test_a_study_begins_from_each_template_and_is_its_makers(
    session: Session, account: Account, key: str
) -> None:
    files = templates.read(key, account)
    study = drafts.begin(session, files, "Our study", account, source=key, now=NOW)
    assert (study.key, study.title, study.is_simulated) == ("our-study", "Our study", False)
    assert studies.list_for(session, account) == [study]
    assert session.get_one(Membership, (study.id, account.id)).role == "owner"
    assert study.protocol.information.contact_email == "ada@example.org"
    assert len(rounds.get_round(session, study, 1).items) == len(files.items) > 0


def test_a_template_that_is_none_is_refused(account: Account) -> None:
    with pytest.raises(InvalidInput) as refusal:
        templates.read("../fairsteps", account)
    assert refusal.value.field == "template"


def test_two_studies_of_one_title_have_two_keys(session: Session, account: Account) -> None:
    files = templates.read("likert", account)
    made = [drafts.begin(session, files, title, account, source="x", now=NOW) for title in ("New", "new!")]
    assert [study.key for study in made] == ["new-2", "new-3"]


@pytest.mark.parametrize("title", ["", "  \n ", "x" * 301])
def test_a_study_has_a_title_that_can_be_kept(session: Session, account: Account, title: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        drafts.begin(session, templates.read("likert", account), title, account, source="x", now=NOW)
    assert refusal.value.field == "title"


def test_a_copy_has_the_protocol_and_items_and_nobody(
    session: Session, study: Study, account: Account, bob: panels.Panellist
) -> None:
    copy = drafts.begin(session, study_files.of(study), "Again", account, source="copy", now=NOW)
    assert study_files.of(copy).items == study_files.of(study).items
    assert panels.list_panellists(session, copy) == []


def test_every_key_of_the_protocol_is_in_one_part() -> None:
    keys = [key for known in PARTS.values() for key in known]
    assert sorted(keys) == sorted(examples.protocol().__struct_fields__)


def test_a_part_is_saved_and_the_trail_says_so(session: Session, study: Study) -> None:
    before = study.fingerprint
    save(session, study, "aims", {"title": "Another", "aims": "Why not."})
    assert (study.title, study.protocol.aims) == ("Another", "Why not.")
    assert study.fingerprint == protocols.fingerprint(study.protocol) != before
    entry = audit.list_entries(session, study.id)[-1]
    assert (entry.act, entry.details["part"]) == ("protocol changed", "aims")


def test_what_changes_nothing_leaves_no_trace(session: Session, study: Study) -> None:
    save(session, study, "aims", {"title": study.title, "aims": study.protocol.aims})
    assert audit.list_entries(session, study.id) == []


def test_criteria_and_panels_follow_the_protocol(session: Session, study: Study) -> None:
    ids = {row.key: row.id for row in study.criteria}
    feasibility = examples.protocol_data()["criteria"][1]
    save(session, study, "grids", {})
    save(session, study, "criteria", {"criteria": [criterion("need"), feasibility]})
    assert [(row.key, row.position) for row in study.criteria] == [("need", 0), ("feasibility", 1)]
    assert study.criteria[1].id == ids["feasibility"]
    save(session, study, "panels", {"panels": [panel("carers"), panel("practitioners")]})
    assert [(row.key, row.name, row.position) for row in study.panels] == [
        ("carers", "carers", 0),
        ("practitioners", "practitioners", 1),
    ]


def test_a_panel_with_people_stays(session: Session, study: Study, grace: panels.Panellist) -> None:
    with pytest.raises(InvalidInput, match=HAS_PEOPLE.format("People with lived experience")):
        save(session, study, "panels", {"panels": [panel("practitioners")]})


def test_a_panel_that_somebody_signed_up_for_stays(session: Session, study: Study, key: Key) -> None:
    entered(session, key, opened(session, key, study.panels[1], NOW), NOW)
    with pytest.raises(InvalidInput, match="People have signed up for the panel “People with lived exp"):
        save(session, study, "panels", {"panels": [panel("practitioners")]})


def test_the_sign_up_page_of_a_panel_goes_with_it(session: Session, study: Study, key: Key) -> None:
    opened(session, key, study.panels[0], NOW)
    token = links.find_token(session, key, study.panels[0])
    links.take_back(session, study.panels[0], by="alice", now=NOW)
    links.open_(session, key, study.panels[0], by="alice", now=NOW)
    kept = opened(session, key, study.panels[1], NOW)
    save(session, study, "panels", {"panels": [panel("lived_experience")]})
    with pytest.raises(NotFound):
        links.get(session, key, token)
    assert session.scalars(select(SignUpLink)).all() == [kept]
    assert [form.panel_id for form in session.scalars(select(SignUpForm))] == [kept.panel_id]


def test_blocks_follow_their_size(session: Session, study: Study) -> None:
    round_ = rounds.get_round(session, study, 1)
    assert [asked.block for asked in round_.items] == [0, 0, 1]
    whole = protocols.to_builtins(study.protocol)
    data = {key: whole[key] for key in PARTS["rounds"] if key in whole}
    save(session, study, "rounds", data | {"rounds": {"last": 2, "block_size": 1}})
    assert [asked.block for asked in round_.items] == [0, 1, 2]


def test_a_part_that_does_not_fit_the_others_is_refused_whole(session: Session, study: Study) -> None:
    before = study.fingerprint
    with pytest.raises(FaultyFile) as refusal:
        save(session, study, "criteria", {"criteria": [criterion("usefulness")]})
    assert [fault.where for fault in refusal.value.faults] == ["grids.up"]
    assert study.fingerprint == before


def test_of_two_researchers_the_second_is_told(session: Session, study: Study) -> None:
    seen = drafts.standing(study.protocol, "aims")
    save(session, study, "aims", {"title": "First", "aims": "A"}, seen)
    with pytest.raises(NotNow, match="Somebody else saved"):
        save(session, study, "aims", {"title": "Second", "aims": "A"}, seen)
    assert study.title == "First"
    assert "Somebody else" in STALE


def test_another_part_that_changed_meanwhile_is_no_hindrance(session: Session, study: Study) -> None:
    seen = drafts.standing(study.protocol, "aims")
    save(session, study, "notes", {"provenance": {"stopping": "After two rounds."}})
    save(session, study, "aims", {"title": "Mine", "aims": "A"}, seen)
    assert study.protocol.provenance == {"stopping": "After two rounds."}


def test_once_round_1_is_open_nothing_changes(session: Session, study: Study, open_round: object) -> None:
    with pytest.raises(NotNow, match=FIXED):
        save(session, study, "aims", {"title": "Late", "aims": "A"})


def test_what_is_fixed_is_what_was_seen(session: Session, study: Study) -> None:
    seen = study.fingerprint
    drafts.check_seen(session, study, seen)
    drafts.check_seen(session, study, "")
    save(session, study, "aims", {"title": "Changed", "aims": "A"})
    with pytest.raises(NotNow, match=NOT_SEEN):
        drafts.check_seen(session, study, seen)


def test_a_study_cannot_have_the_address_of_the_page_that_begins_one(session: Session) -> None:
    files = study_files.StudyFiles(examples.protocol(), ())
    with pytest.raises(InvalidInput) as refusal:
        study_files.load(session, files, "new", now=NOW + timedelta(1))
    assert refusal.value.field == "key"
    assert session.scalar(select(Study).where(Study.key == "new")) is None
