"""`delphi account`: the research team's accounts, and links that sign them in."""

import sys

import click

from delphi.cli import console, storage


@click.group()
def account() -> None:
    """Make accounts for the research team, and links that sign them in."""


@account.command()
@click.argument("email")
@click.option(
    "--name",
    metavar="NAME",
    default="",
    help="How the person is called on the pages. Without it, the address.",
)
@click.option("--study", "study_key", metavar="KEY", help="Put the account on the team of this study.")
@click.option("--no-password", is_flag=True, help="Sign in by links only: see `delphi account link`.")
def create(email: str, name: str, study_key: str | None, no_password: bool) -> None:
    """Make an account for EMAIL, or put one that is there on a study's team.

    The password is asked for, twice, or read from what is piped in; it has at least 12 characters.
    """
    from delphi import addresses
    from surveys import access, studies

    done = []
    with storage.writing() as work:
        study = studies.get(work.session, study_key) if study_key else None
        found = access.find_account(work.session, email)
        if found is None or study is None:
            password = None if no_password or found else _ask_password()
            found = access.create_account(work.session, email, name, password, now=work.now)
            done.append(f"{found.email} can sign in at {addresses.front(work.settings, '/sign-in')}.")
        if study is not None:
            studies.add_member(work.session, study, found, by=storage.BY, now=work.now)
            done.append(f"{found.email} is on the team of “{study.title}”.")
    click.echo("\n".join(done))


@account.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a link that signs EMAIL in. It works once, for a quarter of an hour."""
    from delphi import addresses
    from delphi import settings as settings_
    from surveys import access
    from surveys.errors import NotFound

    with storage.writing() as work:
        found = access.find_account(work.session, email)
        if found is None:
            raise NotFound(f"There is no account for {email}. Make one with `delphi account create {email}`.")
        token = access.create_sign_in_link(work.session, settings_.key(work.settings), found, now=work.now)
        address = addresses.sign_in_link(work.settings, token)
    click.echo(address)
    console.note(
        "Whoever opens it and presses its button is signed in. It works once, within a quarter of an hour."
    )


def _ask_password() -> str:
    """The password: typed twice without being shown, or the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return password
