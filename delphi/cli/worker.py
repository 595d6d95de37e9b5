"""`delphi worker`: does what is scheduled, and sends the mail that waits."""

from typing import TYPE_CHECKING

import click

from delphi.cli import console, storage

if TYPE_CHECKING:
    from threading import Event

    from sqlalchemy import Engine

    from delphi.settings import Settings
    from delphi.worker import Office


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end: for cron.")
def worker(once: bool) -> None:
    """Open and close rounds at the times that were set, send the mail that waits, and go on until stopped."""
    from delphi import settings as settings_
    from delphi import worker as workers
    from delphi.formats import plural

    settings = settings_.read()
    with storage.connected(settings) as engine, workers.until_stopped() as stop:
        office = office_of(settings, engine, stop)
        if not once:
            console.note(f"Sending mail {office.post.where}. Stop with Ctrl+C.")
            workers.work(office)
            return
        with storage.explained(), console.progress(f"Sending mail {office.post.where} ..."):
            done = workers.work_once(office)
    if done.kept:
        click.echo(f"Did {plural(done.kept, 'thing that was due', 'things that were due')}.")
    click.echo(f"Sent {plural(done.sent, 'message')}.")
    if done.failed:
        kept = plural(done.failed, "message waits for another try", "messages wait for another try")
        raise click.ClickException(f"{kept}: {done.error}")


def office_of(settings: "Settings", engine: "Engine", stop: "Event") -> "Office":
    """What a worker works with, by these settings."""
    from delphi import clock, mail
    from delphi import settings as settings_
    from delphi.worker import Office

    return Office(
        engine=engine,
        post=mail.post(settings),
        key=settings_.key(settings),
        stationery=mail.stationery(settings),
        pace=settings.mails_a_minute,
        clock=clock.now,
        stop=stop,
    )
