"""`delphi panellists`: people onto the panels, from a file."""

from pathlib import Path

import click

from delphi.cli import console, options, storage


@click.group()
def panellists() -> None:
    """Put people on the panels of a study."""


@panellists.command("import")
@click.argument("study_key", metavar="STUDY")
@click.argument("file", type=options.FILE)
@click.option(
    "--attributes",
    callback=options.names,
    metavar="A,B,…",
    help="Other columns to keep, such as profession,region. Any that is not named is refused.",
)
def import_(study_key: str, file: Path, attributes: tuple[str, ...] | None) -> None:
    """Put the people in FILE on the panels of STUDY, all of them or none.

    FILE is a CSV or an Excel workbook, as on the page Panels. Nobody is written to: the invitation is sent on
    the page Mail. Every mistake is named by its line.
    """
    from delphi.formats import plural
    from surveys import invitations, studies
    from surveys.exchange import panellist_files, text_files

    data, kept = text_files.read_bytes(file), attributes or ()
    with storage.writing() as work:
        study = studies.get(work.session, study_key)
        with console.bar("Reading") as told:
            plans = panellist_files.read(work.session, study, data, file.name, kept=kept, progress=told)
        with console.bar("Adding") as told:
            added = invitations.invite(work.session, study, plans, by=storage.BY, now=work.now, progress=told)
        done = f"Added {plural(len(added), 'panellist')} to {study_key}."
    click.echo(done)
