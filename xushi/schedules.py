"""When each DAG runs: one table of settings with their defaults, in the bureau's time.

A DAG file asks here and never reads the environment itself.  A setting that is not valid is one line at import, which
Airflow shows above its list of DAGs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

#: The time zone of every schedule.
TIME_ZONE: Final = "Asia/Shanghai"

#: DAG: (setting, cron line that holds without it).  An empty setting means by hand only.
SCHEDULES: Final[Mapping[str, tuple[str, str]]] = {
    # the sixth of the month, a day after the usual closing date of filings
    "monthly_refresh": ("XUSHI_REFRESH_SCHEDULE", "0 6 6 * *"),
    # at the opening of the office, every day: what is due does not wait for a working day
    "reminders": ("XUSHI_REMINDERS_SCHEDULE", "30 8 * * *"),
    # at night, before anybody works
    "maintenance": ("XUSHI_MAINTENANCE_SCHEDULE", "30 2 * * *"),
}

#: Seconds between two looks into the inbox; 0 or empty: nobody watches it.
WATCH: Final = "XUSHI_WATCH_SECONDS"
_WATCH_SECONDS: Final = "10"

#: Hours after which somebody is told that a run has not ended.
DEADLINE: Final = "XUSHI_DEADLINE_HOURS"
_DEADLINE_HOURS: Final = "24"

#: What an Airflow that lives for one run is given: nothing starts by itself there.
BY_HAND_ONLY: Final[Mapping[str, str]] = {**{name: "" for name, _ in SCHEDULES.values()}, WATCH: ""}


class ScheduleError(ValueError):
    """A setting of time cannot be understood; one line with the setting, what was found and what is valid."""


def schedule_of(dag_id: str) -> str | None:
    """The cron line of a DAG; None where it runs by hand only."""
    name, default = SCHEDULES[dag_id]
    return check(name, os.environ.get(name, default), such_as=default)


def check(name: str, given: str, *, such_as: str = "0 6 6 * *") -> str | None:
    """A cron line as it was given, None for an empty one; ScheduleError where it is none."""
    from croniter import croniter  # type: ignore[import-untyped]

    line = given.strip()
    if line and (len(line.split()) != 5 or not croniter.is_valid(line)):
        raise ScheduleError(
            f"{name} 现为 {line!r}，应为五段的 cron（分 时 日 月 周，北京时间），例如 {such_as!r}；留空为仅手动 "
            "/ must be a cron line of five fields"
        )
    return line or None


def watch_seconds() -> float | None:
    """Seconds between two looks into the inbox; None where nobody watches."""
    given = os.environ.get(WATCH, _WATCH_SECONDS).strip()
    return _number(WATCH, given, "秒数 seconds") or None if given else None


def deadline() -> timedelta:
    """How long after its start a run may take before somebody is told."""
    given = os.environ.get(DEADLINE, "").strip() or _DEADLINE_HOURS
    hours = _number(DEADLINE, given, "小时数 hours")
    if not hours:
        raise ScheduleError(f"{DEADLINE} 现为 {given!r}，应为大于 0 的小时数 / must be hours above 0")
    return timedelta(hours=hours)


def _number(name: str, given: str, what: str) -> float:
    try:
        number = float(given)
    except ValueError:
        number = -1.0
    if not 0 <= number < 100_000:
        raise ScheduleError(f"{name} 现为 {given!r}，应为不小于 0 的{what} / must be a number from 0 on")
    return number
