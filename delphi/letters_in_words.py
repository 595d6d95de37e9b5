"""Letters in words: what each kind is called and does, how one fares, and what a schedule will do."""

from collections.abc import Mapping

from delphi.formats import plural
from surveys.letters.kinds import LetterKind
from surveys.letters.recipients import WhyNot
from surveys.letters.records import Batch, Entry
from surveys.letters.schedules import Act, ScheduleStatus
from surveys.outbox import MessageStatus

NAMES: Mapping[LetterKind, str] = {
    LetterKind.INVITATION: "Invitation",
    LetterKind.OPENED: "Round opened",
    LetterKind.REMINDER: "Reminder",
    LetterKind.CLOSING: "Closing soon",
    LetterKind.FEEDBACK: "Feedback ready",
    LetterKind.THANKS: "Thanks",
}
PURPOSES: Mapping[LetterKind, str] = {
    LetterKind.INVITATION: "Asks people to take part, each with their own link.",
    LetterKind.OPENED: "Tells everyone whom the open round asks that they can answer.",
    LetterKind.REMINDER: "Goes only to those who have not finished, and says how far they are.",
    LetterKind.CLOSING: "Goes only to those who have not finished, and says when the round ends.",
    LetterKind.FEEDBACK: "Tells people, from the second round on, that they can see what others said.",
    LetterKind.THANKS: "Thanks those who took part, once a round has closed.",
}
ACTS: Mapping[Act, str] = {
    Act.OPEN: "Open the round",
    Act.REMIND: "Remind those who have not finished",
    Act.SAY_CLOSING: "Write that the round closes soon, to those who have not finished",
    Act.CLOSE: "Close the round",
}
STATES: Mapping[ScheduleStatus, str] = {
    ScheduleStatus.WAITING: "to come",
    ScheduleStatus.DONE: "done",
    ScheduleStatus.NOT_DONE: "not done",
    ScheduleStatus.CANCELLED: "cancelled",
}


def fate(entry: Entry, *, when: str) -> str:
    """How a letter fares; `when` is the moment that matters: it was sent, or is tried again."""
    match entry.status:
        case MessageStatus.SENT:
            twice = ", perhaps twice: the sending was cut short, and repeated" if entry.may_be_double else ""
            return f"sent {when}{twice}"
        case MessageStatus.FAILED:
            return f"failed{_why(entry)}"
        case MessageStatus.UNCLEAR:
            return f"may have gone, once or twice, and is not tried again{_why(entry)}"
        case MessageStatus.WITHHELD:
            return f"not sent{_why(entry)}"
        case _ if entry.error:
            return f"will be tried again {when}: {entry.error}"
        case _:
            return "waiting to be sent"


def _why(entry: Entry) -> str:
    """The reason, which is forgotten when somebody withdraws."""
    return f": {entry.error}" if entry.error else ""


def about(entry: Entry | Batch) -> str:
    """Which letter it is: “Reminder, round 2”."""
    return f"{NAMES[entry.kind]}, round {entry.round}" if entry.round else NAMES[entry.kind]


def left_out(why: WhyNot, count: int) -> str:
    """How many get no letter for this reason, and why."""
    return f"{plural(count, 'person', 'people')}: {_PLURALS.get(why, why.value) if count > 1 else why.value}"


def duration(count: int, pace: int) -> str:
    """How long so many letters take at this pace."""
    minutes = -(-count // pace)
    return "less than a minute" if minutes <= 1 else f"about {plural(minutes, 'minute')}"


_PLURALS = {
    WhyNot.DECLINED: "do not want to take part",
    WhyNot.UNWANTED: "want no more mail",
    WhyNot.NOT_ASKED: "are not asked in this round",
    WhyNot.HAS_BEGUN: "take part already",
    WhyNot.FINISHED: "have finished the round",
    WhyNot.HAS_IT: "have been sent this letter",
    WhyNot.MAY_HAVE_IT: "may have been sent this letter, and nobody can tell",
}
