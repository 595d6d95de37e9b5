"""A figure on paper: an SVG set on a page as PDF, or made a picture. Equal figures give equal bytes."""

import re
from collections.abc import Mapping, Sequence
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
_PAGES = """#set document(title: sys.inputs.title, date: none)
#set text(lang: "en", region: "GB", font: "Source Sans Pro")
#set page(paper: "a4", margin: 10mm)
#for page in range(int(sys.inputs.pages)) {
  pagebreak(weak: true)
  image("figure" + str(page) + ".svg", alt: sys.inputs.alt, width: 100%)
}
"""
_PICTURE = """#set document(title: sys.inputs.title, date: none)
#set page(width: 297mm, height: auto, margin: 0mm)
#image("figure.svg", alt: sys.inputs.alt, width: 100%)
"""


def pdf(svg: str, *, title: str, description: str, paper: Paper) -> bytes:
    """One landscape page, tagged for screen readers (PDF/UA-1): `description` is read for the figure."""
    said = {"title": title, "alt": description, "paper": paper}
    return _set(_PAGE, {"figure.svg": svg}, said, format="pdf", pdf_standards=["ua-1"])


def pdf_of_pages(svgs: Sequence[str], *, title: str, description: str) -> bytes:
    """A figure in parts, each on an upright page of A4, tagged in the same way."""
    said = {"title": title, "alt": description, "pages": f"{len(svgs)}"}
    figures = {f"figure{n}.svg": svg for n, svg in enumerate(svgs)}
    return _set(_PAGES, figures, said, format="pdf", pdf_standards=["ua-1"])


def png(svg: str, *, title: str, description: str) -> bytes:
    """The figure alone, as wide as A4 lies."""
    said = {"title": title, "alt": description}
    return _set(_PICTURE, {"figure.svg": svg}, said, format="png", ppi=_DOTS_PER_INCH)


def _set(page: str, svgs: Mapping[str, str], said: dict[str, str], **how: object) -> bytes:
    import typst  # noqa: PLC0415  # it is large, and only paper needs it
    from font_source_sans_pro import (  # type: ignore[import-untyped]  # noqa: PLC0415
        font_directory,
    )

    family = f'font-family="{_FAMILY}"'
    figures = {name: _FAMILIES.sub(family, svg).encode() for name, svg in svgs.items()}
    files = {"main.typ": page.encode(), **figures}
    compile_: Any = typst.compile  # its types do not know of files in memory
    made: bytes = compile_(
        files,
        sys_inputs=said,
        font_paths=[font_directory],
        ignore_system_fonts=True,  # so that every machine sets the same page
        **how,
    )
    return made
