"""A local team makes an edition of a published study, asks its people, and reads what comes of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from delphi import clock, settings
from delphi.settings import Settings
from surveys.editions import local_rounds
from tests.journeys import serving
from tests.journeys.serving import Service
from tests.surveys.editions import examples

Check = Callable[[Page], None]
PEOPLE = 5


@pytest.fixture
def service(sqlite_url: str) -> Iterator[Service]:
    with serving.serving(sqlite_url) as made:
        with Session(made.engine) as session, session.begin():
            examples.publish(session, now=clock.now())
        yield made


class Team:
    """Somebody of a local team; every page that they come to is checked."""

    def __init__(self, page: Page, service: Service, check: Check) -> None:
        self.page, self.check = page, check
        page.goto(f"{service.address}/grids/{examples.STUDY}")
        self.press("Make it yours")
        self.home = page.url

    def go(self, path: str) -> None:
        """Open a page of the edition."""
        self.page.goto(self.home + path)
        self.check(self.page)

    def press(self, name: str) -> None:
        """Press a button, and look at where it leads."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.check(self.page)

    def look_at_empty_pages(self) -> None:
        """What stands there before anything is written."""
        expect(self.page.get_by_label("Your secret link")).to_have_value(self.home)
        for path in ("/steps/ingredients", "/steps/codesign", "/ratings", "/result", "/plan"):
            self.go(path)

    def go_through_the_steps(self) -> None:
        """All four, by their own buttons."""
        self.go("/steps/group")
        self.page.fill("[name=place]", "North Network")
        self.page.get_by_label("Rural communities").check()
        self.page.get_by_label("Figure 1", exact=True).fill("One in five has no car.")
        self.press("Save and go on")
        for number in (1, 2, 3):
            self.page.check(f"[name='choice.i{number}'][value=possible]")
        self.page.fill("[name='own.1.title']", "A walking group")
        self.press("Save and go on")
        self.page.get_by_label("Connected").first.check()
        self.press("Save and go on")
        self.page.get_by_label("Who leads").first.fill("Dr Pascoe")
        self.press("Save and go to the overview")
        expect(self.page.locator(".st__done")).to_have_count(4)

    def look_back(self) -> None:
        """At an old version, by its link."""
        self.page.get_by_text("5 versions").click()
        self.page.get_by_role("link", name="Version 3").click()
        self.check(self.page)
        expect(self.page.locator("main")).to_contain_text("the newest is version 5")

    def be_overtaken(self, colleague: Page) -> None:
        """A colleague saves the same step first; both texts stand on the page."""
        colleague.goto(f"{self.home}/steps/group")
        self.go("/steps/group")
        colleague.fill("[name=place]", "North and West")
        colleague.get_by_role("button", name="Save and stay").click()
        self.page.fill("[name=place]", "North Primary Care Network")
        self.press("Save and stay")
        expect(self.page.get_by_role("alert")).to_contain_text("Somebody else saved this step")
        expect(self.page.locator("[name=place]")).to_have_value("North Primary Care Network")
        expect(self.page.locator("main")).to_contain_text("North and West")
        self.press("Save and stay")

    def open_a_round(self) -> str:
        """The link for the others."""
        self.go("/ratings")
        self.press("Open a local round")
        return self.page.get_by_label("Link for your people").input_value()

    def close_the_round(self) -> None:
        """It asks once; a button alone does not do it."""
        self.go("/ratings")
        self.press("Close the local round")
        expect(self.page.get_by_role("alert")).to_be_visible()
        self.page.check("[name=sure]")
        self.press("Close the local round")

    def read_the_result(self) -> None:
        """At two strengths, and on paper."""
        self.go("/result")
        expect(self.page.locator("main")).to_contain_text("practitioners, 5 to 9")
        expect(self.page.get_by_role("img", name="Priority grid: ")).to_be_visible()
        self.page.get_by_role("link", name="Half (½)").click()
        self.check(self.page)
        expect(self.page.locator("[aria-current=page]", has_text="Half")).to_be_visible()
        self.go("/plan")
        expect(self.page.locator("main")).to_contain_text("Dr Pascoe")

    def share(self) -> str:
        """The public address."""
        self.go("")
        self.press("Make it public")
        return self.page.get_by_label("Public address").input_value()


def answer(page: Page, link: str, check: Check) -> None:
    """Somebody with the link rates everything and says that it is done."""
    page.goto(link)
    check(page)
    page.get_by_label("Practitioners").check()
    page.get_by_role("button", name="Begin").click()
    check(page)
    for question in page.locator("fieldset").all():
        question.locator("input[value='8']").first.check(force=True)
    page.get_by_role("button", name="Save and finish").click()
    page.wait_for_load_state()
    expect(page.locator("h1")).to_have_text("Thank you")
    check(page)


def the_others_answer(service: Service, link: str) -> None:
    """Four more people, as they would through the pages."""
    key = settings.key(Settings(secret_key=serving.SECRET))
    with Session(service.engine) as session, session.begin():
        round_ = local_rounds.get(session, key, link.rpartition("/")[2])
        for person in range(PEOPLE - 1):
            examples.answer(session, key, round_, "practitioners", person, now=clock.now())


@pytest.mark.parametrize(
    ("screen", "javascript"),
    [("phone", True), ("desk", False)],
    ids=["with JavaScript", "without JavaScript"],
)
def test_a_local_team_makes_an_edition_and_asks_its_people(
    service: Service,
    browser: Browser,
    browser_context_args: dict[str, Any],
    assert_accessible: Check,
) -> None:
    def new_page() -> Page:
        return browser.new_context(**browser_context_args).new_page()

    team = Team(new_page(), service, assert_accessible)
    team.look_at_empty_pages()
    team.go_through_the_steps()
    team.look_back()
    team.be_overtaken(new_page())
    link = team.open_a_round()
    answer(new_page(), link, assert_accessible)
    the_others_answer(service, link)
    wall = new_page()
    wall.goto(f"{link}/screen")
    assert_accessible(wall)
    expect(wall.locator("main")).to_contain_text(f"{PEOPLE} people have finished")
    team.close_the_round()
    team.read_the_result()
    wall.goto(f"{link}/screen")
    assert_accessible(wall)
    expect(wall.locator("main")).to_contain_text("The round is closed")
    public = team.share()
    anyone = new_page()
    anyone.goto(public)
    assert_accessible(anyone)
    anyone.get_by_role("button", name="Begin your own with this").click()
    expect(anyone.get_by_label("Your secret link")).to_be_visible()
