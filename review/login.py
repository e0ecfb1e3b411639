"""The desk's own login, where no Airflow stands before it: a signed cookie, and passwords that only scrypt knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from itsdangerous import BadSignature, URLSafeTimedSerializer

from registry import audit, desk_users
from registry.engine import writing
from review.access import Identity, form_token
from review.desk import Desk, desk_of, text_of
from review.guessing import TOLD, Guard
from review.pages import go, show

router = APIRouter()

COOKIE: Final = "xushi_desk"
#: A working day.
_SECONDS: Final = 8 * 3600


@router.get("/login")
def login_page(request: Request) -> Response:
    """The form."""
    return page(request)


@router.post("/login")
async def log_in(request: Request) -> Response:
    """Check name and password; the same answer for a wrong name and a wrong password."""
    form = dict(await request.form())
    name = text_of(form, "username")
    if not _is_ours(request, form):
        return page(request, status=403, message="表单已过期，请再试一次 (the form is stale, try again)")
    guard: Guard = request.app.state.guard
    address = request.client.host if request.client else "?"
    if not guard.begin(name, address):
        return page(request, status=429, message=TOLD)
    desk = desk_of(request)
    password = form.get("password")
    found = await run_in_threadpool(
        desk_users.verified, desk.engine, name, password if isinstance(password, str) else ""
    )
    await run_in_threadpool(_note, desk, name, found.role if found else "")
    if found is None:
        return page(request, status=401, message="用户名或口令不对 (wrong name or password)")
    guard.succeeded(name, address)
    response = go(request, "/")
    response.set_cookie(
        COOKIE, _signer(request.app.state.secret).dumps(name), max_age=_SECONDS, httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


@router.post("/logout")
def log_out(request: Request) -> Response:
    """Forget the login; a form of another site could at most log somebody out."""
    response = go(request, "/login")
    response.delete_cookie(COOKIE)
    return response


def page(request: Request, *, status: int = 200, message: str = "") -> Response:
    """The login form, with what went wrong."""
    return show(request, "login.html", status=status, message=message)


async def identify(request: Request) -> Identity | None:
    """Who the cookie says it is, with the role that the registry gives them now."""
    try:
        name = _signer(request.app.state.secret).loads(request.cookies.get(COOKIE, ""), max_age=_SECONDS)
    except BadSignature:
        return None
    found = await run_in_threadpool(desk_users.get, desk_of(request).engine, str(name))
    return Identity(found.username, found.display_name, found.role) if found else None


def _signer(secret: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="xushi.desk.login")


def _is_ours(request: Request, form: Mapping[str, object]) -> bool:
    return text_of(form, "form_token") == form_token(request, "")


def _note(desk: Desk, name: str, role: str) -> None:
    """Logins, and those that failed, stand in the audit log."""
    with writing(desk.engine, desk_users.LOCK) as session:
        audit.append(
            session, at=desk.now(), actor=name[:80] or "?", role=role, subject_kind="user", subject_id=name[:80],
            action="log_in" if role else "log_in_refused",
        )  # fmt: skip
