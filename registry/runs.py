"""Extraction runs: the manifest that says which files of the lake are live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from registry.engine import reading, writing
from registry.models import ExtractionRun, Submission
from registry.submissions import LOCK, reject, rerank


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """The files of one extraction as they lie in the lake; `lake_file` is relative to it."""

    submission_id: str
    extractor_version: str
    item_count: int
    fact_count: int
    rejection_count: int
    lake_file: str
    lake_sha256: str

    @property
    def run_id(self) -> str:
        """Also the stem of the files' names."""
        return run_id(self.submission_id, self.extractor_version)


def run_id(submission_id: str, extractor_version: str) -> str:
    """The key of a run: one per submission and version of the rules."""
    return f"{submission_id}.{extractor_version}"


def succeed(engine: Engine, landed: Landed, *, started_at: datetime, finished_at: datetime) -> ExtractionRun:
    """Record what was landed and make it the submission's only live run.

    The same result a second time changes nothing, not even the times.
    """
    with writing(engine, LOCK) as session:
        run = _record(session, landed, started_at, finished_at)
        make_live(session, run)
        submission = session.get_one(Submission, landed.submission_id)
        if submission.status != "extracted":
            submission.status, submission.rejection_reason, submission.rejection_detail = "extracted", None, None
            rerank(session, submission.scope)
    return run


def propose(engine: Engine, landed: Landed, *, started_at: datetime, finished_at: datetime) -> ExtractionRun:
    """Record what was landed beside the live run, which stays live: a person decides (`registry.replays`)."""
    with writing(engine, LOCK) as session:
        return _record(session, landed, started_at, finished_at)


def fail(
    engine: Engine,
    submission_id: str,
    extractor_version: str,
    *,
    reason: str,
    detail: str,
    started_at: datetime,
    finished_at: datetime,
) -> None:
    """Record a failed run.  The submission is rejected unless an earlier extraction of it still stands."""
    key = run_id(submission_id, extractor_version)
    with writing(engine, LOCK) as session:
        run = session.get(ExtractionRun, key)
        if run is not None and run.status == "succeeded":
            return
        if run is None or run.failure_reason != reason:  # the same failure again keeps its first times
            session.merge(
                ExtractionRun(
                    run_id=key,
                    submission_id=submission_id,
                    extractor_version=extractor_version,
                    started_at=started_at,
                    finished_at=finished_at,
                    status="failed",
                    failure_reason=reason,
                    item_count=0,
                    fact_count=0,
                    rejection_count=0,
                    is_live=False,
                )
            )
        submission = session.get_one(Submission, submission_id)
        if submission.status != "extracted":
            reject(session, submission, reason, detail)


def get(engine: Engine, key: str) -> ExtractionRun | None:
    """One run, or None."""
    with reading(engine) as session:
        return session.get(ExtractionRun, key)


def live(engine: Engine) -> Sequence[ExtractionRun]:
    """The live run of each extracted submission, superseded submissions too, by lake file."""
    query = select(ExtractionRun).where(ExtractionRun.is_live).order_by(ExtractionRun.lake_file)
    with reading(engine) as session:
        return session.scalars(query).all()


def live_of(engine: Engine, submission_id: str) -> ExtractionRun | None:
    """The live run of a submission, or None where it was never read."""
    query = select(ExtractionRun).where(ExtractionRun.submission_id == submission_id, ExtractionRun.is_live)
    with reading(engine) as session:
        return session.scalars(query).first()


def make_live(session: Session, run: ExtractionRun) -> None:
    """Within a transaction: the run is its submission's only live one."""
    others = (ExtractionRun.submission_id == run.submission_id) & (ExtractionRun.run_id != run.run_id)
    session.execute(update(ExtractionRun).where(others, ExtractionRun.is_live).values(is_live=False))
    if not run.is_live:
        run.is_live = True


def _record(session: Session, landed: Landed, started_at: datetime, finished_at: datetime) -> ExtractionRun:
    """The row of a run; it is as live as it was, a new one is not."""
    run = session.get(ExtractionRun, landed.run_id)
    result = {**asdict(landed), "status": "succeeded", "failure_reason": None}
    if run is not None and all(getattr(run, name) == value for name, value in result.items()):
        return run
    times = {"started_at": started_at, "finished_at": finished_at}
    is_live = run is not None and run.is_live
    return session.merge(ExtractionRun(run_id=landed.run_id, is_live=is_live, **times, **result))
