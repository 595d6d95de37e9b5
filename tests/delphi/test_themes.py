"""Coding into themes on the pages: text after text, two coders, agreement, differences, the table."""

import pytest

from surveys import access, rounds, studies, teams
from surveys.permissions import Role
from surveys.teams import NewMember
from surveys.themes import codebook, texts
from tests.delphi import answered
from tests.delphi.answered import BY, HOME, ROUND
from tests.delphi.conftest import Browser, World

THEMES, BOOK = f"{ROUND}/themes", f"{HOME}/codebook"
COST = {"name": "Cost", "definition": "What it costs.", "theme": "Getting there"}


@pytest.fixture
def ben(world: World) -> Browser:
    return _on_the_team(world, "ben@example.org", Role.ANALYST)


def _on_the_team(world: World, email: str, role: Role) -> Browser:
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        new = NewMember(email, email.partition("@")[0].capitalize(), role)
        teams.invite(session, study, new, by=BY, now=world.clock.now)
        assert access.find_account(session, email)
    return world.as_account(email)


def _places(world: World) -> list[str]:
    """Where the texts of round 1 are coded, as their order stands."""
    with world.session() as session:
        round_ = rounds.get_round(session, studies.get(session, "fairer-care"), 1)
        return [f"{one.panellist_id}/{one.place}" for one in texts.list_texts(session, round_)]


def _code_id(world: World, name: str) -> int:
    with world.session() as session:
        found = codebook.find(session, studies.get(session, "fairer-care"), name)
        assert found is not None
        return found.id


def test_texts_come_one_after_the_other_and_each_codes_for_herself(
    alice: Browser, ben: Browser, world: World
) -> None:
    answered.round_1(world)
    assert alice.post(BOOK, COST).location == f"{BOOK}"
    places, code = _places(world), f"code.{_code_id(world, 'Cost')}"
    assert "You have coded 0 of 4 texts." in alice.get(THEMES).text
    saved = alice.post(f"{THEMES}/texts/{places[0]}", {code: "yes"})
    assert saved.location == f"{THEMES}?text={places[1].replace('/', '-', 1)}"
    assert "You have coded 1 of 4 texts." in alice.get(saved.location).text
    alice.post(f"{THEMES}/texts/{places[1]}", {"name": "Shame", "definition": "Being shamed."})
    assert f'name="code.{_code_id(world, "Shame")}"' in ben.get(THEMES).text  # the codebook is for all
    assert "You have coded 0 of 4 texts." in ben.get(THEMES).text
    for part in ("agreement", "differences", "found"):
        assert "Not yet" in ben.get(f"{THEMES}/{part}").text
    assert ben.get(f"{THEMES}/codings.csv").status == 409


def test_two_finish_and_agree(alice: Browser, ben: Browser, world: World) -> None:
    answered.round_1(world)
    alice.post(BOOK, COST)
    places, code = _places(world), f"code.{_code_id(world, 'Cost')}"
    for coder, given in ((alice, (1, 1, 0, 0)), (ben, (1, 0, 0, 0))):
        for place, fits in zip(places, given, strict=True):
            coder.post(f"{THEMES}/texts/{place}", {code if fits else "none_fits": "yes"})
        assert "finished coding" in alice.get(coder.post(f"{THEMES}/finish").location).text or coder is ben
    page = alice.get(f"{THEMES}/agreement").text
    assert "Both coded 4 texts." in page
    assert "Alice and Ben" in page
    assert "The figures are of 2 March 2026, when the second of the two finished." in page
    page = ben.get(f"{THEMES}/differences").text
    assert "You differ about 1 text that is not decided." in page
    assert ben.post(f"{THEMES}/differences/{places[1]}", {}).status == 422
    decided = ben.post(f"{THEMES}/differences/{places[1]}", {code: "yes", "seen": ""})
    assert "All differences are decided." in ben.get(decided.location).text
    stale = alice.post(f"{THEMES}/differences/{places[1]}", {"none_fits": "yes", "seen": ""})
    assert (stale.status, "Ben has decided meanwhile: Cost" in stale.text) == (409, True)
    page = alice.get(f"{THEMES}/found").text
    assert "4 of 4 texts count." in page
    assert "Not for publication" in page
    assert "Cost,What it costs.,2," in alice.get(f"{THEMES}/themes.csv").text
    assert alice.post(f"{THEMES}/texts/{places[0]}", {code: "yes"}).status == 409


def test_what_is_refused_says_so_at_its_field_and_loses_nothing(alice: Browser, world: World) -> None:
    answered.round_1(world)
    alice.post(BOOK, COST)
    place, code = _places(world)[0], _code_id(world, "Cost")
    answer = alice.post(f"{THEMES}/texts/{place}", {})
    assert (answer.status, 'href="#codes"' in answer.text) == (422, True)
    both = alice.post(f"{THEMES}/texts/{place}", {f"code.{code}": "yes", "none_fits": "yes"})
    assert (both.status, both.text.count(" checked")) == (422, 2)
    again = alice.post(f"{BOOK}/{code}", {"name": " ", "definition": "Mine.", "seen": ""})
    assert (again.status, f'href="#name-{code}"' in again.text, "Mine." in again.text) == (422, True, True)
    stale = alice.post(f"{BOOK}/{code}", {"name": "Fares", "seen": "x"})
    assert (stale.status, "It now says: “Cost" in stale.text, 'value="Fares"' in stale.text) == (
        409,
        True,
        True,
    )
    assert alice.post(f"{BOOK}/{code}/merge", {"into": ""}).status == 422
    assert alice.post(f"{BOOK}/{code}/remove").location == BOOK


def test_a_group_is_taken_as_a_code(alice: Browser, world: World) -> None:
    answered.round_1(world)
    page = alice.get(f"{THEMES}/groups").text
    ids = [place.replace("/", "-", 1) for place in _places(world)]
    harms = [one for one in ids if one.endswith("harm")]
    assert all(f'name="text.{one}"' in page for one in harms)
    form = {"group": harms[0], **{f"text.{one}": "yes" for one in harms}}
    refused = alice.post(f"{THEMES}/groups", form)
    assert (refused.status, f'href="#name-{harms[0]}"' in refused.text) == (422, True)
    alice.post(f"{THEMES}/groups", {**form, "name": "Shame"})
    assert "You have coded 2 of 4 texts." in alice.get(THEMES).text


def test_a_viewer_codes_nothing_and_an_open_round_is_not_coded(
    alice: Browser, world: World, open_round: int
) -> None:
    vera = _on_the_team(world, "vera@example.org", Role.VIEWER)
    assert {vera.get(path).status for path in (THEMES, BOOK, f"{THEMES}/found")} == {403}
    assert alice.get(THEMES).status == 409
