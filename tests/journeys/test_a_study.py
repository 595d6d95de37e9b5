"""A study of two panels goes through two rounds to its grids, with JavaScript and without."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import serving
from tests.journeys.serving import EMAIL, ITEMS, PASSWORD, STUDY, Service

Check = Callable[[Page], None]
PEOPLE = {"practitioners": ["bob", *(f"P{n}" for n in range(11))], "lived_experience": ["grace", *"ABCDEF"]}


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    with serving.serving(database_url) as made:
        serving.load_study(made.engine)
        yield made


class Researcher:
    """Alice at her desk; every page that she comes to is checked."""

    def __init__(self, page: Page, service: Service, check: Check) -> None:
        self.page, self.home, self.check = page, f"{service.address}/studies/{STUDY}", check
        page.goto(f"{service.address}/sign-in")
        check(page)
        page.fill("[name=email]", EMAIL)
        page.fill("[name=password]", PASSWORD)
        self.press("Sign in", exact=True)

    def go(self, path: str = "") -> None:
        """Open a page of the study."""
        self.page.goto(self.home + path)
        self.check(self.page)

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press a button, and look at where it leads."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        self.check(self.page)

    def add_panellists(self) -> None:
        """From a file, as a spreadsheet writes it."""
        rows = [f"{panel},{code}" for panel, codes in PEOPLE.items() for code in codes]
        data = "\r\n".join(["panel,code", *rows]).encode()
        self.go("/panels")
        self.page.set_input_files(
            "[name=file]", {"name": "people.csv", "mimeType": "text/csv", "buffer": data}
        )
        self.press("Add these panellists")

    def links(self) -> dict[str, str]:
        """The personal links, from the file that she downloads."""
        self.go("/panels")
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name="Download all personal links").click()
        text = download.value.path().read_text(encoding="utf-8-sig")
        return {row["code"]: row["link"] for row in csv.DictReader(io.StringIO(text))}

    def close(self, number: int) -> None:
        """Close a round: it asks once, and a button alone does not do it."""
        self.go(f"/rounds/{number}/close")
        self.press(f"Close round {number}")
        expect(self.page.get_by_role("alert")).to_be_visible()
        self.page.check("[name=sure]")
        self.press(f"Close round {number}")

    def settle(self, number: int) -> None:
        """As the protocol proposes."""
        self.go(f"/rounds/{number}/settle")
        self.press("Have a last look")
        self.press(f"Settle round {number}")


class Panellist:
    """Bob or grace, on a phone or not; every page is checked."""

    def __init__(self, page: Page, link: str, check: Check) -> None:
        self.page, self.check = page, check
        page.goto(link)
        self.press("Go in")

    def press(self, name: str) -> None:
        """Press a button, and look at where it leads."""
        self.check(self.page)
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()
        self.check(self.page)

    def consent(self) -> None:
        """Agree to everything."""
        expect(self.page.locator("h1")).to_contain_text("About this study")
        for kind in ("take_part", "show_comments", "quote"):
            self.page.check(f"[name={kind}]")
        self.press("Go on")

    def rate(self, title: str, value: str, criterion: int) -> None:
        """Choose a category by its label, as a finger does."""
        card = self.page.locator("[data-card]", has_text=title)
        card.locator("fieldset").nth(criterion).locator(f"input[value='{value}']").first.check(force=True)

    def rate_all(self, value: str) -> None:
        """Both criteria of every item that is asked."""
        for card in self.page.locator("[data-card]").all():
            for question in card.locator("fieldset").all():
                question.locator(f"input[value='{value}']").first.check(force=True)

    def comment(self, text: str) -> None:
        """Open the fold of the first item, write, and leave the field."""
        self.page.locator("summary", has_text="Comment").first.click()
        self.page.locator("textarea").first.fill(text)
        self.page.locator("h1").click()

    def saved(self, javascript: bool) -> None:
        """Wait for the sign, or press the button where no script saves."""
        if javascript:
            signs, questions = self.page.locator(".q .sv", has_text="Saved"), self.page.locator(".q")
            expect(signs).to_have_count(questions.count())
            expect(self.page.locator(".f .sv").first).to_have_text("Saved")
        else:
            self.page.get_by_role("button", name="Save", exact=True).last.click()
            self.page.wait_for_load_state()

    def send(self) -> None:
        """Leave the items, look over, send."""
        self.press("Save and look over")
        if "questions" in self.page.url:
            self.page.fill("[name=missing]", "Child care during appointments.")
            self.press("Save and go on")
        self.press("Send my answers")


class Cast:
    """Alice, bob and grace with a browser each, and whoever has only the public address."""

    def __init__(self, service: Service, new_page: Callable[[], Page], check: Check) -> None:
        self.service, self.new_page, self.check = service, new_page, check
        self.alice = Researcher(new_page(), service, check)

    def set_up(self) -> None:
        """Alice looks round, adds her panellists, downloads their links and opens the first round."""
        for path in ("", "/protocol", "/items", "/panels", "/rounds/1", "/grids", "/trail"):
            self.alice.go(path)
        self.alice.add_panellists()
        links = self.alice.links()
        assert set(links) == {code for codes in PEOPLE.values() for code in codes}
        self.alice.go("/rounds/1")
        self.alice.press("Open round 1")
        self.bob = Panellist(self.new_page(), links["bob"], self.check)
        self.grace = Panellist(self.new_page(), links["grace"], self.check)

    def answer_first_round(self, *, javascript: bool) -> None:
        """Bob rates high and grace low, each with a comment; the others are undecided."""
        for one, value in ((self.bob, "8"), (self.grace, "2")):
            one.consent()
            one.press("Begin round 1")
            one.rate_all(value)
            one.comment("Ask those who wait longest.")
            one.saved(javascript)
            one.send()
            expect(one.page.locator("h1")).to_have_text("Your answers are in")
        self.service.the_others_answer(1, 5)

    def settle_first_round(self, *, javascript: bool) -> None:
        """Alice closes it, reads, releases both comments, settles, and opens the second."""
        self.alice.close(1)
        self.read_results(javascript=javascript)
        self.alice.go("/rounds/1/comments")
        for _ in ("bob's", "grace's"):
            self.alice.press("Release")
        self.alice.settle(1)
        self.alice.go("/rounds/2")
        self.alice.press("Open round 2")

    def read_results(self, *, javascript: bool) -> None:
        """Alice looks at some of the rows in another order; what she chose stands in the address."""
        self.alice.go("/rounds/1/results")
        page = self.alice.page
        page.locator("[name=order]:visible").select_option("Title")
        page.locator("[name=show]:visible").select_option(index=1)
        if not javascript:
            page.get_by_role("button", name="Show").click()
        expect(page).to_have_url(re.compile(r"[?&]order=1(\+|%20)up"))
        expect(page.locator("caption")).to_contain_text("3 items")
        page.reload()
        self.check(page)
        expect(page.locator("tbody tr:visible").first).to_contain_text(ITEMS[2])
        expect(page.locator("[name=order]:visible")).to_have_value("1 up")

    def answer_second_round(self) -> None:
        """Bob sees what was said, keeps one answer, changes another, and reads all that he gave."""
        page = self.bob.page
        page.goto(f"{self.service.address}/answer")
        self.bob.press("Begin round 2")
        first = page.locator("[data-card]").first
        expect(first).to_contain_text("1 comment by others")
        expect(first.locator("input:checked")).to_have_count(0)  # silence is blank, never a copy
        first.get_by_role("button", name="Keep 8").first.click()
        expect(page.locator("[data-card]").first.locator("input:checked")).to_have_count(1)
        self.bob.rate(ITEMS[1], "5", 0)
        self.bob.send()
        page.goto(f"{self.service.address}/answer/summary")
        self.check(page)
        expect(page.locator("main")).to_contain_text("Ask those who wait longest.")
        self.service.the_others_answer(2, 8)

    def publish(self) -> None:
        """Alice ends with the grids."""
        self.alice.close(2)
        self.alice.go("/rounds/2/results")
        self.alice.settle(2)
        self.alice.go("/grids")
        self.alice.go("/publication?through=2")
        self.alice.press("Publish round 2")

    def look_at_the_grids(self, *, javascript: bool) -> None:
        """Anyone with the address does."""
        page = self.new_page()
        page.goto(f"{self.service.address}/grids/{STUDY}")
        self.check(page)
        page.get_by_role("link", name="All items").first.click()
        self.check(page)
        expect(page.locator("svg[role=img]").first).to_be_visible()
        for title in ITEMS:
            expect(page.locator("main")).to_contain_text(title)
        page.get_by_text("Look at it another way").click()
        page.get_by_label("By whose answers").select_option("practitioners")
        page.get_by_label("An item stands at").select_option("mean")
        page.get_by_label("How sure each place is").check()
        page.get_by_role("button", name="Show it so").click()
        self.check(page)
        expect(page.locator("figcaption")).to_contain_text("mean of the answers")
        if not javascript:
            expect(page.get_by_role("slider")).to_have_count(0)
            return
        page.get_by_role("slider").press("ArrowLeft")
        expect(page.locator("output")).to_contain_text("This order holds from")
        expect(page).to_have_url(re.compile("order="))
        page.locator("#key > li").first.focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator("#key > li").nth(1)).to_be_focused()
        expect(page.locator("svg .g-mark.is-meant")).to_have_count(1)
        self.check(page)

    def withdraw(self) -> None:
        """Grace leaves; she is asked once, and a button alone does not do it."""
        page = self.grace.page
        page.goto(f"{self.service.address}/answer")
        self.check(page)
        page.get_by_role("link", name="Withdraw from the study").click()
        self.grace.press("Withdraw from the study")
        expect(page.get_by_role("alert")).to_be_visible()
        page.check("[name=sure]")
        self.grace.press("Withdraw from the study")
        expect(page.locator("h1")).to_have_text("You have withdrawn from the study")


# What a page is without JavaScript does not hang on the database, and axe is slow to be brought in there.
@pytest.mark.parametrize(
    ("database_url", "javascript"),
    [("sqlite", False), ("postgresql", True)],
    indirect=["database_url"],
    ids=["sqlite without JavaScript", "postgresql with JavaScript"],
)
def test_a_study_of_two_panels_goes_through_two_rounds_to_its_grids(
    service: Service,
    browser: Browser,
    browser_context_args: dict[str, Any],
    assert_accessible: Check,
    javascript: bool,
) -> None:
    cast = Cast(service, lambda: browser.new_context(**browser_context_args).new_page(), assert_accessible)
    cast.set_up()
    cast.answer_first_round(javascript=javascript)
    cast.settle_first_round(javascript=javascript)
    cast.answer_second_round()
    cast.publish()
    cast.look_at_the_grids(javascript=javascript)
    cast.withdraw()
