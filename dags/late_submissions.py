"""A submission that arrives refreshes just its periods: wiring only, the tasks are those of `monthly_refresh`.

Airflow's triggerer watches the inbox (xushi/inbox_trigger.py): once new or changed files have settled, one run starts
for all of them.  No file is ever moved or deleted.  A file whose period cannot be known goes the whole way and is
published as rejected, with its reason.

| re-run of | does |
|---|---|
| discover | registers nothing twice, and takes up what arrived and was never read |
| extract | lands the same file names with the same content, month by month |
| raw_gate, mart_gate | judge again; findings join their open incidents |
| human_gate | asks again, where the run's form says that a person is asked |
| transform, release | rebuild the same tables in the build database, one writer at a time |
| publish | makes no new version where the content is the published one |
| summary | writes the same report |
"""

from __future__ import annotations

from datetime import timedelta

import pendulum
from airflow.sdk import dag

from xushi import forms, refresh
from xushi.assets import inbox
from xushi.dag_settings import common
from xushi.refresh_tasks import refresh_tasks
from xushi.schedules import TIME_ZONE, watch_seconds


@dag(
    dag_display_name="补报迟报刷新 late_submissions",
    schedule=[inbox(pace)] if (pace := watch_seconds()) else None,
    start_date=pendulum.datetime(2023, 1, 1, tz=TIME_ZONE),
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=10), "weight_rule": "upstream"},
    params={
        "inbox": forms.inbox(),
        "gate": forms.gate(refresh.WITHHOLD),  # what arrives is not kept waiting for a person; the month's release is
        "gate_hours": forms.gate_hours(),
    },
    doc_md=__doc__,
    **common(),
)
def late_submissions() -> None:
    """The refresh of what arrived, from the inbox to the published version."""
    refresh_tasks(refresh.discover_arrivals)


late_submissions()
