"""Which reports are due from whom: the base of the reporting rate and the on-time rate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from sqlalchemy import Engine, select

from registry.engine import reading, writing
from registry.keys import key_of
from registry.models import ExpectedSubmission

#: The lock of everything that changes what is expected.
LOCK: Final = "expected_submissions"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One report that one unit owes for one period."""

    reporting_unit: str
    region_code: str
    period: str
    family: str
    due_date: date

    @property
    def expected_id(self) -> str:
        """One per unit, period and family; the due date may move."""
        return key_of("expected", self.reporting_unit, self.period, self.family)


def record(engine: Engine, expectations: Iterable[Expectation]) -> int:
    """Add expectations of a register, or move their due date; returns how many rows are new or changed.

    A row that the calendar had said becomes the register's.
    """
    changed = 0
    with writing(engine, LOCK) as session:
        for expectation in {e.expected_id: e for e in expectations}.values():
            row = session.get(ExpectedSubmission, expectation.expected_id)
            if row is None:
                row = ExpectedSubmission(expected_id=expectation.expected_id, origin="register", **asdict(expectation))
                session.add(row)
                changed += 1
                continue
            said = (expectation.due_date, expectation.region_code, "register")
            if (row.due_date, row.region_code, row.origin) != said:
                row.due_date, row.region_code, row.origin = said
                changed += 1
    return changed


def find(engine: Engine, *, period: str | None = None) -> Sequence[ExpectedSubmission]:
    """All expectations, or those of a period, by period and unit."""
    query = select(ExpectedSubmission).order_by(ExpectedSubmission.period, ExpectedSubmission.expected_id)
    if period is not None:
        query = query.where(ExpectedSubmission.period == period)
    with reading(engine) as session:
        return session.scalars(query).all()
