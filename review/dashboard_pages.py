"""The offline pages of what is published and dbt's documentation of the models, behind the desk's login."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from review.access import Identity, need
from review.desk import desk_of
from review.pages import file_in, go

router = APIRouter()

#: The pages' scripts and sheets are files of theirs; the chart library draws pictures of its own.
_PAGES: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
#: dbt's one page holds its scripts inline: it runs in a sandbox, without this site's cookies, and reaches nothing.
_MODELS: Final = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts"
)
_MISSING: Final = (
    "没有这一页；xushi dashboard 生成总览页，xushi docs 生成模型说明 "
    "(no such page; xushi dashboard writes the pages, xushi docs those of the models)"
)


@router.get("/dashboard")
def pages(request: Request, me: Annotated[Identity, need("viewer")]) -> Response:  # noqa: ARG001
    """To the first page; its links are relative to it."""
    return go(request, "/dashboard/index.html")


@router.get("/dashboard/{path:path}")
def page(request: Request, me: Annotated[Identity, need("viewer")], path: str) -> Response:  # noqa: ARG001
    """A file of the current pages, and none beside them; a browser asks each time whether its copy still holds."""
    if not path:
        return go(request, "/dashboard/index.html")
    found = file_in(desk_of(request).home.dashboard, path, _MISSING)
    answer = FileResponse(
        found,
        headers={"Content-Security-Policy": _PAGES, "Cache-Control": "private, no-cache"},
        stat_result=found.stat(),
    )
    if request.headers.get("if-none-match") == answer.headers["etag"]:
        kept = {name: answer.headers[name] for name in ("etag", "cache-control", "content-security-policy")}
        return Response(status_code=304, headers=kept)
    return answer


@router.get("/models")
def models(request: Request, me: Annotated[Identity, need("viewer")]) -> Response:  # noqa: ARG001
    """To the documentation of the models."""
    return go(request, "/models/index.html")


@router.get("/models/index.html")
def model_page(request: Request, me: Annotated[Identity, need("viewer")]) -> Response:  # noqa: ARG001
    """The documentation of the models, one page."""
    return FileResponse(
        file_in(desk_of(request).home.model_docs, "index.html", _MISSING), headers={"Content-Security-Policy": _MODELS}
    )
