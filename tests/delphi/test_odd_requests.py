"""What no page of ours would send: huge numbers, NUL, fields that come twice. None of it is our trouble.

The whole table of routes is walked by everybody, with every parameter of an address and field of a form.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from delphi.auth import Access
from tests.delphi import answered
from tests.delphi.conftest import Browser, World
from tests.delphi.test_access import PLACES, TABLE

HUGE = ("2147483648", "9223372036854775808", "99999999999999999999", "9" * 5000)
ODD = (*HUGE, "-" + HUGE[0], "a%00b", "%00", "%01", "%ED%A0%80")
FIELDS = """a1.attribute act aims answer answers at body closes_at code code.1 copy_title count
criterion.usefulness.name decision definition email harm i1.c1 i1.c1.unable i1.c1.why i1.comment
i1.outcome i1.reason into item.1.place item.1.title keep language low.first missing name none_fits
note occasion outcome panel panel.practitioners.weight password phone press quote reader reason
rule.1.in s1.choices s1.text save seen show show_comments signs study subject sure take_part tells
template text theme through title was was.i1 why""".split()
PLAIN = {"decision": "withheld", "panel": "practitioners", "take_part": "yes", "answers": "keep"}

PLACED = [place for place in TABLE if not place[1].startswith("/static")]
# How far each comes: where somebody is not let in, a route is walked with one oddity, no more.
LETS_IN = {
    "alice": {Access.PUBLIC, Access.PANELLIST, Access.RESEARCHER},
    "bob": {Access.PUBLIC, Access.PANELLIST},
    "nobody": {Access.PUBLIC},
}


@pytest.fixture(params=LETS_IN)
def who(request: pytest.FixtureRequest) -> str:
    """Everybody in turn."""
    return str(request.param)


@pytest.fixture
def visitor(who: str, world: World) -> Browser:
    """The browser of whoever it is, in a study whose first round is closed."""
    answered.round_1(world)
    known = {"alice": lambda: world.as_account("alice@example.org"), "bob": lambda: world.as_panellist("P0")}
    return known.get(who, world.browser)()


def _asked(application: Litestar) -> dict[tuple[str, str], list[str]]:
    """The names that each route reads after the question mark."""
    return {
        (method, route.path_format): [
            name for name, hint in handler.parsed_fn_signature.parameters.items() if "Query" in f"{hint}"
        ]
        for route in application.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler)
        for method in handler.http_methods
    }


def _addresses(path: str, asked: list[str], oddities: Sequence[str]) -> Iterator[str]:
    """The address with each of its parts odd in each of these ways, the others as they should be."""
    names = re.findall(r"\{(\w+)\}", path)
    good = {name: PLACES.get(name, "x") for name in names}
    for name in names:
        for odd in oddities:
            yield path.format(**good | {name: odd})
    for name in asked:
        for odd in oddities:
            yield f"{path.format(**good)}?{name}={odd}"
        yield f"{path.format(**good)}?{name}=1&{name}=2"


def _trouble(browser: Browser, method: str, address: str, form: dict[str, Any] | None = None) -> str:
    status = browser.get(address).status if method == "GET" else browser.post(address, form).status
    return f"{status} {method} {address[:80]}" if status >= 500 else ""


def test_no_address_is_trouble(world: World, who: str, visitor: Browser) -> None:
    asked = _asked(world.application)
    troubles = [
        _trouble(visitor, method, address)
        for method, path in PLACED
        for address in _addresses(
            path, asked[method, path], ODD if TABLE[method, path] in LETS_IN[who] else ODD[:1]
        )
    ]
    assert len(troubles) > 300
    assert list(filter(None, troubles)) == []


@pytest.mark.parametrize("value", ["a\0b", HUGE[2], ["1", "2"], ["a\0", "\0"], "\x0b\ufffe"], ids=repr)
def test_no_field_of_a_form_is_trouble(world: World, visitor: Browser, value: Any) -> None:
    """Each form with all of its fields odd; and with those odd that nothing depends on."""
    panellist, item = answered.ids(world, "P0")
    good = PLACES | {"panellist_id": f"{panellist}", "item_id": f"{item}"}
    forms = [dict.fromkeys(FIELDS, value), dict.fromkeys(FIELDS, value) | PLAIN]
    troubles = [
        _trouble(visitor, method, path.format(**good), form)
        for method, path in PLACED
        if method == "POST" and not path.startswith("/demo")
        for form in forms
    ]
    assert list(filter(None, troubles)) == []


def test_a_name_is_kept_without_what_no_text_has(world: World, alice: Browser) -> None:
    form = {
        "panel": "practitioners",
        "code": "N\x001",
        "name": "Ada\0 \x0bExample",
        "email": "ada@example.org",
    }
    assert alice.post("/studies/fairer-care/panels", form).status == 303
    page = alice.get(f"/studies/fairer-care/panels/{answered.ids(world, 'N1')[0]}")
    assert "Ada Example" in page.text


def test_of_a_field_that_comes_twice_the_last_counts(alice: Browser, world: World) -> None:
    form = {"panel": ["nobody", "practitioners"], "code": ["X1", "X2"]}
    assert alice.post("/studies/fairer-care/panels", form).status == 303
    assert answered.ids(world, "X2")


def test_what_cannot_be_read_is_not_said_to_be_our_fault(alice: Browser) -> None:
    answer = alice.get("/studies/fairer-care/publication?through=one")
    assert (answer.status, "on our side" in answer.text) == (400, False)
    assert "cannot be read" in answer.text
