"""The time zone of a study: in it days and times are shown, typed and scheduled. Moments are kept in UTC."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import audit
from surveys.errors import InvalidInput
from surveys.hints import near
from surveys.studies import Study

NO_ZONE = "“{}” is not the name of a time zone. {}"
FORM = "Write a continent and a large city of the zone, such as Europe/London."


@cache
def names() -> tuple[str, ...]:
    """The zones by continent and city, and UTC; old names for the same zones are left out."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return (*sorted(places), "UTC")


def find(session: Session, key: str) -> str:
    """The zone of the study with this key; empty where it has none of its own, or there is no such study."""
    return session.scalar(select(Study.time_zone).where(Study.key == key)) or ""


def of(study: Study, otherwise: ZoneInfo) -> ZoneInfo:
    """The zone of the study, or the service's where the study has none of its own."""
    return ZoneInfo(study.time_zone) if study.time_zone else otherwise


def choose(session: Session, study: Study, name: str, *, by: str, now: datetime) -> None:
    """Let this be the study's zone; an empty name takes that of the service. No moment changes by it."""
    name = name.strip()
    if name and name not in names():
        raise InvalidInput(NO_ZONE.format(name[:60], near(name, names()) or FORM), "zone")
    if name == study.time_zone:
        return
    study.time_zone = name
    audit.note(session, study.id, "time zone chosen", by=by, now=now, zone=name or "that of the service")
    session.flush()
