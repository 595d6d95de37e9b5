"""A real browser for the journeys: the machine's own Chromium, at several sizes, with and without JavaScript.

A journey asks for `page`, and for `assert_accessible`, which it calls on every page it comes to. It runs at
several sizes where it is marked `@pytest.mark.parametrize("screen", ["desk", "phone"])`, and both ways
where it is marked `@pytest.mark.parametrize("javascript", [True, False])`. Everything here has the marker
`journey`.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from tests import machine

# A browser that asks nobody: no updates, no component downloads, no name of another machine resolved.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
SCREENS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "phone": {
        "viewport": {"width": 360, "height": 740},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
    # The narrowest width that WCAG 2.2 (1.4.10, reflow) asks for; also a desk at 400 %.
    "narrow": {"viewport": {"width": 320, "height": 640}},
}
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that `-m 'not journey'` leaves the browser out."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("journey")


@pytest.fixture
def screen() -> str:
    """The size of the screen, a key of SCREENS; a journey parametrises it to run at several."""
    return "desk"


@pytest.fixture
def javascript() -> bool:
    """Whether the pages' scripts run; a journey parametrises it to run without them."""
    return True


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the machine's own browser, and never one that a test tool would have downloaded."""
    chromium = machine.find_chromium()
    if chromium is None:
        machine.do_without("Chromium")
    # Its sandbox needs rights that root in a container has not got; the pages are our own.
    ours = {"executable_path": str(chromium), "chromium_sandbox": False, "args": list(FLAGS)}
    return browser_type_launch_args | ours


@pytest.fixture
def browser_context_args(
    browser_context_args: dict[str, Any], screen: str, javascript: bool
) -> dict[str, Any]:
    """A British reader with a screen of this size."""
    reader = {"locale": "en-GB", "timezone_id": "Europe/London", "java_script_enabled": javascript}
    return browser_context_args | reader | SCREENS[screen]


@pytest.fixture
def assert_accessible(
    browser: Browser, browser_context_args: dict[str, Any], javascript: bool
) -> Iterator[Callable[[Page], None]]:
    """Fail, with axe's own report, where a page has a violation."""
    if javascript:
        yield _check
        return
    # axe is a script itself, and waits for ever where none may run.
    with browser.new_context(**browser_context_args | {"java_script_enabled": True}) as context:
        twin = context.new_page()
        yield lambda page: _check(_as_shown(page, twin))


def _check(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def _as_shown(page: Page, twin: Page) -> Page:
    """The twin, showing the page as it is without JavaScript: a script may run there, the page’s may not."""
    page.wait_for_load_state()  # a button may have been pressed just now
    shown = re.sub(r"</?noscript[^>]*>", "", page.content())

    def answer(route: Route) -> None:
        if route.request.is_navigation_request():
            route.fulfill(body=shown, content_type="text/html; charset=utf-8")
        elif route.request.resource_type == "script":
            route.abort()
        else:
            route.continue_()

    twin.unroute_all()
    twin.route("**/*", answer)
    twin.goto(page.url)
    return twin
