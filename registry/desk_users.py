"""Who may log in to the desk where it stands alone; behind Airflow, Airflow's own users are asked instead."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final, Literal, get_args

from sqlalchemy import Engine, select

from registry import audit
from registry.audit import Person
from registry.engine import reading, writing
from registry.models import DeskUser

Role = Literal["viewer", "steward", "publisher", "admin"]

LOCK: Final = "desk_users"
#: scrypt's costs: 32 MB and some 60 ms a try.
_COSTS: Final = {"n": 2**15, "r": 8, "p": 1}
_MAXMEM: Final = 64 * 1024 * 1024
SHORTEST_PASSWORD: Final = 10


class UserError(Exception):
    """The user could not be kept; the message says what is valid."""


def keep(
    engine: Engine, username: str, *, role: Role, at: datetime, by: Person, password: str | None = None,
    display_name: str | None = None, is_active: bool = True,
) -> None:  # fmt: skip
    """Add a user, or change role, name, password or activity of one.  Raises UserError."""
    name = username.strip()
    if not name or role not in get_args(Role):
        raise UserError(f"用户名不能为空，角色须为 {'、'.join(get_args(Role))}，收到 {role!r} (name or role)")
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise UserError(f"口令至少 {SHORTEST_PASSWORD} 个字符 (at least {SHORTEST_PASSWORD} characters)")
    with writing(engine, LOCK) as session:
        found = session.get(DeskUser, name)
        if found is None and password is None:
            raise UserError("新用户须设口令 (a new user needs a password)")
        before = None if found is None else audit.values_of(found, ("display_name", "role", "is_active"))
        if found is None:
            found = DeskUser(username=name, display_name=name, created_at=at)
            session.add(found)
        found.role, found.is_active = role, is_active
        found.display_name = display_name or found.display_name
        if password is not None:
            found.password_hash = hashed(password)
        after = {**audit.values_of(found, ("display_name", "role", "is_active")), "new_password": password is not None}
        audit.append(
            session, at=at, actor=by.name, role=by.role, action="keep_user", subject_kind="user", subject_id=name,
            before=before, after=after,
        )  # fmt: skip


def every(engine: Engine) -> list[DeskUser]:
    """All users by name."""
    with reading(engine) as session:
        return list(session.scalars(select(DeskUser).order_by(DeskUser.username)))


def get(engine: Engine, username: str) -> DeskUser | None:
    """An active user, or None."""
    with reading(engine) as session:
        found = session.get(DeskUser, username)
    return found if found is not None and found.is_active else None


def verified(engine: Engine, username: str, password: str) -> DeskUser | None:
    """The user whose password this is; the same time is spent on a name that nobody has."""
    found = get(engine, username)
    fits = _fits(password, found.password_hash if found else _NOBODY)
    return found if found is not None and fits else None


def hashed(password: str) -> str:
    """`scrypt$n$r$p$salt$key`, salt and key in hexadecimal."""
    salt = secrets.token_bytes(16)
    key = hashlib.scrypt(password.encode(), salt=salt, maxmem=_MAXMEM, **_COSTS)
    return "$".join(("scrypt", *(str(cost) for cost in _COSTS.values()), salt.hex(), key.hex()))


def _fits(password: str, stored: str) -> bool:
    _, n, r, p, salt, key = stored.split("$")
    tried = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=int(n), r=int(r), p=int(p), maxmem=_MAXMEM)
    return hmac.compare_digest(tried.hex(), key)


_NOBODY: Final = f"scrypt${_COSTS['n']}${_COSTS['r']}${_COSTS['p']}${'00' * 16}${'00' * 64}"
