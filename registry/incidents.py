"""Findings become incidents: one per check and record, however often it is found."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine, select

from registry.engine import insert_absent, reading, writing
from registry.keys import key_of
from registry.models import Incident


class Finding(Protocol):
    """What a gate's result must carry."""

    @property
    def check_id(self) -> str: ...  # noqa: D102
    @property
    def record_table(self) -> str: ...  # noqa: D102
    @property
    def record_key(self) -> str: ...  # noqa: D102
    @property
    def severity(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in plain values, for callers that hold rows."""

    check_id: str
    record_table: str
    record_key: str
    severity: str


@dataclass(frozen=True, slots=True)
class Synced:
    """How many incidents a gate's findings opened, reopened, joined and closed."""

    opened: int
    reopened: int
    joined: int
    closed: int


def incident_id(check_id: str, record_key: str) -> str:
    """One incident for one record under one check."""
    return key_of("incident", check_id, record_key)


def sync(engine: Engine, results: Iterable[Finding], *, checks: Collection[str], run_id: str, at: datetime) -> Synced:
    """Bring the incidents of the checks that ran in line with what they found.

    `checks` are all checks of the gate, those without a finding too; incidents of other checks stay as they are.
    A finding opens an incident or joins the one that is there.  An incident whose record is no longer found closes
    by itself.  A record that failed, agreed and fails again reopens it; one that a steward resolved while it was
    still failing stays resolved until the record has agreed once.
    """
    found = {incident_id(r.check_id, r.record_key): r for r in results}
    with writing(engine, "incidents") as session:
        stored = session.scalars(select(Incident).where(Incident.check_id.in_({*checks, *_checks(found.values())})))
        known = {incident.incident_id: incident for incident in stored}
        fresh = [_row(key, r, run_id, at) for key, r in sorted(found.items()) if key not in known]
        insert_absent(session, Incident, fresh)
        reopened = joined = closed = 0
        for key, incident in known.items():
            if key in found:
                incident.severity, incident.last_seen_run_id = found[key].severity, run_id
                if incident.is_failing:
                    joined += 1
                else:
                    _reopen(incident, at)
                    reopened += 1
            elif incident.is_failing:
                closed += _agree(incident, at)
    return Synced(len(fresh), reopened, joined, closed)


def open_incidents(engine: Engine) -> list[Incident]:
    """Everything that is not resolved, oldest first."""
    query = select(Incident).where(Incident.state != "resolved").order_by(Incident.opened_at, Incident.incident_id)
    with reading(engine) as session:
        return list(session.scalars(query))


def decided(engine: Engine) -> list[tuple[str, ...]]:
    """What stewards decided, as text: incident, state, assignee, reason and comment of each incident they touched."""
    columns = (Incident.incident_id, Incident.state, Incident.assignee, Incident.reason, Incident.comment)
    touched = (
        Incident.assignee.is_not(None)
        | Incident.reason.is_not(None)
        | Incident.comment.is_not(None)
        | Incident.state.in_(["acknowledged", "assigned"])
        | ((Incident.state == "resolved") & Incident.is_failing)
    )
    with reading(engine) as session:
        rows = session.execute(select(*columns).where(touched)).all()
    return sorted(tuple(value or "" for value in row) for row in rows)


def _checks(results: Iterable[Finding]) -> set[str]:
    return {r.check_id for r in results}


def _row(key: str, result: Finding, run_id: str, at: datetime) -> dict[str, object]:
    return {
        "incident_id": key,
        "check_id": result.check_id,
        "record_table": result.record_table,
        "record_key": result.record_key,
        "severity": result.severity,
        "state": "new",
        "is_failing": True,
        "opened_at": at,
        "reopen_count": 0,
        "last_seen_run_id": run_id,
    }


def _reopen(incident: Incident, at: datetime) -> None:
    incident.is_failing, incident.state, incident.resolved_at = True, "new", None
    incident.reopened_at, incident.reopen_count = at, incident.reopen_count + 1


def _agree(incident: Incident, at: datetime) -> int:
    """The record agrees; returns 1 when that closed the incident, 0 when a steward had closed it before."""
    incident.is_failing = False
    if incident.state == "resolved":
        return 0
    incident.state, incident.resolved_at = "resolved", at
    return 1
