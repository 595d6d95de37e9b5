"""Who may: is this person's standing enough for this? When it may be done is in `policies`.

On a study's team each role may all that the one before it may, and one thing more.
"""

from enum import IntEnum, StrEnum

from surveys.access import Account
from surveys.errors import NotAllowed
from surveys.marks import marked
from surveys.panels import Panellist

SIGN_IN_FIRST = marked("Please sign in first.")
OPEN_LINK_FIRST = marked("Please open this study with your personal link first.")
NOT_YOURS = "On this study’s team you are {role}. {who} may {what}."

Visitor = Account | Panellist | None


class Power(IntEnum):
    """What can be done in a study, each in need of more trust than the one before."""

    LOOK = 1
    SEE_CODES = 2
    RUN = 3
    DESIGN = 4
    LEAD = 5


class Role(StrEnum):
    """A member's part in a study's team, from the least to the most trusted."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    FACILITATOR = "facilitator"
    RESEARCHER = "researcher"
    OWNER = "owner"

    @property
    def most(self) -> Power:
        """The highest of its powers."""
        return _MOST[self]


_MOST = dict(zip(Role, Power, strict=True))
WHAT = {
    Power.LOOK: "read the protocol, results, grids and trail",
    Power.SEE_CODES: "read what was written, and see by their codes who is on the panels",
    Power.RUN: "see names, invite, pay, write letters, open and close rounds, and clear comments",
    Power.DESIGN: "change the design, decide what goes on, and publish",
    Power.LEAD: "choose the team and end the study",
}


def may(role: Role, power: Power) -> bool:
    """Whether a member with this role may do this.

    >>> [role.value for role in Role if may(role, Power.RUN)]
    ['facilitator', 'researcher', 'owner']
    """
    return power <= role.most


def check_may(role: Role, power: Power) -> None:
    """Refuse a member whose role is not enough, and say whose is."""
    if not may(role, power):
        who = next(one for one in Role if may(one, power))
        article = "an" if role[0] in "ao" else "a"
        whose = "Owners" if who == Role.OWNER else f"{who.capitalize()}s and those above them"
        raise NotAllowed(NOT_YOURS.format(role=f"{article} {role}", who=whose, what=WHAT[power]))


def check_is_account(visitor: Visitor) -> Account:
    """The account that is signed in."""
    if not isinstance(visitor, Account):
        raise NotAllowed(SIGN_IN_FIRST)
    return visitor


def check_is_panellist(visitor: Visitor) -> Panellist:
    """The panellist whose personal link opened this browser."""
    if not isinstance(visitor, Panellist):
        raise NotAllowed(OPEN_LINK_FIRST)
    return visitor
