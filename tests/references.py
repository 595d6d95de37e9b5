"""The references in docs/, as text made from the code: every command and every setting."""

from collections.abc import Iterable, Iterator
from dataclasses import fields

import click

from delphi.cli import main
from delphi.settings import PREFIX, Settings

MADE = "Made from the code by `python -m tests.documents`: change it there."


def commands() -> str:
    """docs/commands.md: every command with its arguments and options."""
    with click.Context(main, info_name="delphi") as context:
        sections = ["\n".join(_section(context, command)) for context, command in _walk(context, main)]
    return f"# Commands\n\n{MADE}\n\n" + "\n".join(sections) + _EXIT_CODES


def settings() -> str:
    """docs/settings.md: every setting with its default and what it is about."""
    rows = [
        f"| `{PREFIX}{field.name.upper()}` | {_code(str(field.default))} | {field.metadata['about']} |"
        for field in fields(Settings)
    ]
    head = ["| setting | without it | what it is |", "|---|---|---|"]
    return "\n".join(["# Settings", "", MADE, "", _SETTINGS, "", *head, *rows, ""])


_SETTINGS = "Read from the environment when a command starts. A wrong one is refused by its name."
_EXIT_CODES = """
## Exit codes

| code | means |
|---|---|
| 0 | done |
| 1 | understood, but refused or failed; one sentence on stderr says why |
| 2 | not understood: a wrong option, a name or a value that cannot be |

Results go to stdout, all else to stderr. Progress is shown on a terminal only.
"""


def _walk(context: click.Context, command: click.Command) -> Iterator[tuple[click.Context, click.Command]]:
    yield context, command
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            with click.Context(child, info_name=name, parent=context) as inner:
                yield from _walk(inner, child)


def _section(context: click.Context, command: click.Command) -> Iterator[str]:
    depth = context.command_path.count(" ") + 1
    yield f"{'#' * (depth + 1)} {context.command_path}"
    yield ""
    yield from _paragraphs(command.help or "")
    if not isinstance(command, click.Group):
        yield f"    {context.command_path} {' '.join(command.collect_usage_pieces(context))}"
        yield ""
    options = (one for one in command.params if isinstance(one, click.Option))
    yield from _table(record for option in options if (record := option.get_help_record(context)))


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield " ".join(paragraph.split())
        yield ""


def _table(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    cells = ([cell.replace("|", "\\|").replace("  ", " ") for cell in row] for row in rows)
    lines = [f"| `{option}` | {about} |" for option, about in cells]
    if lines:
        yield from ("| option | |", "|---|---|", *lines, "")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""
