"""One client a role, on a real application with a real database, and a small study to walk through."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import html5lib
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy.orm import Session

from delphi import app, auth
from delphi import settings as settings_
from delphi.visits import Service
from surveys import access, database, items, panels, rounds, studies
from surveys.items import ItemPlan
from tests.surveys import examples

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "a secret of the tests, long enough for anyone"


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class Answer:
    """What came back, with its HTML checked for what a browser would have to repair."""

    status: int
    text: str
    location: str
    headers: Any


@dataclass
class Browser:
    """A person's browser: keeps cookies, sends the form's token, and reads every page strictly."""

    client: TestClient[Litestar]
    pages: list[str] = field(default_factory=list)

    def get(self, path: str, **options: Any) -> Answer:
        return self._read(self.client.get(path, follow_redirects=False, **options))

    def post(self, path: str, form: dict[str, Any] | None = None, **options: Any) -> Answer:
        if "delphi_csrf" not in self.client.cookies:
            self.client.get("/")
        data = {"_csrf_token": self.client.cookies["delphi_csrf"], **(form or {})}
        return self._read(self.client.post(path, data=data, follow_redirects=False, **options))

    def _read(self, answer: Any) -> Answer:
        if answer.headers.get("content-type", "").startswith("text/html"):
            html5lib.HTMLParser(strict=True).parse(answer.text)
            self.pages.append(answer.text)
        return Answer(answer.status_code, answer.text, answer.headers.get("location", ""), answer.headers)


@dataclass
class World:
    """The application under test, its database, its clock, and how to become somebody."""

    application: Litestar
    service: Service
    clock: Clock
    portal: BlockingPortal

    def session(self) -> Session:
        return Session(database.writing(self.service.engine))

    def browser(self) -> Browser:
        client = TestClient(self.application, raise_server_exceptions=False)
        # All browsers share one event loop, as they share one server.
        client.blocking_portal = self.portal
        return Browser(client)

    def as_account(self, email: str) -> Browser:
        with self.session() as session, session.begin():
            account = access.find_account(session, email)
            assert account is not None
            token = access.open_account_session(session, self.service.key, account, now=self.clock.now)
        return self._with_session(token)

    def as_panellist(self, code: str, study_key: str = "fairer-care") -> Browser:
        with self.session() as session, session.begin():
            study = studies.get(session, study_key)
            panellist = next(p for p in panels.list_panellists(session, study) if p.code == code)
            link = access.create_personal_link(session, self.service.key, panellist, now=self.clock.now)
            session.flush()
            token = access.open_panellist_session(session, self.service.key, link, now=self.clock.now)
        return self._with_session(token)

    def _with_session(self, token: str) -> Browser:
        browser = self.browser()
        browser.client.cookies.set(auth.SESSION_COOKIE, token)
        return browser


@cache
def _application(changes: frozenset[tuple[str, Any]]) -> Litestar:
    """The application with these settings: to put its routes together takes longer than most tests."""
    nowhere = {"database_url": "sqlite:///none.sqlite3", "secret_key": SECRET}
    return app.create(settings_.Settings(**nowhere | dict(changes)))


@pytest.fixture
def make_world(database_url: str) -> Iterator[Callable[..., World]]:
    """Make a world with these changes to its settings: its service and its database are its own."""
    with start_blocking_portal() as portal, ExitStack() as stack:

        def make(**changes: Any) -> World:
            clock, application = Clock(), _application(frozenset(changes.items()))
            settings = settings_.Settings(database_url=database_url, secret_key=SECRET, **changes)
            service = app.serve(settings, clock=clock)
            application.state.service = service
            stack.callback(service.engine.dispose)
            return World(application, service, clock, portal)

        yield make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A study of three items and two panels, planned; alice runs it, bob and grace are on its panels."""
    made = make_world()
    with made.session() as session, session.begin():
        alice = access.create_account(session, "alice@example.org", "Alice", "correct horse battery", now=NOW)
        access.create_account(session, "charlie@example.org", "Charlie", "correct horse battery", now=NOW)
        study = studies.create(session, "fairer-care", examples.protocol(), now=NOW)
        studies.add_member(session, study, alice, by="command line", now=NOW)
        items.add(session, study, [ItemPlan(k, f"Item {k}", f"About {k}.") for k in ("one", "two", "three")])
        rounds.plan_first(session, study)
        panels.add(session, study.panels[0], "bob", now=NOW)
        panels.add(session, study.panels[1], "grace", now=NOW)
    return made


@pytest.fixture
def alice(world: World) -> Browser:
    return world.as_account("alice@example.org")


@pytest.fixture
def charlie(world: World) -> Browser:
    return world.as_account("charlie@example.org")


@pytest.fixture
def bob(world: World) -> Browser:
    return world.as_panellist("bob")


@pytest.fixture
def grace(world: World) -> Browser:
    return world.as_panellist("grace")


@pytest.fixture
def open_round(world: World) -> int:
    """Round 1 of the study, opened; its number."""
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        rounds.open_(
            session, rounds.get_round(session, study, 1), closes_at=None, now=NOW, by="alice@example.org"
        )
    return 1
