"""What every page of a study begins with: the study, if this account may see it, and the way to its pages."""

from dataclasses import replace

from delphi import navigation
from delphi.navigation import round_path
from delphi.page import Frame
from delphi.visits import Visit
from surveys import permissions, rounds, studies, teams
from surveys.permissions import Power
from surveys.rounds import Round
from surveys.studies import Study


def study_of(visit: Visit, key: str) -> Study:
    """The study with this key, if this account is on its team with a role that may do what is asked."""
    study = studies.get_for(visit.session, key, visit.account)
    permissions.check_may(teams.role_of(visit.session, study, visit.account), visit.power)
    return study


def may(visit: Visit, study: Study, power: Power) -> bool:
    """Whether whoever asks may do this in the study."""
    return permissions.may(teams.role_of(visit.session, study, visit.account), power)


def round_of(visit: Visit, key: str, number: int) -> Round:
    """A round of a study of this account's."""
    return rounds.get_round(visit.session, study_of(visit, key), number)


def frame(visit: Visit, study: Study, current: str) -> Frame:
    """The frame of a study's page; `current` is the path of its tab below the study's."""
    role = teams.role_of(visit.session, study, visit.account)
    frame = replace(
        visit.frame(study, navigation.of(visit.session, study, role, current)),
        may=frozenset(power.name.lower() for power in Power if permissions.may(role, power)),
    )
    # Whoever may less than most is told so, where the name stands.
    return (
        frame if permissions.may(role, Power.DESIGN) else replace(frame, visitor=f"{frame.visitor}, {role}")
    )


def round_frame(visit: Visit, round_: Round) -> Frame:
    """The frame of a round's page, and of the pages below it."""
    return frame(visit, round_.study, round_path(round_.number))


def address(study: Study) -> str:
    """Where a study's pages begin."""
    return navigation.home(study)


def round_address(round_: Round) -> str:
    """Where a round's pages begin."""
    return address(round_.study) + round_path(round_.number)
