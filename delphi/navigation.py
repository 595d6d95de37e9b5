"""The way through a study for its team: the links above each of its pages."""

from sqlalchemy.orm import Session

from delphi.page import Link
from surveys import permissions, rounds, strips
from surveys.permissions import Power, Role
from surveys.studies import Study

_NEEDS = {"/panels": Power.SEE_CODES, "/mail": Power.RUN}


def of(session: Session, study: Study, role: Role, current: str | None = None) -> tuple[Link, ...]:
    """The links that this role may follow; `current` is the path below the study's of the one looked at."""
    numbers = [round_.number for round_ in rounds.list_rounds(session, study)]
    of_rounds = [(f"Round {number}", round_path(number)) for number in numbers]
    if study.is_pilot:
        return _of_pilot(study, role, of_rounds, current)
    parts = [
        ("Overview", ""),
        ("Design", "/design"),
        ("Protocol", "/protocol"),
        ("Items", "/items"),
        ("Panels", "/panels"),
        ("Mail", "/mail"),
        *of_rounds,
        (strips.outcome(study).capitalize(), "/grids"),
        ("Team", "/team"),
        ("Trail", "/trail"),
    ]
    return _links(study, role, parts, current)


def _of_pilot(
    study: Study, role: Role, of_rounds: list[tuple[str, str]], current: str | None
) -> tuple[Link, ...]:
    """A pilot has no design, mail or team of its own, and stands on a page of the study that it tries."""
    parts = [
        ("Protocol", "/protocol"),
        ("Items", "/items"),
        ("Panels", "/panels"),
        *of_rounds,
        (strips.outcome(study).capitalize(), "/grids"),
        ("Trail", "/trail"),
    ]
    return (Link("Pilot", pilot(study.pilot_of or study)), *_links(study, role, parts, current))


def _links(study: Study, role: Role, parts: list[tuple[str, str]], current: str | None) -> tuple[Link, ...]:
    return tuple(
        Link(words, home(study) + path, is_current=path == current)
        for words, path in parts
        if permissions.may(role, _NEEDS.get(path, Power.LOOK))
    )


def home(study: Study) -> str:
    """Where a study's pages begin."""
    return f"/studies/{study.key}"


def pilot(study: Study) -> str:
    """Where the pilot of a study stands, or is started."""
    return f"{home(study)}/pilot"


def round_path(number: int) -> str:
    """Where a round's pages begin, below the study's."""
    return f"/rounds/{number}"
