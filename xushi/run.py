"""The two ways to run the monthly refresh: through Airflow, or the same functions in this process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from xushi import refresh as stages
from xushi import telling
from xushi.alone import alone
from xushi.home import Home
from xushi.registry_guard import guard
from xushi.schedules import check, schedule_of, watch_seconds

_WAITING: Final = "另一个刷新正在进行，等待其结束 … another refresh is running; waiting for it"

Say = Callable[[str], None]

_STATE_ZH: Final = {
    "queued": "排队",
    "scheduled": "待运行",
    "running": "运行中",
    "success": "完成",
    "skipped": "跳过（无须进行）",
    "awaiting_input": "等待人工决定",
    "up_for_retry": "将重试",
    "failed": "失败",
    "upstream_failed": "因前一步失败而未运行",
}
#: States that tell a person nothing; the others are printed.
_QUIET: Final = frozenset({"queued", "scheduled", "removed"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a refresh ended: its summary where it got that far, and one line where it failed."""

    summary: dict[str, Any] | None
    error: str | None = None

    @property
    def has_remarks(self) -> bool:
        """Published, but records were withheld, files were rejected, or what follows the publication lags."""
        if not self.summary:
            return False
        lags = (self.summary.get("serving") or {}).get("error") or self.summary.get("dashboard_error")
        return bool(self.summary["withheld"] or self.summary["rejected"] or self.summary.get("damaged") or lags)


def refresh(home: Home, inbox: Path, period: str | None, *, through_airflow: bool, say: Say) -> Outcome:
    """Refresh the home from an inbox; one refresh at a time, a second one waits for the first."""
    with alone(home, "refresh.lock", _WAITING, say):
        try:
            guard(home).dispose()
        except stages.StageError as error:
            return Outcome(None, str(error))
        run = _through_airflow if through_airflow else _in_process
        return run(home, inbox, period, say)


def _in_process(home: Home, inbox: Path, period: str | None, say: Say) -> Outcome:
    run_id = f"local-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    try:
        plan = stages.discover(str(home.root), str(inbox), period, run_id)
        say(f"① 收件 discover：{plan['submissions']} 份报送，其中 {plan['pending']} 份待读取")
        for batch in plan["batches"]:
            stages.extract(plan, batch)
            say(f"② 读取 extract：{batch['label']}")
        if stages.has_changes(plan):
            for label, stage in _STAGES:
                say(label)
                stage(plan)
        return Outcome(stages.summary(plan))
    except stages.StageError as error:
        page = telling.failed(home, run_id, str(error), at=datetime.now(UTC))
        telling.told_failure(home, run_id, str(error))
        return Outcome(stages.summary_of(home, run_id), f"{error}；运行小结 page: {page}")


_STAGES: Final[tuple[tuple[str, Callable[[dict[str, Any]], object]], ...]] = (
    ("③ 原始数据关口 raw_gate", stages.raw_gate),
    ("④ 建模 transform", stages.transform),
    ("⑤ 数据集市关口 mart_gate", stages.mart_gate),
    ("⑥ 放行 release", stages.release),
    ("⑦ 发布 publish", stages.publish),
)


def _through_airflow(home: Home, inbox: Path, period: str | None, say: Say) -> Outcome:
    from xushi.orchestrate import OrchestrationError, TaskProgress, airflow_for

    failed: list[str] = []

    def show(task: TaskProgress) -> None:
        if task.state == "failed":
            failed.append(task.display_name)
        if task.state not in _QUIET:
            label = f"：{task.label}" if task.label else ""
            say(f"  {task.display_name}{label} — {_STATE_ZH.get(task.state, task.state)}")

    try:
        say("启动 Airflow … starting Airflow")
        with airflow_for(home) as airflow:
            for question in airflow.questions():
                say(f"另一次运行正等待人工决定，本次排在其后 another run waits: {question['subject']} {airflow.url}")
            say("运行 monthly_refresh …")
            dag_run_id, state = airflow.run({"inbox": str(inbox), "period": period, "gate": stages.WITHHOLD}, show)
    except OrchestrationError as error:
        return Outcome(None, str(error))
    run_id = stages.run_key(dag_run_id)
    summary = stages.summary_of(home, run_id)
    if state == "success":
        return Outcome(summary)
    line = stages.failure_of(home, run_id) or f"{'、'.join(failed)} 未完成 (failed)"
    page = telling.failed(home, run_id, line, at=datetime.now(UTC))
    return Outcome(None, f"{line}；运行小结 page: {page}；日志 logs: {home.root / 'logs' / 'airflow'}")


def keep_up(home: Home, *, port: int, desk_port: int, schedule: str | None, say: Say) -> None:
    """Keep Airflow's UI and scheduler, and the stewards' desk, running until interrupted."""
    from review.server import beside
    from xushi.orchestrate import DAG_ID, USER, airflow_for

    when = schedule_of(DAG_ID) if schedule is None else check("--schedule", schedule)
    inbox, pace = stages.inbox_of(home), watch_seconds()
    if inbox.is_relative_to(home.root):
        inbox.mkdir(parents=True, exist_ok=True)
    with (
        airflow_for(home, keeps=True, schedule=schedule, port=port) as airflow,
        beside(home, port=desk_port, name=USER, password=airflow.password) as desk,
    ):
        say(f"Airflow 界面 UI：{airflow.url}  用户 user：{USER}  口令 password：{airflow.password}")
        say(f"审核台 desk：{airflow.url}/xushi/（在 Airflow 内 inside）；{desk}（单独 alone，首次登录同上 same login）")
        watched = f"每 {pace:g} 秒查看一次，新到的文件自动刷新其期次 watched" if pace else "不查看 not watched"
        say(f"收件箱 inbox：{inbox}（{watched}）")
        say(f"定时 schedule（北京时间）：{when or '仅手动 by hand only'}    Ctrl-C 结束 to stop")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            say("正在结束 … stopping")
