"""Days and times as they are typed. A time that never comes in the zone, or comes twice, is refused."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from surveys.errors import InvalidInput

_SHAPES = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")

UNREADABLE = "Write the day and the time so: 2026-03-31T17:00."
SKIPPED = "That time does not exist: the clocks go forward then. Choose a time before or after."
TWICE = "That time comes twice: the clocks go back then. Choose a time before or after."


def read(text: str, zone: ZoneInfo, field: str) -> datetime | None:
    """The moment that a form means by `text`; None where nothing was typed."""
    if not text.strip():
        return None
    naive = _parsed(text.strip(), field)
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        comes = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == naive
        raise InvalidInput(TWICE if comes else SKIPPED, field)
    return first.astimezone(UTC)


def written(moment: datetime | None, zone: ZoneInfo) -> str:
    """A moment as a form’s field holds it."""
    return "" if moment is None else f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}"


def _parsed(text: str, field: str) -> datetime:
    for shape in _SHAPES:
        try:
            found = datetime.strptime(text, shape)  # noqa: DTZ007  # its zone is the caller's
        except ValueError:
            continue
        if 1 < found.year < 9999:  # beyond, the same moment in UTC may have no year
            return found
    raise InvalidInput(UNREADABLE, field)
