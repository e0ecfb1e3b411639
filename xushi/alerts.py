"""Telling people of what cannot wait for the summary: a deadline missed, a run failed, a question that stands.

Every alert is a line of `reports/alerts.jsonl` and of the log, and a message through the channels of `xushi.notify`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from xushi.home import Home
from xushi.schedules import deadline
from xushi.stages import SHANGHAI, failure_of, line_of, run_key

_LOG: Final = logging.getLogger(__name__)

_TITLES: Final = {
    "monthly_refresh": "月度刷新 monthly_refresh",
    "late_submissions": "补报迟报刷新 late_submissions",
    "replay": "历史重读 replay",
    "reminders": "报送提醒 reminders",
    "maintenance": "日常维护 maintenance",
}


def tell(home: Home, kind: str, title: str, body: str, **facts: Any) -> None:
    """Log an alert, keep it, and send it where there are channels; whatever fails in the sending is logged."""
    _LOG.warning("%s：%s", title, body)
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "kind": kind, "title": title, "body": body, **facts}
    home.alerts.parent.mkdir(parents=True, exist_ok=True)
    with home.alerts.open("a", encoding="utf-8") as kept:
        kept.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
    if find_spec("xushi.notify") is None:
        return
    try:
        import_module("xushi.notify").send(home, kind, title, body)
    except Exception as error:  # noqa: BLE001 (an alert that is kept must not end what it tells of)
        _LOG.warning("通知未能发出 the message was not sent: %s", line_of(error))


def gate_waiting(home: str, subject: str, body: str) -> None:
    """A run waits for a person."""
    tell(Home(Path(home)), "gate_waiting", subject, body)


async def deadline_missed(context: Mapping[str, Any]) -> None:
    """Airflow's callback, in the triggerer: a run has not ended by its deadline."""
    await asyncio.to_thread(_deadline_missed, Home.find(), context["dag_run"])


def _deadline_missed(home: Home, run: Mapping[str, Any]) -> None:
    name, run_id = _title(run["dag_id"]), str(run["dag_run_id"])
    hours = f"{deadline().total_seconds() / 3600:g}"
    tell(
        home,
        "deadline_missed",
        f"{name} 逾时未结束",
        f"运行 {run_id} 自 {_local(run.get('start_date') or run.get('queued_at'))} 起，{hours} 小时内未结束。"
        "请在 Airflow 中查看停在哪一步；停在“人工关口”的，请答复。"
        f" The run has not ended within {hours} hours: see in Airflow where it stands.",
        dag_id=run["dag_id"],
        run_id=run_id,
    )


def run_failed(context: Mapping[str, Any]) -> None:
    """Airflow's callback: a run failed for good; the line that its failed stage recorded says why."""
    run = context["dag_run"]
    home, run_id = Home.find(), str(run.run_id)
    why = failure_of(home, run_key(run_id)) or str(context.get("reason") or "原因见任务日志 see the task's log")
    close(home, run_key(run_id), why)
    tell(
        home,
        "run_failed",
        f"{_title(run.dag_id)} 失败",
        f"运行 {run_id} 失败：{why}。已发布的版本不变；排除原因后，在 Airflow 中清除（Clear）失败的任务即可续跑。"
        " The run failed; what is published stands. Mend the cause and clear the failed task.",
        dag_id=run.dag_id,
        run_id=run_id,
    )


def close(home: Home, run_id: str, why: str) -> None:
    """The run is recorded as failed, with a page of its own; what fails in that is logged."""
    from xushi import telling

    try:
        telling.failed(home, run_id, why, at=datetime.now(UTC))
    except Exception as error:  # noqa: BLE001 (the alert itself must go out)
        _LOG.warning("运行小结未能写出 its page was not written: %s", line_of(error))


def _title(dag_id: str) -> str:
    return _TITLES.get(dag_id, dag_id)


def _local(given: object) -> str:
    try:
        return f"{datetime.fromisoformat(str(given)).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    except ValueError:
        return "启动"
