"""What every DAG of the house has in common: one run at a time, who is told when it fails or takes too long."""

from __future__ import annotations

from typing import Any

from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from xushi import alerts
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
