"""The calendar becomes expected submissions; a register that somebody sent wins; each reminder is claimed once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from registry import expected, obligations, reminders, submissions
from registry.expected import Expectation
from registry.obligations import Excepted, Owed, due_date, working_days_until, works

AT = datetime(2023, 10, 1, tzinfo=UTC)


def owed(**changes) -> Owed:
    given = {
        "reporting_unit": "蓬江区", "region_code": "440703", "family": "assessment_table", "first_period": "2023-07",
        "last_period": None, "due_day": 5, "due_working_days": 0, "rolls": True,
    }  # fmt: skip
    return Owed(**(given | changes))


@pytest.mark.parametrize(
    ("changes", "period", "due"),
    [
        ({}, "2023-07", date(2023, 8, 7)),  # the fifth is a Saturday
        ({"rolls": False}, "2023-07", date(2023, 8, 5)),
        ({}, "2023-09", date(2023, 10, 7)),  # the National Day holidays end; the seventh, a Saturday, is worked
        ({"due_day": 31}, "2023-01", date(2023, 2, 28)),
        ({"due_day": 0, "due_working_days": 3}, "2023-08", date(2023, 9, 5)),
        ({"due_day": 5, "due_working_days": 1}, "2023-12", date(2024, 1, 8)),
    ],
)
def test_a_report_is_due_as_the_calendar_says(changes, period: str, due: date) -> None:
    assert due_date(owed(**changes), period) == due


@given(
    st.integers(0, 31), st.integers(0, 15), st.booleans(),
    st.dates(date(2022, 1, 1), date(2025, 10, 1)).map(lambda d: f"{d:%Y-%m}"),
)  # fmt: skip
def test_a_due_day_lies_after_its_period_and_rolls_onto_a_working_day(
    day: int, working: int, rolls: bool, period: str
) -> None:
    due = due_date(owed(due_day=day, due_working_days=working, rolls=rolls), period)
    assert due.replace(day=1) >= date(int(period[:4]), int(period[5:]), 1)
    if rolls or working:
        assert works(due)
    if working and day:
        assert due > due_date(owed(due_day=day, rolls=False), period)


def test_the_working_days_left_fall_by_one_on_each_working_day() -> None:
    days = [date(2023, 9, 20) + timedelta(days=n) for n in range(25)]
    left = [working_days_until(day, date(2023, 10, 10)) for day in days]
    assert all(a - b == works(later) for (a, b), later in zip(pairwise(left), days[1:], strict=False) if a)
    assert working_days_until(date(2023, 10, 11), date(2023, 10, 10)) == 0


def rows(engine: Engine) -> list[tuple[str, str, date, str]]:
    return [(r.period, r.reporting_unit, r.due_date, r.origin) for r in expected.find(engine)]


def test_the_calendar_says_what_is_owed_up_to_the_month_before(engine: Engine) -> None:
    assert obligations.record(engine, [owed()], [], by="王", at=AT) == (1, 0)
    assert obligations.expect(engine, date(2023, 9, 30)) == 2
    assert [r[0] for r in rows(engine)] == ["2023-07", "2023-08"]
    assert obligations.expect(engine, date(2023, 9, 30)) == 0
    assert obligations.expect(engine, date(2023, 10, 1)) == 1
    assert obligations.expect(engine, date(2023, 8, 15)) == 0, "a look at the past takes nothing away"
    assert len(rows(engine)) == 3


def test_an_exception_moves_a_day_or_takes_it_away_and_a_later_row_wins(engine: Engine) -> None:
    later = owed(first_period="2023-08", due_day=10)
    moved = Excepted(
        reporting_unit="蓬江区", family="assessment_table", period="2023-07", due_date=date(2023, 8, 20), reason="停电"
    )
    obligations.record(engine, [owed(), later], [moved], by="王", at=AT)
    obligations.expect(engine, date(2023, 10, 1))
    assert [r[2] for r in rows(engine)] == [date(2023, 8, 20), date(2023, 9, 11), date(2023, 10, 10)]
    free = replace(moved, period="2023-08", due_date=None)
    assert obligations.record(engine, [owed()], [free], by="李", at=AT) == (0, 1)
    obligations.expect(engine, date(2023, 10, 1))
    assert [r[0] for r in rows(engine)] == ["2023-07", "2023-09"]


def test_a_register_of_a_period_wins_whenever_it_comes(engine: Engine) -> None:
    obligations.record(engine, [owed(), owed(reporting_unit="江海区", region_code="440704")], [], by="王", at=AT)
    obligations.expect(engine, date(2023, 9, 1))
    assert len(rows(engine)) == 4
    register = [Expectation("蓬江区", "440703", "2023-08", "assessment_table", date(2023, 9, 8))]
    assert expected.record(engine, register) == 1
    assert obligations.expect(engine, date(2023, 9, 1)) == 1, "江海区 owes nothing in the register's month"
    assert [r for r in rows(engine) if r[0] == "2023-08"] == [("2023-08", "蓬江区", date(2023, 9, 8), "register")]
    assert expected.record(engine, register) == 0


def test_where_a_report_stands_on_a_day(engine: Engine, received) -> None:
    expected.record(engine, [Expectation("蓬江区", "440703", "2023-09", "assessment_table", date(2023, 10, 12))])
    submissions.register(engine, received(family="workbook", received_at=datetime(2023, 10, 12, 16, 30, tzinfo=UTC)))

    def on(day: date) -> tuple[str, int | None, int | None]:
        (one,) = reminders.standings(engine, day, soon=3)
        return one.state, one.working_days_left, one.days_late

    assert on(date(2023, 10, 8)) == ("due", 4, None)
    assert on(date(2023, 10, 9)) == ("due_soon", 3, None)
    assert on(date(2023, 10, 12)) == ("due_soon", 0, None)
    # half past midnight of the thirteenth in Shanghai
    assert on(date(2023, 10, 13)) == ("received_late", None, 1)
    assert reminders.standings(engine, date(2023, 10, 13), soon=3)[0].file_name == "蓬江区_2023-09.docx"
    assert reminders.standings(engine, date(2023, 10, 13), soon=3, period="2023-08") == []


def test_a_rejected_file_a_narrative_and_a_table_of_the_city_answer_nothing(engine: Engine, received) -> None:
    expected.record(engine, [Expectation("蓬江区", "440703", "2023-09", "assessment_table", date(2023, 10, 5))])
    for number, changes in enumerate(
        [{"rejection_reason": "x", "rejection_detail": "x"}, {"family": "narrative"}, {"issued_by_city": True},
         {"period": "2023-08"}, {"unit_key": "x", "reporting_unit": "江海区", "region_code": "440704"}]
    ):  # fmt: skip
        submissions.register(engine, received(sha256=f"{number}" * 64, **changes))
    (one,) = reminders.standings(engine, date(2023, 10, 20), soon=3)
    assert (one.state, one.days_late) == ("late", 15)


def test_a_reminder_is_claimed_once_whoever_asks(engine: Engine) -> None:
    expected.record(engine, [Expectation("蓬江区", "440703", "2023-09", "workbook", date(2023, 10, 5))])
    late = reminders.standings(engine, date(2023, 10, 9), soon=3)
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: reminders.claim(engine, late, date(2023, 10, 9), at=AT), range(4)))
    assert sorted(map(len, claims)) == [0, 0, 0, 1]
    reminders.settle(engine, late, is_sent=False, at=AT)
    assert reminders.claim(engine, late, date(2023, 10, 10), at=AT) == late, "given back, so asked for again"
    reminders.settle(engine, late, is_sent=True, at=AT)
    assert reminders.claim(engine, late, date(2023, 10, 11), at=AT) == []
    assert [(r.state, r.due_state) for r in reminders.sent(engine)] == [("sent", "late")]
