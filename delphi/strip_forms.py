"""The forms that a ranked strip can be had in: for paper, a report, a spreadsheet or the next program."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from delphi import papers, strip_captions, strip_drawing
from delphi.page import CSV
from surveys.errors import NotFound
from surveys.exchange import strip_files
from surveys.strips import RankedStrip

Content = Callable[[RankedStrip, ZoneInfo], str | bytes]


@dataclass(frozen=True)
class Form:
    """One form: what a link to it says, what a browser is told, and how it is made."""

    words: str
    media_type: str
    content: Content

    def bytes(self, strip: RankedStrip, zone: ZoneInfo) -> bytes:
        """The file. Equal strips give equal bytes."""
        made = self.content(strip, zone)
        return made if isinstance(made, bytes) else made.encode()


def get(file: str) -> Form:
    """The form that a file of this name has."""
    if (form := FORMS.get(file)) is None:
        raise NotFound("There is no page at this address.")
    return form


def _pdf(strip: RankedStrip, zone: ZoneInfo) -> bytes:
    pages = strip_drawing.render_pages(strip, zone)
    said = strip_drawing.description(strip)
    figures = [papers.Figure(page, said) for page in pages]
    return papers.pdf(figures, title=strip_captions.title(strip), is_upright=True)


FORMS = {
    "strip.pdf": Form("On pages of A4 (PDF)", "application/pdf", _pdf),
    "strip.svg": Form("Drawing (SVG)", "image/svg+xml", strip_drawing.render_svg),
    "strip.csv": Form("Table (CSV)", CSV, lambda strip, _: strip_files.write(strip)),
    "strip.json": Form("Data (JSON)", "application/json", lambda strip, _: strip_files.write_json(strip)),
}
