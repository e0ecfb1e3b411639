"""What a person sees of a held batch before it is registered: read in workers, kept beside the batch."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import Engine

from ingestion import pipeline
from ingestion.acquire import known
from ingestion.preview import Preview, Previews, Source, Upload, preview
from ingestion.readout import Readout
from ingestion.workers import Workers
from registry.submissions import Received
from xushi import intake_store as store
from xushi.home import Home
from xushi.intake_store import Batch


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as it would be registered (`ingestion.preview.Preview`); `number` is its upload's in the batch.

    `known` is the submission that the registry already has of it, by which nothing new would be registered.
    """

    number: int
    received: Received
    unit_from: Source | None
    period_from: Source | None
    text_unit: str | None
    text_period: str | None
    known: str | None
    readout: Readout | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The files of a batch as read, and by upload what was not read in advance (`left`) or could not be (`problems`).

    `digest` is that of the batch's registration that they were read with.
    """

    digest: str
    files: tuple[ShownFile, ...]
    left: dict[int, int]
    problems: dict[int, list[str]]


_SHOWN: Final = TypeAdapter(Shown)
_PRELOAD: Final = ("pandas", "pyarrow.parquet", "ingestion.preview")


def shown(home: Home, batch: Batch) -> Shown | None:
    """What was read of a batch as it is registered now; None where it is still to be read."""
    try:
        found = _SHOWN.validate_json(_path(home, batch).read_bytes())
    except (OSError, ValueError):
        return None
    return found if found.digest == _digest(home, batch) else None


def read(home: Home, engine: Engine, batch: Batch, *, seen_at: datetime) -> Shown:
    """Read a held batch: a process and limits for each upload, so that none harms another or the desk."""
    stages = pipeline.default_stages()
    digest = _digest(home, batch)
    copies = store.folder_of(home, batch.key) / "originals"
    uploads = [Upload(store.inbox(home, batch.key) / u.folder, copies, u.name, u.size_bytes) for u in batch.uploads]
    files: list[ShownFile] = []
    left: dict[int, int] = {}
    problems: dict[int, list[str]] = {}
    try:
        with Workers(preload=_PRELOAD) as workers:
            done = workers.each(partial(preview, stages, seen_at), uploads)
            for upload, ended in zip(batch.uploads, done, strict=True):
                if ended is None or ended.error is not None:
                    problems[upload.number] = [str(ended.error) if ended else ""]
                    continue
                found: Previews = ended.get()
                files += _files(engine, stages.version, upload.number, found)
                problems |= {upload.number: list(found.problems)} if found.problems else {}
                left |= {upload.number: found.left} if found.left else {}
    finally:
        shutil.rmtree(copies, ignore_errors=True)
    result = Shown(digest, tuple(files), left, problems)
    _keep(_path(home, batch), result)
    return result


def _files(engine: Engine, version: str, number: int, found: Previews) -> Iterator[ShownFile]:
    for one in found.files:
        registered = known(engine, one.arrival, one.received.sha256, version)
        yield _shown_file(number, one, registered.submission_id if registered else None)


def _shown_file(number: int, one: Preview, registered: str | None) -> ShownFile:
    return ShownFile(
        number, one.received, one.unit_from, one.period_from, one.text_unit, one.text_period, registered, one.readout
    )


def _keep(path: Path, result: Shown) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(_SHOWN.dump_json(result))
        part.replace(path)
    except FileNotFoundError:  # dropped while it was read
        part.unlink(missing_ok=True)


def _path(home: Home, batch: Batch) -> Path:
    return store.folder_of(home, batch.key) / "preview.json"


def _digest(home: Home, batch: Batch) -> str:
    return hashlib.sha256((store.folder_of(home, batch.key) / "batch.json").read_bytes()).hexdigest()
