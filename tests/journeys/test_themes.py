"""A researcher codes what was written into themes, by keyboard and without JavaScript."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from delphi import clock
from surveys import comments, panels, rounds, studies
from tests.journeys import serving
from tests.journeys.serving import EMAIL, PASSWORD, STUDY, Service

Check = Callable[[Page], None]
SAID = ("The fares are too high.", "Nobody told us alone.", "High fares keep us away.")


@pytest.fixture
def service(sqlite_url: str) -> Iterator[Service]:
    """Three people commented on the first item, and round 1 is closed."""
    with serving.serving(sqlite_url) as made:
        serving.load_study(made.engine)
        with Session(made.engine) as session, session.begin():
            study, now = studies.get(session, STUDY), clock.now()
            round_ = rounds.get_round(session, study, 1)
            rounds.open_(session, round_, closes_at=None, now=now, by=EMAIL)
            for number, text in enumerate(SAID):
                who = panels.add(session, study.panels[number % 2], f"P0{number}", now=now)
                session.flush()
                comments.save(session, round_, who, {round_.items[0].item_id: text}, now=now)
            rounds.close(session, round_, now=now, by=EMAIL)
        yield made


@pytest.mark.parametrize("javascript", [False])
@pytest.mark.parametrize("screen", ["narrow"])
def test_texts_are_coded_with_the_keyboard_alone(
    page: Page, service: Service, assert_accessible: Check
) -> None:
    page.goto(f"{service.address}/sign-in/")
    page.get_by_label("Email address").first.fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{service.address}/studies/{STUDY}/rounds/1")
    page.get_by_role("link", name="Code what people wrote into themes").press("Enter")
    main = page.locator("main")
    expect(main).to_contain_text("You have coded 0 of 3 texts.")
    assert_accessible(page)

    page.get_by_label("Name", exact=True).fill("Cost")  # the codebook is empty, so a new code stands open
    page.keyboard.press("Enter")
    expect(main).to_contain_text("You have coded 1 of 3 texts.")
    expect(page.get_by_label("Cost")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(main).to_contain_text("You have coded 2 of 3 texts.")
    page.keyboard.press("Enter")  # nothing is ticked
    expect(page.get_by_role("alert")).to_contain_text("Tick the codes that fit, or “No code fits”.")
    assert_accessible(page)
    page.get_by_label("No code fits").press("Space")
    page.keyboard.press("Enter")
    expect(main).to_contain_text("That was the last text.")
    page.get_by_role("button", name="Finish my coding of this round").press("Enter")
    assert_accessible(page)

    page.get_by_role("link", name="Themes", exact=True).press("Enter")
    expect(main).to_contain_text("3 of 3 texts count; 3 of them were coded by one person alone.")
    assert_accessible(page)
    page.get_by_role("link", name="Codebook").press("Enter")
    expect(main).to_contain_text("1 code for all rounds of this study.")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
