"""What can go wrong, each with a sentence fit to show; `delphi.errors` has the status of each."""

from dataclasses import dataclass


class SurveyError(Exception):
    """A refusal. Its text is a sentence for the person who asked."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(SurveyError):
    """There is no such thing, or it is not this person's to know of: the two look the same."""


class NotAllowed(SurveyError):
    """This person may not do this."""


class NotNow(SurveyError):
    """The state of the study or round does not allow this now."""


class Throttled(SurveyError):
    """Too many tries in too short a time."""


class InvalidInput(SurveyError):
    """Something typed cannot be taken; `field` names where it was typed."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Fault:
    """One mistake in a file: where it is (a key, or a line and column) and what to do."""

    file: str
    where: str
    sentence: str

    def __str__(self) -> str:
        return (
            f"{self.file}, {self.where}: {self.sentence}" if self.where else f"{self.file}: {self.sentence}"
        )


class FaultyFile(SurveyError):
    """A file was refused whole. `faults` lists every mistake that was found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)
