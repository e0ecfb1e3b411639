"""Who somebody is at the desk, as Airflow's login says it: by its cookie or a bearer token, by either auth manager."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import HTTPException
from sqlalchemy import inspect
from sqlalchemy.orm.exc import DetachedInstanceError
from starlette.requests import Request

from review.access import ROLES, Identity

#: Airflow's roles as the desk's: those of its simple auth manager in lower case, those of FAB by their names.
#: A bureau that uses FAB has the roles Steward and Publisher (docker/set_up_airflow.py makes them); User and Op stand
#: in for them where it does not.
ROLE_OF: Final = {
    "viewer": "viewer",
    "user": "steward",
    "steward": "steward",
    "op": "publisher",
    "publisher": "publisher",
    "admin": "admin",
}

_HAN: Final = re.compile(r"[\u3400-\u9fff·]+")


async def identify(request: Request) -> Identity | None:
    """Who Airflow says it is: by its cookie, or by a bearer token; None for nobody and for a role without rights."""
    from airflow.api_fastapi.core_api.security import bearer_scheme, get_user

    try:
        user = await get_user(request, None, await bearer_scheme(request))
    except HTTPException:
        return None
    return identity_of(user)


def identity_of(user: Any) -> Identity | None:
    """An Airflow user at the desk.

    None for a role that the desk does not know, and for the public that FAB may let in without a name: what is
    decided here is decided by somebody.
    """
    role = None if getattr(user, "is_anonymous", False) else desk_role(user)
    if role is None:
        return None
    name = str(user.get_name())
    return Identity(name, _shown_name(user) or name, role)


def _shown_name(user: Any) -> str:
    """The full name as people write it, for it stands beside verdicts in printed tables: 王五, but Wu Wang."""
    first, last = (str(getattr(user, part, None) or "").strip() for part in ("first_name", "last_name"))
    return last + first if _HAN.fullmatch(last + first) else f"{first} {last}".strip()


def desk_role(user: Any) -> str | None:
    """The highest of the desk's roles that an Airflow user has: FAB's have several, those of the simple manager one."""
    held = {ROLE_OF[name.lower()] for name in _role_names(user) if name.lower() in ROLE_OF}
    return max(held, key=ROLES.index, default=None)


def _role_names(user: Any) -> list[str]:
    if not hasattr(type(user), "roles"):
        role = getattr(user, "role", None)
        return [str(getattr(role, "value", role) or "")]
    try:
        return [str(role.name) for role in user.roles]
    except DetachedInstanceError:
        return _role_names_anew(user)


def _role_names_anew(user: Any) -> list[str]:
    """The roles of a user whose session was closed before they were read; none for a user who is gone since."""
    from airflow.utils.session import create_session

    with create_session() as session:
        found = session.get(type(user), inspect(user).identity)
        return [str(role.name) for role in found.roles] if found is not None else []
