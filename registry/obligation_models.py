"""The tables of the calendar: which unit owes what from when until when, what was excepted, what was reminded of."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base, one_of


class Obligation(Base):
    """A unit owes a report for every period from `first_period` to `last_period` (NULL: until further notice).

    It is due on day `due_day` of the month after the period (a month without that day: its last day; 0: the last day
    of the period itself), then `due_working_days` working days later; with `rolls` a due day on which offices do not
    work moves to the next one on which they do.
    """

    __tablename__ = "obligations"

    obligation_id: Mapped[str] = mapped_column(primary_key=True)
    reporting_unit: Mapped[str]
    region_code: Mapped[str]
    family: Mapped[str]
    first_period: Mapped[str]
    last_period: Mapped[str | None]
    due_day: Mapped[int]
    due_working_days: Mapped[int]
    rolls: Mapped[bool]
    note: Mapped[str | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class ObligationException(Base):
    """One period in which an obligation is due on another day, or not at all (`due_date` NULL)."""

    __tablename__ = "obligation_exceptions"

    exception_id: Mapped[str] = mapped_column(primary_key=True)
    reporting_unit: Mapped[str]
    family: Mapped[str]
    period: Mapped[str]
    due_date: Mapped[date | None]
    reason: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class Reminder(Base):
    """A reminder of one report in one state, sent once.

    It is claimed before it is sent: one that stays `claimed` was in the hands of a run that was killed, and nobody
    knows whether it arrived; it is shown and not sent again.
    """

    __tablename__ = "reminders"

    reminder_id: Mapped[str] = mapped_column(primary_key=True)
    expected_id: Mapped[str] = mapped_column(ForeignKey("expected_submissions.expected_id"), index=True)
    reporting_unit: Mapped[str]
    period: Mapped[str]
    family: Mapped[str]
    due_state: Mapped[str]
    due_date: Mapped[date]
    as_of_date: Mapped[date]
    state: Mapped[str]
    claimed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (one_of("due_state", "due_soon", "late"), one_of("state", "claimed", "sent"))
