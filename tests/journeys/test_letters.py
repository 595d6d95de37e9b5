"""A researcher writes to a panel: changes a text, sends it, schedules what follows, and looks back."""

import email
from collections.abc import Callable, Iterator
from email import policy
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from delphi import clock, mail, settings, worker
from delphi.settings import Settings
from delphi.worker import Office
from surveys import panels, studies
from surveys.people import Person
from tests.journeys import serving
from tests.journeys.serving import EMAIL, PASSWORD, STUDY, Service

Check = Callable[[Page], None]


@pytest.fixture
def service(sqlite_url: str) -> Iterator[Service]:
    with serving.serving(sqlite_url) as made:
        serving.load_study(made.engine)
        with Session(made.engine) as session, session.begin():
            study, now = studies.get(session, STUDY), clock.now()
            person = Person(name="Bob Example", email="bob@example.org", created_at=now)
            panels.add(session, study.panels[0], "bob", now=now, person=person)
            panels.add(session, study.panels[1], "grace", now=now)
        yield made


class Researcher:
    """Somebody of the team; every page that they come to is checked."""

    def __init__(self, page: Page, service: Service, check: Check) -> None:
        self.page, self.check = page, check
        self.home = f"{service.address}/studies/{STUDY}"
        page.goto(f"{service.address}/sign-in/")
        page.get_by_label("Email address").first.fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()

    def go(self, path: str) -> None:
        self.page.goto(self.home + path)
        self.check(self.page)

    def press(self, name: str) -> None:
        """Press a button by the keyboard, and look at where it leads."""
        self.page.get_by_role("button", name=name).first.press("Enter")
        self.page.wait_for_load_state()
        self.check(self.page)

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.press("Enter")
        self.page.wait_for_load_state()
        self.check(self.page)

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def write_the_invitation(self) -> None:
        """A slip is named and mended, with a look at how it reads."""
        self.follow("Mail")
        self.sees("No mail leaves this machine.")
        self.follow("Read or change the text of “Invitation”")
        self.page.get_by_label("Text", exact=True).fill("Dear {nam},\n\nplease come: {link}")
        self.press("Preview")
        expect(self.page.get_by_role("alert")).to_contain_text("There is no placeholder {nam}")
        self.page.get_by_label("Text", exact=True).fill("Dear {name},\n\nplease come: {link}\n\n{stop}")
        self.page.get_by_label("Show it as this panellist would read it").fill("bob")
        self.press("Preview")
        self.sees("Dear Bob Example,")
        self.press("Save")
        self.sees("The text is saved.")

    def send_the_invitation(self) -> None:
        self.go("/mail")
        self.follow("Send “Invitation”")
        self.sees("It goes to 1 person.")
        self.page.get_by_text("1 person: no address is kept").click()
        self.sees("grace")
        self.press("Send to 1 person")
        self.sees("1 letter queued.")

    def schedule_the_round(self) -> None:
        """An hour that comes twice is refused; another is kept, changed and cancelled."""
        self.go("/rounds/1")
        self.follow("Add to the schedule")
        self.page.get_by_label("Open the round").check()
        self.page.get_by_label("When", exact=True).fill("2090-10-29T01:30")
        self.press("Add to the schedule")
        expect(self.page.get_by_role("alert")).to_contain_text("That time comes twice")
        self.page.get_by_label("When", exact=True).fill("2090-05-01T09:00")
        self.press("Add to the schedule")
        self.sees("1 May 2090, 09:00")
        self.follow("Change")
        self.page.get_by_label("When", exact=True).fill("2090-05-02T09:00")
        self.press("Save the new time")
        self.sees("2 May 2090, 09:00")
        self.press("Cancel")
        self.sees("cancelled")

    def look_back(self) -> None:
        self.go("/mail")
        self.sees("Invitation")
        self.follow("Panels")
        self.follow("bob")
        self.sees("Invitation: sent")
        self.page.get_by_text("Send no more mail to this address").click()
        self.page.get_by_label("Mail to it came back").check()
        self.press("Send no more mail there")
        self.sees("No mail goes to this address: mail to it came back")


def send(service: Service, folder: Path) -> worker.Done:
    """What `delphi worker --once` does."""
    chosen = Settings(secret_key=serving.SECRET, mail_folder=str(folder), public_address=service.address)
    office = Office(
        engine=service.engine,
        post=mail.post(chosen),
        key=settings.key(chosen),
        stationery=mail.stationery(chosen),
        pace=chosen.mails_a_minute,
        clock=clock.now,
        stop=Event(),
    )
    return worker.work_once(office)


@pytest.mark.parametrize(
    ("screen", "javascript"),
    [("phone", False), ("desk", True)],
    ids=["without JavaScript", "with JavaScript"],
)
def test_a_researcher_writes_to_the_panel(
    page: Page, service: Service, assert_accessible: Check, tmp_path: Path
) -> None:
    alice = Researcher(page, service, assert_accessible)
    alice.go("")
    alice.write_the_invitation()
    alice.send_the_invitation()
    alice.schedule_the_round()
    assert send(service, tmp_path / "mail").sent == 1
    (letter,) = (tmp_path / "mail").iterdir()
    text = str(email.message_from_bytes(letter.read_bytes(), policy=policy.default).get_content())
    alice.look_back()
    page.goto(text.partition("please come: ")[2].split()[0])
    expect(page.locator("main")).to_contain_text("Fairer care")
