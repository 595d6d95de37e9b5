"""A panellist chooses Polish on a phone and answers: the page, its script and its dates speak it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from delphi import clock
from delphi.auth import SESSION_COOKIE
from surveys import access, panels, rounds, studies
from surveys.access import Key
from surveys.translations import places, texts
from surveys.translations.texts import Draft
from tests.journeys import serving
from tests.journeys.serving import SECRET, STUDY, Service


@pytest.mark.parametrize("screen", ["phone"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without JavaScript"])
def test_a_panellist_answers_in_polish(
    sqlite_url: str,
    context: BrowserContext,
    page: Page,
    javascript: bool,
    assert_accessible: Callable[[Page], None],
) -> None:
    with serving.serving(sqlite_url) as service:
        serving.load_study(service.engine)
        token = _invite(service)
        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": service.address}])
        page.goto(f"{service.address}/answer/information")
        page.get_by_role("button", name="Polski").click()
        expect(page.locator("html")).to_have_attribute("lang", "pl")
        assert_accessible(page)
        page.get_by_label("Znam te informacje i chcę wziąć udział.").check()
        page.get_by_role("button", name="Dalej").click()
        assert_accessible(page)
        page.get_by_role("button", name="Zacznij rundę 1").click()
        question = page.locator(".q").first
        expect(question).to_contain_text("PL: How useful?")
        question.locator(".s label:has([value='8'])").click()
        if not javascript:
            page.get_by_role("button", name="Zapisz", exact=True).first.click()
        expect(page.locator(".q").first.locator(".sv")).to_have_text("Zapisano")
        assert_accessible(page)
        if javascript:
            context.set_offline(True)
            page.locator(".q").nth(1).locator(".s label:has([value='7'])").click()
            expect(page.locator("[data-say]")).to_have_text(
                "Nie zapisano: brak połączenia. Próbujemy ponownie."
            )
            context.set_offline(False)
            expect(page.locator("[data-say]")).to_have_text("Wszystko jest zapisane.")
        page.goto(f"{service.address}/answer/review")
        expect(page.locator("h1")).to_have_text("Przejrzyj odpowiedzi")
        assert_accessible(page)
        page.get_by_role("button", name="English").click()
        expect(page.locator("h1")).to_have_text("Look it over")


def _invite(service: Service) -> str:
    """The study in Polish with its round open, and the token of bob's browser."""
    key, now = Key(SECRET.encode()), clock.now()
    with Session(service.engine) as session, session.begin():
        study = studies.get(session, STUDY)
        texts.add_language(session, study, "pl", why="", by="alice", now=now)
        whole = Draft({place.name: f"PL: {place.source}" for place in places.of(study)})
        texts.put(session, study, "pl", whole, why="", by="alice", now=now)
        rounds.open_(session, rounds.get_round(session, study, 1), closes_at=None, now=now, by="alice")
        link = access.create_personal_link(
            session, key, panels.add(session, study.panels[0], "bob", now=now), now=now
        )
        session.flush()
        return access.open_panellist_session(session, key, link, now=now)
