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
    parts = [
        ("Overview", ""),
        ("Design", "/design"),
        ("Protocol", "/protocol"),
        ("Items", "/items"),
        ("Panels", "/panels"),
        ("Mail", "/mail"),
        *((f"Round {number}", round_path(number)) for number in numbers),
        (strips.outcome(study).capitalize(), "/grids"),
        ("Team", "/team"),
        ("Trail", "/trail"),
    ]
    return tuple(
        Link(words, home(study) + path, is_current=path == current)
        for words, path in parts
        if permissions.may(role, _NEEDS.get(path, Power.LOOK))
    )


def home(study: Study) -> str:
    """Where a study's pages begin."""
    return f"/studies/{study.key}"


def round_path(number: int) -> str:
    """Where a round's pages begin, below the study's."""
    return f"/rounds/{number}"
