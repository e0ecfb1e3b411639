"""Telling people of what cannot wait for the summary: a deadline missed, a run failed, a question that stands.

Every one is a line of the log and of `reports/alerts.jsonl`, and a message through the channels of `xushi.notify`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from xushi import notify
from xushi.home import Home
from xushi.notify_channels import Kind
from xushi.redaction import redacted
from xushi.schedules import deadline
from xushi.stages import SHANGHAI, failure_of, line_of, registry_of, report_folder, run_key

_LOG: Final = logging.getLogger(__name__)

#: Files that one message names.
_LINES: Final = 20

_TITLES: Final = {
    "monthly_refresh": "月度刷新 monthly_refresh",
    "late_submissions": "补报迟报刷新 late_submissions",
    "replay": "历史重读 replay",
    "reminders": "报送提醒 reminders",
    "maintenance": "日常维护 maintenance",
}


def tell(home: Home, kind: Kind, title: str, body: str) -> None:
    """Log what is told, keep it, and send it to the channels; whatever fails in the sending is logged."""
    _LOG.warning("%s：%s", title, body)
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "kind": kind, "title": title, "body": body}
    try:
        home.alerts.parent.mkdir(parents=True, exist_ok=True)
        with home.alerts.open("a", encoding="utf-8") as kept:  # one write of one line: writers do not mix
            kept.write(json.dumps(redacted(line), ensure_ascii=False) + "\n")
        notify.send(home, kind, title, body)
    except Exception as error:  # noqa: BLE001 (a message must not end what it tells of)
        _LOG.warning("通知未能发出 the message was not sent: %s", line_of(error))


def gate_waiting(home: str, subject: str, body: str) -> None:
    """A run waits for a person."""
    tell(Home(Path(home)), "gate_waiting", subject, body)


def arrivals_rejected(plan: Mapping[str, Any]) -> None:
    """What this run received for the first time and could not take: each file with its reason."""
    from registry import submissions

    home = Home(Path(plan["home"]))
    discovered = report_folder(home, plan["run_id"]) / "stages" / "discover.json"
    new = json.loads(discovered.read_text(encoding="utf-8"))["new"]
    found = [submissions.get(registry_of(home), key) for key in new]
    refused = [f"{one.file_name}：{one.rejection_detail}" for one in found if one.status == "rejected"]
    if refused:
        more = f"；另有 {len(refused) - _LINES} 份" if len(refused) > _LINES else ""
        body = "；".join(refused[:_LINES]) + more + "。请报送单位更正后重新报送。 These files could not be taken."
        tell(home, "arrival_rejected", f"{len(refused)} 份报送未能收下", body)


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
