"""Who may do what at the desk: four roles, one order, and a token in every form.

The app is told by `identify` who sends a request (Airflow's login, or the desk's own); nothing here knows which.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import FormData

from registry.audit import Person

#: Each role may do what the ones before it may.
ROLES: Final = ("viewer", "steward", "publisher", "admin")
CSRF_COOKIE: Final = "xushi_desk_form"
CSRF_FIELD: Final = "form_token"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is logged in: the login name, the name that is shown, and the role."""

    name: str
    display_name: str
    role: str

    @property
    def person(self) -> Person:
        """As the audit log names them."""
        return Person(self.name, self.role)

    def may(self, role: str) -> bool:
        """True where this role or a higher one is held."""
        return self.role in ROLES and ROLES.index(self.role) >= ROLES.index(role)


Identify = Callable[[Request], Awaitable[Identity | None]]


async def identity_of(request: Request) -> Identity:
    """Who sends the request; 401 for nobody."""
    found: Identity | None = await request.app.state.identify(request)
    if found is None:
        raise HTTPException(401, "请先登录 (log in first)")
    request.state.identity = found
    return found


def need(role: str) -> Any:
    """The dependency of a route that asks for a role: 401 for nobody, 403 below it or for a form that is not ours."""

    async def checked(request: Request, identity: Annotated[Identity, Depends(identity_of)]) -> Identity:
        if not identity.may(role):
            raise HTTPException(403, f"需要{role}权限，您的角色是{identity.role} (role {role} is needed)")
        if request.method not in _SAFE_METHODS:
            _refuse_foreign(request, identity, await request.form())
        return identity

    checked.role = role  # type: ignore[attr-defined]  # read by the test that asks every route for its role
    return Depends(checked)


def nonce_of(request: Request) -> str:
    """The browser's own number, from its cookie or a new one that the answer sets."""
    given = request.cookies.get(CSRF_COOKIE, "")
    if not hasattr(request.state, "nonce"):
        request.state.nonce = given if len(given) == _NONCE_LENGTH else secrets.token_hex(_NONCE_LENGTH // 2)
    return str(request.state.nonce)


_NONCE_LENGTH: Final = 32


def form_token(request: Request, name: str) -> str:
    """What a form must carry: only this browser, logged in as this name, is given it."""
    key: bytes = request.app.state.secret
    return hmac.new(key, f"{nonce_of(request)}|{name}".encode(), hashlib.sha256).hexdigest()


def _refuse_foreign(request: Request, identity: Identity, form: FormData) -> None:
    given = form.get(CSRF_FIELD)
    if not isinstance(given, str) or not hmac.compare_digest(given, form_token(request, identity.name)):
        raise HTTPException(403, "表单已过期或来自别处，请刷新页面再试 (the form is stale or not of this site)")
