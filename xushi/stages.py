"""What every stage of a refresh is wrapped in: its time, its answer for the summary, and its failure as one line."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from registry import migrate, run_history
from xushi import lineage, logs, metrics
from xushi.build_state import write_json
from xushi.home import Home
from xushi.redaction import redact

_LOG: Final = logging.getLogger(__name__)

Plan = dict[str, Any]

#: The bureau's own time.
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
P = ParamSpec("P")


#: What a full disk is called: by the system and DuckDB, by SQLite.
_FULL: Final = ("No space left", "database or disk is full")


class StageError(Exception):
    """A stage failed; the message is one clear line that names the stage."""


def run_key(given: str) -> str:
    """A run's id as a file name: Airflow's ids hold colons and plus signs."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", given)


def stage(function: Callable[Concatenate[Plan, P], dict[str, Any]]) -> Callable[Concatenate[Plan, P], dict[str, Any]]:
    """Time a stage, keep what it answered for the summary, and turn its failure into one recorded line."""

    @wraps(function)
    def timed(plan: Plan, /, *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        with recorded(Home(Path(plan["home"])), plan["run_id"], function.__name__) as answer:
            answer.update(function(plan, *args, **kwargs))
        return answer

    return timed


@contextmanager
def recorded(home: Home, run_id: str, name: str) -> Iterator[dict[str, Any]]:
    """What a stage does, its answer filled in by the block; whatever fails is one line, a StageError.

    What keeps the line itself from being recorded (a registry that is away, a full disk) does not hide it.
    """
    started = time.monotonic()
    answer: dict[str, Any] = {}
    logs.to_home(home)
    with logs.about(run_id=run_id, stage=name), failing_in_one_line(home, run_id, name):
        if run_history.resume_run(registry_of(home), run_id):
            _LOG.info("再次运行 tried again", extra={"event": "stage_retried"})
        with lineage.stage(home, run_id, name, answer):
            yield answer
        report = {**answer, "seconds": round(time.monotonic() - started, 3)}
        write_json(report_folder(home, run_id) / "stages" / f"{_part(name, answer)}.json", report)
        _LOG.info("完成 done", extra={"event": "stage_done", "seconds": report["seconds"], "answer": _brief(answer)})
        metrics.of_stage(home, name, answer, report["seconds"])


@contextmanager
def failing_in_one_line(home: Home, run_id: str, name: str) -> Iterator[None]:
    """Whatever fails in the block fails the run: logged, recorded, and raised as a StageError of one line."""
    started = time.monotonic()
    try:
        yield
    except Exception as error:
        seconds = round(time.monotonic() - started, 3)
        line = f"{name}: {line_of(error)}"
        _LOG.exception("失败 failed: %s", line, extra={"event": "stage_failed", "seconds": seconds})
        metrics.failed_stage(name)
        _record_failure(home, run_id, name, line, seconds)
        raise StageError(line) from error


def _record_failure(home: Home, run_id: str, name: str, line: str, seconds: float) -> None:
    try:
        took = {**seconds_of(home, run_id), name: seconds}
        failed = {"run_id": run_id, "error": line, "stage": name, "seconds": took}
        run_history.finish_run(registry_of(home), run_id, at=datetime.now(UTC), status="failed", summary=failed)
    except Exception as error:  # noqa: BLE001 (what failed first is what has to be told)
        _LOG.warning("失败未能记入登记库 the failure was not recorded: %s", line_of(error))


def _brief(answer: dict[str, Any]) -> dict[str, Any]:
    """The figures of an answer; its lists stand in the stage's report."""
    return {name: len(value) if isinstance(value, list) else value for name, value in answer.items()}


def line_of(error: Exception) -> str:
    """The first line of what an error says, without secrets, else its kind; a full disk and a lost database by name."""
    told = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    said = redact(told.splitlines()[0]) if told else type(error).__name__
    if not isinstance(error, StageError) and any(words in told for words in _FULL):
        return f"磁盘空间不足，请腾出空间后再运行 (no space left on the disk)：{said}"
    if isinstance(error, DBAPIError) and isinstance(error.orig, psycopg.OperationalError):
        return f"数据库服务器没有应答，请待其恢复后再运行 (the database server does not answer)：{said}"
    return said


def seconds_of(home: Home, run_id: str) -> dict[str, float]:
    """How long each stage of a run has taken so far."""
    read = ((path.stem, json.loads(path.read_text("utf-8"))) for path in stage_reports(home, run_id))
    return {name: float(report.get("seconds", 0)) for name, report in read}


def stage_reports(home: Home, run_id: str) -> list[Path]:
    """The files of what the stages of a run answered."""
    return sorted((report_folder(home, run_id) / "stages").glob("*.json"))


def _part(name: str, answer: dict[str, Any]) -> str:
    """Batches of extraction report side by side."""
    return f"{name}-{answer['batch']}" if "batch" in answer else name


def registry_of(home: Home) -> Engine:
    """The home's registry, migrated to the current schema."""
    home.root.mkdir(parents=True, exist_ok=True)
    return migrate.upgrade(home.registry_url)


def report_folder(home: Home, run_id: str) -> Path:
    """Where a run writes its summary and what each stage answered."""
    return home.reports / run_id


def summary_of(home: Home, run_id: str) -> dict[str, Any] | None:
    """The summary that a run wrote, or None where it did not get that far."""
    path = report_folder(home, run_id) / "summary.json"
    if not path.exists():
        return None
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def failure_of(home: Home, run_id: str) -> str | None:
    """The line that the failed stage of a run recorded."""
    run = run_history.get_run(registry_of(home), run_id)
    if run is None or run.status != "failed" or not run.summary:
        return None
    return str(json.loads(run.summary).get("error") or "") or None


def amend_and_resolve(engine: Engine, lake: Path, *, at: datetime) -> dict[str, Any]:
    """Give durable ids to what was landed, and lay stewards' decisions over it; counts of both."""
    from ingestion.amend import amend_landed
    from ingestion.lake import ensure_skeleton
    from ingestion.resolve import resolve_landed

    ensure_skeleton(lake)
    resolved = resolve_landed(engine, lake, at=at)
    return {"resolved": resolved, "corrections": dict(amend_landed(engine, lake).states)}
