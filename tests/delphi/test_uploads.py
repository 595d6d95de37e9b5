"""How far an upload is: told by its token alone, without the database, and never of more than two numbers."""

from delphi.uploads import MOST_KEPT, Uploads, new_token
from tests.delphi.answered import HOME
from tests.delphi.conftest import Browser, World

PEOPLE = "panel\n" + "practitioners\n" * 300


def test_a_page_is_told_how_far_its_file_is(alice: Browser, world: World) -> None:
    token = new_token()
    where = f"/uploads/{token}"
    page = alice.get(f"{HOME}/panels").text
    assert ('data-progress="/uploads/' in page, 'name="token"' in page) == (True, True)
    assert world.browser().get(where).text == "{}"
    files = {"file": ("people.csv", PEOPLE.encode(), "text/csv")}
    assert alice.post(f"{HOME}/panels/file", {"token": token}, files=files).status == 303
    told = world.browser().get(where)  # the token is enough, and the database is not asked
    assert (told.text, told.headers["cache-control"]) == ('{"done":600,"of":600}', "no-store")


def test_a_token_that_no_page_made_is_not_kept(alice: Browser) -> None:
    files = {"file": ("people.csv", PEOPLE.encode(), "text/csv")}
    for token in ("", "short", "x" * 65):
        assert alice.post(f"{HOME}/panels/file", {"token": token}, files=files).status == 303
    assert alice.get("/uploads/short").text == "{}"


def test_the_oldest_upload_is_forgotten_first() -> None:
    uploads, tokens = Uploads(), [new_token() for _ in range(MOST_KEPT + 1)]
    for token in tokens:
        reading, adding = uploads.halves(token)
        reading(1, 10)
        adding(5, 10)
    assert (uploads.find(tokens[0]), uploads.find(tokens[-1])) == (None, (15, 20))
