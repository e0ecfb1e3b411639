"""What registering a file would say of it, and what would be read: found out in a worker, and nothing is registered.

The file goes the way of every submission (`ingestion.pipeline`) up to the point where the registry would be written,
so that what a person looks at is what the next refresh makes of the same file with the same registration.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal

from ingestion.acquire import Kept, answer, kept_of, placed
from ingestion.errors import IngestionError
from ingestion.inbox import Arrival, look_into
from ingestion.land import Circle, fitting, item_rows
from ingestion.originals import keep_original, read_original
from ingestion.pipeline import Stages, guarded
from ingestion.placement import from_text, period_end, place_name
from ingestion.readout import Readout, readout
from ingestion.records import Segmentation
from ingestion.regions import resolve_unit
from registry.models import Submission
from registry.submissions import Received

#: Files of one upload (a zip may hold many) that are read in advance; the others are read when they are registered.
MOST_FILES: Final = 40
#: And the seconds after which no further file of it is begun.
MOST_SECONDS: Final = 60

Source = Literal["register", "name", "text"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A folder that is looked into like an inbox: one file that was sent, and its line of submissions.csv.

    `originals` is where copies are kept while they are read; `size_bytes` is the file's, for messages about limits.
    """

    folder: Path
    originals: Path
    file_name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Preview:
    """One file as it would be registered.

    `unit_from` and `period_from` tell which source said so; `text_unit` and `text_period` are what the document says,
    where that is something else.  Without a readout the file would be registered as a rejection, which `received` says.
    """

    arrival: Arrival
    received: Received
    unit_from: Source | None
    period_from: Source | None
    text_unit: str | None
    text_period: str | None
    readout: Readout | None


@dataclass(frozen=True, slots=True)
class Previews:
    """The files of one upload; `left` counts those not looked at, `problems` are lines about its registers."""

    files: tuple[Preview, ...]
    left: int
    problems: tuple[str, ...]


def preview(stages: Stages, seen_at: datetime, upload: Upload) -> Previews:
    """Look at an upload.  IngestionError where a copy of a file cannot even be kept."""
    started = time.monotonic()
    inbox = look_into(upload.folder)
    files: list[Preview] = []
    for arrival in inbox.arrivals[:MOST_FILES]:
        if files and time.monotonic() - started > MOST_SECONDS:
            break
        files.append(_preview(stages, seen_at, upload, arrival))
    return Previews(tuple(files), len(inbox.arrivals) - len(files), tuple(map(str, inbox.problems)))


def _preview(stages: Stages, seen_at: datetime, upload: Upload, arrival: Arrival) -> Preview:
    kept = kept_of(arrival, keep_original(arrival.path, upload.originals, arrival.name), upload.originals)
    said: list[Segmentation] = []

    def segmented(content: bytes, name: str, place: str | None, as_of: date | None) -> Segmentation:
        said.append(_segmented(stages, content, name, place, as_of))
        return said[-1]

    received = placed(kept, lambda asked: answer(asked, segmented), seen_at)
    read: Readout | None = None
    if received.rejection_reason is None:
        try:
            read = _read(stages, upload.originals, received)
        except IngestionError as error:
            # registered all the same, and refused when it is extracted
            received = _refused(received, error)
    return _told(kept, received, said[0] if said else None, read)


def _read(stages: Stages, originals: Path, received: Received) -> Readout:
    """The way of `ingestion.pipeline` from the registered submission to its rows and facts."""
    name = received.file_name
    assert received.period is not None  # noqa: S101 (what could not be placed was rejected)
    place, as_of = place_name(received.reporting_unit, received.region_code), period_end(received.period)
    content = read_original(originals, received.sha256, name)
    segmentation = _segmented(stages, content, name, place, as_of)
    extraction = guarded(name, stages.extract, segmentation)
    submission = Submission(**received.row())
    circle = Circle.of(submission, segmentation)
    facts, too_large = fitting(extraction.facts)
    items = list(item_rows(submission, segmentation, extraction.facts))
    coded = [replace(fact, region_code=circle.code(fact.region)) for fact in facts]
    return readout(items, coded, (*extraction.rejections, *too_large))


def _segmented(stages: Stages, content: bytes, name: str, place: str | None, as_of: date | None) -> Segmentation:
    return guarded(name, stages.segment, guarded(name, stages.read, content, name), place, as_of)


def _refused(received: Received, error: IngestionError) -> Received:
    return replace(received, rejection_reason=error.reason, rejection_detail=str(error))


def _told(kept: Kept, received: Received, said: Segmentation | None, read: Readout | None) -> Preview:
    declared, named = kept.arrival.declared, kept.named
    text = from_text(said) if said else None
    unit_from = _source(declared.reporting_unit, named.reporting_unit, received.reporting_unit)
    period_from = _source(declared.period, named.period, received.period)
    text_code = resolve_unit(text.reporting_unit, received.region_context or None) if text else None
    is_other_unit = unit_from != "text" and text_code not in (None, received.region_code)
    is_other_period = period_from != "text" and text is not None and text.period not in (None, received.period)
    return Preview(
        arrival=Arrival(kept.arrival.path, kept.arrival.name, declared, kept.arrival.problem),
        received=received,
        unit_from=unit_from,
        period_from=period_from,
        text_unit=text.reporting_unit if text and is_other_unit else None,
        text_period=text.period if text and is_other_period else None,
        readout=read,
    )


def _source(declared: str | None, named: str | None, found: str | None) -> Source | None:
    return "register" if declared else "name" if named else "text" if found else None
