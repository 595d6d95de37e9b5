"""`delphi demo`: the example study with simulated panels, made once and served to this machine."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import click

from delphi.cli import console, options, serve
from delphi.cli.worker import office_of

if TYPE_CHECKING:
    from delphi.settings import Settings

LOCAL = "127.0.0.1"  # its doors have no locks, so nobody else is let near them


@click.command()
@click.option("--fresh", is_flag=True, help="Start over: forget what was done in it before.")
@options.port
@click.option(
    "--folder",
    type=options.FOLDER,
    metavar="DIR",
    default="demo",
    show_default=True,
    help="Where it is kept.",
)
def demo(fresh: bool, port: int, folder: Path) -> None:
    """Serve the example study, with simulated panels, to look around in.

    It goes on where it was left. Nothing but this machine is needed, and nothing else can reach it.
    """
    with serve.listen(LOCAL, port) as listening:
        settings, links, is_new = _prepared(folder, serve.address(listening), fresh=fresh)
        _show(settings.public_address, links, folder, is_new=is_new)
        with _working(settings):
            serve.run(settings, listening)


@contextmanager
def _working(settings: "Settings") -> Iterator[None]:
    """A worker beside the pages: letters go out, as files, and what is scheduled is done."""
    from delphi import worker as workers
    from surveys import database

    engine, stop = database.connect(settings.database_url), Event()
    thread = Thread(target=workers.work, args=(office_of(settings, engine, stop),), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)
        engine.dispose()


def _prepared(folder: Path, address: str, *, fresh: bool) -> tuple["Settings", dict[str, str], bool]:
    """The demonstration's settings, the guests' personal links, and whether it was built just now."""
    with console.progress("Starting ...") as say:
        from delphi import clock
        from delphi.demo import keeping

        import_module("delphi.app")  # takes longest, and is over before the doors are shown
        settings = keeping.settings(folder, address)
        is_new = keeping.prepare(folder, settings, fresh=fresh, now=clock.now(), say=say)
        return settings, keeping.links(settings, now=clock.now()), is_new


def _show(address: str, links: dict[str, str], folder: Path, *, is_new: bool) -> None:
    """Say where the doors are."""
    from delphi.demo import RESEARCHER_EMAIL, RESEARCHER_PASSWORD, STUDY

    begun = "Ready" if is_new else "Going on where it was left"
    lines = [
        ("Look around", f"{address}/"),
        ("Sign in as the researcher", f"{address}/sign-in"),
        ("", f"{RESEARCHER_EMAIL}, password: {RESEARCHER_PASSWORD}"),
        *((f"Answer as {name}", link) for name, link in links.items()),
        ("Look at the grids as a local team", f"{address}/grids/{STUDY}"),
    ]
    width = max(len(words) for words, _ in lines)
    click.secho(f"\n  {begun}: an example study. Everything in it is simulated.\n", bold=True)
    for words, where in lines:
        click.echo(f"  {words:{width}}  {click.style(where, fg='cyan')}")
    click.echo(f"\n  The first page has a button for each. It is kept in {folder}/; --fresh starts over.")
    click.echo("  Stop it with Ctrl+C.\n")
    sys.stdout.flush()  # a pipe would hold it back for as long as it serves
