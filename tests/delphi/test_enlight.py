"""A real study over HTTP: 65 panellists post their 3,946 answers, and the results are those of the import."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from delphi.auth import SESSION_COOKIE
from surveys import access, panels, results, rounds, studies
from surveys.exchange import rating_files, rating_transfers
from surveys.panels import ConsentKind
from surveys.protocol import sheet_fingerprint
from surveys.results import PanelFinding, Results
from tests import enlight
from tests.delphi.conftest import NOW, World


def _forms(session: Session) -> dict[str, dict[str, str]]:
    """For each panellist the rating form as it is sent: a choice for each item that was not left blank."""
    study = studies.get(session, "posted")
    criterion, ids = study.criteria[0].id, {item.key: item.id for item in study.items}
    forms: dict[str, dict[str, str]] = defaultdict(dict)
    for row in enlight.rows():
        field = f"i{ids[row['item_no']]}.c{criterion}"
        if row["importance"] == "unable":
            forms[row["panellist"]] |= {field: "unable", f"{field}.unable": "2"}
        elif row["importance"]:
            forms[row["panellist"]][field] = row["importance"]
    return forms


def _tokens(world: World, session: Session, codes: list[str]) -> dict[str, str]:
    """Every panellist, on the panel and consenting, with an open browser."""
    study, tokens = studies.get(session, "posted"), {}
    sheet = sheet_fingerprint(study.protocol.information)
    for code in codes:
        who = panels.add(session, study.panels[0], code, now=NOW)
        session.flush()
        panels.record_consents(session, who, {ConsentKind.TAKE_PART: True}, version="1", sheet=sheet, now=NOW)
        link = access.create_personal_link(session, world.service.key, who, now=NOW)
        session.flush()
        tokens[code] = access.open_panellist_session(session, world.service.key, link, now=NOW)
    return tokens


def _post_all(world: World, forms: dict[str, dict[str, str]], tokens: dict[str, str]) -> set[int]:
    browser, statuses = world.browser(), set()
    for code, token in tokens.items():
        browser.client.cookies.set(SESSION_COOKIE, token)
        statuses.add(browser.post("/answer/begin").status)
        statuses.add(browser.post("/answer/round", forms[code]).status)
    return statuses


def _close(session: Session, key: str) -> tuple[Results, dict[int, str]]:
    round_ = rounds.close(
        session, rounds.get_round(session, studies.get(session, key), 1), now=NOW, by="alice"
    )
    return results.get(session, round_), {asked.item_id: asked.wording.title for asked in round_.items}


def _findings(found: Results, titles: dict[int, str]) -> dict[str, PanelFinding]:
    """The findings by title: the number of an item is the one thing in which two studies differ."""
    return {titles[f.item_id]: msgspec.structs.replace(f, item_id=0) for f in found.panel_findings}


@enlight.needed
def test_the_posted_study_gives_the_results_of_the_imported_one(make_world: Callable[..., Any]) -> None:
    world = make_world()
    with world.session() as session, session.begin():
        imported = enlight.open_round(session, "imported", now=NOW)
        file = rating_files.read(enlight.RATINGS.read_bytes(), range(1, 8), columns={"item": "item_no"})
        rating_transfers.import_ratings(session, imported, file, now=NOW)
        enlight.open_round(session, "posted", now=NOW)
        forms = _forms(session)
        tokens = _tokens(world, session, list(forms))
    assert (len(tokens), sum("unable" not in field for form in forms.values() for field in form)) == (
        65,
        3946,
    )
    assert _post_all(world, forms, tokens) == {303}
    with world.session() as session, session.begin():
        posted, expected = _close(session, "posted"), _close(session, "imported")
    assert _findings(*posted) == _findings(*expected)
    enlight.check_against_published(*posted)
