"""A design out of files in a draft's place: what would change is said first; all of it changes or none."""

from dataclasses import replace

import msgspec
import pytest
from sqlalchemy.orm import Session

from surveys import audit, panels, rounds
from surveys.designing import drafts, replacing
from surveys.errors import FaultyFile, InvalidInput, NotNow
from surveys.exchange import study_files
from surveys.exchange.study_files import StudyFiles
from surveys.items import ItemPlan
from surveys.studies import Study
from tests.surveys.conftest import NOW

BY = "alice@example.org"


def take(session: Session, study: Study, files: StudyFiles, seen: str = "") -> replacing.Differences:
    seen = seen or replacing.standing(study)
    return replacing.take(session, study, files, seen=seen, source="a.xlsx", by=BY, now=NOW)


def changed(study: Study) -> StudyFiles:
    """Another title, the first item reworded, the second dropped, one added, the order turned."""
    files = study_files.of(study)
    first, _, *others = files.items
    plans = (ItemPlan("new", "A new item"), *others, replace(first, title="Reworded"))
    return replace(files, protocol=msgspec.structs.replace(files.protocol, title="Another"), items=plans)


def test_what_would_change_is_what_changes(session: Session, study: Study) -> None:
    files, keys = changed(study), [item.key for item in study.items]
    said = replacing.compare(session, study, files)
    assert (said.parts, said.vocabularies, said.retagged, said.is_reordered) == (("aims",), False, 0, True)
    assert [plan.key for plan in said.added] == ["new"]
    assert [(one.before.key, one.after.title) for one in said.reworded] == [(keys[0], "Reworded")]
    assert [plan.key for plan in said.dropped] == [keys[1]]
    assert take(session, study, files) == said
    assert study.title == "Another"
    assert study_files.of(study) == files
    assert [one.item.key for one in rounds.get_round(session, study, 1).items] == [p.key for p in files.items]
    assert "design replaced" in [entry.act for entry in audit.list_entries(session, study.id)]


def test_what_is_taken_twice_changes_nothing_twice(session: Session, study: Study) -> None:
    files, seen = changed(study), replacing.standing(study)
    take(session, study, files, seen)
    before = len(audit.list_entries(session, study.id))
    assert not take(session, study, files, seen)
    assert len(audit.list_entries(session, study.id)) == before


def test_a_draft_that_somebody_changed_meanwhile_is_not_overwritten(session: Session, study: Study) -> None:
    files, seen = changed(study), replacing.standing(study)
    study.items[2].tags = {"a": ["b"]}
    session.flush()
    with pytest.raises(NotNow, match="since this list was made"):
        take(session, study, files, seen)


def test_a_panel_with_people_stays_and_a_fixed_protocol_too(session: Session, study: Study) -> None:
    panels.add(session, study.panels[1], "L1", now=NOW)
    files = study_files.of(study)
    fewer = msgspec.structs.replace(files.protocol, panels=files.protocol.panels[:1])
    with pytest.raises(InvalidInput, match="has people on it"):
        replacing.compare(session, study, replace(files, protocol=fewer))
    rounds.open_(session, rounds.plan_first(session, study), closes_at=None, now=NOW, by=BY)
    with pytest.raises(NotNow, match=r"Round 1 has been opened"):
        replacing.compare(session, study, files)


def test_two_items_of_one_title_are_refused_before_anything_is_listed(session: Session, study: Study) -> None:
    files = study_files.of(study)
    twice = (*files.items, replace(files.items[0], key="again"))
    with pytest.raises(FaultyFile, match="has this title too"):
        replacing.compare(session, study, replace(files, items=twice))
    assert drafts.standing(study.protocol, "aims") == drafts.standing(files.protocol, "aims")
