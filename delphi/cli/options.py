"""Options that several commands share, and how what is typed for them is read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

MOST_ROUNDS = 999  # as in files of ratings
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


def names(_context: click.Context, _option: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """`a,b`: names separated by commas."""
    return None if value is None else tuple(filter(None, (part.strip() for part in value.split(","))))


def pairs(_context: click.Context, _option: click.Parameter, value: str | None) -> dict[str, str]:
    """`item=item_no,panel=group`: which column of a file is meant by a name."""
    found = {}
    for part in value.split(",") if value else ():
        name, _, column = (text.strip() for text in part.partition("="))
        if not name or not column:
            raise click.BadParameter(f"“{part}” is not a pair such as item=item_no.")
        if name in found:
            raise click.BadParameter(f"“{name}” is said twice. Say one column for it.")
        found[name] = column
    return found


def rating_columns(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which columns of a file of ratings are which."""
    criteria = click.option(
        "--criteria",
        callback=names,
        metavar="A,B,…",
        help="The columns that hold ratings. Without it, all others that could.",
    )
    columns = click.option(
        "--columns",
        callback=pairs,
        metavar="NAME=COLUMN,…",
        help="Which column is meant, such as panellist=id,item=item_no.",
    )
    return criteria(columns(command))


def round_(help_text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Which round."""
    return click.option("--round", "number", type=click.IntRange(1, MOST_ROUNDS), metavar="N", help=help_text)


def port(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where to listen."""
    return click.option(
        "--port",
        default=8000,
        show_default=True,
        type=click.IntRange(0, 65535),
        metavar="N",
        help="Which port; 0 takes a free one.",
    )(command)


def output(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where the result goes."""
    return click.option(
        "-o", "--output", type=FILE, metavar="FILE", help="Where to write. Without it, to the terminal."
    )(command)
