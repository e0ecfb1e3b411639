"""A file in an inbox becomes a registered submission: who, which period, which revision, and its receipt.

In three steps, since reading is a worker's and the registry is the caller's: `keep` stores the original and sees
whether it is known; `answer` reads what the document says of itself; `register` brings both together.  The registry's
store functions are called directly with plain values (ingestion knows the registry, never the other way round); the
engine is passed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from ingestion.declarations import RegisterLineError
from ingestion.errors import IngestionError, UnplacedSubmissionError
from ingestion.inbox import Arrival
from ingestion.originals import AlteredOriginalError, Original, keep_original, read_original
from ingestion.placement import Placement, Sender, from_name, from_text, period_end, place_name, sender_of, unit_key
from ingestion.records import Segmentation
from ingestion.regions import UNKNOWN, resolve_unit
from registry import runs, submissions
from registry.models import Submission
from registry.submissions import Received

#: Rejections that say nothing of the file's own content.
_REASONS_OUTSIDE_THE_FILE: Final = frozenset(
    {RegisterLineError.reason, AlteredOriginalError.reason, *submissions.RETRIED}
)

#: Reads and segments an original: content, file name, the stated place and the stated as-of date.
Segment = Callable[[bytes, str, str | None, date | None], Segmentation]


@dataclass(frozen=True, slots=True)
class Question:
    """A kept original that is to be placed by its text; `unit` and `period` are what register and name say."""

    originals: Path
    sha256: str
    size_bytes: int
    file_name: str
    unit: str | None
    period: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a document says of itself, and who sent it as far as register, name and text say."""

    format: str
    family: str
    title: str | None
    publisher: str | None
    document_number: str | None
    as_of_date: date | None
    campaign_year: int | None
    issued_by_city: bool
    period: str
    sender: Sender


@dataclass(frozen=True, slots=True)
class Kept:
    """An arrival whose original is kept; `is_known` where it needs no reading."""

    arrival: Arrival
    named: Placement
    original: Original
    question: Question
    is_known: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an arrival."""

    submission_id: str
    file_name: str
    period: str | None
    is_new: bool
    rejection: str | None = None  # one line for a person
    was_mended: bool = False  # the kept original had been altered; this file took its place


def keep(arrival: Arrival, *, engine: Engine, originals: Path, extractor_version: str) -> Kept:
    """Keep an arrival's original.  Raises UnreadableFileError when the file cannot be opened."""
    kept = kept_of(arrival, keep_original(arrival.path, originals, arrival.name), originals)
    return replace(kept, is_known=known(engine, arrival, kept.original.sha256, extractor_version) is not None)


def kept_of(arrival: Arrival, original: Original, originals: Path) -> Kept:
    """An arrival whose original is kept, and what is to be read of it; whether it is known is not asked here."""
    named = from_name(arrival.name)
    question = Question(
        originals=originals,
        sha256=original.sha256,
        size_bytes=original.size_bytes,
        file_name=arrival.name,
        unit=arrival.declared.reporting_unit or named.reporting_unit,
        period=arrival.declared.period or named.period,
    )
    return Kept(arrival, named, original, question, is_known=False)


def answer(question: Question, segment: Segment) -> Answer:
    """Read a document in order to place it; knows nothing of the registry.  IngestionError where that fails."""
    name, unit, period = question.file_name, question.unit, question.period
    content = read_original(question.originals, question.sha256, name)
    stated_day = period_end(period) if period else None
    said = segment(content, name, place_name(unit, resolve_unit(unit, as_of=stated_day)), stated_day)
    period = period or from_text(said).period
    if period is None:
        raise UnplacedSubmissionError(
            name, "登记表、文件名和正文中都没有期次，请在 submissions.csv 中写明 (no period in register, name or text)"
        )
    return Answer(
        format=said.document.format,
        family=said.family,
        title=said.title,
        publisher=said.publisher,
        document_number=said.document_number,
        as_of_date=said.as_of_date,
        campaign_year=said.campaign_year,
        issued_by_city=said.issued_by_city,
        period=period,
        sender=sender_of(unit, said, question.sha256, said.as_of_date or period_end(period)),
    )


def register(
    kept: Kept,
    read: Callable[[Question], Answer],
    *,
    engine: Engine,
    extractor_version: str,
    seen_at: datetime,
) -> Receipt:
    """Register a kept arrival; what is registered already stays as it is and is not read.

    A file that cannot be read or placed is registered as rejected, with a reason and one line for a person, and read
    again when another version of the rules comes.
    """
    if registered := known(engine, kept.arrival, kept.original.sha256, extractor_version):
        return _receipt(registered, kept, is_new=False)
    received = placed(kept, read, seen_at)
    submission, is_new = submissions.register(engine, received)
    if received.rejection_reason and submission.status == "rejected":
        runs.fail(
            engine,
            submission.submission_id,
            extractor_version,
            reason=received.rejection_reason,
            detail=received.rejection_detail or "",
            started_at=seen_at,
            finished_at=seen_at,
        )
    return _receipt(submission, kept, is_new=is_new)


def placed(kept: Kept, read: Callable[[Question], Answer], seen_at: datetime) -> Received:
    """What is registered of a file: the register wins over the file's name, the name over the text.

    What cannot be read or placed is a rejection with its reason.
    """
    try:
        if kept.arrival.problem:
            raise kept.arrival.problem
        said = read(kept.question)
    except IngestionError as error:
        return _rejected(kept, seen_at, error)
    return Received(
        **_receipt_fields(kept, seen_at),
        format=said.format,
        reporting_unit=said.sender.reporting_unit,
        unit_key=said.sender.key,
        region_code=said.sender.region_code,
        region_context=said.sender.context,
        period=said.period,
        family=said.family,
        title=said.title,
        publisher=said.publisher,
        document_number=said.document_number,
        as_of_date=said.as_of_date or period_end(said.period),
        campaign_year=said.campaign_year,
        issued_by_city=said.issued_by_city,
    )


def _rejected(kept: Kept, seen_at: datetime, error: IngestionError) -> Received:
    unit = kept.question.unit
    period = kept.question.period
    code = resolve_unit(unit, as_of=period_end(period) if period else None)
    return Received(
        **_receipt_fields(kept, seen_at),
        format=kept.arrival.path.suffix.removeprefix(".").lower()[:16],
        reporting_unit=unit,
        unit_key=unit_key(unit),
        region_code=code or UNKNOWN,
        region_context=code or "",
        period=period,
        family=None,
        rejection_reason=error.reason,
        rejection_detail=str(error),
    )


def _receipt_fields(kept: Kept, seen_at: datetime) -> dict[str, Any]:
    """What is registered of every file, readable or not."""
    declared = kept.arrival.declared
    return {
        "sha256": kept.original.sha256,
        "file_name": kept.arrival.name,
        "size_bytes": kept.original.size_bytes,
        "declared_revision": declared.revision,
        "is_resubmission": kept.named.is_resubmission,
        "replaces": declared.replaces or "all",
        "channel": declared.channel,
        "is_stamped": declared.is_stamped or False,
        "handler": declared.handler,
        "intake_note": declared.note,
        "received_at": declared.received_at or seen_at,
        "first_seen_at": seen_at,
    }


def known(engine: Engine, arrival: Arrival, sha256: str, version: str) -> Submission | None:
    """The submission that this file is already: the same bytes, and nothing stated that contradicts it."""
    same_bytes = submissions.of_bytes(engine, sha256)
    readable = [s for s in same_bytes if s.status != "rejected"]
    if arrival.problem:
        return readable[-1] if readable else None
    named = from_name(arrival.name)
    unit = arrival.declared.reporting_unit or named.reporting_unit
    period = arrival.declared.period or named.period
    revision = arrival.declared.revision
    settled = (s for s in same_bytes if s.superseded_by is None and _is_settled_rejection(engine, s, version))
    for one in (*readable, *settled):
        if (
            (unit is None or unit_key(unit) == unit_key(one.reporting_unit))
            and (period is None or period == one.period)
            and (revision is None or revision in (one.declared_revision, one.revision))
        ):
            return one
    return None


def _is_settled_rejection(engine: Engine, submission: Submission, version: str) -> bool:
    """True for a rejection that reading the file again with the same rules would only repeat."""
    if submission.status != "rejected" or submission.rejection_reason in _REASONS_OUTSIDE_THE_FILE:
        return False
    return runs.get(engine, runs.run_id(submission.submission_id, version)) is not None


def _receipt(submission: Submission, kept: Kept, *, is_new: bool) -> Receipt:
    rejection = submission.rejection_detail if submission.status == "rejected" else None
    return Receipt(
        submission.submission_id,
        submission.file_name,
        submission.period,
        is_new,
        rejection,
        was_mended=kept.original.was_mended,
    )
