"""What a person is asked before a release: how many blockers are open, where, and what each answer does."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

#: The answers, as a person reads them; the first one is taken when nobody answers in time.
PUBLISH: Final = "扣留有问题的记录后发布"
STOP: Final = "停止本次发布"
OPTIONS: Final = (PUBLISH, STOP)

#: Hours that the question to a person stands.
GATE_HOURS: Final = "XUSHI_GATE_HOURS"

#: Lines of the table that a form still shows well.
_LINES: Final = 30


class Blocker(Protocol):
    """What an open incident tells."""

    @property
    def check_id(self) -> str: ...  # noqa: D102
    @property
    def region_code(self) -> str | None: ...  # noqa: D102
    @property
    def period(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Question:
    """The form: its headline, and its text as Markdown."""

    subject: str
    body: str


def question(blockers: Sequence[Blocker], names: Mapping[str, str], *, until: datetime, wait: timedelta) -> Question:
    """Ask about the open blockers; `names` are the checks' names, `until` is the deadline in the bureau's time."""
    hours = f"{wait / timedelta(hours=1):g}"
    body = "\n".join(
        [
            "| 核查 | 区域 | 期次 | 件数 |",
            "|---|---|---|---:|",
            *_lines(blockers, names),
            "",
            "查看原文、更正、认可、定性：Airflow 菜单“序时审核台”，或在服务器上运行 `xushi desk`。"
            "等待期间作出的处理，放行时一并重新核查。",
            "",
            f"- **{PUBLISH}**：有问题的记录显示为“数据待核”，不出数；其余按时发布。",
            f"- **{STOP}**：本次不发布，已发布的版本不变；下次刷新重新核查、重新询问。",
            "",
            f"{until:%Y年%m月%d日%H:%M}（{hours}小时）前未作选择的，按“{PUBLISH}”办理。",
        ]
    )
    return Question(f"发布前有{len(blockers)}个阻断问题待处理，是否放行？", body)


def _lines(blockers: Iterable[Blocker], names: Mapping[str, str]) -> list[str]:
    """A line for each check, district and period, the most frequent first."""
    counted = Counter((names.get(b.check_id, b.check_id), _district(b.region_code), b.period or "—") for b in blockers)
    ordered = sorted(counted.items(), key=lambda line: (-line[1], line[0]))
    lines = [f"| {check} | {district} | {period} | {count} |" for (check, district, period), count in ordered[:_LINES]]
    if rest := sum(count for _, count in ordered[_LINES:]):
        lines.append(f"| 其余 | | | {rest} |")
    return lines


def _district(code: str | None) -> str:
    from ingestion.regions import region  # reads its tables: only for those who ask

    try:
        return region(code or "").full_name
    except KeyError:
        return "未认定区域"


def wait_of(hours: float | None) -> timedelta:
    """How long the question stands: as given, else XUSHI_GATE_HOURS, else two days.  ValueError for no time at all."""
    given = os.environ.get(GATE_HOURS) or 48 if hours is None else hours
    try:
        wait = timedelta(hours=float(given))
    except (ValueError, OverflowError):
        wait = timedelta(0)
    if wait <= timedelta(0):
        raise ValueError(f"人工关口的时限应为大于0的小时数，现为 {given} ({GATE_HOURS} must be hours above 0)")
    return wait
