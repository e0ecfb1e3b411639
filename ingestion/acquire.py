"""A file in an inbox becomes a registered submission: who, which period, which revision, and its receipt.

The registry's store functions are called directly with plain values (ingestion knows the registry, never the other
way round); the engine is passed in.  Reading a document in order to place it is not this stage's work: the caller
passes a function that does it (`ingestion.pipeline` passes read and segment).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from ingestion.declarations import RegisterLineError
from ingestion.errors import IngestionError, UnplacedSubmissionError
from ingestion.inbox import Arrival
from ingestion.originals import AlteredOriginalError, Original, keep_original, read_original
from ingestion.placement import Placement, from_name, from_text, period_end, place_name, sender_of, unit_key
from ingestion.records import Segmentation
from ingestion.regions import UNKNOWN, resolve_unit
from registry import runs, submissions
from registry.models import Submission
from registry.submissions import Received

#: Rejections that say nothing of the file's own content.
_REASONS_OUTSIDE_THE_FILE: Final = frozenset(
    {RegisterLineError.reason, AlteredOriginalError.reason, submissions.INTERNAL_ERROR}
)

#: Reads and segments an original: content, file name, the stated place and the stated as-of date.
PlaceByText = Callable[[bytes, str, str | None, date | None], Segmentation]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an arrival."""

    submission_id: str
    file_name: str
    period: str | None
    is_new: bool
    rejection: str | None = None  # one line for a person


def acquire(
    arrival: Arrival,
    *,
    engine: Engine,
    originals: Path,
    place_by_text: PlaceByText,
    extractor_version: str,
    seen_at: datetime,
) -> Receipt:
    """Keep an arrival's original and register it; what is registered already stays as it is.

    A file that cannot be read or placed is registered as rejected, with a reason and one line for a person, and read
    again when another version of the rules comes.  Raises UnreadableFileError when the file cannot be opened.
    """
    original = keep_original(arrival.path, originals, arrival.name)
    named = from_name(arrival.name)
    same_bytes = submissions.of_bytes(engine, original.sha256)
    if known := _known(engine, arrival, named, same_bytes, extractor_version):
        return _receipt(known, is_new=False)
    received = _place(arrival, named, original, place_by_text, seen_at)
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
    return _receipt(submission, is_new=is_new)


def _place(
    arrival: Arrival, named: Placement, original: Original, place_by_text: PlaceByText, seen_at: datetime
) -> Received:
    """The register wins over the file's name, the name over the text."""
    unit = arrival.declared.reporting_unit or named.reporting_unit
    period = arrival.declared.period or named.period
    try:
        if arrival.problem:
            raise arrival.problem
        content = read_original(original.path.parent.parent, original.sha256, arrival.name)
        as_of = period_end(period) if period else None
        segmentation = place_by_text(content, arrival.name, place_name(unit, resolve_unit(unit)), as_of)
        period = period or from_text(segmentation).period
        if period is None:
            raise UnplacedSubmissionError(
                arrival.name,
                "登记表、文件名和正文中都没有期次，请在 submissions.csv 中写明 (no period in register, name or text)",
            )
    except IngestionError as error:
        return _rejected(arrival, named, original, unit, period, seen_at, error)
    return _received(arrival, named, original, unit, period, seen_at, segmentation)


def _received(
    arrival: Arrival,
    named: Placement,
    original: Original,
    unit: str | None,
    period: str,
    seen_at: datetime,
    segmentation: Segmentation,
) -> Received:
    sender = sender_of(unit, segmentation, original.sha256)
    return Received(
        sha256=original.sha256,
        file_name=arrival.name,
        format=segmentation.document.format,
        size_bytes=original.size_bytes,
        reporting_unit=sender.reporting_unit,
        unit_key=sender.key,
        region_code=sender.region_code,
        region_context=sender.context,
        period=period,
        family=segmentation.family,
        declared_revision=arrival.declared.revision,
        is_resubmission=named.is_resubmission,
        replaces=arrival.declared.replaces or "all",
        channel=arrival.declared.channel,
        received_at=arrival.declared.received_at or seen_at,
        first_seen_at=seen_at,
        title=segmentation.title,
        publisher=segmentation.publisher,
        document_number=segmentation.document_number,
        as_of_date=segmentation.as_of_date or period_end(period),
        campaign_year=segmentation.campaign_year,
        issued_by_city=segmentation.issued_by_city,
    )


def _rejected(
    arrival: Arrival,
    named: Placement,
    original: Original,
    unit: str | None,
    period: str | None,
    seen_at: datetime,
    error: IngestionError,
) -> Received:
    code = resolve_unit(unit)
    return Received(
        sha256=original.sha256,
        file_name=arrival.name,
        format=arrival.path.suffix.removeprefix(".").lower()[:16],
        size_bytes=original.size_bytes,
        reporting_unit=unit,
        unit_key=unit_key(unit),
        region_code=code or UNKNOWN,
        region_context=code or "",
        period=period,
        family=None,
        declared_revision=arrival.declared.revision,
        is_resubmission=named.is_resubmission,
        replaces=arrival.declared.replaces or "all",
        channel=arrival.declared.channel,
        received_at=arrival.declared.received_at or seen_at,
        first_seen_at=seen_at,
        rejection_reason=error.reason,
        rejection_detail=str(error),
    )


def _known(
    engine: Engine, arrival: Arrival, named: Placement, same_bytes: Sequence[Submission], version: str
) -> Submission | None:
    """The submission that this file is already: the same bytes, and nothing stated that contradicts it."""
    readable = [s for s in same_bytes if s.status != "rejected"]
    if arrival.problem:
        return readable[-1] if readable else None
    unit = arrival.declared.reporting_unit or named.reporting_unit
    period = arrival.declared.period or named.period
    revision = arrival.declared.revision
    settled = (s for s in same_bytes if s.superseded_by is None and _is_settled_rejection(engine, s, version))
    for known in (*readable, *settled):
        if (
            (unit is None or unit_key(unit) == unit_key(known.reporting_unit))
            and (period is None or period == known.period)
            and (revision is None or revision in (known.declared_revision, known.revision))
        ):
            return known
    return None


def _is_settled_rejection(engine: Engine, submission: Submission, version: str) -> bool:
    """True for a rejection that reading the file again with the same rules would only repeat."""
    if submission.status != "rejected" or submission.rejection_reason in _REASONS_OUTSIDE_THE_FILE:
        return False
    return runs.get(engine, runs.run_id(submission.submission_id, version)) is not None


def _receipt(submission: Submission, *, is_new: bool) -> Receipt:
    rejection = submission.rejection_detail if submission.status == "rejected" else None
    return Receipt(submission.submission_id, submission.file_name, submission.period, is_new, rejection)
