"""A local team prints its plan: whatever fits by what the page says stands on two pages of A4."""

import re
from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from delphi import clock, settings
from delphi.settings import Settings
from surveys.access import Key
from surveys.editions import editions, sources
from surveys.editions.editions import Edition
from surveys.editions.plans import Step
from tests.journeys import serving
from tests.journeys.serving import Service
from tests.surveys.editions import examples

REASON = "The waiting list is long, and many of those concerned have no car and no data on their phone."
NOTE = "Evening slots, and letters in Welsh and in plain words."
WORK = {
    "lead": "Dr Pascoe",
    "partners": "Citizens Advice, and the patients’ group",
    "resources": "Half a day of a nurse, and the hall on Tuesdays",
    "first_date": "2027-01-11",
    "evaluation": "Count who came, by postcode; ask ten of them after three months.",
}


# Of the same plan the first items and no more.
KEEP = "count => document.querySelectorAll('.ed-lines > li').forEach((li, n) => n < count || li.remove())"


@pytest.fixture
def service(sqlite_url: str) -> Iterator[Service]:
    with serving.serving(sqlite_url) as made:
        with Session(made.engine) as session, session.begin():
            examples.publish(session, now=clock.now())
        yield made


def write(service: Service, own: int, led: int) -> str:
    """A plan with the six items of the study and so many of the team's own; as many of them have a lead."""
    key = settings.key(Settings(secret_key=serving.SECRET))
    with Session(service.engine) as session, session.begin():
        made = editions.create(session, key, examples.STUDY, now=clock.now())
        _steps(session, key, made.edition, own, led)
    return f"{service.address}/editions/{made.token}/plan"


def _steps(session: Session, key: Key, edition: Edition, own: int, led: int) -> None:
    def save(step: Step, data: dict[str, object]) -> None:
        seen = editions.draft(session, edition).number
        editions.save(session, edition, step, data, seen=seen, now=clock.now())

    items = [item.key for item in examples.ITEMS] + [f"local-{n}" for n in range(1, own + 1)]
    figures = [{"text": "One in five of our patients has no car.", "source": "Census 2021"}] * 2
    save(Step.GROUP, {"place": "Porthmadog and Eifionydd Cluster", "groups": ["rural"], "figures": figures})
    choices = [{"item": item.key, "standing": "possible", "reason": REASON} for item in examples.ITEMS]
    titles = [f"A walking group that meets at surgery {n}" for n in range(1, own + 1)]
    save(Step.ISSUES, {"choices": choices, "local_items": [{"title": t, "reason": REASON} for t in titles]})
    save(Step.INGREDIENTS, {"items": _checks(session, edition, items)})
    save(Step.CODESIGN, {"work": [{"item": item, **WORK} for item in ("", *items[:led])]})
    examples.ask(session, key, edition, now=clock.now())


def _checks(session: Session, edition: Edition, items: Sequence[str]) -> list[dict[str, object]]:
    first, second, *_ = sources.principles(editions.draft(session, edition).source)
    checks = [{"principle": first, "is_met": True}, {"principle": second, "is_met": False, "note": NOTE}]
    return [{"item": item, "checks": checks} for item in items]


def pages(page: Page) -> int:
    """On how many pages of A4 this is printed."""
    return len(re.findall(rb"/Type */Page\b", page.pdf(format="A4", prefer_css_page_size=True)))


@pytest.mark.parametrize(("own", "led"), [(0, 6), (2, 4), (4, 5)], ids=["6 items", "8 items", "10 items"])
def test_a_plan_of_six_to_ten_items_is_two_pages(page: Page, service: Service, own: int, led: int) -> None:
    page.goto(write(service, own, led))
    expect(page.locator("main")).not_to_contain_text("fit on two pages")
    assert pages(page) == 2


@pytest.mark.parametrize("led", [0, 30])
def test_of_too_many_items_the_page_says_how_many_fit_and_these_do(
    page: Page, service: Service, led: int
) -> None:
    page.goto(write(service, 24, led))
    said = page.locator("main").inner_text()
    found = re.search(r"about (\d+) of the 30 items in play fit on two pages", said)
    assert found is not None
    assert pages(page) > 2
    fits = int(found[1])
    page.evaluate(KEEP, fits)
    assert pages(page) == 2
