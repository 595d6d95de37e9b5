"""What a mail server's refusal means: for the letter, for the address, or for everything that waits.

What the server says beside its two numbers is not kept: it may repeat the address, or somebody’s name.
"""

import re
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from delphi.mail import Unanswered


class Trouble(StrEnum):
    """What to do about a letter that did not go."""

    ADDRESS = "address"  # nobody gets mail there: do not try again, and write there no more
    LETTER = "letter"  # this one only: try it again later
    SERVER = "server"  # whatever is sent next would fare alike: wait


@dataclass(frozen=True)
class Answer:
    """What a server answered: a code, and a text that may begin with a status (RFC 2034), or hold (#it)."""

    code: int
    text: str

    @property
    def status(self) -> str:
        found = _STATUS.search(self.text)
        return found[1] if found else ""

    @property
    def numbers(self) -> str:
        return f"{self.code} {self.status}".strip()

    @property
    def says_nobody_is_there(self) -> bool:
        """Only where it says just that: a mark upon an address that is good costs somebody their part."""
        if not 500 <= self.code < 600:
            return False
        if self.status:
            return self.status in _NOBODY_THERE
        return bool(_UNKNOWN.search(self.text)) and not _ABOUT_US.search(self.text)


_GONE_AWAY = 421  # RFC 5321, 4.2.2: the service is closing down
# RFC 3463, 3.2 and 3.3, and RFC 7505: no such mailbox or host, no address, moved, takes no mail, disabled.
_NOBODY_THERE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_STATUS = re.compile(r"(?:\A\s*#?|\(#)([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_WHO = r"(?:user|mailbox|recipient|account)"
_UNKNOWN = re.compile(
    rf"\b(?:no such|unknown|invalid) (?:local )?{_WHO}\b"
    rf"|\b{_WHO}\b(?: name| address)?(?: is)? (?:unknown|not found|does not exist|doesn't exist|not known)\b",
    re.IGNORECASE,
)
# Such words may be about the sender, whom servers look up as well.
_ABOUT_US = re.compile(r"sender|verif|relay|authenti", re.IGNORECASE)


def trouble(error: Exception) -> Trouble:
    """What stands in the way."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _of_recipient(_answers(error))
    if isinstance(error, smtplib.SMTPDataError):
        return Trouble.SERVER if error.smtp_code == _GONE_AWAY else Trouble.LETTER
    return Trouble.SERVER if isinstance(error, OSError) else Trouble.LETTER


def may_be_out(error: Exception) -> bool:
    """Whether the letter may have gone all the same."""
    return isinstance(error, Unanswered)


def reason(error: Exception) -> str:
    """Why it did not go, without a word of the server's."""
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException):
        numbers = ", ".join(answer.numbers for answer in _answers(error)) or "without a reason"
        return f"The mail server refused {_refused(error)} ({numbers})."
    if isinstance(error, OSError):
        # Its file name is left out: it is made of the subject.
        return f"[Errno {error.errno}] {error.strerror}" if error.strerror else str(error)
    return f"The letter could not be made into mail ({type(error).__name__})."


def _refused(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "the name and password"
    if isinstance(error, smtplib.SMTPSenderRefused):
        return "the sender"
    if trouble(error) == Trouble.ADDRESS:
        return "the address"
    is_of_letter = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    return "the letter" if is_of_letter else "to talk"


def _answers(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> Sequence[Answer]:
    known = (
        error.recipients.values()
        if isinstance(error, smtplib.SMTPRecipientsRefused)
        else [(error.smtp_code, error.smtp_error)]
    )
    return [Answer(code, _read(text)) for code, text in known]


def _read(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def _of_recipient(answers: Sequence[Answer]) -> Trouble:
    if any(answer.code == _GONE_AWAY for answer in answers):
        return Trouble.SERVER
    is_theirs = answers and all(answer.says_nobody_is_there for answer in answers)
    return Trouble.ADDRESS if is_theirs else Trouble.LETTER
