"""A figure on paper: an SVG set on a page as PDF, or made a picture. Equal figures give equal bytes."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Paper = Literal["a4", "a3"]
_DOTS_PER_INCH = 150.0  # of A4: 1,754 dots across, sharp on a slide and in a report
_FAMILY = "Source Sans Pro"  # no wider than what the figure was measured for
_FAMILIES = re.compile(r'font-family="[^"]*"')
_PAGES = """#set document(title: sys.inputs.title, date: none)
#set text(lang: "en", region: "GB", font: "Source Sans Pro")
#let lies = sys.inputs.lies == "yes"
#set page(paper: sys.inputs.paper, flipped: lies, margin: 10mm)
#for (number, said) in json(bytes(sys.inputs.said)).enumerate() {
  pagebreak(weak: true)
  let height = if lies { 100% } else { auto }
  image("figure" + str(number) + ".svg", alt: said, width: 100%, height: height, fit: "contain")
}
"""
_PICTURE = """#set document(title: sys.inputs.title, date: none)
#set page(width: 297mm, height: auto, margin: 0mm)
#image("figure.svg", alt: sys.inputs.alt, width: 100%)
"""


@dataclass(frozen=True)
class Figure:
    """An SVG, and what is read in its place to whoever cannot see it."""

    svg: str
    description: str


def pdf(figures: Sequence[Figure], *, title: str, paper: Paper = "a4", is_upright: bool = False) -> bytes:
    """A page for each figure, tagged for screen readers (PDF/UA-1); pages lie unless they are upright."""
    said = json.dumps([figure.description for figure in figures])
    inputs = {"title": title, "said": said, "paper": paper, "lies": "no" if is_upright else "yes"}
    files = {f"figure{n}.svg": figure.svg for n, figure in enumerate(figures)}
    return _set(_PAGES, files, inputs, format="pdf", pdf_standards=["ua-1"])


def png(figure: Figure, *, title: str) -> bytes:
    """The figure alone, as wide as A4 lies."""
    said = {"title": title, "alt": figure.description}
    return _set(_PICTURE, {"figure.svg": figure.svg}, said, format="png", ppi=_DOTS_PER_INCH)


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
