"""The way of a submission, one call a line: acquire → read → segment → extract → land → resolve → record.

Two functions carry everything: `receive_all` takes the files of an inbox to registered submissions, `process_all`
takes registered submissions to facts in the lake; `reread_all` walks what was read before under the rules of now.
Documents are opened in worker processes within limits (`ingestion.workers`); the registry is written here alone, in the
order of the files, its engine is passed in.  All may be repeated and run in many processes at once; each handles what
is wrong with one file, so that the rest goes on.
`receive` and `process` do the same for one file in this process.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import tee
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from sqlalchemy import Engine

from ingestion.acquire import Answer, Kept, Question, Receipt, answer, keep, register
from ingestion.errors import IngestionError
from ingestion.inbox import Arrival
from ingestion.land import land
from ingestion.originals import read_original
from ingestion.placement import period_end, place_name
from ingestion.records import Document, Extraction, Segmentation
from ingestion.resolve import names_of, resolve
from ingestion.workers import Done, Workers
from registry import runs, submissions
from registry.crosswalk import Named
from registry.models import ExtractionRun, Submission
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
    """The functions of the way that know documents, and the version of the rules they follow.

    Worker processes are given the functions by their names, so all belong to modules.
    """

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

    return Stages(read=read, segment=_segment, extract=extract, version=EXTRACTOR_VERSION)


def receive_all(
    engine: Engine, originals: Path, arrivals: Iterable[Arrival], stages: Stages, workers: Workers, *, seen_at: datetime
) -> Iterator[Receipt | IngestionError]:
    """Keep and register the files of an inbox in their order; the error where a file could not even be kept.

    `seen_at` is one instant for the whole look into the inbox.  Files are read ahead of their turn; a file that one
    before it turned out to be the same as is registered as that one, whatever was read of it.
    """
    read = partial(_answer, stages)
    kept, ahead = tee(_keep(engine, originals, arrival, stages) for arrival in arrivals)
    answers = workers.each(read, (_open_question(each) for each in ahead))
    for one, answered in zip(kept, answers, strict=True):
        if isinstance(one, IngestionError):
            yield one
            continue
        # what became known meanwhile is not asked; what no longer is (a rejection was superseded) is read now
        given = partial(_given, answered) if answered else lambda asked: workers.one(read, asked).get()
        yield register(one, given, engine=engine, extractor_version=stages.version, seen_at=seen_at)


def process_all(
    engine: Engine,
    lake: Path,
    submission_ids: Iterable[str],
    stages: Stages,
    workers: Workers,
    *,
    clock: Clock = now,
) -> Iterator[Outcome]:
    """Take registered submissions all the way; what cannot be extracted becomes a rejection with its reason.

    The outcomes come in the order of the ids, whichever worker was first.
    """
    for assignment, walked in _walked(_assignments(engine, lake, submission_ids, stages, clock), stages, workers):
        yield _record(engine, assignment, walked.get, stages, clock)


def land_again(
    engine: Engine, lake: Path, submission_ids: Iterable[str], stages: Stages, workers: Workers, *, clock: Clock = now
) -> Iterator[tuple[str, Landed | IngestionError]]:
    """Write the lake's files of submissions anew from their originals, whatever lies there; the registry is not told.

    Each id with what was landed, or with the error that kept its original from being read.
    """
    given = (replace(each, recorded=None) for each in _assignments(engine, lake, submission_ids, stages, clock))
    for assignment, walked in _walked(given, stages, workers):
        error = walked.error
        yield assignment.submission.submission_id, error if error is not None else walked.get().landed


def reread_all(
    engine: Engine,
    lake: Path,
    submission_ids: Iterable[str],
    stages: Stages,
    workers: Workers,
    *,
    clock: Clock = now,
) -> Iterator[Outcome]:
    """Read submissions again, beside what is live of them, which stays live; what cannot be read keeps it as well.

    Nothing is named either: a name is given when a person accepts the reading (`names_landed`).
    """
    for assignment, walked in _walked(_assignments(engine, lake, submission_ids, stages, clock), stages, workers):
        yield _record(engine, assignment, walked.get, stages, clock, keep=_propose)


def receive(engine: Engine, originals: Path, arrival: Arrival, stages: Stages, *, seen_at: datetime) -> Receipt:
    """Keep and register one file, read in this process and without limits.

    Raises UnreadableFileError when the file cannot be opened; anything else that is wrong with it is registered as a
    rejection.
    """
    kept = keep(arrival, engine=engine, originals=originals, extractor_version=stages.version)
    return register(kept, partial(_answer, stages), engine=engine, extractor_version=stages.version, seen_at=seen_at)


def process(engine: Engine, lake: Path, submission_id: str, stages: Stages, *, clock: Clock = now) -> Outcome:
    """Take one registered submission all the way, in this process and without limits."""
    (assignment,) = _assignments(engine, lake, [submission_id], stages, clock)
    return _record(engine, assignment, lambda: _walk(stages, assignment), stages, clock)


@dataclass(frozen=True, slots=True)
class _Assignment:
    """A submission that is to be walked, with what the registry knows of it: plain data for a worker process."""

    submission: Submission
    recorded: ExtractionRun | None
    lake: Path
    started_at: datetime

    @property
    def file_name(self) -> str:
        return self.submission.file_name

    @property
    def size_bytes(self) -> int:
        return self.submission.size_bytes


@dataclass(frozen=True, slots=True)
class _Walked:
    """What a walk leaves for the registry; the facts themselves lie in the lake."""

    landed: Landed
    named: tuple[Named, ...]


def _walk(stages: Stages, assignment: _Assignment) -> _Walked:
    """The way of the document itself, one call a line; knows files, and nothing of the registry."""
    submission = assignment.submission
    name = submission.file_name
    place = place_name(submission.reporting_unit, submission.region_code)
    as_of = period_end(submission.period) if submission.period else None

    content = read_original(assignment.lake / "originals", submission.sha256, name)
    document = guarded(name, stages.read, content, name)
    segmentation = guarded(name, stages.segment, document, place, as_of)
    extraction = guarded(name, stages.extract, segmentation)
    landed = land(assignment.lake, submission, segmentation, extraction, stages.version, assignment.recorded)
    return _Walked(landed, names_of(submission, segmentation, extraction))


def _record(
    engine: Engine,
    assignment: _Assignment,
    walked: Callable[[], _Walked],
    stages: Stages,
    clock: Clock,
    *,
    keep: Callable[[Engine, _Walked, datetime, Clock], object] | None = None,
) -> Outcome:
    """The way's end: what was named and landed, or why not.

    The run is recorded last: whatever stops the way before that line, the next run walks it again.
    """
    submission, started_at = assignment.submission, assignment.started_at
    outcome = partial(Outcome, submission.submission_id, submission.file_name, submission.period)
    try:
        done = walked()
    except IngestionError as error:
        problem = {"reason": error.reason, "detail": str(error)}
        run = (submission.submission_id, stages.version)
        runs.fail(engine, *run, **problem, started_at=started_at, finished_at=clock())
        return outcome(error=str(error))
    (keep or _succeed)(engine, done, started_at, clock)
    return outcome(done.landed.fact_count, done.landed.rejection_count)


def _succeed(engine: Engine, done: _Walked, started_at: datetime, clock: Clock) -> None:
    resolve(engine, done.named, done.landed.submission_id, at=clock())
    runs.succeed(engine, done.landed, started_at=started_at, finished_at=clock())


def _propose(engine: Engine, done: _Walked, started_at: datetime, clock: Clock) -> None:
    runs.propose(engine, done.landed, started_at=started_at, finished_at=clock())


def _assignments(
    engine: Engine, lake: Path, submission_ids: Iterable[str], stages: Stages, clock: Clock
) -> Iterator[_Assignment]:
    """What is to be done, each begun when it is asked for."""
    for submission_id in submission_ids:
        recorded = runs.get(engine, runs.run_id(submission_id, stages.version))
        yield _Assignment(submissions.get(engine, submission_id), recorded, lake, clock())


def _walked(
    assignments: Iterable[_Assignment], stages: Stages, workers: Workers
) -> Iterator[tuple[_Assignment, Done[_Walked]]]:
    """Every assignment with how its way ended, in the order given."""
    given, ahead = tee(assignments)
    for assignment, walked in zip(given, workers.each(partial(_walk, stages), ahead), strict=True):
        assert walked is not None, "every assignment is a task"  # noqa: S101 (narrows the type)
        yield assignment, walked


def _keep(engine: Engine, originals: Path, arrival: Arrival, stages: Stages) -> Kept | IngestionError:
    try:
        return keep(arrival, engine=engine, originals=originals, extractor_version=stages.version)
    except IngestionError as error:
        return error


def _given(answered: Done[Answer], _: Question) -> Answer:
    return answered.get()


def _open_question(kept: Kept | IngestionError) -> Question | None:
    """What is to be read of a file; nothing where it is known already or its register line is wrong."""
    if isinstance(kept, IngestionError) or kept.is_known or kept.arrival.problem:
        return None
    return kept.question


def _answer(stages: Stages, question: Question) -> Answer:
    def read_and_segment(content: bytes, name: str, place: str | None, as_of: date | None) -> Segmentation:
        return guarded(name, stages.segment, guarded(name, stages.read, content, name), place, as_of)

    return answer(question, read_and_segment)


def _segment(document: Document, region: str | None, as_of: date | None) -> Segmentation:
    from ingestion.segment import segment

    return segment(document, region=region, as_of=as_of)


def guarded(name: str, stage: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a stage; a fault of the program becomes one submission's problem, not the batch's."""
    try:
        return stage(*args, **kwargs)
    except (IngestionError, MemoryError):  # a worker's memory has its own reason
        raise
    except Exception as error:
        _LOG.exception("%s: %s failed", name, getattr(stage, "__name__", stage))
        said = " ".join(str(error).split())[:_LONGEST_DETAIL]
        raise InternalExtractionError(
            name, f"程序处理该文件时出错，下次运行会重试 (internal error): {type(error).__name__}: {said}"
        ) from error
