"""How a study stands in a workbook: its sheets, their columns, and its settings, by their keys."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "whole", "number", "yes"]

READ_ME, STUDY, ITEMS, TAGS = "Read me", "Study", "Items", "Tags"


@dataclass(frozen=True)
class Setting:
    """One row of the sheet Study: its name, its key in the protocol, what it takes, what is said beside it.

    A key that ends in a number is one end of a band.
    """

    name: str
    key: str
    kind: Kind = "text"
    hint: str = ""
    is_needed: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a sheet of rows: its name, its key in each row, and what it takes."""

    name: str
    key: str
    kind: Kind = "text"
    hint: str = ""


@dataclass(frozen=True)
class Rows:
    """A sheet of rows: its name, the table of the protocol that it is, and its columns."""

    name: str
    table: str
    columns: tuple[Column, ...]


SETTINGS = (
    Setting("Title", "title", hint="Panellists see it on every page."),
    Setting("Aims", "aims", hint="What you want to find out, and what will be done with the answer."),
    Setting("Lowest number", "scale.low", "whole", "Of the scale. 3 to 11 numbers fit on a phone.", True),
    Setting("Highest number", "scale.high", "whole", "", True),
    Setting(
        "Low band, from", "scale.bands.low.0", "whole", "On 1 to 9 the bands are commonly 1-3, 4-6, 7-9."
    ),
    Setting("Low band, to", "scale.bands.low.1", "whole"),
    Setting("Middle band, from", "scale.bands.middle.0", "whole", "Leave both empty where there is none."),
    Setting("Middle band, to", "scale.bands.middle.1", "whole"),
    Setting("High band, from", "scale.bands.high.0", "whole"),
    Setting("High band, to", "scale.bands.high.1", "whole"),
    Setting("Quantiles", "quantiles", "whole", "Hyndman and Fan's type; 7 is that of R and Excel."),
    Setting("Rounds, at most", "rounds.last", "whole", "", True),
    Setting("May begin late", "rounds.join_late", "yes", "yes or no: may somebody begin after round 1?"),
    Setting("Items in a block", "rounds.block_size", "whole", "Panellists begin with different blocks."),
    Setting("Asked again if", "reopening.requests", "whole", "So many of one panel ask for a settled item."),
    Setting("Asked again, otherwise", "reopening.otherwise", hint="Or in which other case. May stay empty."),
    Setting("Figures fed back", "feedback.panels", hint="all, own or none: of which panels."),
    Setting("Comments fed back", "feedback.comments", "yes", "yes or no; only those that your team cleared."),
    Setting("Ask why", "feedback.ask_why", "yes", "yes or no: when a rating moves to another band."),
    Setting("Show nothing below", "suppression.hidden_below", "whole", "So many others who answered."),
    Setting("Show less below", "suppression.limited_below", "whole", "Median and bands only."),
    Setting("Sheet: version", "information.version", hint="Consents say to which version they were given."),
    Setting("Sheet: about", "information.about", hint="The information sheet: who runs the study, and why."),
    Setting("Sheet: how to use the scale", "information.scale_help"),
    Setting("Sheet: how long it takes", "information.duration"),
    Setting("Sheet: stopping and coming back", "information.pausing"),
    Setting("Sheet: leaving the study", "information.withdrawing"),
    Setting("Sheet: what becomes of answers", "information.answers"),
    Setting("Sheet: contact", "information.contact_name"),
    Setting("Sheet: email", "information.contact_email"),
    Setting("Sheet: telephone", "information.contact_phone", hint="May stay empty. Format the cell as text."),
    Setting("Sheet: support", "information.support", hint="May stay empty."),
    Setting("Sheet: emergency number", "information.emergency_number"),
    Setting("Consent: taking part", "consents.take_part", hint="May stay empty, as the two below."),
    Setting("Consent: showing comments", "consents.show_comments"),
    Setting("Consent: quoting comments", "consents.quote"),
    Setting(
        "Grid, across", "grids.across", hint="The key of a criterion; leave all three empty for no grids."
    ),
    Setting("Grid, upwards", "grids.up", hint="The key of another criterion."),
    Setting("Grid, audiences", "grids.audiences", hint="The key of tags on the sheet Tags, or empty."),
)
SHEETS = (
    Rows(
        "Criteria",
        "criteria",
        (
            Column("Key", "key", hint="A short word in small letters, such as usefulness."),
            Column("Name", "name"),
            Column("Question", "question", hint="The whole question below each item."),
            Column("At the low end", "anchors.low"),
            Column("In the middle", "anchors.middle"),
            Column("At the high end", "anchors.high"),
            Column("Along an axis", "more", hint="How the axis of a grid reads: more useful."),
            Column("May drop", "may_drop", "yes", "yes or no: may it alone drop an item?"),
        ),
    ),
    Rows(
        "Panels",
        "panels",
        (
            Column("Key", "key", hint="A short word in small letters, such as practitioners."),
            Column("Name", "name"),
            Column("Whom you look for", "recruitment"),
            Column("Where they answer from", "perspective"),
            Column("Weight", "weight", "number", "1 for all counts panels alike."),
            Column("Beside grids", "beside_grids", "yes", "yes or no: its comments stand beside the grids."),
        ),
    ),
    Rows(
        "Rules",
        "rules",
        (
            Column("In", "in", hint="Such as: share >= 70 high, share < 15 low"),
            Column("Out", "out", hint="mirror, none, or a rule of its own."),
            Column("Percent of", "denominator", hint="rated, or rated+unable"),
            Column("Minimum", "minimum_n", "whole", "No verdict below so many ratings."),
            Column("Criterion", "criterion", hint="A key; empty for every criterion."),
            Column("Panel", "panel", hint="A key; empty for every panel."),
        ),
    ),
)
NOTES = Rows("Notes", "provenance", (Column("About", "about"), Column("Note", "note")))
TAG_COLUMNS = Rows(
    TAGS,
    "tags",
    (
        Column("Tags", "key", hint="A short word, the same in every row of these tags."),
        Column("Label", "label"),
        Column("Column", "column", hint="The column of the sheet Items that has them."),
        Column("Source", "source"),
        Column("Term", "term", hint="What stands in the cells of that column; | between several."),
        Column("Words", "words", hint="What people read for it."),
    ),
)
EXPLAINED = (
    "A study for Delphi. Fill in the sheets, then send this file on the page New study.",
    "Study: one setting a line. Criteria, Panels, Rules, Items: one of them a line, with a key of its own.",
    "Notes: what a report will have to say. Tags: only where items are sorted by audience or theme.",
    "Leave the names of sheets and columns as they are. No formulas, no merged cells.",
    "If there is a mistake, nothing is made, and every mistake is listed by its sheet and cell.",
)
