"""Editions: made from what is published, opened by their link, changed step by step; nothing is lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys import publications
from surveys.access import Key
from surveys.editions import editions, forgetting, plans
from surveys.editions.editions import Created, Edition
from surveys.editions.plans import Step
from surveys.editions.sources import SourceState
from surveys.errors import FaultyFile, NotFound, NotNow
from surveys.studies import Study
from tests.surveys.editions import examples


def test_an_edition_begins_from_what_the_study_has_published(
    session: Session, made: Created, published: Study
):
    draft = editions.draft(session, made.edition)
    assert draft.source.study_title == published.title
    assert draft.source.fingerprint == published.fingerprint
    assert draft.source.round_number == 1
    assert draft.state == SourceState.CURRENT
    assert draft.plan.group.place == "North Network"
    assert [item.key for item in plans.in_play(draft.plan, draft.source)] == list(examples.IN_PLAY)


def test_a_study_that_is_not_published_has_no_editions(
    session: Session, key: Key, study: Study, now: datetime
):
    for unknown in (study.key, "no-such-study"):
        with pytest.raises(NotFound, match="no published study"):
            editions.create(session, key, unknown, now=now)


def test_the_secret_link_opens_the_edition_and_no_other_does(session: Session, key: Key, made: Created):
    assert editions.get(session, key, made.token) is made.edition
    assert made.token not in made.edition.token_hash
    for wrong in ("", made.token[:-1], made.edition.token_hash, "é"):
        with pytest.raises(NotFound):
            editions.get(session, key, wrong)


def test_each_saving_of_a_step_is_a_version(session: Session, edition: Edition, now: datetime):
    number = editions.save(session, edition, Step.GROUP, {"place": "South"}, seen=2, now=now)
    assert number == 3
    assert [(one.number, one.origin) for one in editions.list_versions(session, edition)] == [
        (3, "group"),
        (2, "issues"),
        (1, "made"),
    ]
    assert editions.draft(session, edition, 2).plan.group.place == "North Network"
    assert not editions.draft(session, edition, 2).is_newest
    with pytest.raises(NotFound, match="no version 9"):
        editions.draft(session, edition, 9)


def test_the_same_step_sent_twice_is_kept_once(session: Session, edition: Edition, now: datetime):
    step = {"filters": {}, "choices": examples.choices("bus"), "local_items": [{"title": "A garden"}]}
    first = editions.save(session, edition, Step.ISSUES, step, seen=2, now=now)
    again = editions.save(session, edition, Step.ISSUES, step, seen=2, now=now)
    assert (first, again) == (3, 3)
    assert [item.key for item in editions.draft(session, edition).plan.issues.local_items] == ["local-1"]


def test_the_second_of_two_editors_is_refused_and_can_save_upon_the_firsts(
    session: Session, edition: Edition, now: datetime
):
    editions.save(session, edition, Step.GROUP, {"place": "Hers"}, seen=2, now=now)
    with pytest.raises(NotNow, match="Somebody else saved this step"):
        editions.save(session, edition, Step.GROUP, {"place": "His"}, seen=2, now=now)
    assert editions.is_stale(session, edition, Step.GROUP, 2)
    assert editions.draft(session, edition).plan.group.place == "Hers"
    assert editions.save(session, edition, Step.GROUP, {"place": "Theirs"}, seen=3, now=now) == 4


def test_two_editors_of_two_steps_do_not_disturb_each_other(
    session: Session, edition: Edition, now: datetime
):
    editions.save(session, edition, Step.GROUP, {"place": "Hers"}, seen=2, now=now)
    editions.save(session, edition, Step.CODESIGN, {"work": [{"lead": "Him"}]}, seen=2, now=now)
    plan = editions.draft(session, edition).plan
    assert (plan.group.place, plan.codesign.work[0].lead) == ("Hers", "Him")


@pytest.mark.parametrize("seen", [0, -1, 7, 2**40])
def test_a_version_that_never_was_is_stale(session: Session, edition: Edition, now: datetime, seen: int):
    with pytest.raises(NotNow):
        editions.save(session, edition, Step.GROUP, {"place": "His"}, seen=seen, now=now)


def test_a_local_item_keeps_its_key_and_no_other_gets_it(session: Session, edition: Edition, now: datetime):
    def save(*items: dict[str, Any]) -> list[str]:
        seen = editions.draft(session, edition).number
        editions.save(session, edition, Step.ISSUES, {"local_items": list(items)}, seen=seen, now=now)
        return [item.key for item in editions.draft(session, edition).plan.issues.local_items]

    assert save({"title": "A garden"}, {"title": "A choir"}) == ["local-1", "local-2"]
    choir = {"key": "local-2", "title": "A larger choir"}
    assert save(choir) == ["local-2"]
    assert save(choir, {"title": "A garden"}) == [
        "local-2",
        "local-3",
    ]


def test_a_mistake_saves_nothing(session: Session, edition: Edition, now: datetime):
    with pytest.raises(FaultyFile):
        editions.save(session, edition, Step.GROUP, {"groups": ["martians"]}, seen=2, now=now)
    assert editions.draft(session, edition).number == 2


def test_an_edition_is_brought_up_to_date_and_keeps_what_is_local(
    session: Session, published: Study, edition: Edition, now: datetime
):
    examples.publish_again(session, published, ["bus", "hours"], now=now)
    assert editions.draft(session, edition).state == SourceState.OUTDATED
    done = editions.bring_up_to_date(session, edition, now=now)
    draft = editions.draft(session, edition)
    assert (done.number, done.gone, draft.state) == (3, (), SourceState.CURRENT)
    assert draft.source.round_number == 2
    assert {item.key: item.panels[0].round_number for item in draft.source.items} == {
        "bus": 2, "hours": 2, "words": 1, "link": 1, "door": 1, "rent": 1,
    }  # fmt: skip
    assert draft.plan.issues == editions.draft(session, edition, 2).plan.issues
    assert editions.bring_up_to_date(session, edition, now=now).number == 3


def test_items_that_went_are_listed_with_what_was_said_of_them(
    session: Session, key: Key, edition: Edition, published: Study, now: datetime
):
    examples.publish_again(session, published, ["bus", "hours"], now=now)
    before = editions.draft(session, edition)
    after = [item for item in before.source.items if item.key != "words"]
    gone = plans.gone_from(before.plan, before.source, _with_items(before.source, after))
    assert [(one.item, one.title) for one in gone] == [("words", "Letters in plain words")]


def test_an_edition_outlives_its_publication_and_says_so(
    session: Session, key: Key, edition: Edition, published: Study, now: datetime
):
    publications.withdraw(session, published, now=now, by=examples.BY)
    draft = editions.draft(session, edition)
    assert draft.state == SourceState.WITHDRAWN
    assert draft.source.items[0].panels[0].answers["usefulness"].n == 20
    with pytest.raises(NotFound):
        editions.bring_up_to_date(session, edition, now=now)


def test_only_what_was_begun_long_ago_and_never_written_in_is_forgotten(
    session: Session, key: Key, edition: Edition, now: datetime
):
    untouched = editions.create(session, key, examples.STUDY, now=now)
    assert forgetting.forget_untouched(session, now=now + timedelta(days=89)) == 0
    assert forgetting.forget_untouched(session, now=now + timedelta(days=91)) == 1
    assert editions.draft(session, edition).number == 2
    with pytest.raises(NotFound):
        editions.get(session, key, untouched.token)


def _with_items(source: Any, items: list[Any]) -> Any:
    import msgspec

    return msgspec.structs.replace(source, items=tuple(items))
