"""The tasks of a refresh, as the DAGs that refresh share them: each calls one function of `xushi.refresh`.

What differs between those DAGs is what their first task looks for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from airflow.sdk import chain, get_current_context, task

from xushi import alerts, refresh
from xushi.assets import LAKE, PUBLISHED, tell
from xushi.dag_settings import home_of_task
from xushi.release_gate import ReleaseGate
from xushi.writer import POOL

#: Of the runs that the clock starts, or somebody for a month gone by: they have a month of their own.
_PLANNED: Final = frozenset({"scheduled", "backfill"})

Discover = Callable[..., dict[str, Any]]


def refresh_tasks(look: Discover = refresh.discover) -> None:
    """Discover, extract, judge, transform, judge, ask where somebody must, release, publish, sum up."""

    @task(task_display_name="① 收件 discover")
    def discover() -> list[dict[str, Any]]:
        return list(look(**plan())["batches"])

    # a batch uses every core by itself
    @task(
        task_display_name="② 读取 extract",
        map_index_template="{{ label }}",
        max_active_tis_per_dagrun=1,
        outlets=[LAKE],
    )
    def extract(batch: dict[str, Any]) -> dict[str, Any]:
        get_current_context()["label"] = batch["label"]  # type: ignore[typeddict-unknown-key]
        answer = refresh.extract(plan(), batch)
        tell(LAKE, {"batch": batch["label"], "facts": answer["facts"], "refused": len(answer["refused"])})
        return answer

    # no new file means no extract task at all, yet a decision or a new rule may still change what is published
    @task.short_circuit(
        task_display_name="有无变化 has_changes",
        trigger_rule="none_failed",
        ignore_downstream_trigger_rules=False,
        pool=POOL,
    )
    def has_changes() -> bool:
        return refresh.has_changes(plan())

    @task(task_display_name="③ 原始数据关口 raw_gate", pool=POOL)
    def raw_gate() -> dict[str, Any]:
        return refresh.raw_gate(plan())

    @task(task_display_name="④ 建模 transform", pool=POOL, inlets=[LAKE])
    def transform() -> dict[str, Any]:
        return refresh.transform(plan())

    @task(task_display_name="⑤ 数据集市关口 mart_gate", pool=POOL)
    def mart_gate() -> dict[str, Any]:
        return refresh.mart_gate(plan())

    human_gate = ReleaseGate(
        task_id="human_gate", task_display_name="人工关口 human_gate", ask=_ask, heed=lambda a: refresh.heed(plan(), a)
    )

    # a gate that was skipped asked nobody; one that was answered may have had its findings mended meanwhile
    @task(task_display_name="⑥ 放行 release", trigger_rule="none_failed_min_one_success", pool=POOL)
    def release() -> dict[str, Any]:
        answer = get_current_context()["ti"].xcom_pull(task_ids="human_gate")
        return refresh.release(plan(), waited=answer is not None)

    @task(task_display_name="⑦ 发布 publish", pool=POOL, outlets=[PUBLISHED])
    def publish() -> dict[str, Any]:
        given = plan()
        answer = refresh.publish(given)
        tell(PUBLISHED, {"version": answer["version"], "is_new": answer["is_new"], "period": given["period"]})
        return answer

    @task(task_display_name="⑧ 小结 summary", trigger_rule="none_failed")
    def summary() -> dict[str, Any]:
        given = plan()
        report = refresh.summary(given)
        alerts.arrivals_rejected(given)
        return report

    judged, released = mart_gate(), release()
    chain(extract.expand(batch=discover()), has_changes(), raw_gate(), transform(), judged)
    chain(judged, human_gate, released, publish(), summary())
    chain(judged, released)


def plan() -> dict[str, Any]:
    """The run's home, inbox, period and id: a function of the run alone, the same in every task."""
    context = get_current_context()
    run: Any = context["dag_run"]
    kind = getattr(run.run_type, "value", run.run_type)
    home_of_task()
    return refresh.parameters(
        inbox=context["params"].get("inbox"),
        period=context["params"].get("period"),
        # a form that is filled in by hand bears the hour of its filling in, which is nobody's month
        logical_date=run.logical_date if kind in _PLANNED else None,
        run_id=str(context["run_id"]),
    )


def _ask() -> dict[str, Any]:
    """Whether this run waits for a person, and what it asks; somebody is told of a question."""
    params, given = get_current_context()["params"], plan()
    asked = refresh.human_gate(given, params["gate"], params["gate_hours"])
    if asked["waits"]:
        alerts.gate_waiting(given["home"], asked["subject"], asked["body"])
    return asked
