"""Batches that were handed in at the desk: held until a person registers or drops them, whole or not at all.

    intake/batches/<key>/batch.json       who handed in what, and how it came
    intake/batches/<key>/inbox/001/…      each file in a folder of its own, with its line of submissions.csv
    intake/batches/<key>/preview.json     what was read of it (xushi/intake_reading.py)
    intake/accepted/<key>/001/…           the same folders once registered: an inbox that every refresh reads

A batch appears, is accepted and is dropped by one rename each; what a killed process leaves begins with a dot and is
removed by `clean`.  What was accepted is never touched again.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Final, Protocol

from filelock import FileLock
from pydantic import TypeAdapter

from ingestion.declarations import EXPECTED, SUBMISSIONS
from ingestion.inbox import is_leftover
from ingestion.packed import safe_name
from xushi.home import Home
from xushi.intake_forms import IntakeError, Registration, Upload, line_of
from xushi.intake_limits import MEGABYTE, IntakeLimits

#: Batches that one person may leave waiting: what is held costs disk.
MOST_HELD: Final = 20

_KEY: Final = re.compile(r"\d{8}T\d{6}-[0-9a-f]{12}")
_BLOCK: Final = 1 << 20


class Sent(Protocol):
    """A file as it was sent: its name as the browser gives it, and a stream of its bytes."""

    filename: str | None
    file: BinaryIO


@dataclass(frozen=True, slots=True)
class Batch:
    """What one person handed in at once; `refused` are lines about files that were not taken."""

    key: str
    by: str
    created_at: datetime
    registration: Registration
    uploads: tuple[Upload, ...]
    refused: tuple[str, ...] = ()


class UnknownBatchError(Exception):
    """No such batch: it was dropped, or never there."""


_BATCH: Final = TypeAdapter(Batch)


def hold(
    home: Home, files: Iterable[Sent], shared: Registration, *, by: str, at: datetime, limits: IntakeLimits,
    unit: str | None = None, period: str | None = None, is_stamped: bool = False,
) -> Batch:  # fmt: skip
    """Hold what was handed in; a file that cannot be taken is refused by itself.  IntakeError where none can."""
    if sum(1 for batch in held(home) if batch.by == by) >= MOST_HELD:
        raise IntakeError(f"您已有 {MOST_HELD} 批收文未登记，请先登记或放弃其中几批 (too many batches wait)")
    key = f"{at:%Y%m%dT%H%M%S}-{token_hex(6)}"
    building = _batches(home) / f".{key}.part"
    uploads: list[Upload] = []
    refused: list[str] = []
    try:
        for sent in files:
            upload = Upload(len(uploads) + 1, _name(sent.filename), 0, unit, period, is_stamped)
            try:
                uploads.append(_taken(building, upload, sent, shared, limits, sum(u.size_bytes for u in uploads)))
            except IntakeError as error:
                refused.append(str(error))
        if not uploads:
            raise IntakeError("；".join(refused) or "没有文件，也没有粘贴的文字 (nothing was handed in)")
        batch = Batch(key, by, at, shared, tuple(uploads), tuple(refused))
        _write(building, batch)
        building.rename(_folder(home, key))
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return batch


def get(home: Home, key: str) -> Batch:
    """A batch, held or accepted.  Raises UnknownBatchError."""
    try:
        return _BATCH.validate_json((_folder(home, key) / "batch.json").read_bytes())
    except (OSError, ValueError) as error:
        raise UnknownBatchError(key) from error


def held(home: Home) -> list[Batch]:
    """The batches that wait for a person, the oldest first."""
    return [batch for batch in _every(home) if not is_accepted(home, batch.key)]


def accepted(home: Home) -> list[Batch]:
    """The batches that were registered, the oldest first."""
    return [batch for batch in _every(home) if is_accepted(home, batch.key)]


def is_accepted(home: Home, key: str) -> bool:
    """True once a batch lies where every refresh looks."""
    return (home.intake_accepted / key).is_dir()


def inbox(home: Home, key: str) -> Path:
    """The folder of a batch's files: where it is held, or where it was accepted."""
    place = home.intake_accepted / key
    return place if place.is_dir() else _folder(home, key) / "inbox"


def amend(home: Home, batch: Batch, uploads: Sequence[Upload], shared: Registration) -> Batch:
    """Write a held batch's registration anew and leave out the files that are not among `uploads`.

    Raises IntakeError where it was registered meanwhile, or nothing would be left.
    """
    if not uploads:
        raise IntakeError("没有留下任何文件；不登记整批请按“放弃” (no file is left; drop the batch instead)")
    with _changing(home, batch.key) as folder:
        changed = replace(batch, uploads=tuple(uploads), registration=shared)
        (folder / "preview.json").unlink(missing_ok=True)
        for upload in uploads:
            _write_text(folder / "inbox" / upload.folder / SUBMISSIONS, line_of(upload, shared))
        kept = {upload.folder for upload in uploads}
        for path in [p for p in (folder / "inbox").iterdir() if p.name not in kept]:
            shutil.rmtree(path)
        _write(folder, changed)
    return changed


def accept(home: Home, key: str) -> None:
    """Put a batch where every refresh looks, by one rename; once it lies there this does nothing.

    Raises UnknownBatchError for a batch that was dropped.
    """
    with _lock(home):
        if is_accepted(home, key):
            return
        get(home, key)
        home.intake_accepted.mkdir(parents=True, exist_ok=True)
        (_folder(home, key) / "inbox").rename(home.intake_accepted / key)
        _flush(home.intake_accepted)


def drop(home: Home, key: str) -> Batch:
    """Forget a held batch.  IntakeError where it was registered, UnknownBatchError where it is gone."""
    batch = get(home, key)
    with _changing(home, key) as folder:
        gone = folder.with_name(f".{key}.gone")
        folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)
    return batch


def clean(home: Home, *, before: datetime, left_before: datetime) -> list[Batch]:
    """Drop what was handed in before an instant and never registered, and what killed processes left before another."""
    old = []
    for batch in [one for one in held(home) if one.created_at < before]:
        with suppress(IntakeError, UnknownBatchError):  # registered or dropped by somebody in this moment
            old.append(drop(home, batch.key))
    for path in _batches(home).glob(".*"):
        if path.is_dir() and datetime.fromtimestamp(path.stat().st_mtime, left_before.tzinfo) < left_before:
            shutil.rmtree(path, ignore_errors=True)
    return old


def clean_up(home: Home, limits: IntakeLimits, now: datetime) -> list[Batch]:
    """Drop the batches that waited longer than they may."""
    return clean(home, before=now - timedelta(days=limits.days), left_before=now - timedelta(days=1))


def folder_of(home: Home, key: str) -> Path:
    """Where what belongs to a batch is kept beside its files.  Raises UnknownBatchError for what is no key."""
    return _folder(home, key)


def _taken(
    building: Path, upload: Upload, sent: Sent, shared: Registration, limits: IntakeLimits, before: int
) -> Upload:
    _refuse_name(upload, limits)
    folder = building / "inbox" / upload.folder
    folder.mkdir(parents=True)
    try:
        size = _copy(sent.file, folder / upload.name, min(limits.file_bytes, limits.batch_bytes - before))
        if size is None:
            raise IntakeError(
                f"{upload.name}: 超过上限，每份 {limits.file_bytes // MEGABYTE} MB、"
                f"每批 {limits.batch_bytes // MEGABYTE} MB (the file is too large)"
            )
        if size == 0:
            raise IntakeError(f"{upload.name}: 是空文件（0 字节），请核对后重新选择 (empty file)")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    upload = replace(upload, size_bytes=size)
    _write_text(folder / SUBMISSIONS, line_of(upload, shared))
    return upload


def _refuse_name(upload: Upload, limits: IntakeLimits) -> None:
    name = upload.name
    if upload.number > limits.files:
        raise IntakeError(f"{name}: 一批最多 {limits.files} 个文件，请分批办理 (too many files at once)")
    if name in (SUBMISSIONS, EXPECTED):
        raise IntakeError(f"{name}: 是登记表，不是报送材料；登记内容请填在本页 (a register, not a submission)")
    if is_leftover(name):
        raise IntakeError(f"{name}: 是临时文件或系统文件，不是报送材料 (a leftover of a program, not a submission)")
    extension = Path(name).suffix.lower().removeprefix(".")
    if extension not in limits.formats:
        kinds = "、".join(sorted(limits.formats))
        raise IntakeError(f"{name}: 文件类型是 {extension or '（无扩展名）'!r}，可收 {kinds} (kind of file not taken)")


def _name(given: str | None) -> str:
    """The last part of a name, without what means something to a file system."""
    return safe_name(re.split(r"[/\\]", given or "")[-1].strip()).strip() or "未命名"


def _copy(source: BinaryIO, target: Path, most: int) -> int | None:
    """Copy to disk; the number of bytes, None for more than the most."""
    size = 0
    with target.open("xb") as stream:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > most:
                return None
            stream.write(block)
        stream.flush()
        os.fsync(stream.fileno())
    return size


def _write(folder: Path, batch: Batch) -> None:
    _write_text(folder / "batch.json", _BATCH.dump_json(batch).decode())


def _write_text(path: Path, text: str) -> None:
    """Beside its place, flushed, renamed."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _every(home: Home) -> Iterator[Batch]:
    if _batches(home, make=False).is_dir():
        for path in sorted(_batches(home).iterdir()):
            if _KEY.fullmatch(path.name):
                with suppress(UnknownBatchError):  # dropped in this moment
                    yield get(home, path.name)


@contextmanager
def _changing(home: Home, key: str) -> Iterator[Path]:
    """Hold the lock over a batch that is still held."""
    with _lock(home):
        if is_accepted(home, key):
            raise IntakeError("这一批已经登记，不能再改动或放弃；有误请按补报或更正办理 (registered already)")
        get(home, key)
        yield _folder(home, key)


@contextmanager
def _lock(home: Home) -> Iterator[None]:
    _batches(home)
    with FileLock(home.intake / ".lock"):
        yield


def _folder(home: Home, key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise UnknownBatchError(key)
    return _batches(home) / key


def _batches(home: Home, *, make: bool = True) -> Path:
    folder = home.intake / "batches"
    if make:
        folder.mkdir(parents=True, exist_ok=True)
    return folder
