"""What a person at a terminal sees: progress, tables and sentences; nothing moves where nobody looks."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Say what is being done for as long as it takes, on a terminal; elsewhere say nothing.

    What it gives is called with the next step, where there are several.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        yield status.update


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far it is, on a terminal; elsewhere nothing. It is told how much is done, and of how much."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, of: shown.update(task, completed=done, total=of)


def note(sentence: str) -> None:
    """Say something that is not the result, so that the result alone can be piped on."""
    click.echo(sentence, err=True)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> str:
    """Plain columns, two blanks apart; those named in `right` are numbers and stand to the right.

    >>> print(table(["item", "n"], [["one", "9"], ["three", "10"]], right=["n"]))
    item    n
    one     9
    three  10
    """
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if name in right else cell.ljust(width)
            for cell, width, name in zip(line, widths, header, strict=True)
        )
        for line in [header, *rows]
    ]
    return "\n".join(line.rstrip() for line in lines)
