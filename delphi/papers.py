"""A figure on paper: an SVG set on a page as PDF, or made a picture. Equal figures give equal bytes."""

import re
from typing import Any, Literal

Paper = Literal["a4", "a3"]
_DOTS_PER_INCH = 150.0  # of A4: 1,754 dots across, sharp on a slide and in a report
_FAMILY = "Source Sans Pro"  # no wider than what the figure was measured for
_FAMILIES = re.compile(r'font-family="[^"]*"')
_PAGE = """#set document(title: sys.inputs.title, date: none)
#set text(lang: "en", region: "GB", font: "Source Sans Pro")
#set page(paper: sys.inputs.paper, flipped: true, margin: 10mm)
#image("figure.svg", alt: sys.inputs.alt, width: 100%, height: 100%, fit: "contain")
"""
_PICTURE = """#set document(title: sys.inputs.title, date: none)
#set page(width: 297mm, height: auto, margin: 0mm)
#image("figure.svg", alt: sys.inputs.alt, width: 100%)
"""


def pdf(svg: str, *, title: str, description: str, paper: Paper) -> bytes:
    """One landscape page, tagged for screen readers (PDF/UA-1): `description` is read for the figure."""
    said = {"title": title, "alt": description, "paper": paper}
    return _set(_PAGE, svg, said, format="pdf", pdf_standards=["ua-1"])


def png(svg: str, *, title: str, description: str) -> bytes:
    """The figure alone, as wide as A4 lies."""
    return _set(_PICTURE, svg, {"title": title, "alt": description}, format="png", ppi=_DOTS_PER_INCH)


def _set(page: str, svg: str, said: dict[str, str], **how: object) -> bytes:
    import typst  # noqa: PLC0415  # it is large, and only paper needs it
    from font_source_sans_pro import (  # type: ignore[import-untyped]  # noqa: PLC0415
        font_directory,
    )

    in_our_letters = _FAMILIES.sub(f'font-family="{_FAMILY}"', svg)
    files = {"main.typ": page.encode(), "figure.svg": in_our_letters.encode()}
    compile_: Any = typst.compile  # its types do not know of files in memory
    made: bytes = compile_(
        files,
        sys_inputs=said,
        font_paths=[font_directory],
        ignore_system_fonts=True,  # so that every machine sets the same page
        **how,
    )
    return made
