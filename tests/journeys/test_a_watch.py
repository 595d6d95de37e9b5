"""A researcher watches a round: the page follows what happens, and what was unfolded stays so."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from delphi import clock
from delphi.pages.study.watch import EVERY
from surveys import panels, participations, rounds, studies
from tests.journeys import serving
from tests.journeys.serving import EMAIL, PASSWORD, STUDY, Service

Check = Callable[[Page], None]


@pytest.fixture
def service(sqlite_url: str) -> Iterator[Service]:
    """Round 1 is open for two practitioners and one with lived experience."""
    with serving.serving(sqlite_url) as made:
        serving.load_study(made.engine)
        with Session(made.engine) as session, session.begin():
            study, now = studies.get(session, STUDY), clock.now()
            for panel, code in ((0, "P01"), (0, "P02"), (1, "L01")):
                panels.add(session, study.panels[panel], code, now=now)
            rounds.open_(session, rounds.get_round(session, study, 1), closes_at=None, now=now, by=EMAIL)
        yield made


def _answers(service: Service, code: str) -> None:
    """Somebody begins and sends."""
    with Session(service.engine) as session, session.begin():
        study = studies.get(session, STUDY)
        who = next(one for one in panels.list_panellists(session, study) if one.code == code)
        participations.submit(session, rounds.get_round(session, study, 1), who, now=clock.now())


def _sign_in(page: Page, service: Service) -> None:
    page.goto(f"{service.address}/sign-in/")
    page.get_by_label("Email address").first.fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{service.address}/studies/{STUDY}")
    page.get_by_role("link", name="See who has answered").press("Enter")
    page.wait_for_load_state()


@pytest.mark.parametrize("screen", ["desk", "phone", "narrow"])
def test_the_page_follows_without_being_loaded_again(
    page: Page, service: Service, assert_accessible: Check
) -> None:
    page.clock.install()
    _sign_in(page, service)
    main = page.locator("main")
    expect(main).to_contain_text("0 of 3 people have finished. 3 have not begun.")
    page.locator("summary", has_text="Not begun: 3").press("Enter")
    assert_accessible(page)
    _answers(service, "P01")
    page.clock.fast_forward(1000 * EVERY)
    expect(main).to_contain_text("1 of 3 people have finished. 2 have not begun.")
    expect(
        page.get_by_role("img", name="Practitioners: of 2, 1 have begun and 1 have finished.")
    ).to_be_visible()
    expect(page.get_by_role("link", name="P02")).to_be_visible()  # within the fold, which is open still
    expect(page.get_by_role("link", name="P01")).to_be_hidden()  # gone over to those who have finished
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def test_what_somebody_is_in_with_the_keyboard_stays_under_their_hand(page: Page, service: Service) -> None:
    page.clock.install()
    _sign_in(page, service)
    page.locator("summary", has_text="Not begun: 3").press("Enter")
    page.get_by_role("link", name="P02").focus()
    _answers(service, "P01")
    page.clock.fast_forward(1000 * EVERY)
    expect(page.locator("main")).to_contain_text("1 of 3 people have finished.")
    expect(page.get_by_role("link", name="P02")).to_be_focused()


@pytest.mark.parametrize(("screen", "javascript"), [("phone", False)])
def test_without_scripts_a_link_looks_again(page: Page, service: Service, assert_accessible: Check) -> None:
    _sign_in(page, service)
    _answers(service, "P01")
    page.get_by_role("link", name="Look again").press("Enter")
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("1 of 3 people have finished. 2 have not begun.")
    assert_accessible(page)
