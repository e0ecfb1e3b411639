"""The operator at which a replay waits for a person; skipped where there is nothing to decide."""

from __future__ import annotations

import logging
from typing import Any, Final

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowSkipException

from xushi import replay_tasks

_LOG: Final = logging.getLogger(__name__)


class ReplayGate(HITLOperator):
    """Asks whether the new readings shall be live; the answer, its giver and the reason are kept by the registry."""

    def __init__(self, **arguments: Any) -> None:
        told = {"title": "理由 reason", "description": "写入决定记录 kept with the decision"}
        reason = Param("", type="string", source="task", **told)  # a field of the form, and none of the DAG's
        arguments.pop("params", None)  # the DAG's own, which Airflow hands to every operator
        super().__init__(
            subject="",
            options=list(replay_tasks.OPTIONS),
            defaults=replay_tasks.LATER,
            params={"reason": reason},
            **arguments,
        )

    def execute(self, context: Any) -> None:
        """Ask, unless history stands under the rules in force already."""
        done = context["ti"].xcom_pull(task_ids="compare_readings")
        if done["replay_id"] is None:
            raise AirflowSkipException("nothing is older than the rules in force")
        hours = context["dag_run"].conf.get("gate_hours") if context["dag_run"].conf else None
        self.subject, self.body, self.response_timeout = replay_tasks.question(done, hours)
        super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> dict[str, Any]:
        """Do what was answered."""
        answer = super().execute_complete(context, event)
        user = answer["responded_by_user"]
        done = context["ti"].xcom_pull(task_ids="compare_readings")
        told = replay_tasks.decide(
            done["replay_id"],
            answer["chosen_options"][0],
            by=user["name"] if user else None,
            reason=str((answer.get("params_input") or {}).get("reason") or ""),
        )
        _LOG.info(told)
        return {**answer, "told": told}
