"""Working days of China: holidays, and the weekends that are worked instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Term:
    """A day so many working days after another.

    `is_calendar_known` is False where the State Council's arrangement of a year is not in the calendar (it is
    published each autumn for the next year): there Monday to Friday were counted, and whoever shows `due` says so.
    """

    due: date
    days: int
    is_calendar_known: bool


def term(start: date, days: int) -> Term:
    """The term that begins on the day after `start`; `days` is at least one, else ValueError."""
    if days < 1:
        raise ValueError(f"工作日数须不少于1，收到 {days} (at least one working day)")
    day, left, is_known = start, days, True
    while left:
        day += timedelta(days=1)
        worked = is_worked(day)
        is_known = is_known and worked is not None
        left -= day.weekday() < _SATURDAY if worked is None else worked
    return Term(day, days, is_known)


def is_worked(day: date) -> bool | None:
    """Whether offices work on a day; None for a year that the calendar does not hold."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
