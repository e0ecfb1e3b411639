"""The monthly refresh as an Airflow DAG: wiring only, every task is one function of `xushi.refresh`.

| re-run of | does |
|---|---|
| discover | registers nothing twice: a file is known by its bytes, unit, period and revision |
| extract | lands the same file names with the same content |
| raw_gate, mart_gate | judge again; findings join their open incidents |
| human_gate | asks again |
| transform, release | rebuild the same tables in the build database, one writer at a time |
| publish | makes no new version where the content is the published one |
| summary | writes the same report |
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pendulum
from airflow.sdk import Param, chain, dag, get_current_context, task

from xushi import refresh
from xushi.release_gate import ReleaseGate

#: Cron line in Asia/Shanghai; the default is the sixth of the month, a day after the usual closing date of filings.
SCHEDULE = os.environ.get("XUSHI_REFRESH_SCHEDULE", "0 6 6 * *") or None


@dag(
    schedule=SCHEDULE,
    start_date=pendulum.datetime(2023, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,  # one writer of the build database
    default_args={"retries": 2, "retry_delay": timedelta(seconds=10)},
    params={
        "inbox": Param(None, type=["null", "string"], title="收件箱 inbox", description="报送文件所在的文件夹"),
        "period": Param(
            None,
            type=["null", "string"],
            pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
            title="期次 period",
            description="例如 2023-09；留空时，定时运行取上月，手动运行取收件箱内全部期次",
        ),
        "gate": Param(
            refresh.HUMAN,
            enum=[refresh.HUMAN, refresh.WITHHOLD],
            title="关口 gate",
            description="有阻断问题时：human 先由人决定是否放行；withhold 扣留有关记录，直接发布",
        ),
        "gate_hours": Param(
            None,
            type=["null", "number"],
            exclusiveMinimum=0,
            title="等待时限 gate_hours",
            description="小时；留空按 XUSHI_GATE_HOURS，默认48；逾期扣留有问题的记录后发布",
        ),
    },
    tags=["序时"],
    doc_md=__doc__,
)
def monthly_refresh() -> None:
    """Discover, extract, judge, transform, judge, ask where somebody must, release, publish, sum up."""

    @task(task_display_name="① 收件 discover")
    def discover() -> list[dict[str, Any]]:
        return list(refresh.discover(**_plan())["batches"])

    # a batch uses every core by itself
    @task(task_display_name="② 读取 extract", map_index_template="{{ label }}", max_active_tis_per_dagrun=1)
    def extract(batch: dict[str, Any]) -> dict[str, Any]:
        get_current_context()["label"] = batch["label"]  # type: ignore[typeddict-unknown-key]
        return refresh.extract(_plan(), batch)

    # no new file means no extract task at all, yet a decision or a new rule may still change what is published
    @task.short_circuit(
        task_display_name="有无变化 has_changes", trigger_rule="none_failed", ignore_downstream_trigger_rules=False
    )
    def has_changes() -> bool:
        return refresh.has_changes(_plan())

    @task(task_display_name="③ 原始数据关口 raw_gate")
    def raw_gate() -> dict[str, Any]:
        return refresh.raw_gate(_plan())

    @task(task_display_name="④ 建模 transform")
    def transform() -> dict[str, Any]:
        return refresh.transform(_plan())

    @task(task_display_name="⑤ 数据集市关口 mart_gate")
    def mart_gate() -> dict[str, Any]:
        return refresh.mart_gate(_plan())

    human_gate = ReleaseGate(
        task_id="human_gate", task_display_name="人工关口 human_gate", ask=_ask, heed=lambda a: refresh.heed(_plan(), a)
    )

    # a gate that was skipped asked nobody; one that was answered may have had its findings mended meanwhile
    @task(task_display_name="⑥ 放行 release", trigger_rule="none_failed_min_one_success")
    def release() -> dict[str, Any]:
        answer = get_current_context()["ti"].xcom_pull(task_ids="human_gate")
        return refresh.release(_plan(), waited=answer is not None)

    @task(task_display_name="⑦ 发布 publish")
    def publish() -> dict[str, Any]:
        return refresh.publish(_plan())

    @task(task_display_name="⑧ 小结 summary", trigger_rule="none_failed")
    def summary() -> dict[str, Any]:
        return refresh.summary(_plan())

    judged, released = mart_gate(), release()
    chain(extract.expand(batch=discover()), has_changes(), raw_gate(), transform(), judged)
    chain(judged, human_gate, released, publish(), summary())
    chain(judged, released)


def _plan() -> dict[str, Any]:
    """The run's home, inbox, period and id: a function of the run alone, the same in every task."""
    context = get_current_context()
    return refresh.parameters(
        inbox=context["params"].get("inbox"),
        period=context["params"].get("period"),
        logical_date=context.get("logical_date"),
        run_id=str(context["run_id"]),
    )


def _ask() -> dict[str, Any]:
    """Whether this run waits for a person, and what it asks."""
    params = get_current_context()["params"]
    return refresh.human_gate(_plan(), params["gate"], params["gate_hours"])


monthly_refresh()
