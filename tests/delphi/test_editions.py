"""A local edition from the web: made by a button, opened by its link, its four steps, and what is refused."""

import re
from collections.abc import Callable

import pytest

from surveys import publications, studies
from surveys.editions.editions import STALE
from tests.delphi import editions as ed
from tests.delphi.conftest import NOW, Browser, World
from tests.surveys.editions import examples


@pytest.fixture
def published(make_world: Callable[..., World]) -> World:
    world = make_world()
    ed.publish(world)
    return world


@pytest.fixture
def team(published: World) -> Browser:
    """Somebody's browser, without an account."""
    return published.browser()


@pytest.fixture
def home(team: Browser) -> str:
    return ed.make(team)


PAGES = [
    "",
    "/steps/group",
    "/steps/issues",
    "/steps/ingredients",
    "/steps/codesign",
    "/ratings",
    "/result",
    "/plan",
]


def test_a_button_on_the_grids_makes_an_edition(team: Browser) -> None:
    assert f'action="/editions/of/{ed.STUDY}"' in team.get(f"/grids/{ed.STUDY}").text
    home = ed.make(team)
    page = team.get(home)
    assert page.status == 200
    assert "Your edition is made. Keep its link" in page.text
    assert f"http://127.0.0.1:8000{home}" in page.text or home in page.text


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_an_edition_is_not(team: Browser, home: str, path: str) -> None:
    page = team.get(home + path)
    assert page.status == 200
    for sentence in (
        "Local edition, not the study’s findings.",
        "Assumes that your people resemble the panel",
        "Chance covers who was asked, not whether it works.",
        "No local people with lived experience rated this.",
        "Made from “Fairer care”, round 1",
    ):
        assert sentence in page.text


def test_nothing_published_makes_no_edition(world: World) -> None:
    assert world.browser().post("/editions/of/fairer-care").status == 404


@pytest.mark.parametrize("path", [*PAGES, "/edition.json", "/ratings/template.csv", "/steps/fifth"])
def test_a_link_that_nobody_was_given_opens_nothing(team: Browser, path: str) -> None:
    assert team.get(f"/editions/not-a-token{path}").status == 404


def test_there_are_four_steps(team: Browser, home: str) -> None:
    assert team.get(f"{home}/steps/fifth").status == 404


def test_the_group_is_kept_as_it_was_written(team: Browser, home: str) -> None:
    typed = {
        "place": "North Network",
        "groups.rural": "yes",
        "other_groups": "Carers\r\n\r\nFarm workers",
        "figure.2.text": "One in five has no car.",
        "figure.2.source": "Census",
    }
    answer = ed.save(team, home, "group", typed)
    assert answer.location == f"{home}/steps/issues"
    shown = team.get(f"{home}/steps/group").text
    assert 'value="North Network"' in shown
    assert "Carers\nFarm workers" in shown
    assert 'name="figure.1.text" type="text" value="One in five has no car."' in shown
    assert re.search(r'name="groups.rural"[^>]* checked', shown)
    assert "North Network, 3 groups, 1 local figure." in team.get(home).text


def test_a_step_can_be_saved_and_stayed_on(team: Browser, home: str) -> None:
    assert ed.save(team, home, "group", {"stay": "yes"}).location == f"{home}/steps/group"


def test_what_is_too_long_is_refused_beside_its_field(team: Browser, home: str) -> None:
    typed = {"place": "x" * 201, "figure.3.source": "Census"}
    answer = ed.save(team, home, "group", typed)
    assert answer.status == 422
    assert 'id="place-fault"' in answer.text
    assert 'id="figure.3.text-fault"' in answer.text
    assert "x" * 201 in answer.text


def test_items_are_chosen_with_a_reason_and_local_ones_added(team: Browser, home: str) -> None:
    typed = {
        "choice.i1": "possible",
        "reason.i1": "No bus after four.",
        "choice.i5": "not possible here",
        "own.1.title": "A walking group",
        "own.1.standing": "in place already",
    }
    assert ed.save(team, home, "issues", typed).status == 303
    shown = team.get(f"{home}/steps/issues").text
    assert re.search(r'name="choice.i1" value="possible" checked', shown)
    assert 'value="No bus after four."' in shown
    assert 'name="own.1.key" value="local-1"' in shown
    assert "1 in place already, 1 possible, 1 not possible here." in team.get(home).text
    plan = team.get(f"{home}/plan").text
    assert "A walking group" in plan
    assert "Not possible here" in plan


def test_each_item_says_where_the_study_placed_it_and_what_was_not_looked_at(
    team: Browser, home: str
) -> None:
    page = team.get(f"{home}/steps/issues").text
    assert "The study: useful, feasibility in between (8.5 and 4)" in page
    assert page.count("<span>not looked at</span>") == 6
    assert "not yet" not in page


def test_the_principles_are_explained_once_and_an_item_by_its_text(team: Browser, home: str) -> None:
    ed.in_play(team, home)
    page = team.get(f"{home}/steps/ingredients").text
    assert page.count("Time, place, language and way of contact fit the person.") == 1
    assert "EQUALISE: Gkiouleka and others" in page
    assert "To villages." in page


def test_a_local_item_can_be_taken_away(team: Browser, home: str) -> None:
    ed.save(team, home, "issues", {"own.1.title": "A walking group"})
    typed = {"own.1.key": "local-1", "own.1.title": "A walking group", "own.1.away": "yes"}
    assert ed.save(team, home, "issues", typed).status == 303
    assert "A walking group" not in team.get(f"{home}/result").text


def test_a_reason_without_a_choice_is_not_lost(team: Browser, home: str) -> None:
    answer = ed.save(team, home, "issues", {"reason.i2": "We have this."})
    assert answer.status == 422
    assert 'value="We have this."' in answer.text
    assert 'id="reason.i2-fault"' in answer.text


def test_filters_leave_items_out_but_never_one_that_was_chosen(team: Browser, home: str) -> None:
    typed = {"choice.i4": "possible", "filter.audience.practices": "yes"}
    assert ed.save(team, home, "issues", typed).status == 303
    shown = team.get(f"{home}/steps/issues").text
    assert "1 item that the filters leave out" in shown
    refused = ed.save(
        team, home, "issues", {"filter.audience.practices": "yes", "filter.audience.nobody-has-this": "yes"}
    )
    assert refused.status == 303  # what is not offered is not read


def test_the_checklist_weights_and_cuts_are_kept(team: Browser, home: str) -> None:
    ed.in_play(team, home)
    typed = {
        "check.i1.flexible": "yes",
        "note.i1.inclusive": "In three languages.",
        "panel.practitioners": "1",
        "panel.lived_experience": "2,5",
        "criterion.usefulness": "3",
        "criterion.feasibility": "1",
        "cuts": "own",
        "cut.usefulness": "6",
        "cut.feasibility": "5",
    }
    assert ed.save(team, home, "ingredients", typed).location == f"{home}/steps/codesign"
    shown = team.get(f"{home}/steps/ingredients").text
    assert re.search(r'name="check.i1.flexible"[^>]* checked', shown)
    assert "In three languages." in shown
    assert 'value="2.5"' in shown
    assert "1 item looked at, weights of your own, cuts of your own." in team.get(home).text.lower()


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"panel.practitioners": "-1", "panel.lived_experience": "1"}, "panel.practitioners", "0 or more"),
        ({"panel.practitioners": "some", "panel.lived_experience": "1"}, "panel.practitioners", "0 or more"),
        (
            {"panel.practitioners": "0", "panel.lived_experience": "0"},
            "panel.practitioners",
            "sum to nothing",
        ),
        ({"panel.practitioners": "1"}, "panel.lived_experience", "0 leaves it out"),
        (
            {"cuts": "own", "cut.usefulness": "99", "cut.feasibility": "5"},
            "cut.usefulness",
            "A cut is a number",
        ),
    ],
)
def test_weights_and_cuts_that_cannot_be_are_refused(
    team: Browser, home: str, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = ed.save(team, home, "ingredients", typed)
    assert answer.status == 422
    assert sentence in answer.text
    assert f'id="{field}-fault"' in answer.text


def test_the_plan_says_who_does_what(team: Browser, home: str) -> None:
    ed.in_play(team, home)
    typed = {"lead.together": "Dr Pascoe", "first_date.together": "2027-02-01", "evaluation.i1": "Who comes."}
    assert ed.save(team, home, "codesign", typed).location == home
    plan = team.get(f"{home}/plan").text
    for words in ("Dr Pascoe", "1 February 2027", "Who comes."):
        assert words in plan


def test_a_date_that_is_none_is_refused(team: Browser, home: str) -> None:
    answer = ed.save(team, home, "codesign", {"first_date.together": "soon"})
    assert answer.status == 422
    assert 'id="first_date.together-fault"' in answer.text


def test_two_editors_at_once_lose_nothing(team: Browser, home: str) -> None:
    ed.save(team, home, "group", {"place": "North"}, seen=1)
    typed = {"place": "North Network", "other_groups": "Carers"}
    answer = ed.save(team, home, "group", typed, seen=1)
    assert answer.status == 409
    assert STALE in answer.text
    assert 'value="North Network"' in answer.text
    assert "Carers" in answer.text
    assert "<q>North</q>" in answer.text
    assert ed.save(team, home, "group", typed).status == 303
    assert 'value="North Network"' in team.get(f"{home}/steps/group").text


def test_what_only_the_other_changed_is_taken_over(team: Browser, home: str) -> None:
    ed.save(team, home, "group", {"place": "North", "groups.rural": "yes"}, seen=1)
    answer = ed.save(team, home, "group", {"other_groups": "Carers"}, seen=1)
    assert answer.status == 409
    assert 'value="North"' in answer.text
    assert re.search(r'name="groups.rural"[^>]* checked', answer.text)
    assert "Taken over from what somebody else saved meanwhile." in answer.text


def test_other_steps_do_not_make_a_save_stale(team: Browser, home: str) -> None:
    ed.in_play(team, home)
    assert ed.save(team, home, "group", {"place": "North"}, seen=1).status == 303


def test_the_same_form_sent_twice_is_kept_once(team: Browser, home: str) -> None:
    for _ in range(2):
        assert ed.save(team, home, "group", {"place": "North"}, seen=1).status == 303
    assert "2 versions" in team.get(home).text


@pytest.mark.parametrize("seen", ["", "-3", "nine", "99999999999"])
def test_a_form_that_does_not_say_what_it_was_made_from_overwrites_nothing(
    team: Browser, home: str, seen: str
) -> None:
    answer = team.post(f"{home}/steps/group", {"place": "North", "seen": seen})
    assert answer.status == 409
    assert 'value="North"' in answer.text


def test_the_link_can_be_sent_by_mail(published: World, team: Browser, home: str) -> None:
    assert team.post(f"{home}/mail", {"email": "ada@example.org"}).location == home
    assert "on its way to ada@example.org" in team.get(home).text
    refused = team.post(f"{home}/mail", {"email": "ada"})
    assert refused.status == 422
    assert 'value="ada"' in refused.text


def test_a_withdrawn_study_leaves_its_editions_readable(published: World, team: Browser, home: str) -> None:
    with published.session() as session, session.begin():
        publications.withdraw(session, studies.get(session, ed.STUDY), now=NOW, by=examples.BY)
    for path in PAGES:
        page = team.get(home + path)
        assert page.status == 200
        assert "withdrawn the results" in page.text
    assert team.post(f"/editions/of/{ed.STUDY}").status == 404


def test_an_edition_of_older_results_can_be_brought_up_to_date(
    published: World, team: Browser, home: str
) -> None:
    ed.in_play(team, home)
    with published.session() as session, session.begin():
        examples.publish_again(session, studies.get(session, ed.STUDY), ["bus", "words"], now=NOW)
    assert "The study has published newer results." in team.get(home).text
    assert team.post(f"{home}/up-to-date").location == home
    page = team.get(home).text
    assert "up to date with the study" in page
    assert "The study has published newer results." not in page
    assert team.get(f"{home}/steps/issues").status == 200


def test_simulated_studies_say_so_on_every_page(make_world: Callable[..., World]) -> None:
    world = make_world()
    ed.publish(world, is_simulated=True)
    team = world.browser()
    home = ed.make(team)
    for path in PAGES:
        assert "Simulated data" in team.get(home + path).text
