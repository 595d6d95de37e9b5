"""Published positions as a CSV: items with a figure on each of two criteria, and no ratings."""

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from surveys.exchange import csv_files
from surveys.exchange.csv_files import Columns, FaultList


class PositionRow(NamedTuple):
    """One item: what it is called, and its figures as they were written."""

    label: str
    x: str
    y: str


def read(data: bytes, name: str, *, label: str, x: str, y: str) -> tuple[PositionRow, ...]:
    """The rows of a file with these three columns; every mistake is named by line and column."""
    faults = FaultList(name)
    remedies = {column: f"Or say which one is meant by --{option}." for option, column in _named(label, x, y)}
    table = csv_files.read(data, Columns((label, x, y), allow_others=True, remedies=remedies), faults)
    if not table.rows and not faults.faults:
        faults.refuse("There are no items. Write one in each line below the names of the columns.")
    at = [table.header.index(column) for column in (label, x, y)] if not faults.faults else []
    rows = []
    for row in table.rows if at else ():
        cells = [row.cells[column].strip() for column in at]
        if not cells[0]:
            faults.add("The item has no name.", row.line, label)
        for column, text in ((x, cells[1]), (y, cells[2])):
            if not _is_number(text):
                faults.add(f"“{text}” is not a number such as 3.43.", row.line, column)
        rows.append(PositionRow(*cells))
    faults.check()
    return tuple(rows)


def _named(label: str, x: str, y: str) -> tuple[tuple[str, str], ...]:
    return (("label", label), ("x", x), ("y", y))


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
