"""Who may: is this person's standing enough for this? When it may be done is in `policies`."""

from surveys.access import Account
from surveys.errors import NotAllowed
from surveys.panels import Panellist

SIGN_IN_FIRST = "Please sign in first."
OPEN_LINK_FIRST = "Please open this study with your personal link first."

Visitor = Account | Panellist | None


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
