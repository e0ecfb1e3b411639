"""What the tasks of the DAG `replay` call: the functions of `xushi.replay`, with the home of the run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from registry.clock import steady
from xushi import notify, replay
from xushi.dag_settings import home_of_task
from xushi.home import Home
from xushi.replay_text import headline
from xushi.stages import Plan, registry_of


def start(period: str | None) -> Plan:
    """Open the replay of the rules in force, or go on with the open one."""
    home = home_of_task()
    return replay.start(home, period=period, by="airflow", at=_now(home))


def read(plan: Plan, batch: dict[str, Any]) -> dict[str, Any]:
    """Read one batch."""
    home_of_task()
    return replay.read(plan, batch)


def compare(plan: Plan) -> dict[str, Any]:
    """Compare, and tell people that there is something to decide; `replay_id` is None where nothing is older."""
    if not plan["submissions"]:
        return {"replay_id": None}
    home = home_of_task()
    done = replay.compare(plan, at=_now(home))
    title = f"历史重读 {done['replay_id']} 已比对完毕，待决定"
    notify.send(home, "replay_ready", title, f"{headline(done['totals'])}\n报告：{done['report']}")
    return done


def _now(home: Home) -> datetime:
    return steady(registry_of(home), datetime.now(UTC))
