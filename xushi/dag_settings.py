"""What every DAG of the house has in common: one run at a time, when somebody is told, where logs go."""

from __future__ import annotations

import os
from typing import Any

from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from airflow.sdk.log import mask_secret

from xushi import alerts, logs
from xushi.home import Home
from xushi.redaction import secrets_of
from xushi.schedules import deadline


def common() -> dict[str, Any]:
    """Arguments of `@dag`; the deadline counts from the hour in which the run was queued."""
    return {
        "max_active_runs": 1,
        "deadline": DeadlineAlert(
            reference=DeadlineReference.DAGRUN_QUEUED_AT,
            interval=deadline(),
            callback=AsyncCallback(alerts.deadline_missed),
            name="运行时限 deadline",
        ),
        "on_failure_callback": alerts.run_failed,
        "tags": ["序时"],
    }


def home_of_task() -> Home:
    """The home that a task works on; its log lines go there too, and Airflow's own log of the task shows no secret."""
    home = Home.find()
    logs.to_home(home)
    for secret in sorted(secrets_of(os.environ)):
        mask_secret(secret)
    return home
