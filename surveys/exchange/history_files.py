"""The histories of all items as CSV, an event a line: for an appendix, or for whoever checks the study."""

from sqlalchemy.orm import Session

from surveys.exchange import csv_files
from surveys.exchange.csv_files import inert
from surveys.histories import timelines
from surveys.histories.timelines import Event
from surveys.items import Item
from surveys.studies import Study

HEADER = (
    *("number", "item", "round", "what", "wording", "other_items"),
    *("reason", "rule", "proposal", "at", "simulated"),
)


def write(session: Session, study: Study) -> bytes:
    """The file: items by number, events from the first."""
    simulated = "yes" if study.is_simulated else "no"
    return csv_files.write(
        HEADER,
        (
            [*_cells(timeline.item, event), simulated]
            for timeline in timelines.of_study(session, study)
            for event in timeline.events
        ),
    )


def _cells(item: Item, event: Event) -> list[object]:
    return [
        item.position,
        item.key,
        event.round_number,
        event.act,
        inert(event.wording),
        "; ".join(f"{number}" for number, _ in event.others),
        inert(event.reason),
        inert(event.ground),
        event.proposal,
        event.at.isoformat() if event.at else "",
    ]
