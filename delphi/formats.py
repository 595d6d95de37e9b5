"""How numbers, times and chances are written for people. Nothing is rounded before it comes here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from delphi import languages
from surveys.translations.languages import FIRST

NOTHING = "–"


def date(moment: datetime | None, zone: ZoneInfo) -> str:
    """3 March 2026."""
    if moment is None:
        return NOTHING
    local = moment.astimezone(zone)
    if languages.spoken() != FIRST:
        from babel.dates import format_date  # noqa: PLC0415  # a page in English needs none of it

        return format_date(local, "long", locale=languages.spoken().replace("-", "_"))
    return f"{local.day} {local:%B %Y}"


def date_and_time(moment: datetime | None, zone: ZoneInfo) -> str:
    """3 March 2026, 14:05."""
    return NOTHING if moment is None else f"{date(moment, zone)}, {moment.astimezone(zone):%H:%M}"


def number(value: float | None, digits: int = 1) -> str:
    """A whole number without a point, another with as many digits as mean something; a dash for none."""
    if value is None:
        return NOTHING
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def decimal(value: float) -> str:
    """6.5, or 6,5 where that is how the language writes it; a whole number without a point.

    >>> decimal(6.5), decimal(7.0)
    ('6.5', '7')
    """
    text = f"{value:g}"
    if "." not in text or languages.spoken() == FIRST:
        return text
    from babel.numbers import format_decimal  # noqa: PLC0415  # the same

    return format_decimal(text, "#,##0.####", locale=languages.spoken().replace("-", "_"))


def percent(share: float | None) -> str:
    """72 %, with a dash for none."""
    return NOTHING if share is None else f"{share * 100:.0f} %"


def chance(probability: float | None) -> str:
    """9 in 10; a chance that rounds to none or all says so."""
    if probability is None:
        return NOTHING
    tenths = round(probability * 10)
    if tenths == 0:
        return "under 1 in 20"
    return "over 19 in 20" if tenths == 10 else f"{tenths} in 10"


def plural(count: int, one: str, many: str = "") -> str:
    """1 answer, 2 answers."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "number": number,
    "decimal": decimal,
    "percent": percent,
    "chance": chance,
    "plural": plural,
}
