"""`delphi serve` and `delphi migrate`: the web service, and its database brought to this version."""

import socket
from typing import TYPE_CHECKING, Any

import click

from delphi.cli import console, options, storage

if TYPE_CHECKING:
    from delphi.settings import Settings

HOST = "127.0.0.1"
BACKLOG = 2048  # as uvicorn's own


@click.command()
@click.option(
    "--host",
    metavar="ADDRESS",
    default=HOST,
    show_default=True,
    help="Which address of this machine to listen on.",
)
@options.port
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    metavar="N",
    default=1,
    show_default=True,
    help="How many processes answer; more than one needs PostgreSQL. One is enough for hundreds at once.",
)
def serve(host: str, port: int, processes: int) -> None:
    """Serve the pages until stopped.

    Put a web server that speaks HTTPS before it, and run `delphi worker` beside it, which sends the mail.
    """
    from delphi import settings as settings_

    with listen(host, port) as listening:
        settings = at(settings_.read(), listening)
        _check_can_be_shared(settings, processes)
        with storage.connected(settings):  # refused here, and not by the first page
            console.note(f"Delphi is at {settings.public_address}. Stop it with Ctrl+C.")
        if processes == 1:
            run(settings, listening)
        else:
            run_several(settings, listening, processes)


@click.command()
def migrate() -> None:
    """Make the database, or bring it to this version of Delphi. Doing it again changes nothing."""
    from delphi import settings as settings_
    from surveys import migrations

    settings = settings_.read()
    with storage.explained(), console.progress("Migrating the database ..."):
        migrations.upgrade(settings.database_url)
    click.echo("The database is ready.")


def listen(host: str, port: int) -> socket.socket:
    """The socket to serve on, or a refusal that names the way out."""
    from surveys.errors import NotNow

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(BACKLOG)  # whoever comes before all is loaded waits, and is not turned away
    except OSError as error:
        made.close()
        way_out = f"Try another, such as --port {port + 1}." if port < 65535 else "Try another with --port."
        raise NotNow(f"Port {port} of {host} cannot be had ({error.strerror}). {way_out}") from error
    return made


def at(settings: "Settings", listening: socket.socket) -> "Settings":
    """The settings with the address that is listened on, unless another was given."""
    from dataclasses import replace

    from delphi.settings import LOCAL_ADDRESS

    if settings.public_address != LOCAL_ADDRESS:
        return settings
    return replace(settings, public_address=address(listening))


def address(listening: socket.socket) -> str:
    """What to type into a browser on this machine."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": HOST, "::": "::1"}.get(host, host)  # noqa: S104  # compared, not listened on
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def run(settings: "Settings", listening: socket.socket) -> None:
    """Serve until stopped; what is being answered is answered."""
    import uvicorn

    from delphi import app

    try:
        uvicorn.Server(uvicorn.Config(app.create(settings), **_SERVING)).run(sockets=[listening])
    except KeyboardInterrupt:
        console.note("Stopped.")


def run_several(settings: "Settings", listening: socket.socket, processes: int) -> None:
    """The same in several processes, each with its own connections; one that dies is begun anew."""
    import os

    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from delphi.settings import environment

    os.environ.update(environment(settings))  # by which each process finds its settings
    config = uvicorn.Config("delphi.app:of_environment", factory=True, workers=processes, **_SERVING)
    Multiprocess(config, sockets=[listening]).run()
    console.note("Stopped.")


def _check_can_be_shared(settings: "Settings", processes: int) -> None:
    """Refuse several processes on SQLite, where each would wait for the other by trying again."""
    from surveys.errors import NotNow

    if processes > 1 and settings.database_url.startswith("sqlite"):
        raise NotNow("Several processes need PostgreSQL: SQLite has one writer. Leave out --processes.")


# No log of requests: their addresses hold personal links.
_SERVING: dict[str, Any] = {
    "log_level": "warning",
    "access_log": False,
    "server_header": False,
    "timeout_graceful_shutdown": 5,
}
