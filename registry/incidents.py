"""Findings become incidents: one per check and record, however often it is found; stewards settle them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, select
from sqlalchemy.orm import Session

from registry import audit
from registry.audit import Person
from registry.engine import insert_absent, reading, writing
from registry.keys import key_of
from registry.models import Incident

LOCK: Final = "incidents"

#: Keys in one statement.
_AT_ONCE: Final = 500

#: What the audit log tells of an incident before and after.
_TOLD: Final = ("state", "assignee", "reason", "comment", "resolution")


class IncidentError(Exception):
    """A steward's action could not be taken; nothing was changed."""


class UnknownIncidentError(IncidentError):
    """No incident has the id."""


class StaleIncidentError(IncidentError):
    """Somebody else changed the incident since the steward looked at it; nothing was overwritten."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(f"incident {incident.incident_id} is at version {incident.version}, state {incident.state}")
        self.incident = incident


class IllegalActionError(IncidentError):
    """The incident's state does not allow the action, or what the action needs is missing."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in plain values, as the gate wrote it; what stands beside the first four tells a steward of it."""

    check_id: str
    record_table: str
    record_key: str
    severity: str
    period: str | None = None
    region_code: str | None = None
    submission_id: str | None = None
    document_sha256: str | None = None
    item_key: str | None = None
    requirement_no: int | None = None
    message_zh: str | None = None
    message_en: str | None = None
    expected: str | None = None
    observed: str | None = None
    arithmetic: str | None = None
    source_quote: str | None = None
    source_locator: str | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Found:
        """From a row of a gate's result."""
        return cls(**{name: row[name] for name in cls.__slots__ if name in row})

    @property
    def incident_id(self) -> str:
        """The incident that the finding opens or joins."""
        return incident_id(self.check_id, self.record_key)

    def text(self) -> dict[str, Any]:
        """What an incident shows of its finding."""
        return {name: value for name, value in asdict(self).items() if name not in _IDENTITY}


_IDENTITY: Final = ("check_id", "record_table", "record_key", "severity")


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


def sync(
    engine: Engine, results: Iterable[Found], *, checks: Collection[str], run_id: str, at: datetime,
    periods: Collection[str] | None = None,
) -> Synced:  # fmt: skip
    """Bring the incidents of the checks that ran in line with what they found.

    `checks` are all checks of the gate, those without a finding too; incidents of other checks stay as they are, and
    so do those of other periods where `periods` says which ones were judged.
    A finding opens an incident or joins the one that is there.  An incident whose record is no longer found closes
    by itself.  A record that failed, agreed and fails again reopens it; one that a steward resolved while it was
    still failing stays resolved until the record has agreed once.
    """
    found = {r.incident_id: r for r in sorted(results, key=_order)}
    with writing(engine, LOCK) as session:
        known = {incident.incident_id: incident for incident in _concerned(session, found, checks, periods)}
        fresh = [_row(key, r, run_id, at) for key, r in sorted(found.items()) if key not in known]
        insert_absent(session, Incident, fresh)
        reopened = joined = closed = 0
        for key, incident in known.items():
            if key in found:
                _tell(incident, found[key], run_id)
                if incident.is_failing:
                    joined += 1
                else:
                    _reopen(session, incident, run_id, at)
                    reopened += 1
            elif incident.is_failing:
                closed += _agree(session, incident, run_id, at)
    return Synced(len(fresh), reopened, joined, closed)


def open_incidents(engine: Engine) -> list[Incident]:
    """Everything that is not resolved, oldest first."""
    query = select(Incident).where(Incident.state != "resolved").order_by(Incident.opened_at, Incident.incident_id)
    with reading(engine) as session:
        return list(session.scalars(query))


def get(engine: Engine, key: str) -> Incident:
    """One incident.  UnknownIncidentError."""
    with reading(engine) as session:
        return _one(session, key)


def decided(engine: Engine) -> list[tuple[str, ...]]:
    """What stewards decided of failing records, as text; only this of an incident changes what is published."""
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


def acknowledge(engine: Engine, key: str, *, version: int, by: Person, at: datetime) -> None:
    """Somebody has seen it.  Raises IncidentError."""
    with _changing(engine, key, version, "acknowledge", by, at) as incident:
        if incident.state != "new":
            raise IllegalActionError(f"只有新发现的问题可以确认收到，现为 {incident.state} (only a new incident)")
        incident.state = "acknowledged"


def assign(engine: Engine, key: str, *, to: str, version: int, by: Person, at: datetime, note: str = "") -> None:
    """Somebody, or a unit, is to see to it.  Raises IncidentError."""
    if not to.strip():
        raise IllegalActionError("交办给谁？ (assign to whom?)")
    with _changing(engine, key, version, "assign", by, at, note) as incident:
        _refuse_resolved(incident)
        incident.state, incident.assignee = "assigned", to.strip()


def hand_back(engine: Engine, key: str, *, to: str, comment: str, version: int, by: Person, at: datetime) -> None:
    """Return it to the district, which files again or explains; it stays open until its record agrees."""
    if not comment.strip():
        raise IllegalActionError("退回须写明要求 (say what the district is asked to do)")
    with _changing(engine, key, version, "hand_back", by, at, comment) as incident:
        _refuse_resolved(incident)
        incident.state, incident.assignee, incident.comment = "assigned", to.strip() or "报送单位", comment.strip()


def accept(engine: Engine, key: str, *, reason: str, comment: str, version: int, by: Person, at: datetime) -> None:
    """It is right as it stands, for a reason: a blocker withholds no longer, the mark goes.  Raises IncidentError."""
    _resolve(engine, key, "accepted", reason, comment, version, by, at)


def determined(engine: Engine, key: str, *, reason: str, comment: str, version: int, by: Person, at: datetime) -> None:
    """The bureau's verdict settled it.  Raises IncidentError."""
    _resolve(engine, key, "determined", reason, comment, version, by, at)


def take_up(engine: Engine, key: str, *, comment: str, version: int, by: Person, at: datetime) -> None:
    """A decision was made that the next refresh will show (a correction): open until the record agrees."""
    if not comment.strip():
        raise IllegalActionError("更正须写明理由 (a correction needs its reason)")
    with _changing(engine, key, version, "correct", by, at, comment) as incident:
        _refuse_resolved(incident)
        incident.state, incident.comment = "assigned", comment.strip()
        incident.assignee = incident.assignee or by.name


def reopen(engine: Engine, key: str, *, comment: str, version: int, by: Person, at: datetime) -> None:
    """A settlement is taken back.  Raises IncidentError."""
    if not comment.strip():
        raise IllegalActionError("重新打开须写明原因 (say why it is reopened)")
    with _changing(engine, key, version, "reopen", by, at, comment) as incident:
        if incident.state != "resolved" or not incident.is_failing:
            raise IllegalActionError("只有已办结而记录仍不一致的问题可以重新打开 (settled and still failing only)")
        incident.state, incident.resolved_at, incident.resolution, incident.reason = "new", None, None, None
        incident.reopened_at, incident.reopen_count = at, incident.reopen_count + 1


def _resolve(
    engine: Engine, key: str, resolution: str, reason: str, comment: str, version: int, by: Person, at: datetime
) -> None:
    if not reason.strip() or not comment.strip():
        raise IllegalActionError("办结须选择理由并写明说明 (a resolution needs a reason and a comment)")
    with _changing(engine, key, version, resolution, by, at, comment) as incident:
        _refuse_resolved(incident)
        incident.state, incident.resolution, incident.resolved_at = "resolved", resolution, at
        incident.reason, incident.comment = reason.strip(), comment.strip()


@contextmanager
def _changing(
    engine: Engine, key: str, version: int, action: str, by: Person, at: datetime, note: str = ""
) -> Iterator[Incident]:
    """One change of one incident by a person, with its entry in the audit log; or nothing at all."""
    with writing(engine, LOCK) as session:
        incident = _one(session, key)
        if incident.version != version:
            session.expunge(incident)  # a rollback would empty it, and the steward is told what it says now
            raise StaleIncidentError(incident)
        before = audit.values_of(incident, _TOLD)
        yield incident
        incident.version += 1
        was, now = audit.changed(before, audit.values_of(incident, _TOLD))
        audit.append(
            session, at=at, actor=by.name, role=by.role, action=action, subject_kind="incident", subject_id=key,
            before=was, after=now, note=note or None,
        )  # fmt: skip


def _one(session: Session, key: str) -> Incident:
    found = session.get(Incident, key)
    if found is None:
        raise UnknownIncidentError(f"没有编号为 {key} 的问题 (no such incident)")
    return found


def _refuse_resolved(incident: Incident) -> None:
    if incident.state == "resolved":
        raise IllegalActionError("该问题已办结；如需改动请先重新打开 (it is resolved; reopen it first)")


def _concerned(
    session: Session, found: Collection[str], checks: Collection[str], periods: Collection[str] | None
) -> Iterator[Incident]:
    """The incidents that were found again, and those of the judged checks and periods; no others are loaded."""
    judged: list[ColumnElement[bool]] = [Incident.check_id.in_(checks)]
    if periods is not None:
        judged.append(Incident.period.in_(periods) | Incident.period.is_(None))
    loaded = set()
    for incident in session.scalars(select(Incident).where(*judged)):
        loaded.add(incident.incident_id)
        yield incident
    others = sorted(set(found) - loaded)
    for start in range(0, len(others), _AT_ONCE):
        yield from session.scalars(select(Incident).where(Incident.incident_id.in_(others[start : start + _AT_ONCE])))


def _order(result: Found) -> tuple[str, ...]:
    """Of two findings of one record the same one is kept, whatever their order."""
    return (result.check_id, result.record_key, result.message_zh or "", result.source_locator or "")


def _row(key: str, result: Found, run_id: str, at: datetime) -> dict[str, object]:
    return {
        "incident_id": key,
        **asdict(result),
        "state": "new",
        "is_failing": True,
        "opened_at": at,
        "reopen_count": 0,
        "last_seen_run_id": run_id,
        "version": 1,
    }


def _tell(incident: Incident, result: Found, run_id: str) -> None:
    """The incident shows its finding as it is now; what a steward looked at before has another version."""
    told = {"severity": result.severity, **result.text()}
    if any(getattr(incident, name) != value for name, value in told.items()):
        for name, value in told.items():
            setattr(incident, name, value)
        incident.version += 1
    incident.last_seen_run_id = run_id


def _reopen(session: Session, incident: Incident, run_id: str, at: datetime) -> None:
    before = audit.values_of(incident, _TOLD)
    incident.is_failing, incident.state, incident.resolved_at = True, "new", None
    incident.resolution = incident.reason = None
    incident.reopened_at, incident.reopen_count = at, incident.reopen_count + 1
    incident.version += 1
    _log(session, incident, "reopened", before, run_id, at)


def _agree(session: Session, incident: Incident, run_id: str, at: datetime) -> int:
    """The record agrees; returns 1 when that closed the incident, 0 when a steward had closed it before."""
    before = audit.values_of(incident, _TOLD)
    incident.is_failing = False
    incident.version += 1
    if incident.state == "resolved":
        return 0
    incident.state, incident.resolution, incident.resolved_at = "resolved", "agreed", at
    _log(session, incident, "agreed", before, run_id, at)
    return 1


def _log(
    session: Session, incident: Incident, action: str, before: Mapping[str, Any], run_id: str, at: datetime
) -> None:
    was, now = audit.changed(before, audit.values_of(incident, _TOLD))
    audit.append(
        session, at=at, actor=audit.SYSTEM, role=audit.SYSTEM, action=action, subject_kind="incident",
        subject_id=incident.incident_id, before=was, after=now, note=run_id,
    )  # fmt: skip
