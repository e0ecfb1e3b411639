"""The runs of the refresh: begun, gone on with, ended; what each did and how long its stages took."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Engine, delete, select, update

from registry.engine import reading, writing
from registry.models import RefreshRun, RefreshStage

RunStatus = Literal["published", "published_with_withheld", "unchanged", "failed"]

_LOCK: Final = "refresh_runs"
_SEVERITIES: Final = ("blocker", "error", "warning", "info")


def start_run(
    engine: Engine, run_id: str, *, at: datetime, requested_period: str | None, runner: str | None = None
) -> RefreshRun:
    """Record that a refresh began; a retry under the same id keeps the first start."""
    with writing(engine, _LOCK) as session:
        run = session.get(RefreshRun, run_id)
        if run is None:
            run = RefreshRun(run_id=run_id, started_at=at, requested_period=requested_period, status="running")
            session.add(run)
        run.status, run.finished_at, run.error, run.runner = "running", None, None, runner
    return run


def resume_run(engine: Engine, run_id: str) -> bool:
    """A stage of a run that was recorded as failed is tried again: the run goes on.  Whether it had failed."""
    again = (
        update(RefreshRun)
        .where(RefreshRun.run_id == run_id, RefreshRun.status == "failed")
        .values(status="running", finished_at=None, error=None)
    )
    if (known := get_run(engine, run_id)) is None or known.status != "failed":
        return False
    with writing(engine, _LOCK) as session:
        session.execute(again)
    return True


def finish_run(engine: Engine, run_id: str, *, at: datetime, status: RunStatus, summary: Mapping[str, Any]) -> None:
    """Record how a refresh ended.  NoResultFound for a run that never began."""
    with writing(engine, _LOCK) as session:
        run = session.get_one(RefreshRun, run_id)
        run.finished_at, run.status = at, status
        run.summary = json.dumps(summary, ensure_ascii=False, sort_keys=True)
        for name, value in figures(summary).items():
            setattr(run, name, value)
        session.execute(delete(RefreshStage).where(RefreshStage.run_id == run_id))
        session.add_all(
            RefreshStage(run_id=run_id, stage=stage, milliseconds=round(seconds * 1000))
            for stage, seconds in by_stage(summary.get("seconds", {})).items()
        )


def mark_dead(engine: Engine, run_id: str, *, at: datetime, line: str) -> bool:
    """End a run that nobody does any more, with a line that says how that is known; False where it has ended since."""
    summary = json.dumps({"run_id": run_id, "error": line}, ensure_ascii=False, sort_keys=True)
    ended = (
        update(RefreshRun)
        .where(RefreshRun.run_id == run_id, RefreshRun.status == "running")
        .values(status="failed", finished_at=at, error=line, summary=summary)
        .returning(RefreshRun.run_id)
    )
    with writing(engine, _LOCK) as session:
        return session.execute(ended).first() is not None


def get_run(engine: Engine, run_id: str) -> RefreshRun | None:
    """One refresh run, or None."""
    with reading(engine) as session:
        return session.get(RefreshRun, run_id)


def find(
    engine: Engine, *, status: str | None = None, period: str | None = None, limit: int = 100, offset: int = 0
) -> Sequence[RefreshRun]:
    """The runs, the newest first, of a status or a requested period where one is named."""
    query = select(RefreshRun).order_by(RefreshRun.started_at.desc(), RefreshRun.run_id.desc())
    if status:
        query = query.where(RefreshRun.status == status)
    if period:
        query = query.where(RefreshRun.requested_period == period)
    with reading(engine) as session:
        return session.scalars(query.limit(limit).offset(offset)).all()


def stages_of(engine: Engine, run_ids: Sequence[str]) -> dict[str, dict[str, float]]:
    """Seconds by stage of each of the runs."""
    found: dict[str, dict[str, float]] = {run_id: {} for run_id in run_ids}
    with reading(engine) as session:
        for row in session.scalars(select(RefreshStage).where(RefreshStage.run_id.in_(run_ids))):
            found[row.run_id][row.stage] = row.milliseconds / 1000
    return found


def figures(summary: Mapping[str, Any]) -> dict[str, int | str | None]:
    """The columns of a run out of its summary; NULL for what the run did not get to."""
    findings = summary.get("findings")
    return {
        "received": summary.get("received"),
        "newly_received": summary.get("new"),
        "extracted": summary.get("extracted"),
        "facts": summary.get("facts"),
        "rejected": _count(summary.get("rejected")),
        "missing": _count(summary.get("missing")),
        **{f"findings_{s}": None if findings is None else findings.get(s, 0) for s in _SEVERITIES},
        "withheld": _count(summary.get("withheld")),
        "version": summary.get("version"),
        "error": summary.get("error"),
    }


def by_stage(seconds: Mapping[str, float]) -> dict[str, float]:
    """Seconds by stage, without what took no time; the batches of one (`extract-2023-09-1`) are added up."""
    merged: dict[str, float] = defaultdict(float)
    for name, value in seconds.items():
        merged[name.partition("-")[0]] += value
    return {name: value for name, value in merged.items() if value}


def _count(listed: object) -> int | None:
    return len(listed) if isinstance(listed, list | tuple) else None
