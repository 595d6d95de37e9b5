"""Settings: what may differ between two installations, read from the environment, here and nowhere else."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from surveys.access import Key
from surveys.errors import InvalidInput

PREFIX = "DELPHI_"
LOCAL_ADDRESS = "http://127.0.0.1:8000"
SHORTEST_SECRET = 32


def _setting(default: str, about: str) -> str:
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True)
class Settings:
    """Every setting, as text; each is read from `DELPHI_` and its name in capitals."""

    database_url: str = _setting(
        "sqlite:///delphi.sqlite3", "Where everything is kept: `sqlite:///file` or `postgresql://…`."
    )
    public_address: str = _setting(
        LOCAL_ADDRESS, "The address that people type; every link in a mail or a download begins with it."
    )
    secret_key: str = _setting(
        "",
        "At least 32 characters that nobody knows. Empty: made once, in a file beside the SQLite database.",
    )
    time_zone: str = _setting("Europe/London", "The zone in which dates are shown and typed.")
    smtp_url: str = _setting(
        "", "`smtp://user:password@host:587` (STARTTLS) or `smtps://…`. Empty: mail goes to a folder."
    )
    mail_folder: str = _setting("mail", "Where mail goes, as .eml files, when there is no SMTP server.")
    mail_from: str = _setting("Delphi <delphi@localhost>", "Whom mail comes from.")
    demo: str = _setting(
        "", "`1` shows the doors of the example study on the first page. Never on a public address."
    )

    @property
    def is_demo(self) -> bool:
        """Whether anyone may walk in by the doors of the example study."""
        return self.demo == "1"

    @property
    def is_public(self) -> bool:
        """Whether people come over HTTPS, so that cookies must too."""
        return self.public_address.startswith("https://")

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which dates are shown and typed."""
        return ZoneInfo(self.time_zone)


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this environment; a wrong one is refused by its name."""
    given = {
        f.name: environment[PREFIX + f.name.upper()]
        for f in fields(Settings)
        if PREFIX + f.name.upper() in environment
    }
    settings = Settings(**given)
    _check(settings)
    return settings


def environment(settings: Settings) -> dict[str, str]:
    """The environment that `read` makes these settings of."""
    return {PREFIX + f.name.upper(): getattr(settings, f.name) for f in fields(Settings)}


def key(settings: Settings) -> Key:
    """The secret that links and sessions are hashed with."""
    if settings.secret_key:
        return Key(settings.secret_key.encode())
    return Key(_kept_secret(settings).encode())


def _check(settings: Settings) -> None:
    if settings.secret_key and len(settings.secret_key) < SHORTEST_SECRET:
        raise InvalidInput(f"DELPHI_SECRET_KEY needs at least {SHORTEST_SECRET} characters.")
    if not settings.public_address.startswith(("http://", "https://")):
        raise InvalidInput("DELPHI_PUBLIC_ADDRESS begins with http:// or https://.")
    if settings.is_demo and settings.is_public:
        raise InvalidInput("DELPHI_DEMO lets anyone sign in, so it cannot go with an https:// address.")
    try:
        make_url(settings.database_url)
    except ArgumentError:
        raise InvalidInput(
            "DELPHI_DATABASE_URL is not an address such as sqlite:///delphi.sqlite3."
        ) from None
    try:
        settings.zone  # noqa: B018  # asked for its error
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidInput(
            f"DELPHI_TIME_ZONE “{settings.time_zone}” is not a zone such as Europe/London."
        ) from None


def _kept_secret(settings: Settings) -> str:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise InvalidInput("DELPHI_SECRET_KEY must be set: at least 32 characters that nobody knows.")
    path = Path(url.database).with_suffix(".secret")
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()
