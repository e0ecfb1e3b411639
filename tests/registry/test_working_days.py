"""Working days: National Day, weekends that are worked instead, and years that no calendar holds yet."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.working_days import is_worked, term


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2023, 10, 9), 3, date(2023, 10, 12)),
        (date(2023, 10, 12), 3, date(2023, 10, 17)),  # over a weekend
        (date(2023, 9, 28), 3, date(2023, 10, 9)),  # over the holiday: 7 and 8 October were worked
        (date(2023, 10, 7), 1, date(2023, 10, 8)),  # a Sunday that was worked
    ],
)
def test_a_term_counts_the_days_that_offices_work(start: date, days: int, due: date) -> None:
    found = term(start, days)
    assert (found.due, found.days, found.is_calendar_known) == (due, days, True)


def test_beyond_the_calendar_weekdays_are_counted_and_it_is_said() -> None:
    last = date(max(chinese_calendar.constants.holidays).year, 12, 31)
    beyond = term(last + timedelta(days=30), 5)
    assert not beyond.is_calendar_known
    assert beyond.due.weekday() < 5
    across = term(last, 1)
    assert not across.is_calendar_known, "one day beyond it is enough"
    assert is_worked(last + timedelta(days=1)) is None


@given(st.dates(date(2004, 1, 1), date(2035, 1, 1)), st.integers(1, 30))
def test_a_longer_term_is_never_due_earlier_and_ends_on_a_working_day(start: date, days: int) -> None:
    found, longer = term(start, days), term(start, days + 1)
    assert start < found.due < longer.due
    worked = is_worked(found.due)
    assert worked if worked is not None else found.due.weekday() < 5


@pytest.mark.parametrize("days", [0, -1])
def test_a_term_of_no_day_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match=f"收到 {days}"):
        term(date(2023, 10, 9), days)
