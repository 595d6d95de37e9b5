"""A study that has come some way: panels that have answered, a comment, a closed round."""

from sqlalchemy.orm import Session

from surveys import comments, panels, participations, ratings, results, rounds, settling, studies
from surveys import protocol as protocols
from surveys.panels import ConsentKind, Panellist
from surveys.participations import SuggestionKind
from surveys.ratings import Answer
from surveys.rounds import Round
from surveys.studies import Study
from tests.delphi.conftest import World

HOME = "/studies/fairer-care"
ROUND = f"{HOME}/rounds/1"
BY = "alice@example.org"


def round_1(
    world: World, *, practitioners: int = 8, others: int = 2, closed: bool = True, more: int = 0
) -> None:
    """Six of each panel rate everything alike; the first of each comments on the first item and suggests.

    So many practitioners `more` comment on it as well.
    """
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        round_ = rounds.open_(
            session, rounds.get_round(session, study, 1), closes_at=None, now=world.clock.now, by=BY
        )
        for panel, (letter, value) in enumerate((("P", practitioners), ("L", others))):
            for n in range(6):
                panellist = panels.add(session, study.panels[panel], f"{letter}{n}", now=world.clock.now)
                session.flush()
                _answer(world, session, round_, panellist, value)
                if panel == 0 and 0 < n <= more:
                    text = {round_.items[0].item_id: f"{panellist.code} agrees."}
                    comments.save(session, round_, panellist, text, now=world.clock.now)
        if closed:
            rounds.close(session, round_, now=world.clock.now, by=BY)


def round_2(world: World, *, closed: bool = True) -> str:
    """Round 1 is settled, and the first practitioner moves to 8 in round 2; where its comments are."""
    with world.session() as session, session.begin():
        study = studies.get(session, "fairer-care")
        first = rounds.get_round(session, study, 1)
        second = settling.settle(session, first, results.get(session, first), {}, now=world.clock.now, by=BY)
        assert second is not None
        rounds.open_(session, second, closes_at=None, now=world.clock.now, by=BY)
        writer = next(one for one in panels.list_panellists(session, study) if one.code == "P0")
        place = second.items[0].item_id, study.criteria[0].id
        ratings.save(session, second, writer, {place: Answer(8)}, now=world.clock.now)
        ratings.give_reason(session, second, writer, place, "P0 was told of a clinic.", now=world.clock.now)
        if closed:
            rounds.close(session, second, now=world.clock.now, by=BY)
    return f"{HOME}/rounds/2/comments"


def _answer(world: World, session: Session, round_: Round, panellist: Panellist, value: int) -> None:
    now, sheet = world.clock.now, round_.study.protocol.information
    given = {kind: panellist.code != "L0" or kind == ConsentKind.TAKE_PART for kind in ConsentKind}
    panels.record_consents(
        session, panellist, given, version=sheet.version, sheet=protocols.sheet_fingerprint(sheet), now=now
    )
    answers = {(asked.item_id, c.id): Answer(value) for asked in round_.items for c in round_.study.criteria}
    ratings.save(session, round_, panellist, answers, now=now)
    if panellist.code.endswith("0"):
        first = round_.items[0].item_id
        comments.save(session, round_, panellist, {first: f"{panellist.code} thinks of Dr Smith."}, now=now)
        participations.suggest(
            session, round_, panellist, SuggestionKind.HARM, "Could shame people.", now=now
        )
        participations.submit(session, round_, panellist, now=now)


def ids(world: World, code: str) -> tuple[int, int]:
    """A panellist's number, and that of the study's first item."""
    with world.session() as session:
        study: Study = studies.get(session, "fairer-care")
        panellist = next(p for p in panels.list_panellists(session, study) if p.code == code)
        return panellist.id, study.items[0].id
