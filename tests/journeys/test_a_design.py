"""A researcher comes from nothing to a preview, designs a study, and opens its first round."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from delphi import clock
from surveys import access
from tests.journeys import serving
from tests.journeys.serving import EMAIL, PASSWORD, Service

Check = Callable[[Page], None]


@pytest.fixture
def service(sqlite_url: str) -> Iterator[Service]:
    """The service with an account, and no study at all."""
    with serving.serving(sqlite_url) as made:
        with Session(made.engine) as session, session.begin():
            access.create_account(session, EMAIL, "Alice", PASSWORD, now=clock.now())
        yield made


class Researcher:
    """Somebody who designs; every page that they come to is checked."""

    def __init__(self, page: Page, service: Service, check: Check) -> None:
        self.page, self.service, self.check = page, service, check
        page.goto(f"{service.address}/sign-in/")
        page.fill("[name=email]", EMAIL)
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()

    def go(self, name: str) -> None:
        """Follow a link, and look at where it leads."""
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.look()

    def press(self, name: str) -> None:
        """Press a button, and look at where it leads."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.look()

    def look(self) -> None:
        """Check the page that has come."""
        self.page.wait_for_load_state()
        self.check(self.page)

    def begin(self) -> None:
        """From an empty list to a study; a title is asked for first."""
        expect(self.page.locator("h2", has_text="No study yet")).to_be_visible()
        self.go("New study")
        self.page.get_by_label("Core outcome set, 70/15").check()
        self.press("Begin this study")
        expect(self.page.locator(".nhsuk-error-summary")).to_contain_text("Give the study a title")
        expect(self.page.get_by_label("Core outcome set, 70/15")).to_be_checked()
        self.page.locator("#title").fill("Outcomes of back pain: a Delphi study")
        self.press("Begin this study")
        expect(self.page.locator("h1")).to_have_text("Design")

    def preview(self) -> None:
        """What a panellist sees, in the width of a phone and of a desk."""
        self.go("Preview")
        seen = self.page.frame_locator("iframe")
        expect(seen.get_by_text("How important is it that every trial measures this?").first).to_be_visible()
        self.go("At a desk")
        self.go("Patients and carers")
        expect(seen.get_by_text("Answer from your own life").first).to_be_visible()
        self.go("Design")

    def write_the_parts(self) -> None:
        """Through all parts by their own buttons, with a mistake on the way."""
        self.go("Title and aims")
        self.page.get_by_label("Aims").fill("Which outcomes every trial should measure.")
        for part in ("criteria", "scale"):
            self.press(f"Save and go on to {part}")
        self.page.get_by_label("High, to").fill("12")
        self.press("Save and go on to panels")
        expect(self.page.get_by_role("alert")).to_be_visible()
        self.page.get_by_label("High, to").fill("9")
        for part in ("panels", "consensus rules", "rounds and feedback", "information sheet"):
            self.press(f"Save and go on to {part}")
        for part in ("priority grids", "notes for the report"):
            self.press(f"Save and go on to {part}")
        self.page.get_by_label("When you stop").fill("After two rounds.")
        self.press("Save and go on to items")

    def write_items(self) -> None:
        """A new one, one reworded and one dropped."""
        self.page.get_by_label("Title", exact=True).first.fill("Pain today")
        self.page.get_by_label("Drop this item").nth(1).check(force=True)
        self.page.get_by_label("New item").first.fill("Days off work")
        self.press("Save and stay")
        expect(self.page.get_by_role("status")).to_contain_text(
            "1 item added, 1 item reworded, 1 item dropped"
        )

    def be_overtaken(self, colleague: Page) -> None:
        """A colleague saves the same part first; both texts stand on the page."""
        colleague.goto(self.page.url.replace("/items", "/parts/aims"))
        self.page.goto(colleague.url)
        colleague.get_by_label("Title").fill("Back pain")
        colleague.get_by_role("button", name="Save", exact=True).click()
        self.page.get_by_label("Title").fill("Low back pain: a Delphi study")
        self.press("Save")
        expect(self.page.get_by_role("alert")).to_contain_text("Somebody else saved this part")
        expect(self.page.locator("main")).to_contain_text("Back pain")
        expect(self.page.get_by_label("Title")).to_have_value("Low back pain: a Delphi study")
        self.press("Save")

    def look_it_over(self) -> None:
        """The check, and how many panellists; then round 1."""
        self.go("Check my design")
        expect(self.page.locator("main")).to_contain_text("no plan for people who come late")
        self.go("Design")
        self.go("How many panellists?")
        self.page.get_by_label("In a hundred, rate it 7 to 9").fill("85")
        self.press("Draw")
        expect(self.page.locator("svg.ds-chart")).to_be_visible()
        self.page.get_by_text("The numbers").click()
        expect(self.page.get_by_role("rowheader", name="20", exact=True)).to_be_visible()

    def send_a_workbook(self, folder: Path) -> None:
        """The design as a workbook is a study again."""
        with self.page.expect_download() as started:
            self.page.get_by_role("link", name="Workbook (.xlsx)").click()
        path = folder / "study.xlsx"
        started.value.save_as(path)
        self.page.goto(f"{self.service.address}/studies/new")
        self.page.get_by_label("Workbook, or protocol.toml").set_input_files(path)
        self.page.locator("#file_title").fill("The same again")
        self.press("Begin from these files")
        expect(self.page.locator("h1")).to_have_text("Design")

    def open_round_1(self) -> None:
        """The protocol is fixed from then on."""
        self.go("Round 1")
        expect(self.page.locator("main")).to_contain_text("Reviewers will ask about this")
        self.press("Open round 1")
        self.go("Design")
        expect(self.page.locator("main")).to_contain_text("The protocol is fixed since")

    def amend(self) -> None:
        """With a reason, and what it affects."""
        self.go("Notes for the report")
        self.page.get_by_label("Registration").fill("In a public registry.")
        self.press("Amend the protocol")
        expect(self.page.locator(".nhsuk-error-summary")).to_contain_text("Say why")
        self.page.get_by_label("Reason").fill("It was registered today.")
        self.page.get_by_label("What it affects").fill("No answer.")
        self.press("Amend the protocol")
        expect(self.page.locator("main")).to_contain_text("Amendment 1")


@pytest.mark.parametrize(
    ("screen", "javascript"),
    [("phone", True), ("desk", False)],
    ids=["with JavaScript", "without JavaScript"],
)
def test_a_researcher_designs_a_study_and_opens_it(
    service: Service,
    browser: Browser,
    browser_context_args: dict[str, Any],
    assert_accessible: Check,
    tmp_path: Path,
) -> None:
    context = browser.new_context(**browser_context_args)
    researcher = Researcher(context.new_page(), service, assert_accessible)
    researcher.begin()
    researcher.preview()
    researcher.write_the_parts()
    researcher.write_items()
    researcher.be_overtaken(context.new_page())
    researcher.look_it_over()
    researcher.go("Design")
    researcher.send_a_workbook(tmp_path)
    researcher.open_round_1()
    researcher.amend()
