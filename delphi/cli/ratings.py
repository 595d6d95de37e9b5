"""`delphi ratings`: ratings from a file into a study, and out of it."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from delphi.cli import analyse, console, options, storage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from delphi.cli.storage import Work
    from surveys.rounds import Round
    from surveys.studies import Study


@dataclass(frozen=True)
class Asked:
    """What was typed."""

    study_key: str
    file: Path
    number: int | None
    criteria: tuple[str, ...] | None
    columns: dict[str, str]
    close: bool


@click.group()
def ratings() -> None:
    """Import and export ratings as a long CSV."""


@ratings.command("import")
@click.argument("study_key", metavar="STUDY")
@click.argument("file", type=options.FILE)
@options.round_("Which round. Without it, the newest.")
@options.rating_columns
@click.option("--close", is_flag=True, help="Close the round afterwards, which freezes its results.")
def import_(**typed: Any) -> None:
    """Import the ratings in FILE into a round of STUDY, all of them or none.

    The file is as for `delphi analyse`. Items go by key or title; panellists who are missing are added by
    their codes. A round that is planned is opened for it.
    """
    with storage.writing() as work, console.progress("Importing ..."):
        sentences, notes = _imported(work, Asked(**typed))
    for sentence in sentences:
        click.echo(sentence)
    for sentence in notes:
        console.note(sentence)


@ratings.command()
@click.argument("study_key", metavar="STUDY")
@options.round_("Which closed round. Without it, the last one.")
@options.output
def export(study_key: str, number: int | None, output: Path | None) -> None:
    """Export the ratings of a closed round of STUDY, by the panellists' codes."""
    from surveys import studies
    from surveys.exchange import rating_transfers

    with storage.reading() as work:
        round_ = storage.closed_round(work.session, studies.get(work.session, study_key), number)
        content = rating_transfers.export_ratings(work.session, round_)
        done = f"Wrote round {round_.number} of {study_key} to {output}."
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        console.note(done)


def _imported(work: "Work", asked: Asked) -> tuple[list[str], list[str]]:
    """Do it; the sentences that say what was done, and what to say beside them."""
    from delphi.formats import plural
    from surveys import protocol, rounds, studies
    from surveys.exchange import rating_transfers

    study = studies.get(work.session, asked.study_key)
    round_ = _newest_round(work.session, study, asked.number)
    categories = protocol.scale_of(study.protocol).categories
    file = analyse.read(asked.file, categories, asked.criteria, asked.columns)
    if rounds.can(round_, rounds.Act.OPEN):
        rounds.open_(work.session, round_, closes_at=None, now=work.now, by=storage.BY)
    done = rating_transfers.import_ratings(work.session, round_, file, now=work.now, by=storage.BY)
    answers, people = plural(done.changed_ratings, "answer"), plural(done.panellists, "panellist")
    place = f"round {round_.number} of {study.key}"
    sentences = [f"Imported {answers} of {people}, {done.new_panellists} of them new, into {place}."]
    if asked.close:
        rounds.close(work.session, round_, now=work.now, by=storage.BY)
        sentences.append(f"Round {round_.number} is closed, and its results are frozen.")
    left_out = f"Left out {plural(done.rows_left_out, 'row')} of other rounds."
    return sentences, [*analyse.remarks(file), *([left_out] if done.rows_left_out else [])]


def _newest_round(session: "Session", study: "Study", number: int | None) -> "Round":
    from surveys import rounds

    return rounds.get_round(session, study, number or len(rounds.list_rounds(session, study)))
