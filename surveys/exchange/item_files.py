"""The items of a study as CSV: key, title, vignette, a column for each vocabulary, notes in any other."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from surveys.exchange import csv_files
from surveys.exchange.csv_files import Columns, FaultList, Table
from surveys.exchange.vocabulary_files import ITEM_COLUMNS, SEPARATOR, Vocabularies
from surveys.hints import hint
from surveys.items import ItemPlan

FILE = "items.csv"
MOST_ITEMS = 500  # nobody rates more; the longest questionnaires have about 90
LONGEST = {"key": 200, "title": 500, "vignette": 4000}


def read(data: bytes, vocabularies: Vocabularies, name: str = FILE) -> tuple[ItemPlan, ...]:
    """The items that a CSV file says, in its order."""
    faults = FaultList(name)
    return from_table(csv_files.read(data, columns(vocabularies), faults), vocabularies, faults)


def read_over(
    data: bytes, vocabularies: Vocabularies, items: Iterable[ItemPlan], name: str = FILE
) -> tuple[ItemPlan, ...]:
    """The items that a CSV file says; of a column of tags that is missing, known ones keep theirs."""
    faults = FaultList(name)
    table = csv_files.read(data, columns(vocabularies, must_tag=False), faults)
    plans = from_table(table, vocabularies, faults)
    missing = [key for key, vocabulary in vocabularies.items() if vocabulary.column not in table.header]
    kept = {plan.key: {key: plan.tags[key] for key in missing if key in plan.tags} for plan in items}
    return tuple(replace(plan, tags={**plan.tags, **kept.get(plan.key, {})}) for plan in plans)


def columns(vocabularies: Vocabularies, *, must_tag: bool = True) -> Columns:
    """Which columns a table of items has."""
    tags = [vocabulary.column for vocabulary in vocabularies.values()]
    required, optional = (("key", "title", *tags), ()) if must_tag else (("key", "title"), tags)
    return Columns(required=required, optional=("vignette", *optional), allow_others=True)


def from_table(table: Table, vocabularies: Vocabularies, faults: FaultList) -> tuple[ItemPlan, ...]:
    """The items that a table says, in its order."""
    if len(table.rows) > MOST_ITEMS:
        faults.refuse(f"There are {len(table.rows)} items; at most {MOST_ITEMS} can be kept. Leave some out.")
    lines: dict[tuple[str, str], int] = {}
    plans = [_plan(line, cells, vocabularies, lines, faults) for line, cells in table.records()]
    if not plans and not faults.faults:
        faults.refuse("There are no items. Write one in each line below the names of the columns.")
    faults.check()
    return tuple(plans)


def write(plans: Sequence[ItemPlan], vocabularies: Vocabularies) -> bytes:
    """A CSV file that `read` gives the same items for.

    Text is left as it is, formulas included: it must come back as it went, and the study's own team wrote it.
    """
    notes = list(dict.fromkeys(name for plan in plans for name in plan.notes))
    header = [*ITEM_COLUMNS, *(vocabulary.column for vocabulary in vocabularies.values()), *notes]
    return csv_files.write(header, [_cells(plan, vocabularies, notes) for plan in plans])


def _plan(
    line: int,
    cells: dict[str, str],
    vocabularies: Vocabularies,
    lines: dict[tuple[str, str], int],
    faults: FaultList,
) -> ItemPlan:
    _check_texts(line, cells, faults)
    # Files of ratings say an item by its key or its title, and people by its title.
    for column, text in (("key", cells["key"]), ("title", cells["title"].casefold())):
        if text and (earlier := lines.setdefault((column, text), line)) != line:
            sentence = f"“{cells[column]}” stands in line {earlier} too. Give each item its own {column}."
            faults.add(sentence, line, column)
    known = {*ITEM_COLUMNS, *(vocabulary.column for vocabulary in vocabularies.values())}
    return ItemPlan(
        key=cells["key"],
        title=cells["title"],
        vignette=cells.get("vignette", ""),
        tags=_tags(line, cells, vocabularies, faults),
        notes={name: cell for name, cell in cells.items() if cell and name not in known},
    )


def _check_texts(line: int, cells: dict[str, str], faults: FaultList) -> None:
    for column, most in LONGEST.items():
        text = cells.get(column, "")
        if not text and column != "vignette":
            faults.add(f"The {column} is empty. Every item needs one.", line, column)
        elif len(text) > most:
            faults.add(f"This has {len(text)} characters; at most {most} can be kept.", line, column)


def _tags(
    line: int, cells: dict[str, str], vocabularies: Vocabularies, faults: FaultList
) -> dict[str, list[str]]:
    """The keys of each vocabulary that the item has any of, each key once."""
    tags = {}
    for key, vocabulary in vocabularies.items():
        terms = list(dict.fromkeys(_split(cells.get(vocabulary.column, ""))))
        for term in terms:
            if term not in vocabulary.terms:
                sentence = f"“{term}” is not a key of “{vocabulary.label}”. {hint(term, vocabulary.terms)}"
                faults.add(sentence, line, vocabulary.column)
        if terms:
            tags[key] = terms
    return tags


def _split(cell: str) -> Iterable[str]:
    return filter(None, (part.strip() for part in cell.split(SEPARATOR)))


def _cells(plan: ItemPlan, vocabularies: Vocabularies, notes: Sequence[str]) -> list[str]:
    tags = [SEPARATOR.join(plan.tags.get(key, ())) for key in vocabularies]
    return [plan.key, plan.title, plan.vignette, *tags, *(plan.notes.get(name, "") for name in notes)]
