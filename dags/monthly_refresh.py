"""The monthly refresh as an Airflow DAG: wiring only, every task is one function of `xushi.refresh`.

A scheduled or backfilled run is about the month before its date in Asia/Shanghai; one that is started by hand is about
the period of its form, or about every period that the inbox holds.

| re-run of | does |
|---|---|
| discover | registers nothing twice: a file is known by its bytes, unit, period and revision |
| extract | lands the same file names with the same content |
| raw_gate, mart_gate | judge again; findings join their open incidents |
| human_gate | asks again |
| transform, release | rebuild the same tables in the build database, one writer at a time |
| publish | makes no new version where the content is the published one |
| summary | writes the same report |
| any of them after another run has built | does the earlier stages again first, and never mixes two runs |
"""

from __future__ import annotations

from datetime import timedelta

import pendulum
from airflow.sdk import dag

from xushi import forms
from xushi.dag_settings import common
from xushi.refresh_tasks import refresh_tasks
from xushi.schedules import TIME_ZONE, schedule_of


@dag(
    dag_display_name="月度刷新 monthly_refresh",
    schedule=schedule_of("monthly_refresh"),
    start_date=pendulum.datetime(2023, 1, 1, tz=TIME_ZONE),
    catchup=False,  # months gone by are asked for: Backfill in the UI, `xushi airflow backfill create`
    default_args={"retries": 2, "retry_delay": timedelta(seconds=10), "weight_rule": "upstream"},
    params={
        "inbox": forms.inbox(),
        "period": forms.period(),
        "gate": forms.gate(),
        "gate_hours": forms.gate_hours(),
    },
    doc_md=__doc__,
    **common(),
)
def monthly_refresh() -> None:
    """The month's refresh, from the inbox to the published version."""
    refresh_tasks()


monthly_refresh()
