"""Great Expectations' own pages of the checks and of what they found, behind the desk's login."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from review.access import Identity, need
from review.desk import desk_of
from review.pages import file_in, go

router = APIRouter(prefix="/checks")

#: Its templates style some elements in place; nothing of them runs.
_POLICY: Final = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'self'"
)


@router.get("")
def index(request: Request, me: Annotated[Identity, need("viewer")]) -> Response:  # noqa: ARG001
    """To the first page; its links are relative to it."""
    return go(request, "/checks/index.html")


@router.get("/{path:path}")
def page(request: Request, me: Annotated[Identity, need("viewer")], path: str) -> Response:  # noqa: ARG001
    """A file of the site, and none beside it."""
    found = file_in(
        desk_of(request).home.data_docs, path, "没有这一页；刷新一次之后才有 (no such page; a refresh writes them)"
    )
    return FileResponse(found, headers={"Content-Security-Policy": _POLICY})
