"""What is told of a run: its page, and its message to people; each message of a run is sent once, however often the
stage that sends it is tried.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from registry import run_history
from xushi import notify
from xushi.build_state import write_json
from xushi.home import Home
from xushi.logs import log_file
from xushi.notify_channels import Kind
from xushi.run_words import STAGE_ZH
from xushi.stages import registry_of, report_folder
from xushi.summary_page import page, to_do
from xushi.summary_text import headline

_LOG: Final = logging.getLogger(__name__)

#: Where the dashboard is served; the desk, and with it the page of a run, is served beside it.
DASHBOARD_URL: Final = "XUSHI_DASHBOARD_URL"


def page_of(home: Home, run_id: str) -> Path:
    """Where the page of a run is written."""
    return report_folder(home, run_id) / "summary.html"


def write_page(home: Home, report: Mapping[str, Any]) -> Path:
    """Write the page of a run beside its summary; its links lead into the home, wherever that is moved."""
    path = page_of(home, report["run_id"])
    path.parent.mkdir(parents=True, exist_ok=True)
    links = [
        (name, os.path.relpath(target, path.parent).replace(os.sep, "/"))
        for name, target in (
            ("总览页（地图、矩阵、曲线、出处）", home.dashboard / "index.html"),
            ("核查说明页（每项核查及其发现）", home.data_docs / "index.html"),
            ("本小结的文字稿 summary.md", path.with_name("summary.md")),
            ("本小结的数据 summary.json", path.with_name("summary.json")),
        )
        if target.exists()
    ]
    temporary = path.with_suffix(".part")
    temporary.write_text(page(report, links, log_file=str(log_file(home))), encoding="utf-8")
    temporary.replace(path)
    return path


def finished(home: Home, report: Mapping[str, Any]) -> tuple[str, ...]:
    """Tell that a run has ended, and of the files that it sent back; a line for whatever did not arrive."""
    failures: list[str] = []
    if refused := report.get("rejected_now"):
        lines = [f"{one['file']}：{one['detail']}" for one in refused[:20]]
        title = f"退回 {len(refused)} 份报送，请通知单位改正重报"
        failures += _once(home, report["run_id"], "arrival_rejected", title, "\n".join(lines))
    return (*failures, *_once(home, report["run_id"], "run_finished", headline(report), message(report)))


def failed(home: Home, run_id: str, line: str, *, at: datetime) -> Path:
    """Close a run that failed for good and write its page; `line` says why where no stage recorded it.

    The message to people is sent by `told_failure`, or by Airflow's callback (xushi/alerts.py) for a run of Airflow's.
    """
    run_history.mark_dead(registry_of(home), run_id, at=at, line=line)
    known = {"run_id": run_id, "status": "failed", "error": line, "seconds": {}}
    return write_page(home, recorded_failure(home, run_id) or known)


def told_failure(home: Home, run_id: str, line: str) -> tuple[str, ...]:
    """Tell that a run has failed."""
    stage = STAGE_ZH.get(line.partition(":")[0], "")
    body = f"{line}\n已发布的数据不受影响。看日志：xushi logs --run {run_id}"
    return _once(home, run_id, "run_failed", f"刷新失败{f'：{stage}未完成' if stage else ''}", body)


def message(report: Mapping[str, Any]) -> str:
    """The text of a notification: what, how many, and what is to be done."""
    findings = report["findings"]
    found = f"阻断 {findings.get('blocker', 0)}、错误 {findings.get('error', 0)}、警告 {findings.get('warning', 0)}"
    lines = [
        f"收件 {report['received']} 份（新收 {report['new']}），读取 {report['extracted']} 份，"
        f"未报送 {len(report['missing'])} 份，退回 {len(report['rejected'])} 份。",
        f"未办结的发现：{found}；数据待核 {len(report['withheld'])} 条。",
    ]
    if todo := to_do(report):
        lines += ["需要办理：", *(f"{number}. {line}" for number, line in enumerate(todo[:6], start=1))]
    else:
        lines.append("无须办理。")
    return "\n".join(lines)


def recorded_failure(home: Home, run_id: str) -> dict[str, Any] | None:
    """What is recorded of a run that failed, as a summary; None for a run that did not."""
    run = run_history.get_run(registry_of(home), run_id)
    if run is None or run.status != "failed":
        return None
    kept: dict[str, Any] = json.loads(run.summary or "{}")
    return {
        "seconds": {},
        **kept,
        "run_id": run_id,
        "status": "failed",
        "error": run.error or kept.get("error") or "没有留下原因 (it left no reason)",
        "period": run.requested_period,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
    }


def link_to(home: Home, run_id: str) -> str:
    """The page of a run: at the desk where that has an address, else the file."""
    served = re.match(r"(https?://.+?)/dashboard(?:/.*)?$", os.environ.get(DASHBOARD_URL, "").strip())
    return f"{served.group(1)}/runs/{run_id}" if served else str(page_of(home, run_id))


def _once(home: Home, run_id: str, kind: Kind, title: str, body: str) -> tuple[str, ...]:
    """Send a message of a run, unless it was sent; a failing channel is not tried again, the summary names it."""
    marker = report_folder(home, run_id) / "told" / f"{kind}.json"
    if marker.exists():
        return ()
    sent = notify.send(home, kind, title, body, link=link_to(home, run_id))
    if sent.deliveries:
        write_json(marker, {"title": title, "failures": list(sent.failures)})
    return sent.failures
