"""`delphi study`: studies as folders of files."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

import surveys
from delphi.cli import console, options, storage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveys.studies import Study

STARTER = Path(surveys.__file__).parent / "library" / "starter"


_TAKEN = (
    "There is a study “{0}” already. Load this one under another name with --key KEY, or first remove the"
    " other with `delphi study remove {0}`, if its first round was never opened."
)
_CHANGE = (
    "Panellists would read that. Change it, `delphi study remove {0}`, and load it again: opening round 1"
    " fixes the protocol."
)


@click.group()
def study() -> None:
    """Begin, load, export, list and remove studies."""


@study.command()
@click.argument("folder", type=options.FOLDER, metavar="DIR")
def new(folder: Path) -> None:
    """Write a small study to start from into DIR: a commented protocol.toml and items.csv."""
    from surveys.errors import NotNow

    files = sorted(STARTER.iterdir(), reverse=True)
    if there := [file.name for file in files if (folder / file.name).exists()]:
        raise NotNow(f"{' and '.join(there)} would be overwritten in {folder}. Name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        (folder / file.name).write_bytes(file.read_bytes())
    click.echo(f"Wrote {' and '.join(file.name for file in files)} into {folder}.")
    console.note(f"Next: change them, then `delphi study load {folder}`.")


@study.command()
@click.argument("folder", type=options.FOLDER, metavar="DIR")
@click.option(
    "--key", metavar="KEY", help="What the study is called in addresses and commands. Without it, DIR's name."
)
def load(folder: Path, key: str | None) -> None:
    """Load the study in DIR, from its protocol.toml and items.csv.

    A mistake is named with its file and place, and nothing is loaded.
    """
    from surveys import studies
    from surveys.errors import InvalidInput
    from surveys.exchange import placeholders, study_files

    files, name = study_files.read(folder), key or _key_of(folder)
    with storage.writing() as work:
        if studies.find(work.session, name) is not None:
            raise InvalidInput(_TAKEN.format(name), "key")
        loaded = study_files.load(work.session, files, name, now=work.now)
        done = f"Loaded “{loaded.title}” as {name}: {_size(loaded)}."
        fingerprint = loaded.fingerprint
    click.echo(f"{done}\nThe protocol's fingerprint is {fingerprint}.")
    if left := placeholders.left(files):
        console.note(f"Still as in the file to start from: {'; '.join(left)}.")
        console.note(_CHANGE.format(name))
    console.note(f"Next: `delphi account create EMAIL --study {name}` for whoever runs it.")


@study.command()
@click.argument("key")
@click.argument("folder", type=options.FOLDER, metavar="DIR")
def export(key: str, folder: Path) -> None:
    """Write the study KEY into DIR as files, over those of the same names."""
    from surveys import studies
    from surveys.exchange import study_files

    with storage.reading() as work:
        found = studies.get(work.session, key)
        study_files.write(study_files.of(found), folder)
        click.echo(f"Wrote “{found.title}” into {folder}: {_size(found)}.")


@study.command()
@click.argument("key")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(key: str, yes: bool) -> None:
    """Remove the study KEY, whose first round was never opened, with its items, panellists and pilot.

    A study that has begun is not removed: see its overview for how to end it. A pilot can always be removed.
    """
    from surveys import panels, pilots, removing, studies

    with storage.writing() as work:
        found = studies.get(work.session, key)
        removing.check_can_remove(found)
        title, size = found.title, _size(found)
        people = len(panels.list_panellists(work.session, found))
        if not yes:
            pilot = " and its pilot" if pilots.find(work.session, found) else ""
            click.confirm(f"Remove “{title}” ({size}, {people} on its panels){pilot}?", abort=True, err=True)
        if found.pilot_of is not None:
            seen = pilots.standing(found)
            pilots.remove(work.session, found.pilot_of, seen, by=storage.BY, now=work.now)
        else:
            removing.remove(work.session, found)
    click.echo(f"Removed “{title}”.")


@study.command("list")
def list_() -> None:
    """List all studies."""
    from surveys import studies

    with storage.reading() as work:
        rows = [_row(work.session, found) for found in studies.list_all(work.session)]
    if rows:
        header = ("key", "title", "items", "panellists", "rounds")
        click.echo(console.table(header, rows, right=("items", "panellists")))
    else:
        console.note("There is no study yet. Begin with `delphi study new DIR`, or look at `delphi demo`.")


def _row(session: "Session", found: "Study") -> tuple[str, ...]:
    from surveys import panels, rounds

    return (
        found.key,
        found.title + _marks(found),
        str(len(found.items)),
        str(len(panels.list_panellists(session, found))),
        ", ".join(f"{round_.number} {round_.status}" for round_ in rounds.list_rounds(session, found)),
    )


def _marks(found: "Study") -> str:
    """What has to be known of a study wherever its title stands."""
    simulated = " (simulated)" if found.is_simulated else ""
    return simulated if found.pilot_of is None else f"{simulated} (pilot of {found.pilot_of.key})"


def _key_of(folder: Path) -> str:
    """A key out of the folder's name: lower-case letters, digits and hyphens.

    >>> _key_of(Path("studies/Fairer Care_2"))
    'fairer-care-2'
    """
    return re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")


def _size(found: "Study") -> str:
    from delphi.formats import plural

    parts = (
        plural(len(found.items), "item"),
        plural(len(found.criteria), "criterion", "criteria"),
        plural(len(found.panels), "panel"),
    )
    return ", ".join(parts)
