"""The application: routes, the one guard, security headers, and what is held for all requests."""

from collections.abc import Callable
from datetime import datetime

from litestar import Litestar, Response
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.router import Router
from litestar.static_files import create_static_files_router

from delphi import auth, errors
from delphi import settings as settings_
from delphi.clock import now
from delphi.page import COMPRESSED_HERE, CONTENT_POLICY, STATIC
from delphi.pages import ROUTES
from delphi.settings import Settings, key
from delphi.visits import Service
from surveys import database

LARGEST_BODY = 10 * 1024 * 1024
_YEAR = 365 * 24 * 3600
_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY.format(ancestors="'none'"),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # a personal link never leaves with the visitor
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def create(settings: Settings, *, clock: Callable[[], datetime] = now) -> Litestar:
    """The application with these settings."""
    service = serve(settings, clock=clock)
    return Litestar(
        route_handlers=[Router("/", route_handlers=ROUTES, opt={COMPRESSED_HERE: True}), _static()],
        guards=[auth.check_is_guarded],
        after_request=_headers(settings),
        exception_handlers=errors.HANDLERS,  # type: ignore[arg-type]  # each handler takes its own kind of error
        csrf_config=_csrf(settings, service),
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=6, exclude_opt_key=COMPRESSED_HERE
        ),
        request_max_body_size=LARGEST_BODY,
        logging_config=None,
        openapi_config=None,
        state=State({"service": service}),
        on_shutdown=[service.engine.dispose],
    )


def serve(settings: Settings, *, clock: Callable[[], datetime] = now) -> Service:
    """What the application holds for all requests."""
    return Service(database.connect(settings.database_url), settings, key(settings), clock)


def of_environment() -> Litestar:
    """The application with the settings of the environment, for a process of several."""
    return create(settings_.read())


def _static() -> Router:
    return create_static_files_router(
        path="/static",
        directories=[STATIC],
        cache_control=None,
        opt={"access": auth.Access.PUBLIC},
        after_request=_keep,
    )


def _keep(answer: Response[object]) -> Response[object]:
    """Addresses of static files change with their content, so a browser may keep them."""
    answer.headers.update(
        {"Cache-Control": f"public, max-age={_YEAR}, immutable", "X-Content-Type-Options": "nosniff"}
    )
    return answer


def _csrf(settings: Settings, service: Service) -> CSRFConfig:
    secret = service.key.hash("csrf")
    return CSRFConfig(
        secret=secret,
        cookie_name="delphi_csrf",
        cookie_httponly=True,
        cookie_secure=settings.is_public,
        exclude=["^/static/"],  # kept by caches that many share: no cookie goes with them
    )


def _headers(settings: Settings) -> Callable[[Response[object]], Response[object]]:
    strict = {"Strict-Transport-Security": f"max-age={_YEAR}"} if settings.is_public else {}

    def add(answer: Response[object]) -> Response[object]:
        # A page may say otherwise, such as a grid that may stand within a page elsewhere.
        answer.headers.update({k: v for k, v in (_HEADERS | strict).items() if k not in answer.headers})
        return answer

    return add
