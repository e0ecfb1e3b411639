"""The way of a submission, one call a line: acquire → read → segment → extract → land → resolve → record.

Two functions carry everything: `receive` takes a file from an inbox to a registered submission, `process` takes a
registered submission to facts in the lake.  Both may be repeated and run in many processes at once; each handles
what is wrong with one file, so that the rest goes on.  The registry is called directly, its engine is passed in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from sqlalchemy import Engine

from ingestion.acquire import Receipt, acquire
from ingestion.errors import IngestionError
from ingestion.inbox import Arrival
from ingestion.land import land
from ingestion.originals import read_original
from ingestion.placement import period_end, place_name
from ingestion.records import Document, Extraction, Segmentation
from ingestion.resolve import resolve
from registry import runs, submissions
from registry.models import Submission
from registry.runs import Landed

P = ParamSpec("P")
R = TypeVar("R")
Clock = Callable[[], datetime]

_LOG: Final = logging.getLogger(__name__)
_LONGEST_DETAIL: Final = 200


class InternalExtractionError(IngestionError):
    """A rule failed on this file: the fault is the program's, and the next run tries again."""

    reason = submissions.INTERNAL_ERROR


@dataclass(frozen=True, slots=True)
class Stages:
    """The functions of the way that know documents, and the version of the rules they follow."""

    read: Callable[[bytes, str], Document]
    segment: Callable[[Document, str | None, date | None], Segmentation]
    extract: Callable[[Segmentation], Extraction]
    version: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a submission: what was landed, or one line for a person that says why not."""

    submission_id: str
    file_name: str
    period: str | None
    fact_count: int = 0
    rejection_count: int = 0
    error: str | None = None


def now() -> datetime:
    """The clock of receipts and runs; no rule and no figure ever reads it."""
    return datetime.now(UTC)


def default_stages() -> Stages:
    """The project's own stages."""
    from ingestion.extract import EXTRACTOR_VERSION, extract
    from ingestion.read import read
    from ingestion.segment import segment

    return Stages(
        read=read,
        segment=lambda document, region, as_of: segment(document, region=region, as_of=as_of),
        extract=extract,
        version=EXTRACTOR_VERSION,
    )


def receive(engine: Engine, originals: Path, arrival: Arrival, stages: Stages, *, seen_at: datetime) -> Receipt:
    """Keep and register a file of the inbox; `seen_at` is one instant for the whole look into the inbox.

    Raises UnreadableFileError when the file cannot be opened and AlteredOriginalError when its kept original was
    changed; anything else that is wrong with it is registered as a rejection.
    """

    def place_by_text(content: bytes, name: str, place: str | None, as_of: date | None) -> Segmentation:
        document = _guarded(name, stages.read, content, name)
        return _guarded(name, stages.segment, document, place, as_of)

    return acquire(
        arrival,
        engine=engine,
        originals=originals,
        place_by_text=place_by_text,
        extractor_version=stages.version,
        seen_at=seen_at,
    )


def process(engine: Engine, lake: Path, submission_id: str, stages: Stages, *, clock: Clock = now) -> Outcome:
    """Take one registered submission all the way; what cannot be extracted becomes a rejection with its reason.

    The run is recorded last: whatever stops the way before that line, the next run walks it again.
    """
    started_at = clock()
    submission = submissions.get(engine, submission_id)
    try:
        landed = _walk(engine, lake, submission, stages, clock)
    except IngestionError as error:
        problem = {"reason": error.reason, "detail": str(error)}
        runs.fail(engine, submission_id, stages.version, **problem, started_at=started_at, finished_at=clock())
        return Outcome(submission_id, submission.file_name, submission.period, error=str(error))
    runs.succeed(engine, landed, started_at=started_at, finished_at=clock())
    return Outcome(submission_id, submission.file_name, submission.period, landed.fact_count, landed.rejection_count)


def _walk(engine: Engine, lake: Path, submission: Submission, stages: Stages, clock: Clock) -> Landed:
    """The way itself, one call a line."""
    name = submission.file_name
    place = place_name(submission.reporting_unit, submission.region_code)
    as_of = period_end(submission.period) if submission.period else None
    recorded = runs.get(engine, runs.run_id(submission.submission_id, stages.version))

    content = read_original(lake / "originals", submission.sha256, name)
    document = _guarded(name, stages.read, content, name)
    segmentation = _guarded(name, stages.segment, document, place, as_of)
    extraction = _guarded(name, stages.extract, segmentation)
    landed = land(lake, submission, segmentation, extraction, stages.version, recorded)
    resolve(engine, submission, segmentation, extraction, at=clock())
    return landed


def _guarded(name: str, stage: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a stage; a fault of the program becomes one submission's problem, not the batch's."""
    try:
        return stage(*args, **kwargs)
    except IngestionError:
        raise
    except Exception as error:
        _LOG.exception("%s: %s failed", name, getattr(stage, "__name__", stage))
        said = " ".join(str(error).split())[:_LONGEST_DETAIL]
        raise InternalExtractionError(
            name, f"程序处理该文件时出错，下次运行会重试 (internal error): {type(error).__name__}: {said}"
        ) from error
