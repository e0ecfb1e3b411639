"""Which reports are due from whom: the base of the reporting rate and the on-time rate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Engine, select

from registry.engine import reading, writing
from registry.keys import key_of
from registry.models import ExpectedSubmission


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
    """Add expectations, or move their due date; returns how many rows are new or changed."""
    changed = 0
    with writing(engine, "expected_submissions") as session:
        for expectation in {e.expected_id: e for e in expectations}.values():
            row = session.get(ExpectedSubmission, expectation.expected_id)
            if row is None:
                session.add(ExpectedSubmission(expected_id=expectation.expected_id, **asdict(expectation)))
                changed += 1
            elif (row.due_date, row.region_code) != (expectation.due_date, expectation.region_code):
                row.due_date, row.region_code = expectation.due_date, expectation.region_code
                changed += 1
    return changed


def find(engine: Engine, *, period: str | None = None) -> Sequence[ExpectedSubmission]:
    """All expectations, or those of a period, by period and unit."""
    query = select(ExpectedSubmission).order_by(ExpectedSubmission.period, ExpectedSubmission.expected_id)
    if period is not None:
        query = query.where(ExpectedSubmission.period == period)
    with reading(engine) as session:
        return session.scalars(query).all()
