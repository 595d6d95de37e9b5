"""How far an upload is, for the script of the page that sent it."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from delphi.auth import Access


class UploadPages(Controller):
    """Two numbers, for whoever has the token; on SQLite a transaction would wait for the upload."""

    path = "/uploads"

    @get("/{token:str}", access=Access.PUBLIC, sync_to_thread=True)
    def progress(self, request: Request[Any, Any, Any], token: FromPath[str]) -> Response[dict[str, int]]:
        known = request.app.state.service.uploads.find(token)
        told = {} if known is None else {"done": known[0], "of": known[1]}
        return Response(told, headers={"Cache-Control": "no-store"})
