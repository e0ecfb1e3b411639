"""Reminders of owed reports: the calendar brought up to a day, where each report stands, who is told, once.

The day is passed in, so that a day of the past gives what it gave; the registry says what was received up to it.  The
rates are the published ones (`mart_region_scorecard`), never computed here.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final

from registry import obligations, reminders
from registry.reminders import REMINDED, Standing
from xushi.build_state import write_json
from xushi.home import Home
from xushi.stages import registry_of

#: Working days before the due date from which a report is due soon.
DAYS: Final = "XUSHI_REMINDER_DAYS"
_DEFAULT_DAYS: Final = 3

#: Newest periods first; a rate without anything owed is no rate.
_RATES: Final = """
    select region_code, region_name, period, expected_report_count, received_report_count, on_time_report_count,
           reporting_rate, on_time_rate
    from marts.mart_region_scorecard
    where expected_report_count > 0
    order by period desc, region_code
"""


class ReminderError(Exception):
    """A setting that cannot be; the message is one line."""


def look(home: Home, as_of: date, *, period: str | None = None, expect: bool = True) -> dict[str, Any]:
    """Where every owed report stands on a day, as plain JSON; `expect` brings the calendar up to that day first."""
    engine = registry_of(home)
    changed = obligations.expect(engine, as_of) if expect else 0
    found = reminders.standings(engine, as_of, soon=soon_days(), period=period)
    return {
        "as_of": as_of.isoformat(),
        "soon_days": soon_days(),
        "calendar_changes": changed,
        "counts": dict(Counter(one.state for one in found)),
        "standings": [_plain(one) for one in found],
        "rates": [rate for rate in rates(home) if period in (None, rate["period"])],
        "unsure": [
            {"reporting_unit": r.reporting_unit, "period": r.period, "due_state": r.due_state}
            for r in reminders.sent(engine)
            if r.state == "claimed"
        ],
    }


def remind(home: Home, as_of: date, *, send: bool = True) -> dict[str, Any]:
    """Write the day's report and send what nobody was reminded of before; returns the report."""
    from xushi.reminders_text import render

    engine = registry_of(home)
    report = look(home, as_of)
    owed = [one for one in reminders.standings(engine, as_of, soon=soon_days()) if one.state in REMINDED]
    report["sent"] = [_plain(one) for one in _send(home, owed, as_of, report)] if send else []
    folder = home.reports / "reminders"
    write_json(folder / f"{as_of}.json", report)
    partial = folder / f"{as_of}.md.part"
    partial.write_text(render(report) + "\n", encoding="utf-8")
    partial.replace(folder / f"{as_of}.md")
    return report


def rates(home: Home) -> list[dict[str, Any]]:
    """The published reporting and on-time rates by region and period; none before the first publication."""
    from publishing.errors import PublishingError
    from publishing.query import query

    try:
        result = query(home.published_database, _RATES)
    except PublishingError:
        return []
    return [{name: _value(value) for name, value in zip(result.columns, row, strict=True)} for row in result.rows]


def soon_days() -> int:
    """XUSHI_REMINDER_DAYS, else three working days."""
    given = os.environ.get(DAYS) or str(_DEFAULT_DAYS)
    if not (given.isascii() and given.isdigit()):
        raise ReminderError(f"{DAYS} 为 {given!r}，应为 0、1、2 … 个工作日 (must be a number of working days)")
    return int(given)


def _send(home: Home, owed: Sequence[Standing], as_of: date, report: dict[str, Any]) -> list[Standing]:
    """One message of all that is new; given back where no channel took it, so that the next run tries again."""
    from xushi import notify
    from xushi.reminders_text import message

    engine = registry_of(home)
    claimed = reminders.claim(engine, owed, as_of, at=datetime.now(UTC))
    if not claimed:
        return []
    title, body = message([_plain(one) for one in claimed], as_of)
    answer = notify.send(home, "reminder", title, body)
    report["problems"] = list(answer.failures)
    is_lost = bool(answer.deliveries) and all(delivery.error for delivery in answer.deliveries)
    reminders.settle(engine, claimed, is_sent=not is_lost, at=datetime.now(UTC))
    return [] if is_lost else claimed


def _plain(one: Standing) -> dict[str, Any]:
    return {name: _value(value) for name, value in asdict(one).items()}


def _value(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int | str | None) else float(value)  # type: ignore[arg-type]
