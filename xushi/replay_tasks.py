"""What the tasks of the DAG `replay` call: the functions of `xushi.replay`, with the home of the run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from registry.audit import Person
from registry.clock import steady
from registry.replays import ReplayError
from xushi import notify, replay
from xushi.home import Home
from xushi.human_gate import wait_of
from xushi.replay_text import headline
from xushi.stages import Plan, registry_of

ACCEPT: Final = "接受新读取"
DECLINE: Final = "不接受，保留旧读取"
LATER: Final = "以后再定"
#: What a person may answer; the last one is taken when nobody answers in time.
OPTIONS: Final = (ACCEPT, DECLINE, LATER)


def start(period: str | None) -> Plan:
    """Open the replay of the rules in force, or go on with the open one."""
    home = Home.find()
    return replay.start(home, period=period, by="airflow", at=_now(home))


def read(plan: Plan, batch: dict[str, Any]) -> dict[str, Any]:
    """Read one batch."""
    return replay.read(plan, batch)


def compare(plan: Plan) -> dict[str, Any]:
    """Compare, and tell people that there is something to decide; `replay_id` is None where nothing is older."""
    if not plan["submissions"]:
        return {"replay_id": None}
    home = Home.find()
    done = replay.compare(plan, at=_now(home))
    title = f"历史重读 {done['replay_id']} 已比对完毕，待决定"
    notify.send(home, "replay_ready", title, f"{headline(done['totals'])}\n报告：{done['report']}")
    return done


def question(done: dict[str, Any], hours: float | None) -> tuple[str, str, timedelta]:
    """The form's headline, its text as Markdown, and how long it stands."""
    subject = f"历史重读 {done['replay_id']}：是否采用新规则的读取结果？"
    body = (
        f"{headline(done['totals'])}\n\n完整报告：`{done['report']}`，或审核台“历史重读”页。\n\n"
        f"- **{ACCEPT}**：新读取结果生效，下次刷新重建并发布有关期次。\n"
        f"- **{DECLINE}**：已发布的不变，历史数据仍按旧规则。\n"
        f"- **{LATER}**：保持待决定；逾期未作选择的，按此办理。\n"
    )
    return subject, body, wait_of(hours)


def decide(replay_id: str, option: str, *, by: str | None, reason: str) -> str:
    """Do what a person answered; the line that says what became of it.  Nobody's answer decides nothing."""
    home = Home.find()
    if option == LATER or by is None:
        return f"重读 {replay_id} 仍待决定"
    act = replay.accept if option == ACCEPT else replay.decline
    try:
        decided = act(home, replay_id, by=Person(by, "airflow"), reason=reason or option, at=_now(home))
    except ReplayError as error:
        return str(error)
    return f"重读 {decided.replay_id} 已由 {by} 决定：{option}"


def _now(home: Home) -> datetime:
    return steady(registry_of(home), datetime.now(UTC))
