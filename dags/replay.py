"""History read again under the rules in force, compared with what is live, and put before a person.

Nothing that is published changes before somebody accepts; the next refresh then rebuilds and publishes those months.

| re-run of | does |
|---|---|
| start | goes on with the open replay; what was read under these rules is not read again |
| read | lands the same file names with the same content, beside what is live |
| compare_readings | writes the same report, and puts the replay before a person again |
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pendulum
from airflow.sdk import chain, dag, get_current_context, task

from xushi import forms, replay_tasks
from xushi.dag_settings import common
from xushi.schedules import TIME_ZONE


@dag(
    dag_id="replay",
    dag_display_name="历史重读 replay",
    schedule=None,  # by hand: rules change when somebody changes them
    start_date=pendulum.datetime(2023, 1, 1, tz=TIME_ZONE),
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=10)},
    params={"period": forms.period()},
    doc_md=__doc__,
    **common(),
)
def replay_dag() -> None:
    """Start, read in batches, compare; a publisher decides at the desk or by `xushi replay accept`."""

    @task(task_display_name="① 开始 start")
    def start() -> dict[str, Any]:
        return replay_tasks.start(get_current_context()["params"].get("period"))

    @task(task_display_name="② 分批 batches")
    def batches(plan: dict[str, Any]) -> list[dict[str, Any]]:
        return list(plan["batches"])

    # a batch uses every core by itself
    @task(task_display_name="③ 重读 read", map_index_template="{{ label }}", max_active_tis_per_dagrun=1)
    def read(plan: dict[str, Any], batch: dict[str, Any]) -> dict[str, Any]:
        get_current_context()["label"] = batch["label"]  # type: ignore[typeddict-unknown-key]
        return replay_tasks.read(plan, batch)

    # everything may have been read before: no batch at all, and still something to compare
    @task(task_display_name="④ 比对 compare_readings", trigger_rule="none_failed")
    def compare_readings(plan: dict[str, Any]) -> dict[str, Any]:
        return replay_tasks.compare(plan)

    plan = start()
    chain(read.partial(plan=plan).expand(batch=batches(plan)), compare_readings(plan))


replay_dag()
