"""Applications to change or cancel a requirement, and their approvals: a log that is only ever added to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import Engine, select

from registry.engine import insert_absent, reading, writing
from registry.keys import key_of
from registry.models import RequirementChange

Event = Literal["change_applied", "change_approved", "cancel_applied", "cancelled", "refused"]

LOCK: Final = "requirement_changes"
#: Events that hold only with the number of the letter that approves them.
APPROVALS: Final[frozenset[Event]] = frozenset({"change_approved", "cancelled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One event; `event_date` is the day of the application or approval, `approval_no` the letter's number (文号)."""

    requirement_id: str
    event: Event
    event_date: date
    recorded_by: str
    recorded_at: datetime
    approval_no: str | None = None
    note: str | None = None

    @property
    def change_id(self) -> str:
        """The same event of the same day for the same requirement is one."""
        return key_of("change", self.requirement_id, self.event, self.event_date)


def record(engine: Engine, change: Change) -> bool:
    """Add an event; False where it was recorded before.  ValueError for an approval without its number."""
    if change.event in APPROVALS and not (change.approval_no or "").strip():
        raise ValueError("an approval has a number (文号); without it the application changes nothing")
    if not change.recorded_by.strip():
        raise ValueError("who records the change?")
    with writing(engine, LOCK) as session:
        return insert_absent(session, RequirementChange, [{"change_id": change.change_id, **asdict(change)}]) == 1


def every(engine: Engine) -> list[RequirementChange]:
    """All events in the order in which they were recorded."""
    query = select(RequirementChange).order_by(RequirementChange.recorded_at, RequirementChange.change_id)
    with reading(engine) as session:
        return list(session.scalars(query))
