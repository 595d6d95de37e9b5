"""What goes wrong on the command line: one sentence on stderr and an exit code, never a trace."""

import errno
from typing import Any

import click

from surveys.errors import FaultyFile, InvalidInput, NotAllowed, NotFound, NotNow, SurveyError, Throttled

# 2 is what click itself gives to a command that it cannot read: what was typed has to be changed.
EXIT_CODES: dict[type[SurveyError], int] = {
    NotFound: 1,
    NotAllowed: 1,
    NotNow: 1,
    Throttled: 1,
    FaultyFile: 1,
    InvalidInput: 2,
}


class Commands(click.Group):
    """The group of all commands, in the order of their adding; it turns a refusal into its sentence."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SurveyError as error:
            raise _Refused(error.sentence, EXIT_CODES[type(error)]) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read our output has gone: click knows what to do
                raise
            raise _Refused(f"{error.filename or 'This'}: {error.strerror or error}.", 1) from error


class _Refused(click.ClickException):
    """What click shows as an error, with our exit code."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.__dict__["exit_code"] = code
