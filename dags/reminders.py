"""Every morning: which reports are due, due soon or late, and who is reminded of them.

The day is the run's own date in Asia/Shanghai, so a backfill of past days writes what each day's report was; only the
scheduled run, and one started by hand, sends.

| re-run of | does |
|---|---|
| remind | writes the same report of the day; sends nothing again: one reminder a unit, period and state |
| a day of the past (backfill) | writes that day's report and sends nothing |
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pendulum
from airflow.sdk import dag, get_current_context, task

from xushi import reminders
from xushi.dag_settings import common, home_of_task
from xushi.schedules import TIME_ZONE, schedule_of


@dag(
    dag_id="reminders",
    dag_display_name="报送提醒 reminders",
    schedule=schedule_of("reminders"),
    start_date=pendulum.datetime(2023, 1, 1, tz=TIME_ZONE),
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=30)},
    doc_md=__doc__,
    **common(),
)
def reminders_dag() -> None:
    """The day's report of owed reports, and its reminders."""

    @task(task_display_name="核对与提醒 remind")
    def remind() -> dict[str, Any]:
        run = get_current_context()["dag_run"]
        day = (run.logical_date or run.run_after).astimezone(pendulum.timezone(TIME_ZONE)).date()
        report = reminders.remind(home_of_task(), day, send=str(run.run_type) != "backfill")
        return {"as_of": report["as_of"], "counts": report["counts"], "sent": len(report["sent"])}

    remind()


reminders_dag()
