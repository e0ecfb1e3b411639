"""Backups of a home: everything that cannot be made again, each file once by its content.

    <folder>/objects/ab/<sha256>              files, read-only, shared by all backups
    <folder>/backups/20231020T010203Z/manifest.json  what one backup holds; it appears whole or not at all

The registry is copied first, in one moment, then the files that it names; these never change, so a backup is consistent
while refreshes run.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from ingestion.intact import sha256_of
from publishing.versions import flush
from xushi.backup_contents import Wanted, contents, settings
from xushi.home import Home

KEEP: Final = "XUSHI_KEEP_BACKUPS"
DEFAULT_KEEP: Final = 30
OBJECTS: Final = "objects"
BACKUPS: Final = "backups"
MANIFEST: Final = "manifest.json"
_MARK: Final = "xushi-backups.json"
_PART: Final = ".part-"
_BLOCK: Final = 1 << 20


class BackupError(Exception):
    """A backup was not made or cannot be used; one line for a person."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in a backup: where it lies in the home, its content and size in bytes."""

    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """What one backup holds.  `made_at` is ISO 8601; `registry` its revision and rows; `published` the current version.

    `damaged` are files of the home that were no longer what they should be and of which no backup had a whole copy.
    """

    backup_id: str
    made_at: str
    home: str
    registry: Mapping[str, Any]
    published: Mapping[str, Any] | None
    settings: Mapping[str, str]
    files: tuple[Kept, ...]
    damaged: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int:
        """All that it holds, whatever is shared with other backups."""
        return sum(one.size_bytes for one in self.files)


@dataclass(slots=True)
class Report:
    """What making a backup did; sizes in bytes.  `left_out` are tables that the login may not read."""

    manifest: BackupManifest
    folder: Path
    new_files: int = 0
    new_bytes: int = 0
    removed: tuple[str, ...] = ()
    seconds: float = 0.0
    damaged: list[str] = field(default_factory=list)
    left_out: tuple[str, ...] = ()


def back_up(home: Home, folder: Path, *, at: datetime, keep: int | None = None) -> Report:
    """Make a backup of the home in a folder and remove the oldest beyond `keep` (default XUSHI_KEEP_BACKUPS, 30).

    Raises BackupError, which leaves the backups that are there as they are.
    """
    started = time.monotonic()
    stays = keep if keep is not None else keep_backups()
    with opened(home, folder):
        report = _made(home, folder, at)
        report.removed = retire(folder, stays)
    report.seconds = round(time.monotonic() - started, 1)
    return report


@contextmanager
def opened(home: Home, folder: Path) -> Iterator[None]:
    """The right to write in a folder of backups, which is made where there is none.  Raises BackupError."""
    place, root = folder.resolve(), home.root.resolve()
    if place == root or root in place.parents or place in root.parents:
        raise BackupError(
            f"备份文件夹 {place} 与数据文件夹 {root} 互相包含，应放在别处，最好是另一块磁盘 (they must lie apart)"
        )
    if place.exists() and any(place.iterdir()) and not (place / _MARK).exists():
        raise BackupError(f"{place} 里有别的文件，应为空文件夹或原有的备份文件夹 (it holds other files)")
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        (place / _MARK).write_text('{"format": 1}\n', "utf-8")
        for name in (OBJECTS, BACKUPS):
            (place / name).mkdir(exist_ok=True)
    except OSError as error:
        raise BackupError(f"备份文件夹 {place} 无法写入：{error.strerror} (it cannot be written)") from error
    lock = FileLock(place / ".lock")
    try:
        lock.acquire(timeout=1)
    except Timeout:
        raise BackupError(f"另一个备份正在写入 {place}，请待其结束 (another backup is being written)") from None
    try:
        for left in [*(place / BACKUPS).glob(f"{_PART}*"), *(place / OBJECTS).glob(f"{_PART}*")]:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield
    finally:
        lock.release()


def _made(home: Home, folder: Path, at: datetime) -> Report:
    backup_id = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    final = folder / BACKUPS / backup_id
    if final.exists():
        raise BackupError(f"已有同一时刻的备份 {backup_id} (there is one of this second)")
    kept: list[Kept] = []
    damaged: list[str] = []
    new_files = new_bytes = 0
    with tempfile.TemporaryDirectory(dir=folder / BACKUPS, prefix=_PART) as part:
        found = contents(home, Path(part) / "registry")
        for wanted in found.files:
            try:
                one, is_new = _keep(folder, wanted)
            except FileNotFoundError:
                damaged.append(f"{wanted.path} 不在了 (missing)")
                continue
            except _DamagedError as error:
                damaged.append(str(error))
                continue
            kept.append(one)
            new_files, new_bytes = new_files + is_new, new_bytes + is_new * one.size_bytes
        manifest = BackupManifest(
            backup_id=backup_id,
            made_at=at.astimezone(UTC).isoformat(),
            home=str(home.root),
            registry=found.registry,
            published=found.published,
            settings=settings(),
            files=tuple(kept),
            damaged=tuple(damaged),
        )
        hidden = Path(tempfile.mkdtemp(dir=folder / BACKUPS, prefix=_PART))
        _write(hidden / MANIFEST, manifest)
        hidden.rename(final)
        flush(folder / BACKUPS)
    return Report(manifest, folder, new_files, new_bytes, damaged=damaged, left_out=found.left_out)


class _DamagedError(Exception):
    """A file that is not what the registry says, and that no earlier backup holds."""


def _keep(folder: Path, wanted: Wanted) -> tuple[Kept, bool]:
    """Put a file among the objects unless its content is there; whether it is new there."""
    if wanted.sha256 is not None:
        held = object_of(folder, wanted.sha256)
        if held.is_file():
            return Kept(wanted.path, wanted.sha256, held.stat().st_size), False
    objects = folder / OBJECTS
    handle, temporary = tempfile.mkstemp(dir=objects, prefix=_PART)
    try:
        with wanted.source.open("rb") as source, os.fdopen(handle, "wb") as target:
            digest, size = hashlib.sha256(), 0
            while block := source.read(_BLOCK):
                digest.update(block)
                size += target.write(block)
            target.flush()
            os.fsync(target.fileno())
        sha256 = digest.hexdigest()
        if wanted.sha256 not in (None, sha256):
            raise _DamagedError(f"{wanted.path} 内容与登记不符 (altered)")
        if sha256_of(Path(temporary)) != sha256:
            raise BackupError(f"写入 {objects} 的内容读回不一致，请检查磁盘 (what was written does not read back)")
        place = object_of(folder, sha256)
        is_new = not place.exists()
        if is_new:
            place.parent.mkdir(exist_ok=True)
            Path(temporary).chmod(0o400)
            Path(temporary).replace(place)
            flush(place.parent)
        return Kept(wanted.path, sha256, size), is_new
    finally:
        Path(temporary).unlink(missing_ok=True)


def object_of(folder: Path, sha256: str) -> Path:
    """Where the backups keep a content."""
    return folder / OBJECTS / sha256[:2] / sha256


def backups(folder: Path) -> tuple[str, ...]:
    """The ids of the backups in a folder, oldest first."""
    found = (folder / BACKUPS).iterdir() if (folder / BACKUPS).is_dir() else ()
    return tuple(sorted(p.name for p in found if not p.name.startswith(".")))


def read(folder: Path, backup_id: str) -> BackupManifest:
    """The manifest of one backup.  Raises BackupError where there is none, or it was altered."""
    path = folder / BACKUPS / backup_id / MANIFEST
    try:
        text = path.read_text("utf-8")
        raw = json.loads(text)
        digest = raw.pop("manifest_sha256")
        if digest != _digest(raw):
            raise ValueError("sha256")
        files = tuple(Kept(**one) for one in raw.pop("files"))
        return BackupManifest(**{**raw, "files": files, "damaged": tuple(raw["damaged"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        listed = "、".join(backups(folder)) or "无"
        raise BackupError(
            f"备份 {backup_id} 的清单 {path} 无法使用（{type(error).__name__}）；现有：{listed} (damaged manifest)"
        ) from error


def check(folder: Path, manifest: BackupManifest, *, part: str | None = None) -> list[str]:
    """What a backup names and its objects no longer hold, a line each; `part` takes those that begin with a digit."""
    wrong: dict[str, str] = {}
    for sha256 in sorted({one.sha256 for one in manifest.files if part is None or one.sha256[0] in part}):
        found = sha256_of(object_of(folder, sha256))
        if found != sha256:
            wrong[sha256] = "不在了 missing" if found is None else "已损坏 damaged"
    return [
        f"备份文件 {object_of(folder, o.sha256)}（{o.path}）{wrong[o.sha256]}"
        for o in manifest.files
        if o.sha256 in wrong
    ]


def retire(folder: Path, keep: int) -> tuple[str, ...]:
    """Remove the oldest backups but `keep`, and what no backup names any more; nothing where a manifest is damaged."""
    gone = backups(folder)[: -max(keep, 1)]
    for backup_id in gone:
        hidden = folder / BACKUPS / f"{_PART}{backup_id}"
        (folder / BACKUPS / backup_id).rename(hidden)
        shutil.rmtree(hidden)
    if not gone:
        return ()
    try:
        named = {one.sha256 for backup_id in backups(folder) for one in read(folder, backup_id).files}
    except BackupError:
        return gone
    for path in (folder / OBJECTS).glob("*/*"):
        if path.name not in named:
            path.unlink()
    return gone


def keep_backups() -> int:
    """How many backups stay.  Raises BackupError for a setting that is no number."""
    given = os.environ.get(KEEP, "").strip() or str(DEFAULT_KEEP)
    if not given.isdecimal() or int(given) < 1:
        raise BackupError(f"{KEEP} 现为 {given!r}，应为不小于 1 的整数 (must be a whole number, at least 1)")
    return int(given)


def _write(path: Path, manifest: BackupManifest) -> None:
    raw = asdict(manifest)
    raw["files"], raw["damaged"] = list(raw["files"]), list(raw["damaged"])
    raw["manifest_sha256"] = _digest(raw)
    path.write_text(json.dumps(raw, ensure_ascii=False, indent=1) + "\n", "utf-8")
    flush(path)
    flush(path.parent)


def _digest(raw: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(raw, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
