"""The bureau's verdicts (市局认定) on requirements: who, when, why; added or withdrawn, never changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Engine, select

from registry import audit
from registry.audit import Person
from registry.engine import insert_absent, reading, writing
from registry.keys import key_of
from registry.models import Determination

Status = Literal["completed", "on_schedule", "basically_on_schedule", "behind_schedule"]

LOCK: Final = "determinations"


class UnknownDeterminationError(LookupError):
    """No verdict has the id, or it was withdrawn before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the bureau finds of one requirement in one period (YYYY-MM)."""

    requirement_id: str
    period: str
    status: Status
    reason: str
    decided_by: str
    decided_at: datetime
    incident_id: str | None = None

    @property
    def determination_id(self) -> str:
        """One verdict of one moment."""
        return key_of("determination", self.requirement_id, self.period, self.decided_at.isoformat())


def record(engine: Engine, verdict: Verdict, *, role: str) -> str:
    """Add a verdict; a later one on the same requirement and period takes its place from its moment on.

    ValueError for an incomplete one.
    """
    refuse_incomplete(verdict)
    row = {"determination_id": verdict.determination_id, **asdict(verdict)}
    with writing(engine, LOCK) as session:
        if insert_absent(session, Determination, [row]):
            audit.append(
                session, at=verdict.decided_at, actor=verdict.decided_by, role=role, action="determine",
                subject_kind="determination", subject_id=verdict.determination_id, after=asdict(verdict),
            )  # fmt: skip
    return verdict.determination_id


def refuse_incomplete(verdict: Verdict) -> None:
    """ValueError without a reason or a name: both stand in the printed table."""
    if not verdict.reason.strip() or not verdict.decided_by.strip():
        raise ValueError("认定须写明理由和认定人 (a verdict needs a reason and a name)")


def withdraw(engine: Engine, determination_id: str, *, by: Person, at: datetime) -> None:
    """Take a verdict back from a moment on.  Raises UnknownDeterminationError."""
    with writing(engine, LOCK) as session:
        found = session.get(Determination, determination_id)
        if found is None or found.withdrawn_at is not None:
            raise UnknownDeterminationError(determination_id)
        found.withdrawn_by, found.withdrawn_at = by.name, at
        audit.append(
            session, at=at, actor=by.name, role=by.role, action="withdraw", subject_kind="determination",
            subject_id=determination_id, after={"withdrawn_by": by.name},
        )  # fmt: skip


def every(engine: Engine) -> list[Determination]:
    """All verdicts in the order in which they were made."""
    query = select(Determination).order_by(Determination.decided_at, Determination.determination_id)
    with reading(engine) as session:
        return list(session.scalars(query))
