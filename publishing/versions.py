"""The versions that are kept, and the pointer to the current one.

    published/warehouse.duckdb                    → versions/000002/warehouse.duckdb (a relative link)
    published/versions/000002/warehouse.duckdb    read-only, never changed
    published/versions/000002/manifest.json       what it holds

Whoever changes any of it holds `alone`; whoever reads needs no lock.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from filelock import FileLock

from ingestion.lake import file_sha256
from publishing.errors import DamagedVersionError, NotPublishedError, VersionNotKeptError
from publishing.manifest import DATABASE, MANIFEST, Manifest

SCHEMA: Final = "marts"
VERSIONS: Final = "versions"
_LINK: Final = ".link-"
_UNREADABLE: Final = (OSError, ValueError, TypeError, KeyError)


def alone(published: Path) -> AbstractContextManager[object]:
    """The right to publish, roll back or retire here; a second process waits for the first."""
    (published / VERSIONS).mkdir(parents=True, exist_ok=True)
    return FileLock(published / "publish.lock")


def current(published: Path) -> Manifest | None:
    """The manifest of the version that the pointer names; None when nothing has been published.

    Raises NotPublishedError when the pointer names a version whose files are gone.
    """
    pointer = published / DATABASE
    if not pointer.is_symlink() and not pointer.exists():
        return None
    try:
        return Manifest.read(pointer.resolve(strict=True).parent)
    except _UNREADABLE as error:
        raise NotPublishedError(f"{pointer}: the current version cannot be read ({error})") from error


def current_number(published: Path) -> int | None:
    """The number that the pointer names, whatever became of its files; None when nothing has been published."""
    pointer = published / DATABASE
    return int(pointer.readlink().parent.name) if pointer.is_symlink() else None


def versions(published: Path) -> tuple[int, ...]:
    """The numbers of the complete versions, oldest first."""
    folder = published / VERSIONS
    found = folder.iterdir() if folder.is_dir() else ()
    return tuple(sorted(int(entry.name) for entry in found if entry.name.isdigit()))


def manifest_of(published: Path, version: int) -> Manifest:
    """A kept version's manifest. Raises VersionNotKeptError, or DamagedVersionError when it cannot be read."""
    kept = versions(published)
    if version not in kept:
        listed = "、".join(str(number) for number in kept) or "无"
        raise VersionNotKeptError(f"没有第 {version} 版；现存：{listed} / version {version} is not kept")
    try:
        return Manifest.read(folder_of(published, version))
    except _UNREADABLE as error:
        raise _damaged(published, version, MANIFEST, f"{type(error).__name__}: {error}", "its manifest") from error


def database_of(published: Path, version: int) -> Path:
    """The database file of a kept version. Raises VersionNotKeptError."""
    manifest_of(published, version)
    return folder_of(published, version) / DATABASE


def verify(published: Path, version: int) -> Manifest:
    """The manifest of a version whose database is, byte for byte, the one that was published.

    Raises VersionNotKeptError, or DamagedVersionError that names the file, what was found and what should be.
    """
    manifest = manifest_of(published, version)
    database = folder_of(published, version) / DATABASE
    found = f"sha256 {file_sha256(database)}" if database.is_file() else "没有这个文件 no file"
    if found != f"sha256 {manifest.sha256}":
        raise _damaged(published, version, DATABASE, found, f"sha256 {manifest.sha256}")
    return manifest


def _damaged(published: Path, version: int, name: str, found: str, valid: str) -> DamagedVersionError:
    path = folder_of(published, version) / name
    return DamagedVersionError(
        f"第 {version} 版已损坏：{path} 现为 {found}，应为 {valid} / version {version} is damaged: found, should be"
    )


def point_to(published: Path, version: int) -> None:
    """Swap the pointer: a new link beside it, renamed over it."""
    link = published / f"{_LINK}{version:06d}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(VERSIONS) / f"{version:06d}" / DATABASE)
    os.replace(link, published / DATABASE)  # noqa: PTH105 (the one step that tests interrupt)
    flush(published)


def retire(published: Path, keep: int | None, pinned: Collection[int]) -> tuple[int, ...]:
    """Remove the oldest versions but the newest `keep` (None: all stay), the current one and those that are pinned."""
    if keep is None:
        return ()
    stays = {*versions(published)[-max(keep, 1) :], *pinned, current_number(published)}
    gone = tuple(version for version in versions(published) if version not in stays)
    for version in gone:
        folder = folder_of(published, version)
        hidden = folder.with_name(f".gone-{folder.name}")
        folder.rename(hidden)  # a version is whole or absent, also while it goes
        shutil.rmtree(hidden)
    return gone


def sweep(published: Path) -> None:
    """Remove what an interrupted change left: hidden folders and unswapped links."""
    for folder in (published / VERSIONS).glob(".*"):
        shutil.rmtree(folder, ignore_errors=True)
    for link in published.glob(f"{_LINK}*"):
        link.unlink(missing_ok=True)


def folder_of(published: Path, version: int) -> Path:
    """Where a version lies."""
    return published / VERSIONS / f"{version:06d}"


def flush(path: Path) -> None:
    """Force a file or a folder's entries to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
