"""Who may log in to a desk that stands alone; only an admin sees and changes it."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from registry import desk_users
from registry.desk_users import Role, UserError
from registry.incidents import IllegalActionError
from review import labels
from review.access import ROLES, Identity, need
from review.desk import desk_of, text_of
from review.pages import go, show

router = APIRouter()


@router.get("/users")
def users(request: Request, me: Annotated[Identity, need("admin")]) -> Response:
    """Everybody, with their role."""
    return show(
        request, "users.html", me, users=desk_users.every(desk_of(request).engine), roles=ROLES, labels=labels,
        told=request.query_params.get("told", ""),
    )  # fmt: skip


@router.post("/users")
async def keep(request: Request, me: Annotated[Identity, need("admin")]) -> Response:
    """Add somebody, or change role, password or activity; nobody shuts themselves out."""
    form = dict(await request.form())
    desk, name = desk_of(request), text_of(form, "username")
    role, is_active = text_of(form, "role"), text_of(form, "is_active") != "no"
    if name == me.name and (role != "admin" or not is_active):
        raise IllegalActionError("不能停用自己或改低自己的角色 (you would shut yourself out)")
    password = form.get("password")
    try:
        await run_in_threadpool(
            desk_users.keep, desk.engine, name, role=cast(Role, role), at=desk.now(), by=me.person,
            password=password if isinstance(password, str) and password else None,
            display_name=text_of(form, "display_name") or None, is_active=is_active,
        )  # fmt: skip
    except UserError as error:
        raise IllegalActionError(str(error)) from error
    return go(request, "/users?told=kept")
