"""Immutable, versioned snapshots of the audited marts, and the pointer to the current one.

    published/warehouse.duckdb                    → versions/000002/warehouse.duckdb (a relative link)
    published/versions/000002/warehouse.duckdb    read-only, never changed
    published/versions/000002/manifest.json       what it holds

A version is written in a hidden folder, flushed, renamed; then the pointer is swapped by one atomic rename.  Whoever
holds the old file keeps it; whoever opens the pointer gets the old version or the new one; a crash leaves one of both.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from ingestion.lake import file_sha256
from publishing.copying import STORAGE_VERSION, copy_schema, row_counts
from publishing.digest import content_digest
from publishing.errors import NothingToPublishError, NotPublishedError
from publishing.manifest import DATABASE, MANIFEST, Manifest, Release

SCHEMA: Final = "marts"
_VERSIONS: Final = "versions"
_PART: Final = ".part-"
_LINK: Final = ".link-"


@dataclass(frozen=True, slots=True)
class Publication:
    """What `publish` did: the current version's manifest, its database, and whether it is a new one."""

    manifest: Manifest
    path: Path
    is_new: bool


def publish(build_database: Path, published: Path, release: Release, keep: int | None = None) -> Publication:
    """Make the build database's marts the current published version, unless they already are.

    `keep` is the number of versions that stay (None: all of them); the current one always stays.

    Raises NothingToPublishError when there is no build database or no mart in it, UnfaithfulCopyError when the copy
    differs; in both cases what was current stays current.
    """
    (published / _VERSIONS).mkdir(parents=True, exist_ok=True)
    _sweep(published)
    digest = _digest_of_build(build_database)
    held = current(published)
    if held is not None and held.content_digest == digest:
        return Publication(held, _folder(published, held.version) / DATABASE, is_new=False)
    manifest = _left_behind(published, held, digest) or _write_version(build_database, published, release, digest)
    _point_to(published, manifest.version)
    if keep is not None:
        _retire(published, manifest.version, keep)
    return Publication(manifest, _folder(published, manifest.version) / DATABASE, is_new=True)


def current(published: Path) -> Manifest | None:
    """The manifest of the version that the pointer names; None when nothing has been published.

    Raises NotPublishedError when the pointer names a version whose files are gone.
    """
    pointer = published / DATABASE
    if not pointer.is_symlink() and not pointer.exists():
        return None
    try:
        return Manifest.read(pointer.resolve(strict=True).parent)
    except (OSError, ValueError, TypeError) as error:
        raise NotPublishedError(f"{pointer}: the current version cannot be read ({error})") from error


def versions(published: Path) -> tuple[int, ...]:
    """The numbers of the complete versions, oldest first."""
    folder = published / _VERSIONS
    found = folder.iterdir() if folder.is_dir() else ()
    return tuple(sorted(int(entry.name) for entry in found if entry.name.isdigit()))


def _digest_of_build(build_database: Path) -> str:
    if not build_database.exists():
        raise NothingToPublishError(f"{build_database}: there is no build database")
    with duckdb.connect(str(build_database), read_only=True) as connection:
        if not row_counts(connection, None, SCHEMA):
            raise NothingToPublishError(f"{build_database}: schema {SCHEMA} holds no table")
        return content_digest(connection, SCHEMA)


def _left_behind(published: Path, held: Manifest | None, digest: str) -> Manifest | None:
    """A complete version of this content that a crash kept from becoming current."""
    newest = max(versions(published), default=0)
    if newest <= (held.version if held else 0):
        return None
    try:
        manifest = Manifest.read(_folder(published, newest))
    except (OSError, ValueError, TypeError):
        return None
    return manifest if manifest.content_digest == digest else None


def _write_version(build_database: Path, published: Path, release: Release, digest: str) -> Manifest:
    """Write the next version under a hidden name, flush it, rename it to its number."""
    number = max(versions(published), default=0) + 1
    hidden = Path(tempfile.mkdtemp(dir=published / _VERSIONS, prefix=_PART))
    try:
        database = hidden / DATABASE
        counts = copy_schema(build_database, database, SCHEMA)
        manifest = Manifest(
            version=number,
            published_at=release.published_at.isoformat(),
            run_id=release.run_id,
            periods=release.periods,
            withheld=release.withheld,
            row_counts=counts,
            size_bytes=database.stat().st_size,
            sha256=file_sha256(database),
            content_digest=digest,
            input_digest=release.input_digest,
            versions=release.versions,
            storage_version=STORAGE_VERSION,
            duckdb_version=duckdb.__version__,
        )
        (hidden / MANIFEST).write_text(manifest.to_json(), "utf-8")
        for path in (database, hidden / MANIFEST):
            path.chmod(0o444)
            _flush(path)
        hidden.chmod(0o755)
        _flush(hidden)
        hidden.rename(_folder(published, number))
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise
    _flush(published / _VERSIONS)
    return manifest


def _point_to(published: Path, version: int) -> None:
    """Swap the pointer: a new link beside it, renamed over it."""
    link = published / f"{_LINK}{version:06d}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(_VERSIONS) / f"{version:06d}" / DATABASE)
    os.replace(link, published / DATABASE)  # noqa: PTH105 (the one step that tests interrupt)
    _flush(published)


def _retire(published: Path, current_version: int, keep: int) -> None:
    """Remove the oldest versions but the newest `keep`; the current one never goes."""
    for version in versions(published)[: -max(keep, 1)]:
        if version != current_version:
            shutil.rmtree(_folder(published, version))


def _sweep(published: Path) -> None:
    """Remove what an interrupted publication left: hidden folders and unswapped links."""
    for folder in (published / _VERSIONS).glob(f"{_PART}*"):
        shutil.rmtree(folder, ignore_errors=True)
    for link in published.glob(f"{_LINK}*"):
        link.unlink(missing_ok=True)


def _folder(published: Path, version: int) -> Path:
    return published / _VERSIONS / f"{version:06d}"


def _flush(path: Path) -> None:
    """Force a file or a folder's entries to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
