"""When: does the state of the study, the round and the panellist allow it? Who may is in `permissions`."""

from surveys.errors import NotNow
from surveys.marks import marked
from surveys.panels import Panellist
from surveys.rounds import REFUSALS, Round, RoundStatus

NOT_SAVED = marked("Your answer was not saved. It is still on this page if you want to copy it.")
UNSENT = marked("This round closed before you sent your answers. What you had answered is saved and counts.")
ENDED = marked("This study has ended.")
WITHDRAWN = marked("You have withdrawn from this study, so your answers can no longer be changed.")


def check_takes_answers(round_: Round, panellist: Panellist) -> None:
    """Refuse an answer outside an open round, or from somebody who has withdrawn."""
    if panellist.withdrawn_at is not None:
        raise NotNow(WITHDRAWN)
    if round_.study.is_over:
        raise NotNow(f"{ENDED} {NOT_SAVED}")
    if round_.status != RoundStatus.OPEN:
        raise NotNow(f"{REFUSALS[round_.status]} {NOT_SAVED}")


def check_takes_sending(round_: Round, panellist: Panellist) -> None:
    """Refuse to send what nobody waits for any more; what had been answered is kept, sent or not."""
    if round_.has_results:
        raise NotNow(UNSENT)
    check_takes_answers(round_, panellist)


def takes_answers(round_: Round, panellist: Panellist) -> bool:
    """Whether an answer would be taken."""
    is_open = round_.status == RoundStatus.OPEN and not round_.study.is_over
    return is_open and panellist.withdrawn_at is None
