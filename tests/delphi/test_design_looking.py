"""Looking at a design: the overview, the preview, the check, and how many panellists it needs."""

import pytest

from surveys import rounds, studies
from surveys.designing import drafts
from surveys.histories import changing
from surveys.histories.texts import Text
from tests.delphi import answered, answering
from tests.delphi.conftest import NOW, Browser, World

HOME = "/studies/fairer-care"
DESIGN = f"{HOME}/design"
SIZE = f"{DESIGN}/panel-size"


def test_the_overview_has_every_part_and_way(alice: Browser) -> None:
    page = alice.get(DESIGN).text
    for place in ("preview", "check", "panel-size", "study.xlsx", "items", "parts/rules"):
        assert f'href="{DESIGN}/{place}"' in page
    assert "In, when at least 70 % rate it 7 to 9" in page


def test_the_preview_is_a_frame_that_only_we_may_show(alice: Browser) -> None:
    page = alice.get(f"{DESIGN}/preview?panel=lived_experience")
    framed = "show=1&amp;panel=lived_experience&amp;language=en&amp;at=phone"
    assert f'src="{DESIGN}/preview/seen?{framed}"' in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    seen = alice.get(f"{DESIGN}/preview/seen?panel=lived_experience")
    assert "frame-ancestors 'self'" in seen.headers["content-security-policy"]
    assert "From your life." in seen.text
    assert "Item one" in seen.text
    assert "<form" not in seen.text


def test_the_preview_shows_the_items_as_they_are_now(alice: Browser, world: World) -> None:
    alice.get(f"{DESIGN}/preview/seen")
    with world.session() as session, session.begin():
        studies.get(session, "fairer-care").items[0].wording.title = "Reworded"
    assert "Reworded" in alice.get(f"{DESIGN}/preview/seen").text


def test_the_information_is_previewed_with_what_is_asked_and_sends_nothing(alice: Browser) -> None:
    seen = alice.get(f"{DESIGN}/preview/seen?show=information&panel=lived_experience").text
    assert "From your life." in seen
    assert 'name="show_comments"' in seen
    assert "<form" not in seen


def test_a_later_round_is_previewed_with_feedback_that_is_made_up_and_says_so(alice: Browser) -> None:
    seen = alice.get(f"{DESIGN}/preview/seen?show=2").text
    assert "Made up for this preview" in seen
    assert seen == alice.get(f"{DESIGN}/preview/seen?show=2").text
    assert "Fewer than five others answered: not shown." in seen
    assert "You and 5 to 9 others" in seen
    assert "2 comments by others" in seen
    assert len(answering.ringed(seen)) == 6  # two questions of each of three items
    assert "<form" not in seen


def test_a_planned_round_is_previewed_with_real_feedback_and_its_changes(
    alice: Browser, world: World
) -> None:
    answered.round_1(world, closed=False)
    answering.open_next(world, opens=False)
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        second = rounds.get_round(session, study, 2)
        why = changing.Why("Said better.", "alice@example.org", NOW)
        changing.reword(session, second, second.items[0].item_id, Text("Clearer", ""), why)
    assert f'href="{DESIGN}/preview?show=2"' in alice.get(f"{HOME}/rounds/2").text
    seen = alice.get(f"{DESIGN}/preview/seen?show=2").text
    assert "The figures are those of round 1" in seen
    assert "You and 5 to 9 others, median 8" in seen
    assert "New wording." in seen
    assert "Made up for this preview" not in seen


def test_the_preview_speaks_the_languages_of_the_study(alice: Browser, world: World) -> None:
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        study.languages = {"pl": "1"}
    assert "language=pl" in alice.get(f"{DESIGN}/preview").text
    seen = alice.get(f"{DESIGN}/preview/seen?show=2&language=pl").text
    assert '<html lang="pl"' in seen
    assert "Runda 2" in seen


@pytest.mark.parametrize(
    "odd", ["?panel=nobody", "/seen?panel=nobody", "?at=wall", "/seen?show=9", "?show=x", "?language=xx"]
)
def test_a_preview_that_there_is_not_is_not_found(alice: Browser, odd: str) -> None:
    assert alice.get(f"{DESIGN}/preview{odd}").status == 404


def test_the_check_says_what_is_open_and_where_to_say_it(alice: Browser) -> None:
    page = alice.get(f"{DESIGN}/check").text
    assert "DELPHISTAR 23" in page
    assert f'href="{DESIGN}/parts/notes#note.stopping.text"' in page
    assert "There is 1 person with lived experience" in page


def test_the_check_of_a_fixed_protocol_leads_nowhere(alice: Browser, open_round: int) -> None:
    page = alice.get(f"{DESIGN}/check").text
    assert "/design/parts/" not in page
    assert "Reviewers will ask" not in page


def test_the_chart_is_of_the_studys_own_rule(alice: Browser) -> None:
    page = alice.get(f"{SIZE}?high=75&low=0").text
    assert "In, when at least 70 % rate it 7 to 9 and fewer than 15 % rate it 1 to 3." in page
    assert 'class="ds-line" d="M' in page
    assert "the chance stays at 8 in 10 or above" in page
    assert "78 %" in page  # 10 panellists: P(X ≥ 7) of a binomial of 10 and 0.75 is 0.7759


def test_a_truth_near_the_limit_never_becomes_sure(alice: Browser) -> None:
    assert "No panel of up to 120 keeps a chance of 8 in 10" in alice.get(f"{SIZE}?high=70&low=15").text


def test_a_panel_that_is_there_is_marked(alice: Browser, world: World) -> None:
    answered.round_1(world)
    assert "people on the panel of practitioners" in alice.get(SIZE).text


@pytest.mark.parametrize(
    ("truth", "field"),
    [("high=90&low=20", "low"), ("high=x&low=1", "high"), ("high=&low=1", "high"), ("high=101&low=0", "low")],
)
def test_an_odd_truth_is_said_at_its_field(alice: Browser, truth: str, field: str) -> None:
    answer = alice.get(f"{SIZE}?{truth}")
    assert answer.status == 200
    assert f'id="{field}-fault"' in answer.text
    assert "<svg" not in answer.text


def test_a_rule_that_there_is_not_is_not_found(alice: Browser) -> None:
    assert alice.get(f"{SIZE}?criterion=nothing").status == 404


def test_opening_round_1_warns_and_fixes_what_was_seen(alice: Browser, world: World) -> None:
    page = alice.get(f"{HOME}/rounds/1").text
    assert "no stopping rule" in page
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        seen = study.fingerprint
        assert f'name="seen" value="{seen}"' in page
        drafts.save(
            session,
            study,
            "aims",
            {"title": "Changed", "aims": "A"},
            seen=drafts.standing(study.protocol, "aims"),
            by="bea@example.org",
            now=NOW,
        )
    refused = alice.post(f"{HOME}/rounds/1/open", {"seen": seen})
    assert (refused.status, drafts.NOT_SEEN in refused.text) == (409, True)
    with world.session() as session:
        now = studies.get(session, "fairer-care").fingerprint
    assert alice.post(f"{HOME}/rounds/1/open", {"seen": now}).status == 303
