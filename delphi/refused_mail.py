"""What a mail server's refusal means: for the letter, for the address, or for everything that waits."""

import re
import smtplib
from enum import StrEnum

from delphi.mail import Unanswered


class Trouble(StrEnum):
    """What to do about a letter that did not go."""

    ADDRESS = "address"  # nobody gets mail there: do not try again, and write there no more
    LETTER = "letter"  # this one only: try it again later
    SERVER = "server"  # whatever is sent next would fare alike: wait


_GONE_AWAY = 421  # RFC 5321, 4.2.2: the service is closing down
_POLICY = "7"  # RFC 3463, 3.8: the second figure of a status about security or policy
_STATUS = re.compile(r"\b5\.(\d{1,3})\.\d{1,3}\b")
_RELAY = re.compile(r"relay", re.IGNORECASE)  # “relaying denied” is about us, though it comes as a 550


def trouble(error: Exception) -> Trouble:
    """What stands in the way."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _of_recipient(error)
    if isinstance(error, smtplib.SMTPDataError):
        return Trouble.SERVER if error.smtp_code == _GONE_AWAY else Trouble.LETTER
    return Trouble.SERVER if isinstance(error, OSError) else Trouble.LETTER


def may_be_out(error: Exception) -> bool:
    """Whether the letter may have gone all the same."""
    return isinstance(error, Unanswered)


def _of_recipient(error: smtplib.SMTPRecipientsRefused) -> Trouble:
    """A refusal for good is about the address, unless its words or its status say that it is about us."""
    answers = [(code, text.decode(errors="replace")) for code, text in error.recipients.values()]
    if any(code == _GONE_AWAY for code, _ in answers):
        return Trouble.SERVER
    is_theirs = answers and all(500 <= code < 600 and not _is_ours(text) for code, text in answers)
    return Trouble.ADDRESS if is_theirs else Trouble.LETTER


def _is_ours(text: str) -> bool:
    status = _STATUS.search(text)
    return bool(_RELAY.search(text)) or (status is not None and status[1] == _POLICY)
