"""Settings: what may differ between two installations, read from the environment, here and nowhere else."""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from surveys import characters, database, emails
from surveys.access import Key
from surveys.errors import InvalidInput

PREFIX = "DELPHI_"
LOCAL_ADDRESS = "http://127.0.0.1:8000"
SHORTEST_SECRET = 32
MOST_A_MINUTE = 10_000

_TOO_SHORT = (
    f"needs at least {SHORTEST_SECRET} characters. Put back what was in it. If that is lost, delete the file:"
    " a new one is made, and every personal link that was given out opens nothing any more."
)
_NAMED = re.compile(r'(?:[^"<>@,;:\n]*|"[^"\\\n]*" ?)<([^<>]*)>')


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
    mail_pace: str = _setting(
        "60", "How many mails a minute go out, since servers refuse floods; a sign-in link does not wait."
    )
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

    @property
    def mail_server(self) -> SplitResult | None:
        """Where mail goes out; None where it goes to a folder."""
        return _mail_server(self.smtp_url) if self.smtp_url else None

    @property
    def mails_a_minute(self) -> int:
        """How many mails a minute go out."""
        if not self.mail_pace.isdecimal() or not 0 < int(self.mail_pace) <= MOST_A_MINUTE:
            raise InvalidInput(
                f"DELPHI_MAIL_PACE is a number of mails a minute, from 1 to {MOST_A_MINUTE:,}."
            )
        return int(self.mail_pace)


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
        database.read_address(settings.database_url)
    except InvalidInput as refusal:
        raise InvalidInput(f"DELPHI_DATABASE_URL cannot be used. {refusal.sentence}") from None
    settings.mail_server  # noqa: B018  # asked for its refusal
    settings.mails_a_minute  # noqa: B018  # the same
    if not _is_sender(settings.mail_from):
        raise InvalidInput("DELPHI_MAIL_FROM is an address, or one with a name: Delphi <delphi@example.org>.")
    try:
        settings.zone  # noqa: B018  # asked for its error
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidInput(
            f"DELPHI_TIME_ZONE “{settings.time_zone}” is not a zone such as Europe/London."
        ) from None


def _mail_server(url: str) -> SplitResult:
    with suppress(ValueError):  # of a port that is none
        server = urlsplit(url)
        if server.scheme in ("smtp", "smtps") and server.hostname and server.port != 0:
            return server
    raise InvalidInput("DELPHI_SMTP_URL is not an address such as smtp://user:password@host:587.")


def _is_sender(text: str) -> bool:
    """Whether mail can be from there: an address, perhaps in angle brackets after a name."""
    named = _NAMED.fullmatch(text)
    return emails.is_address(named[1] if named else text) and not characters.has_control(text)


def _kept_secret(settings: Settings) -> str:
    url = database.read_address(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise InvalidInput("DELPHI_SECRET_KEY must be set: at least 32 characters that nobody knows.")
    path = Path(url.database).with_suffix(".secret")
    if not path.exists():
        _make_secret(path)
    if len(kept := path.read_text()) < SHORTEST_SECRET:
        raise InvalidInput(f"{path} {_TOO_SHORT}")
    return kept


def _make_secret(path: Path) -> None:
    """Put a secret there, whole or not at all; where another process was quicker, its own stays."""
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # for its owner alone
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        Path(unfinished).unlink()
