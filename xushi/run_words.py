"""A run of the refresh in words: its status, its stages, one line of it, and its record as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from registry.models import RefreshRun

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")

STATUS_ZH: Final[Mapping[str, str]] = {
    "running": "进行中",
    "published": "已发布",
    "published_with_withheld": "已发布，有待核",
    "unchanged": "无变化",
    "failed": "失败",
}
STAGE_ZH: Final[Mapping[str, str]] = {
    "discover": "收件",
    "extract": "读取",
    "resolve": "编号",
    "raw_gate": "原始数据关口",
    "transform": "建模",
    "mart_gate": "数据集市关口",
    "human_gate": "人工关口",
    "release": "放行",
    "publish": "发布",
    "summary": "小结",
}
_COLUMNS: Final = (
    "run_id", "status", "requested_period", "received", "newly_received", "extracted", "facts", "rejected", "missing",
    "findings_blocker", "findings_error", "findings_warning", "findings_info", "withheld", "version", "error",
)  # fmt: skip


def moment(value: datetime | None) -> str:
    """An instant in Shanghai, to the minute."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else ""


def seconds_of_run(run: RefreshRun) -> float | None:
    """From begin to end; None while it runs."""
    return None if run.finished_at is None else (run.finished_at - run.started_at).total_seconds()


def duration(seconds: float | None) -> str:
    """Seconds as people say them."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.1f} 秒"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} 分 {rest} 秒" if minutes < 60 else f"{minutes // 60} 小时 {minutes % 60} 分"


def told_of(run: RefreshRun) -> dict[str, Any]:
    """A run as plain values; instants in UTC."""
    return {
        "started_at": run.started_at.astimezone(UTC).isoformat(),
        "finished_at": run.finished_at.astimezone(UTC).isoformat() if run.finished_at else None,
        "seconds": seconds_of_run(run),
        **{name: getattr(run, name) for name in _COLUMNS},
    }


def line_of_run(run: RefreshRun) -> str:
    """A run as one line for a person."""
    parts = [moment(run.started_at), STATUS_ZH[run.status], duration(seconds_of_run(run)), run.run_id]
    if run.requested_period:
        parts.append(f"期次 {run.requested_period}")
    if run.error:
        parts.append(run.error)
    elif run.received is not None:
        found = (run.findings_blocker or 0, run.findings_error or 0, run.findings_warning or 0, run.findings_info or 0)
        parts.append(
            f"收件 {run.received}（新 {run.newly_received}） 读取 {run.extracted}"
            f" 未报 {run.missing} 退回 {run.rejected} 阻断/错误/警告/提示 {'/'.join(map(str, found))}"
            f" 待核 {run.withheld} 第 {run.version} 版"
        )
    return "  ".join(part for part in parts if part)
