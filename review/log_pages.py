"""The audit log: who did what, when, and what stood before and after."""

from __future__ import annotations

import json
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response

from registry import audit
from review import labels
from review.access import Identity, need
from review.desk import desk_of
from review.pages import show

router = APIRouter()

PAGE_SIZE: Final = 100


@router.get("/log")
def log(request: Request, me: Annotated[Identity, need("steward")], page: int = 1, actor: str = "") -> Response:
    """The newest entries first, of one person where one is named."""
    number = max(1, page)
    entries = audit.latest(
        desk_of(request).engine, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE, actor=actor or None
    )
    return show(
        request, "log.html", me, entries=entries[:PAGE_SIZE], has_more=len(entries) > PAGE_SIZE, number=number,
        actor=actor, labels=labels, plain=plain,
    )  # fmt: skip


def plain(values: str | None) -> list[tuple[str, str]]:
    """The JSON of an entry as pairs of text."""
    read = json.loads(values) if values else {}
    return [(str(name), "" if value is None else str(value)) for name, value in read.items()]
