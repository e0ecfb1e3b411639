"""Every file that was ever received, kept for ever under the hash of its bytes, unchanged and not writable."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ingestion.errors import IngestionError, UnreadableFileError

_BLOCK: Final = 1 << 20


class AlteredOriginalError(IngestionError):
    """The kept original is no longer what its name says: somebody changed the lake."""

    reason = "altered_original"


@dataclass(frozen=True, slots=True)
class Original:
    """A kept original: its bytes lie at `originals/<sha256[:2]>/<sha256>`.

    `was_mended` says that what lay there had been altered and was replaced by the same file, received again.
    """

    sha256: str
    size_bytes: int
    path: Path
    was_mended: bool = False


def keep_original(path: Path, originals: Path, name: str) -> Original:
    """Copy a file below originals under its hash, hashed while it is copied; a file that is there is verified.

    One that is no longer what its name says is set aside as `<sha256>.damaged`, and the file just received, which is,
    takes its place.  `name` is how messages call the file.  Raises UnreadableFileError when the file cannot be opened.
    """
    try:
        source = path.open("rb")
    except OSError as error:
        raise UnreadableFileError(name, f"无法打开 (cannot be opened): {error.strerror}") from error
    originals.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=originals, prefix=".", suffix=".part")
    try:
        with source, os.fdopen(handle, "wb") as target:
            sha256, size = _copy(source, target)
        kept = originals / sha256[:2] / sha256
        is_damaged = kept.exists() and _sha256(kept) != sha256
        if is_damaged:
            kept.replace(kept.with_name(f"{sha256}.damaged"))
        if not kept.exists():
            kept.parent.mkdir(exist_ok=True)
            Path(temporary).chmod(0o444)
            Path(temporary).replace(kept)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return Original(sha256, size, kept, was_mended=is_damaged)


def _copy(source: BinaryIO, target: BinaryIO) -> tuple[str, int]:
    """Copy to disk; the sha256 and the number of the bytes that went through."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(_BLOCK):
        digest.update(block)
        size += target.write(block)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest(), size


def read_original(originals: Path, sha256: str, file_name: str) -> bytes:
    """The bytes of a kept original, verified.  AlteredOriginalError when they are absent or not what was received."""
    path = originals / sha256[:2] / sha256
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AlteredOriginalError(file_name, f"原件 {sha256} 无法读取 (the kept original is gone): {error}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise AlteredOriginalError(file_name, f"已存原件 {sha256} 被改动 (the kept original was altered)")
    return content


def _sha256(path: Path) -> str | None:
    """None where the disk no longer gives the bytes."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
