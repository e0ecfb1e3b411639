"""Where each owed report stands on a day, and which reminders were sent of it.

A report answers an expectation as `int_expectation_matches` says it (a test compares both on the samples): the same
period, a table for a table and a narrative for a narrative, of the unit or of its region.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select, update

from registry.engine import insert_absent, reading, writing
from registry.keys import key_of
from registry.models import ExpectedSubmission, Reminder, Submission
from registry.obligations import working_days_until

State = Literal["on_time", "received_late", "due", "due_soon", "late"]

#: States of which somebody is reminded.
REMINDED: Final = ("due_soon", "late")
LOCK: Final = "reminders"
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_UNKNOWN: Final = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Standing:
    """An owed report on a day: received on time or late, due, due within so many working days, or late."""

    expected_id: str
    reporting_unit: str
    region_code: str
    period: str
    family: str
    due_date: date
    origin: str
    state: State
    received_on: date | None
    file_name: str | None
    working_days_left: int | None
    days_late: int | None

    @property
    def reminder_id(self) -> str:
        """One reminder per unit, family, period and state."""
        return key_of("reminder", self.reporting_unit, self.family, self.period, self.state)


def standings(engine: Engine, as_of: date, *, soon: int, period: str | None = None) -> list[Standing]:
    """Every owed report as it stood on a day, by period and unit; what came after that day had not come.

    `soon`: working days before the due date from which a report is due soon.
    """
    of_period = [] if period is None else [ExpectedSubmission.period == period]
    owed = (
        select(ExpectedSubmission).where(*of_period).order_by(ExpectedSubmission.period, ExpectedSubmission.region_code)
    )
    sent = select(Submission).where(
        Submission.status != "rejected", Submission.issued_by_city.is_(False), Submission.period.is_not(None)
    )
    with reading(engine) as session:
        expected = session.scalars(owed).all()
        received = session.scalars(sent.order_by(Submission.received_at, Submission.submission_id)).all()
    answers = _answers(expected, received, as_of)
    return [_standing(one, answers.get(one.expected_id), as_of, soon) for one in expected]


def claim(engine: Engine, standing: Iterable[Standing], as_of: date, *, at: datetime) -> list[Standing]:
    """Claim the reminders that nobody claimed before; only who claimed one sends it."""
    claimed = []
    with writing(engine, LOCK) as session:
        for one in standing:
            row = {
                "reminder_id": one.reminder_id, "expected_id": one.expected_id, "reporting_unit": one.reporting_unit,
                "period": one.period, "family": one.family, "due_state": one.state, "due_date": one.due_date,
                "as_of_date": as_of, "state": "claimed", "claimed_at": at, "sent_at": None,
            }  # fmt: skip
            if insert_absent(session, Reminder, [row]):
                claimed.append(one)
    return claimed


def settle(engine: Engine, claimed: Iterable[Standing], *, is_sent: bool, at: datetime) -> None:
    """What became of claimed reminders: sent, or given back, so that the next run tries again."""
    keys = [one.reminder_id for one in claimed]
    with writing(engine, LOCK) as session:
        if is_sent:
            chosen = update(Reminder).where(Reminder.reminder_id.in_(keys))
            session.execute(chosen.values(state="sent", sent_at=at))
        else:
            for row in session.scalars(select(Reminder).where(Reminder.reminder_id.in_(keys))):
                session.delete(row)


def sent(engine: Engine) -> Sequence[Reminder]:
    """Every reminder, the newest first."""
    with reading(engine) as session:
        return session.scalars(select(Reminder).order_by(Reminder.claimed_at.desc(), Reminder.reminder_id)).all()


def _answers(
    expected: Sequence[ExpectedSubmission], received: Sequence[Submission], as_of: date
) -> dict[str, Submission]:
    """Expectation → its first readable report up to the day; a report answers one expectation alone."""
    by_period: dict[str, list[ExpectedSubmission]] = {}
    for one in expected:
        by_period.setdefault(one.period, []).append(one)
    found: dict[str, Submission] = {}
    for submission in received:
        if _day(submission) > as_of:
            continue
        fitting = [one for one in by_period.get(submission.period or "", ()) if _fits(one, submission)]
        fitting.sort(key=lambda one: (one.family != submission.family, one.due_date, one.expected_id))
        if fitting:
            found.setdefault(fitting[0].expected_id, submission)
    return found


def _fits(one: ExpectedSubmission, submission: Submission) -> bool:
    is_same_form = (one.family == "narrative") == (submission.family == "narrative")
    is_same_region = one.region_code == submission.region_code and one.region_code != _UNKNOWN
    return is_same_form and (one.reporting_unit == submission.reporting_unit or is_same_region)


def _standing(one: ExpectedSubmission, answer: Submission | None, as_of: date, soon: int) -> Standing:
    left = days_late = None
    state: State
    if answer is not None:
        days_late = (_day(answer) - one.due_date).days
        state = "received_late" if days_late > 0 else "on_time"
    elif as_of > one.due_date:
        days_late = (as_of - one.due_date).days
        state = "late"
    else:
        left = working_days_until(as_of, one.due_date)
        state = "due_soon" if left <= soon else "due"
    return Standing(
        expected_id=one.expected_id,
        reporting_unit=one.reporting_unit,
        region_code=one.region_code,
        period=one.period,
        family=one.family,
        due_date=one.due_date,
        origin=one.origin,
        state=state,
        received_on=None if answer is None else _day(answer),
        file_name=None if answer is None else answer.file_name,
        working_days_left=left,
        days_late=days_late if days_late and days_late > 0 else None,
    )


def _day(submission: Submission) -> date:
    return submission.received_at.astimezone(_SHANGHAI).date()
