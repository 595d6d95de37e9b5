"""What every page of a study begins with: the study, if this account may see it, and the way to its pages."""

from delphi.db import Visit
from delphi.page import Frame, Link
from surveys import rounds, studies
from surveys.rounds import Round
from surveys.studies import Study


def study_of(visit: Visit, key: str) -> Study:
    """The study with this key, if this account is on its team; else there is none."""
    return studies.get_for(visit.session, key, visit.account)


def round_of(visit: Visit, key: str, number: int) -> Round:
    """A round of a study of this account's."""
    return rounds.get_round(visit.session, study_of(visit, key), number)


def frame(visit: Visit, study: Study, current: str) -> Frame:
    """The frame of a study's page; `current` is the path of its tab below the study's."""
    home = address(study)
    parts = [
        ("Overview", ""),
        ("Protocol", "/protocol"),
        ("Items", "/items"),
        ("Panels", "/panels"),
        *((f"Round {n}", round_path(n)) for n in _numbers(visit, study)),
        ("Grids", "/grids"),
        ("Trail", "/trail"),
    ]
    links = tuple(Link(words, home + path, is_current=path == current) for words, path in parts)
    return visit.frame(study, links)


def round_frame(visit: Visit, round_: Round) -> Frame:
    """The frame of a round's page, and of the pages below it."""
    return frame(visit, round_.study, round_path(round_.number))


def address(study: Study) -> str:
    """Where a study's pages begin."""
    return f"/studies/{study.key}"


def round_address(round_: Round) -> str:
    """Where a round's pages begin."""
    return address(round_.study) + round_path(round_.number)


def round_path(number: int) -> str:
    """Where a round's pages begin, below the study's."""
    return f"/rounds/{number}"


def _numbers(visit: Visit, study: Study) -> list[int]:
    return [round_.number for round_ in rounds.list_rounds(visit.session, study)]
