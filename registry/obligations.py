"""The calendar of obligations: rows of policy that become expected submissions, period by period.

A register of expected submissions that somebody sent for a period wins over the calendar: there the calendar says
nothing.  What the calendar no longer says (an exception, an ended obligation) is no longer expected.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.engine import reading, writing
from registry.expected import LOCK, Expectation
from registry.keys import key_of
from registry.models import ExpectedSubmission, Obligation, ObligationException, Reminder
from registry.working_days import is_worked, term

_SATURDAY = 5
_DECEMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A row of the calendar as somebody entered it; see the columns of `Obligation`."""

    reporting_unit: str
    region_code: str
    family: str
    first_period: str
    last_period: str | None
    due_day: int
    due_working_days: int
    rolls: bool
    note: str | None = None

    @property
    def obligation_id(self) -> str:
        """One per unit, family and first period: a change of the due day begins a row of its own."""
        return key_of("obligation", self.reporting_unit, self.family, self.first_period)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excepted:
    """A period in which a unit owes a report on another day, or (`due_date` None) does not owe it."""

    reporting_unit: str
    family: str
    period: str
    due_date: date | None
    reason: str

    @property
    def exception_id(self) -> str:
        """One per unit, family and period."""
        return key_of("exception", self.reporting_unit, self.family, self.period)


def due_date(owed: Owed | Obligation, period: str) -> date:
    """When the report of a period is due."""
    year, month = int(period[:4]), int(period[5:])
    if owed.due_day:
        year, month = (year + 1, 1) if month == _DECEMBER else (year, month + 1)
        day = date(year, month, min(owed.due_day, calendar.monthrange(year, month)[1]))
    else:
        day = date(year, month, calendar.monthrange(year, month)[1])
    if owed.due_working_days:
        return term(day, owed.due_working_days).due
    while owed.rolls and not works(day):
        day += timedelta(days=1)
    return day


def works(day: date) -> bool:
    """Whether offices work; Monday to Friday in a year whose arrangement is not known yet."""
    known = is_worked(day)
    return day.weekday() < _SATURDAY if known is None else known


def working_days_until(start: date, end: date) -> int:
    """The working days after `start` up to `end`, this included; 0 where `end` is not later."""
    return sum(works(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def record(
    engine: Engine, owed: Iterable[Owed], excepted: Iterable[Excepted], *, by: str, at: datetime
) -> tuple[int, int]:
    """Keep rows of the calendar and exceptions, of the same thing the later; returns how many are new or changed."""
    with writing(engine, LOCK) as session:
        rows = [Obligation(obligation_id=o.obligation_id, recorded_by=by, recorded_at=at, **asdict(o)) for o in owed]
        others = [
            ObligationException(exception_id=e.exception_id, recorded_by=by, recorded_at=at, **asdict(e))
            for e in excepted
        ]
        return sum(_keep(session, row) for row in rows), sum(_keep(session, row) for row in others)


def every(engine: Engine) -> tuple[Sequence[Obligation], Sequence[ObligationException]]:
    """The calendar, by unit and first period, and its exceptions."""
    of = select(Obligation).order_by(Obligation.reporting_unit, Obligation.family, Obligation.first_period)
    but = select(ObligationException).order_by(ObligationException.period, ObligationException.reporting_unit)
    with reading(engine) as session:
        return session.scalars(of).all(), session.scalars(but).all()


def expect(engine: Engine, as_of: date) -> int:
    """Bring the expected submissions in line with the calendar, up to the month before `as_of`; returns the changes.

    The newest row of the calendar that covers a period says when its report is due.
    """
    rows, exceptions = every(engine)
    excepted = {(e.reporting_unit, e.family, e.period): e for e in exceptions}
    wanted = {e.expected_id: e for e in _expected(rows, excepted, as_of)}
    changed = 0
    with writing(engine, LOCK) as session:
        known = session.scalars(select(ExpectedSubmission)).all()
        registered = {row.period for row in known if row.origin == "register"}
        wanted = {key: e for key, e in wanted.items() if e.period not in registered}
        last = _month_before(as_of)
        for row in known:
            stale = row.origin == "calendar" and (row.period in registered or row.period <= last)
            if stale and row.expected_id not in wanted:
                _forget(session, row)
                changed += 1
        held = {row.expected_id: row for row in known}
        for key, one in wanted.items():
            there = held.get(key)
            if there is None:
                session.add(ExpectedSubmission(expected_id=key, origin="calendar", **asdict(one)))
                changed += 1
            elif (there.due_date, there.region_code) != (one.due_date, one.region_code):
                there.due_date, there.region_code = one.due_date, one.region_code
                changed += 1
    return changed


def _expected(
    rows: Iterable[Obligation], excepted: dict[tuple[str, str, str], ObligationException], as_of: date
) -> Iterator[Expectation]:
    last = _month_before(as_of)
    for row in rows:  # of one unit the row that begins later comes later, and wins
        for period in _months(row.first_period, min(last, row.last_period or last)):
            exception = excepted.get((row.reporting_unit, row.family, period))
            if exception is not None and exception.due_date is None:
                continue
            due = exception.due_date if exception is not None and exception.due_date else due_date(row, period)
            yield Expectation(row.reporting_unit, row.region_code, period, row.family, due)


def _forget(session: Session, row: ExpectedSubmission) -> None:
    for reminder in session.scalars(select(Reminder).where(Reminder.expected_id == row.expected_id)):
        session.delete(reminder)
    session.flush()
    session.delete(row)


def _keep(session: Session, row: Obligation | ObligationException) -> bool:
    """Add or change a row; a row that says the same again keeps who recorded it."""
    table = type(row)
    key = row.obligation_id if isinstance(row, Obligation) else row.exception_id
    held = session.get(table, key)
    said = [c.name for c in table.__table__.columns if c.name not in ("recorded_by", "recorded_at")]
    if held is not None and all(getattr(held, name) == getattr(row, name) for name in said):
        return False
    session.merge(row)
    return True


def _month_before(day: date) -> str:
    last = day.replace(day=1) - timedelta(days=1)
    return f"{last:%Y-%m}"


def _months(first: str, last: str) -> Iterator[str]:
    number = int(first[:4]) * 12 + int(first[5:]) - 1
    while (period := f"{number // 12:04d}-{number % 12 + 1:02d}") <= last:
        yield period
        number += 1
