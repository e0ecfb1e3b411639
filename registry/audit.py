"""The audit log of the desk: who did what, when, in which role, and what stood before and after; only added to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.engine import reading
from registry.models import AuditEntry

#: The actor of what no person did: a refresh that opened, reopened or closed an incident.
SYSTEM: Final = "system"


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the login name, and the role that the login had at that moment."""

    name: str
    role: str


def append(
    session: Session, *, at: datetime, actor: str, role: str, action: str, subject_kind: str, subject_id: str,
    before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None, note: str | None = None,
) -> None:  # fmt: skip
    """Add an entry in the transaction of what it tells of: neither is kept without the other."""
    session.add(
        AuditEntry(
            entry_id=uuid4().hex,
            at=at,
            actor=actor,
            role=role,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            before=_json(before),
            after=_json(after),
            note=note,
        )
    )


def of_subject(engine: Engine, subject_id: str, *related: str) -> list[AuditEntry]:
    """Everything that was done to a subject and to those related to it, oldest first."""
    wanted = AuditEntry.subject_id.in_([subject_id, *related])
    query = select(AuditEntry).where(wanted).order_by(AuditEntry.at, AuditEntry.entry_id)
    with reading(engine) as session:
        return list(session.scalars(query))


def has(session: Session, subject_id: str, action: str) -> bool:
    """Within a transaction: whether an action on a subject stands in the log."""
    query = select(AuditEntry.entry_id).where(AuditEntry.subject_id == subject_id, AuditEntry.action == action)
    return session.scalars(query.limit(1)).first() is not None


def latest(engine: Engine, *, limit: int, offset: int = 0, actor: str | None = None) -> list[AuditEntry]:
    """The newest entries, of one person where one is named."""
    query = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.entry_id).limit(limit).offset(offset)
    if actor:
        query = query.where(AuditEntry.actor == actor)
    with reading(engine) as session:
        return list(session.scalars(query))


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs, before and after."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def values_of(row: object, names: Iterable[str]) -> dict[str, Any]:
    """Some columns of a row, for `before` and `after`."""
    return {name: getattr(row, name) for name in names}


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(dict(values), ensure_ascii=False, default=str, sort_keys=True)
