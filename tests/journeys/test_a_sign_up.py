"""A researcher opens a sign-up page, somebody asks to join by it, and is on the panel once approved."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import serving
from tests.journeys.serving import EMAIL, PASSWORD, STUDY, Service

Check = Callable[[Page], None]


@pytest.fixture
def service(sqlite_url: str) -> Iterator[Service]:
    with serving.serving(sqlite_url) as made:
        serving.load_study(made.engine)
        yield made


class Visitor:
    """Somebody at a browser; every page that they come to is checked, and every button pressed by key."""

    def __init__(self, page: Page, check: Check) -> None:
        self.page, self.check = page, check

    def go(self, address: str) -> None:
        self.page.goto(address)
        self.check(self.page)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.press("Enter")
        self.page.wait_for_load_state()
        self.check(self.page)

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.press("Enter")
        self.page.wait_for_load_state()
        self.check(self.page)

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)


def open_the_page(team: Visitor, home: str) -> str:
    """Questions are written, one of them wrongly at first, and a link is made; its address."""
    team.go(f"{home}/panels")
    team.follow("Sign-ups")
    team.sees("Nobody has signed up yet")
    team.follow("Change what it asks for Practitioners")
    first, second = (team.page.get_by_role("group", name=f"Screening question {n}") for n in (1, 2))
    first.get_by_label("Question", exact=True).fill("Do you work in general practice?")
    second.get_by_label("Question", exact=True).fill("For how long?")
    second.get_by_label("Answered by").select_option("Choose one")
    attribute = team.page.get_by_role("group", name="Attribute 1")
    attribute.get_by_label("Name").fill("profession")
    attribute.get_by_label("Question", exact=True).fill("What do you do?")
    attribute.get_by_label("Answered by").select_option("Short text")
    team.press("Save")
    expect(team.page.get_by_role("alert")).to_contain_text("Write at least two answers")
    second.get_by_label("Answers to choose from").fill("Under a year\nLonger")
    team.press("Save")
    team.sees("It asks 2 screening questions, and for: profession.")
    team.press("Make a sign-up link")
    return team.page.get_by_label("Open to anyone with this address").input_value()


def ask_to_join(nurse: Visitor, address: str) -> None:
    """Something is forgotten, then sent; and nothing is promised."""
    nurse.go(address)
    nurse.page.get_by_text("More about taking part").press("Enter")
    nurse.sees("Ten minutes.")
    nurse.page.get_by_label("Yes", exact=True).press("Space")
    nurse.page.get_by_label("I want to answer the questions").press("Space")
    nurse.page.get_by_label("What do you do?").fill("nurse")
    nurse.page.get_by_label("Your name").fill("Uma Field")
    nurse.page.get_by_label("Your email address").fill("uma@example.net")
    nurse.press("Send")
    expect(nurse.page.get_by_role("alert")).to_contain_text("Answer this question: For how long?")
    expect(nurse.page.get_by_label("Your name")).to_have_value("Uma Field")
    nurse.page.get_by_label("Longer").press("Space")
    nurse.press("Send")
    nurse.sees("If there is a place for you, they will write")


def decide(team: Visitor, home: str) -> None:
    """One entry is declined with a reason that was missing first; another is approved."""
    team.go(f"{home}/panels")
    team.sees("2 people have signed up and wait for a decision.")
    team.follow("Look at the entries")
    team.sees("Sent from the same network as entry")
    team.page.locator("summary", has_text="Decline").last.press("Enter")
    team.page.get_by_role("button", name="Decline this entry").last.press("Enter")
    expect(team.page.get_by_role("alert")).to_contain_text("Write why")
    team.check(team.page)
    team.page.get_by_label("Reason, for the team").last.fill("Did not pick up the telephone.")
    team.page.get_by_role("button", name="Decline this entry").last.press("Enter")
    team.sees("is declined. Nobody was written to.")
    team.press("Approve")
    team.sees("is on the panel “Practitioners”")
    team.page.get_by_label("Show", exact=True).select_option("Entries of all kinds")
    team.press("Show these")
    team.sees("Reason: Did not pick up the telephone.")
    team.go(f"{home}/panels")
    team.sees("profession: nurse; taking part as: participant")
    team.sees("Practitioners: sign-up")


@pytest.mark.parametrize(("screen", "javascript"), [("desk", True), ("phone", False)])
def test_from_a_public_link_to_the_panel(
    page: Page,
    browser: Browser,
    browser_context_args: dict[str, object],
    service: Service,
    assert_accessible: Check,
) -> None:
    home = f"{service.address}/studies/{STUDY}"
    page.goto(f"{service.address}/sign-in/")
    page.get_by_label("Email address").first.fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    team = Visitor(page, assert_accessible)
    address = open_the_page(team, home)
    with browser.new_context(**browser_context_args) as context:  # type: ignore[arg-type]
        nurse = Visitor(context.new_page(), assert_accessible)
        ask_to_join(nurse, address)
        nurse.go(address)
        for label in ("No", "Longer", "I want to answer the questions"):
            nurse.page.get_by_label(label, exact=label == "No").press("Space")
        nurse.page.get_by_label("Your name").fill("Ray Hill")
        nurse.page.get_by_label("Your email address").fill("ray@example.net")
        nurse.press("Send")
    decide(team, home)
