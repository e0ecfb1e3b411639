"""The nightly care of an installation: comparison of the files, backup, tidying, compaction, Airflow's own records.

Each step is one function, may be repeated, and answers what it did; what fails keeps no other from its turn.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from xushi import logs
from xushi.build_state import write_json
from xushi.home import Home
from xushi.integrity import BACKUP_DIR, backup_dir
from xushi.redaction import redact
from xushi.stages import SHANGHAI, line_of, registry_of
from xushi.writer import writing

_LOG: Final = logging.getLogger(__name__)

AIRFLOW_DAYS: Final = 180
_CLEAN_SECONDS: Final = 1800
_DIGITS: Final = "0123456789abcdef"

Step = Callable[[Home, datetime], dict[str, Any]]


def back_up(home: Home, at: datetime) -> dict[str, Any]:
    """A backup into XUSHI_BACKUP_DIR, and a sixteenth of what the backups hold compared."""
    from xushi import backup

    folder = backup_dir()
    if folder is None:
        return {
            "line": f"未备份：没有设置 {BACKUP_DIR} (no backup: not set)",
            "open": [f"没有备份，请设置 {BACKUP_DIR}"],
        }
    report = backup.back_up(home, folder, at=at)
    made = report.manifest
    damaged = backup.check(folder, made, part=part_of(at))
    return {
        "line": f"备份 {made.backup_id}：{len(made.files)} 个文件，"
        f"新增 {report.new_files} 个 {report.new_bytes / 2**20:.1f} MB，{report.seconds} s；抽查 {len(damaged)} 个损坏",
        "removed": list(report.removed),
        "open": [*(f"未能备份：{line}" for line in report.damaged), *damaged],
    }


def compare(home: Home, at: datetime) -> dict[str, Any]:
    """The lake's files, versions and the registry compared and mended; of the originals a sixteenth a night."""
    from xushi import inspection

    with writing(home, "maintenance"):
        report = inspection.inspect(home, mend=True, at=at, part=part_of(at))
    return {"line": list(report.lines())[-1], "mended": report.mended, "open": report.open}


def tidy(home: Home, at: datetime) -> dict[str, Any]:
    """Old reports, logs and leftovers go."""
    from xushi import retention

    removed = retention.tidy(home, at)
    told = "，".join(f"{kind} {count}" for kind, count in removed.counts.items()) or "没有可清理的"
    return {"line": f"清理：{told}；{removed.size_bytes / 2**20:.1f} MB", "removed": removed.counts}


def compact(home: Home, at: datetime) -> dict[str, Any]:  # noqa: ARG001 (a step like the others)
    """Files of runs that are no longer live leave the models' sight."""
    from xushi.compaction import retire_runs

    engine = registry_of(home)
    with writing(home, "maintenance"):
        done = retire_runs(engine, home.lake)
    engine.dispose()
    return {
        "line": f"数据湖整理：移出旧规则 {done.runs} 次读取、{done.files} 个文件；模型扫描 {done.scanned} 个",
        **asdict(done),
    }


def clean_airflow(home: Home, at: datetime) -> dict[str, Any]:
    """Airflow's own records of runs older than AIRFLOW_DAYS go: its database would grow without end.

    Nothing where no Airflow belongs to this home.
    """
    environment = dict(os.environ)
    own, name = home.airflow / "airflow.db", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
    place = os.environ.get("XUSHI_AIRFLOW_DB") or (f"sqlite:///{own}" if own.exists() else environment.get(name))
    if not place:
        return {"line": "没有 Airflow 元数据库，无须清理 (no Airflow here)"}
    if "not-allowed" in place:  # what Airflow tells tasks, where the address comes from a secret
        return {"line": "任务内不能打开 Airflow 元数据库，请在调度器容器内运行 xushi maintenance --only clean_airflow"}
    environment |= {name: place, "AIRFLOW_HOME": environment.get("AIRFLOW_HOME", str(home.airflow))}
    before = (at - timedelta(days=AIRFLOW_DAYS)).astimezone(UTC).isoformat()
    command = [
        sys.executable,
        "-m",
        "airflow",
        "db",
        "clean",
        "--clean-before-timestamp",
        before,
        "--skip-archive",
        "-y",
    ]
    done = subprocess.run(  # noqa: S603 (this Python, words of our own)
        command, env=environment, capture_output=True, text=True, timeout=_CLEAN_SECONDS, check=False
    )
    if done.returncode:
        said = next((line for line in reversed((done.stderr or done.stdout).splitlines()) if line.strip()), "")
        return {"line": "Airflow 元数据未清理", "open": [f"airflow db clean：{redact(said)[:300]}"]}
    return {"line": f"Airflow 元数据：{before[:10]} 以前的运行记录已清理"}


#: Damaged files are mended before they are backed up.
STEPS: Final[Mapping[str, Step]] = {
    "compare": compare,
    "backup": back_up,
    "tidy": tidy,
    "compact": compact,
    "clean_airflow": clean_airflow,
}


def step(home: Home, name: str, at: datetime) -> dict[str, Any]:
    """Do one step; what it fails with is its answer, and stands in the home's log."""
    logs.to_home(home)
    try:
        answer = STEPS[name](home, at)
    except Exception as error:  # noqa: BLE001 (the other steps have their turn)
        _LOG.exception("维护 %s 未完成 failed", name)
        answer = {"line": f"{name} 未完成", "open": [f"{name}：{line_of(error)}"]}
    _LOG.info("维护 %s：%s", name, answer["line"])
    write_json(_folder(home, at) / f"{name}.json", answer)
    return answer


def maintain(home: Home, *, at: datetime) -> dict[str, Any]:
    """Every step in its order, then the report."""
    for name in STEPS:
        step(home, name, at)
    return report(home, at)


def report(home: Home, at: datetime) -> dict[str, Any]:
    """Write `reports/maintenance/<day>.json` and .md of what the steps answered, and tell somebody of what is open."""
    answers = {}
    for name in STEPS:
        path = _folder(home, at) / f"{name}.json"
        if path.exists():
            answers[name] = json.loads(path.read_text("utf-8"))
    day = f"{at.astimezone(SHANGHAI):%Y-%m-%d}"
    left = [line for answer in answers.values() for line in answer.get("open", ())]
    mended = [line for answer in answers.values() for line in answer.get("mended", ())]
    told = {"day": day, "open": left, "mended": mended, "steps": answers}
    base = home.reports / "maintenance" / day
    write_json(base.with_suffix(".json"), told)
    lines = [f"# 系统维护 {day} maintenance", ""]
    lines += [f"- {answer['line']}" for answer in answers.values()]
    for title, listed in (("## 待处理 to be seen to", left), ("## 已修复 mended", mended)):
        lines += ["", title, "", *(f"- {line}" for line in listed)] if listed else []
    base.with_suffix(".md").write_text("\n".join(lines) + "\n", "utf-8")
    if left or mended:
        from xushi import notify

        notify.send(
            home,
            "maintenance",
            f"系统维护 {day}：待处理 {len(left)} 项，已修复 {len(mended)} 项",
            "\n".join([*left, *mended][:10]),
            link=base.with_suffix(".md").as_uri(),
        )
    return told


def part_of(at: datetime) -> str:
    """The digit of sha256 whose files are compared on a day: all have their turn in sixteen days."""
    return _DIGITS[at.astimezone(SHANGHAI).toordinal() % len(_DIGITS)]


def _folder(home: Home, at: datetime) -> Path:
    return home.reports / "maintenance" / f"{at.astimezone(SHANGHAI):%Y-%m-%d}.steps"
