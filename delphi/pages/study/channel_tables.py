"""The register of who was asked, by panel and channel, as rows of a page and of a file."""

from sqlalchemy.orm import Session

from delphi.formats import NOTHING
from surveys.exchange import csv_files
from surveys.sign_ups import register
from surveys.studies import Study

_COUNTS = ("Signed up", "On the panel", "Agreed", "Took part", "Withdrew")
COLUMNS = (("Panel and channel", "text"), *((words, "number") for words in _COUNTS))
_HEADER = ("panel", "channel", "signed_up", "on_panel", "agreed", "took_part", "withdrew", "simulated")


def rows(session: Session, study: Study) -> tuple[tuple[str | int, ...], ...]:
    """The register as the cells of a page, by `COLUMNS`."""
    names = {panel.key: panel.name for panel in study.panels}
    return tuple(
        (
            f"{names[line.panel]}: {line.channel}",
            NOTHING if line.signed_up is None else line.signed_up,
            *(line.on_panel, line.agreed, line.took_part, line.withdrew),
        )
        for line in register.lines(session, study)
    )


def as_csv(session: Session, study: Study) -> bytes:
    """The register as a file."""
    simulated = "yes" if study.is_simulated else "no"
    cells = [
        (
            line.panel,
            csv_files.inert(line.channel),
            "" if line.signed_up is None else line.signed_up,
            *(line.on_panel, line.agreed, line.took_part, line.withdrew, simulated),
        )
        for line in register.lines(session, study)
    ]
    return csv_files.write(_HEADER, cells)
