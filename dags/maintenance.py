"""The nightly care of the installation: comparison of files, backup, tidying, Airflow's own records.

| re-run of | does |
|---|---|
| backup | makes another backup, which shares every file with the one before |
| compare | compares the same sixteenth of the originals and the whole lake again; mended files stay as they are |
| tidy, compact | find nothing more to remove or to move |
| clean_airflow | removes what has grown old since |
| report | writes the day's report again |
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pendulum
from airflow.sdk import chain, dag, get_current_context, task

from xushi import maintenance as care
from xushi.dag_settings import common, home_of_task
from xushi.schedules import TIME_ZONE, schedule_of
from xushi.writer import POOL


@dag(
    dag_display_name="系统维护 maintenance",
    schedule=schedule_of("maintenance"),
    start_date=pendulum.datetime(2023, 1, 1, tz=TIME_ZONE),
    catchup=False,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=5)},
    doc_md=__doc__,
    **common(),
)
def maintenance() -> None:
    """Each step has its turn, whatever became of the one before it."""

    @task(task_display_name="② 备份 backup", trigger_rule="all_done")
    def backup() -> dict[str, Any]:
        return care.step(home_of_task(), "backup", _at())

    @task(task_display_name="① 核对 compare", trigger_rule="all_done", pool=POOL)
    def compare() -> dict[str, Any]:
        return care.step(home_of_task(), "compare", _at())

    @task(task_display_name="③ 清理 tidy", trigger_rule="all_done")
    def tidy() -> dict[str, Any]:
        return care.step(home_of_task(), "tidy", _at())

    @task(task_display_name="④ 整理 compact", trigger_rule="all_done", pool=POOL)
    def compact() -> dict[str, Any]:
        return care.step(home_of_task(), "compact", _at())

    @task(task_display_name="⑤ 清理运行记录 clean_airflow", trigger_rule="all_done")
    def clean_airflow() -> dict[str, Any]:
        return care.step(home_of_task(), "clean_airflow", _at())

    @task(task_display_name="⑥ 报告 report", trigger_rule="all_done")
    def report() -> dict[str, Any]:
        return care.report(home_of_task(), _at())

    chain(compare(), backup(), tidy(), compact(), clean_airflow(), report())


def _at() -> datetime:
    """When the run began: the same in all its tasks."""
    return get_current_context()["dag_run"].start_date


maintenance()
