"""The operator at which a run waits for a person; everything else that it does is asked of `xushi.refresh`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.bases.skipmixin import SkipMixin
from airflow.sdk.exceptions import AirflowSkipException

from xushi.human_gate import OPTIONS, PUBLISH, STOP


class ReleaseGate(HITLOperator, SkipMixin):
    """Skipped where nothing is to be asked; the answer that stops skips what follows, and the run goes on to its end.

    `ask` says whether to wait, with subject, body and seconds; `heed` is told the answer.
    """

    inherits_from_skipmixin = True

    def __init__(
        self, *, ask: Callable[[], dict[str, Any]], heed: Callable[[dict[str, Any]], object], **arguments: Any
    ) -> None:
        super().__init__(subject="", options=list(OPTIONS), defaults=PUBLISH, **arguments)
        self._ask, self._heed = ask, heed

    def execute(self, context: Any) -> None:
        """Ask, unless there is nothing to be asked."""
        asked = self._ask()
        if not asked["waits"]:
            raise AirflowSkipException("nothing to ask")
        self.subject, self.body = asked["subject"], asked["body"]
        self.response_timeout = timedelta(seconds=asked["wait_seconds"])
        super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> dict[str, Any]:
        """Tell the answer, and stop where it says so."""
        answer = super().execute_complete(context, event)
        user = answer["responded_by_user"]
        told = {"option": answer["chosen_options"][0], "by": user["name"] if user else None}
        self._heed(told)
        if told["option"] == STOP:
            self.skip(ti=context["ti"], tasks=context["task"].get_direct_relatives(upstream=False))
        return told
