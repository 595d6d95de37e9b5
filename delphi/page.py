"""Pages: a frozen dataclass of plain values and a template of the same name make one answer to a browser."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response
from litestar.response import Redirect

from delphi import formats, languages

CSV = "text/csv"  # the framework names the encoding
STATIC = Path(__file__).parent / "static"
_TEMPLATES = (Path(__file__).parent / "_templates", Path(__file__).parent.parent / "templates")
COMPRESSED_HERE = "compressed_in_its_thread"  # the routes whose answers the middleware leaves alone
_COMPRESSION = 3  # beyond it each step takes a third of a millisecond of the rating page, for five percent


@dataclass(frozen=True)
class Link:
    """A place to go."""

    text: str
    href: str
    is_current: bool = False


@dataclass(frozen=True)
class Contact:
    """Who helps a panellist, on every page."""

    name: str
    email: str
    phone: str
    support: str
    emergency_number: str


@dataclass(frozen=True)
class LanguageChoice:
    """A language that a panellist may read the study in, by the name that it has for itself."""

    code: str
    name: str
    direction: str
    is_current: bool


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with what was typed, and where."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Frame:
    """What stands around every page."""

    csrf_token: str
    study_title: str = ""
    study_language: str = ""  # of its title, where that is not the page's
    language: str = "en"  # that the page speaks
    direction: str = "ltr"
    languages: tuple[LanguageChoice, ...] = ()  # between which a panellist may choose
    path: str = ""  # of the page
    study_key: str = ""
    visitor: str = ""
    role: str = "public"
    may: frozenset[str] = frozenset()  # what the visitor's role on the study's team allows: names of powers
    is_simulated: bool = False
    is_pilot: bool = False
    is_demo: bool = False
    contact: Contact | None = None
    navigation: tuple[Link, ...] = ()
    notice: str = ""
    faults: tuple[FieldFault, ...] = ()


# What a browser may load for a page of ours, and who may show it within a frame.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors {ancestors}"
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a template is given, as `page`. A subclass names its template and adds its own plain values."""

    template: ClassVar[str]
    may_stand_elsewhere: ClassVar[bool] = False  # within a frame on anybody's page
    title: str
    frame: Frame

    def body(self) -> bytes:
        """The page as a browser gets it."""
        return render(self).encode()


@cache
def environment() -> Environment:
    """The templates: autoescaped, and strict about what they ask for."""
    made = Environment(
        loader=FileSystemLoader([path for path in _TEMPLATES if path.is_dir()]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension
        languages.look_up, languages.look_up_number, newstyle=True
    )
    made.globals["static"] = static
    made.filters.update(formats.FILTERS)
    return made


@cache
def static(path: str) -> str:
    """The address of one of our files; it changes with the file, so that browsers may keep it for good."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()
    return f"/static/{path}?v={digest[:12]}"


def render(page: Page) -> str:
    """The page as HTML."""
    return environment().get_template(page.template).render(page=page)


def respond(request: Request[Any, Any, Any], page: Page, *, status: int = 200) -> Response[bytes]:
    """The page as an answer that nobody but this browser keeps; compressed here, in the handler's thread."""
    body, headers = page.body(), {"Cache-Control": "no-store", "Vary": "Accept-Encoding, Cookie"}
    if "gzip" in request.headers.get("accept-encoding", "") and _is_compressed_here(request):
        body = gzip.compress(body, _COMPRESSION)
        headers["Content-Encoding"] = "gzip"
    if page.may_stand_elsewhere:
        headers["Content-Security-Policy"] = CONTENT_POLICY.format(ancestors="*")
    return Response(body, media_type=MediaType.HTML, status_code=status, headers=headers)


def _is_compressed_here(request: Request[Any, Any, Any]) -> bool:
    """Not where the middleware does it, as for a static file that is not there: twice would be unreadable."""
    scope = cast("Mapping[str, Any]", request.scope)  # an address that leads nowhere has no handler
    return "route_handler" not in scope or COMPRESSED_HERE in scope["route_handler"].opt


def download(name: str, content: str | bytes, media_type: str) -> Response[bytes]:
    """A file to keep, under this name."""
    body = content if isinstance(content, bytes) else content.encode()
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=media_type, status_code=200, headers=headers)


def redirect(path: str) -> Redirect:
    """Go on there, with GET."""
    return Redirect(path, status_code=303)


Form = Mapping[str, Any]
