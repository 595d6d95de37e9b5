"""`delphi worker`: does what is scheduled, and sends the mail that waits."""

import click

from delphi.cli import console, storage


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end: for cron.")
def worker(once: bool) -> None:
    """Open and close rounds at the times that were set, send the mail that waits, and go on until stopped."""
    from delphi import clock, mail
    from delphi import settings as settings_
    from delphi import worker as workers
    from delphi.formats import plural

    settings = settings_.read()
    post = mail.post(settings)
    with storage.connected(settings) as engine, workers.until_stopped() as stop:
        office = workers.Office(
            engine=engine,
            post=post,
            key=settings_.key(settings),
            stationery=mail.stationery(settings),
            pace=settings.mails_a_minute,
            clock=clock.now,
            stop=stop,
        )
        if not once:
            console.note(f"Sending mail {post.where}. Stop with Ctrl+C.")
            workers.work(office)
            return
        with storage.explained(), console.progress(f"Sending mail {post.where} ..."):
            done = workers.work_once(office)
    if done.kept:
        click.echo(f"Did {plural(done.kept, 'thing that was due', 'things that were due')}.")
    click.echo(f"Sent {plural(done.sent, 'message')}.")
    if done.failed:
        kept = plural(done.failed, "message waits for another try", "messages wait for another try")
        raise click.ClickException(f"{kept}: {done.error}")
