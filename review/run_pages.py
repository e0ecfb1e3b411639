"""The history of the refresh: a list with filters, the page of each run, and the log lines of one."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from registry import run_history
from registry.models import RefreshRun
from review.access import Identity, need
from review.desk import Desk, desk_of
from review.pages import show
from xushi import summary_page
from xushi.log_reading import lines
from xushi.logs import log_file
from xushi.run_words import STATUS_ZH, duration, seconds_of_run
from xushi.stages import report_folder
from xushi.telling import recorded_failure

router = APIRouter(prefix="/runs")

PAGE_SIZE: Final = 50
#: The newest lines of a run that a page shows.
LOG_LINES: Final = 500
_KEY: Final = re.compile(r"[A-Za-z0-9_.-]+")


@router.get("")
def listed(
    request: Request, me: Annotated[Identity, need("viewer")], status: str = "", period: str = "", page: int = 1
) -> Response:
    """The runs, the newest first, of a status and a period where one is chosen."""
    desk, number = desk_of(request), max(1, page)
    found = run_history.find(
        desk.engine,
        status=status if status in STATUS_ZH else None,
        period=period.strip() or None,
        limit=PAGE_SIZE + 1,
        offset=(number - 1) * PAGE_SIZE,
    )
    rows = [(run, duration(seconds_of_run(run))) for run in found[:PAGE_SIZE]]
    return show(
        request, "runs.html", me, rows=rows, has_more=len(found) > PAGE_SIZE, number=number, chosen=status,
        period=period.strip(), statuses=_STATUSES,
    )  # fmt: skip


@router.get("/{run_id}")
def one(request: Request, me: Annotated[Identity, need("viewer")], run_id: str) -> Response:  # noqa: ARG001
    """What a run did: the page that lies beside its summary, with links that lead through the desk."""
    desk = desk_of(request)
    run = _run_or_404(desk, run_id)
    root = request.scope.get("root_path", "")
    links = [
        ("运行记录", f"{root}/runs"),
        ("本次运行的日志", f"{root}/runs/{run_id}/log"),
        ("待办队列", f"{root}/"),
        ("总览页", f"{root}/dashboard"),
        ("核对规则及其发现", f"{root}/checks"),
    ]
    html = summary_page.page(_report(desk, run), links, log_file=str(log_file(desk.home)))
    policy = f"default-src 'none'; style-src {summary_page.css_source()}; base-uri 'none'; frame-ancestors 'self'"
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


@router.get("/{run_id}/log")
def log(request: Request, me: Annotated[Identity, need("steward")], run_id: str, level: str = "") -> Response:
    """The log lines of a run, the newest ones where there are many."""
    desk = desk_of(request)
    run = _run_or_404(desk, run_id)
    found = list(lines(desk.home, run=run.run_id, level=level if level in ("warning", "error") else None))
    return show(
        request, "run_log.html", me, run=run, lines=found[-LOG_LINES:], left_out=max(0, len(found) - LOG_LINES),
        level=level,
    )  # fmt: skip


_STATUSES: Final = {
    "running": ("进行中", "running"),
    "published": ("已发布", "published"),
    "published_with_withheld": ("已发布，有待核", "published, some withheld"),
    "unchanged": ("无变化", "unchanged"),
    "failed": ("失败", "failed"),
}


def _run_or_404(desk: Desk, run_id: str) -> RefreshRun:
    run = run_history.get_run(desk.engine, run_id) if _KEY.fullmatch(run_id) else None
    if run is None:
        raise HTTPException(404, "没有这次运行 (no such run)")
    return run


def _report(desk: Desk, run: RefreshRun) -> dict[str, Any]:
    """The summary of a run as it was written; of one that failed or still runs, what is recorded."""
    if failure := recorded_failure(desk.home, run.run_id):
        return failure
    path = report_folder(desk.home, run.run_id) / "summary.json"
    if path.exists():
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return read
    known: dict[str, Any] = {"run_id": run.run_id, "status": run.status, "period": run.requested_period, "seconds": {}}
    kept = json.loads(run.summary) if run.summary else {}
    ended = run.finished_at.isoformat() if run.finished_at else None
    return known | kept | {"started_at": run.started_at.isoformat(), "finished_at": ended}
