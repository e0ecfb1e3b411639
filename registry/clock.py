"""The time that is recorded: never before what was recorded already.

Which of two filings replaces the other, and what was known when, follow from recorded instants.  A machine whose clock
is set back (a dead battery, a wrong time server) must not make the later filing the older one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, func, select

from registry.engine import reading
from registry.models import (
    AuditEntry,
    Correction,
    Determination,
    Publication,
    RefreshRun,
    RequirementChange,
    Submission,
)

#: The instants that this machine's clock gave; what people declare (received_at) is not among them.
_RECORDED: Final = (
    Submission.first_seen_at,
    RefreshRun.started_at,
    Publication.published_at,
    Correction.decided_at,
    Determination.decided_at,
    RequirementChange.recorded_at,
    AuditEntry.at,
)

#: The smallest step between two recorded instants.
_STEP: Final = timedelta(microseconds=1)


def newest(engine: Engine) -> datetime | None:
    """The latest instant that the registry holds, or None where it holds none."""
    with reading(engine) as session:
        found = [session.scalar(select(func.max(column))) for column in _RECORDED]
    return max((at for at in found if at is not None), default=None)


def steady(engine: Engine, at: datetime) -> datetime:
    """`at`, or the instant after the newest recorded one where the machine's clock stands behind it."""
    last = newest(engine)
    return at if last is None or at > last else last + _STEP
