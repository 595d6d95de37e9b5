"""`delphi worker`: sends the mail that waits."""

import click

from delphi.cli import console, storage


@click.command()
@click.option("--once", is_flag=True, help="Send what waits now, then end: for cron.")
def worker(once: bool) -> None:
    """Send the mail that waits, and go on until stopped."""
    from delphi import clock, mail
    from delphi import settings as settings_
    from delphi import worker as workers
    from delphi.formats import plural

    settings = settings_.read()
    post = mail.post(settings)
    with storage.connected(settings) as engine, workers.until_stopped() as stop:
        if not once:
            console.note(f"Sending mail {post.where}. Stop with Ctrl+C.")
            workers.work(engine, post, clock=clock.now, stop=stop)
            return
        with storage.explained(), console.progress(f"Sending mail {post.where} ..."):
            done = workers.send_waiting(engine, post, clock=clock.now, stop=stop)
            workers.forget_expired(engine, clock.now())
    click.echo(f"Sent {plural(done.sent, 'message')}.")
    if done.failed:
        kept = plural(done.failed, "message waits for another try", "messages wait for another try")
        raise click.ClickException(f"{kept}: {done.error}")
