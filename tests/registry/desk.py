"""Findings and people for the tests of what stewards do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine

from registry import audit, incidents
from registry.audit import Person
from registry.engine import writing
from registry.incidents import Found, Synced
from registry.models import AuditEntry, Incident

AT: Final = datetime(2023, 10, 12, 1, tzinfo=UTC)
STEWARD: Final = Person("王五", "steward")

#: Every action of a steward, with all that it needs.
ACTIONS: Final[Mapping[str, Callable[..., None]]] = {
    "acknowledge": incidents.acknowledge,
    "assign": lambda engine, key, **given: incidents.assign(engine, key, to=" 李四 ", note="请核", **given),
    "hand_back": lambda engine, key, **given: incidents.hand_back(
        engine, key, to=" 开平市 ", comment=" 请核对单位 ", **given
    ),
    "accept": lambda engine, key, **given: incidents.accept(
        engine, key, reason=" 已核对佐证材料 ", comment=" 台账第3页 ", **given
    ),
    "determined": lambda engine, key, **given: incidents.determined(
        engine, key, reason="滞后序时", comment="会议纪要", **given
    ),
    "take_up": lambda engine, key, **given: incidents.take_up(engine, key, comment="更正为 12", **given),
    "reopen": lambda engine, key, **given: incidents.reopen(engine, key, comment="材料有误", **given),
}
#: What the audit log calls each.
LOGGED: Final = {name: name for name in ACTIONS} | {"accept": "accepted", "take_up": "correct"}

#: What an incident may be like: its state, and whether its record still fails.
CONDITIONS: Final = {
    "new": ("new", True),
    "acknowledged": ("acknowledged", True),
    "assigned": ("assigned", True),
    "settled": ("resolved", True),
    "agreed": ("resolved", False),
}
OPEN: Final = frozenset({"new", "acknowledged", "assigned"})
ALLOWED: Final = dict.fromkeys(ACTIONS, OPEN) | {
    "acknowledge": frozenset({"new"}),
    "reopen": frozenset({"settled"}),
}


def found(record: str = "r1", **changes: Any) -> Found:
    """A finding of one record in September 2023."""
    return replace(
        Found("c1", "fct_task_progress", record, "error", "2023-09", "440703", message_zh="完成率与数量不符"), **changes
    )


def sync(engine: Engine, *results: Found, day: int = 0, checks: tuple[str, ...] = ("c1",), **given: Any) -> Synced:
    """A gate's run on some day."""
    return incidents.sync(engine, results, checks=checks, run_id=f"run{day}", at=AT + timedelta(days=day), **given)


def act(engine: Engine, name: str, key: str, version: int = 1, by: Person = STEWARD, at: datetime = AT) -> None:
    """Take one of ACTIONS."""
    ACTIONS[name](engine, key, version=version, by=by, at=at)


def put(engine: Engine, key: str, **values: object) -> None:
    """Bring an incident into a state, past the actions."""
    with writing(engine, incidents.LOCK) as session:
        incident = session.get_one(Incident, key)
        for name, value in values.items():
            setattr(incident, name, value)


def told(engine: Engine, key: str) -> list[AuditEntry]:
    """The audit log of an incident."""
    return audit.of_subject(engine, key)


def columns(incident: Incident) -> dict[str, Any]:
    """All that is kept of an incident."""
    return {column.key: getattr(incident, column.key) for column in Incident.__mapper__.column_attrs}
