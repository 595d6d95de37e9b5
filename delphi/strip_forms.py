"""The forms that a ranked strip can be had in: for paper, a report, a spreadsheet or the next program."""

from zoneinfo import ZoneInfo

from delphi import kept_files, papers, strip_captions, strip_drawing
from delphi.kept_files import Form
from delphi.page import CSV
from surveys.exchange import strip_files
from surveys.strips import RankedStrip


def get(file: str) -> Form[RankedStrip]:
    """The form that a file of this name has."""
    return kept_files.find(FORMS, file)


def _pdf(strip: RankedStrip, zone: ZoneInfo) -> bytes:
    pages = strip_drawing.render_pages(strip, zone)
    said = strip_drawing.description(strip)
    figures = [papers.Figure(page, said) for page in pages]
    return papers.pdf(figures, title=strip_captions.title(strip), is_upright=True)


FORMS: dict[str, Form[RankedStrip]] = {
    "strip.pdf": Form("On pages of A4 (PDF)", "application/pdf", _pdf),
    "strip.svg": Form("Drawing (SVG)", "image/svg+xml", strip_drawing.render_svg),
    "strip.csv": Form("Table (CSV)", CSV, lambda strip, _: strip_files.write(strip)),
    "strip.json": Form("Data (JSON)", "application/json", lambda strip, _: strip_files.write_json(strip)),
}
