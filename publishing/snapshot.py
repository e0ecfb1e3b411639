"""Immutable, versioned snapshots of the audited marts.

A version is written in a hidden folder, flushed, renamed; then the pointer is swapped by one atomic rename.  Whoever
holds the old file keeps it; whoever opens the pointer gets the old version or the new one; a crash leaves one of both.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from ingestion.lake import file_sha256
from publishing.copying import STORAGE_VERSION, copy_schema, row_counts
from publishing.digest import content_digest
from publishing.errors import DamagedVersionError, NothingToPublishError
from publishing.manifest import DATABASE, MANIFEST, Manifest, Release
from publishing.rollback import RolledBack, held_back
from publishing.versions import SCHEMA, VERSIONS, alone, flush, folder_of, point_to, retire, sweep, verify
from publishing.versions import current as current
from publishing.versions import versions as versions

_PART: Final = ".part-"


@dataclass(frozen=True, slots=True)
class Publication:
    """What `publish` did: the current version's manifest, its database, and whether it is a new one.

    `held_back` says by whom the content was rolled back, where that is why it is not current.
    """

    manifest: Manifest
    path: Path
    is_new: bool
    held_back: RolledBack | None = None


def publish(
    build_database: Path, published: Path, release: Release, keep: int | None = None,
    pinned: Callable[[], Collection[int]] = frozenset, above: int = 0,
) -> Publication:  # fmt: skip
    """Make the build database's marts the current published version, unless they already are.

    Content that was rolled back is not published again.  `keep` is the number of versions that stay (None: all of
    them); the current one and those of `pinned` always stay, as it answers when the copy is made.  A new version's
    number is higher than `above`: numbers that were given once are not given again, even where the files were lost.

    Raises NothingToPublishError when there is no build database or no mart in it, UnfaithfulCopyError when the copy
    differs; in both cases what was current stays current.
    """
    with alone(published):
        sweep(published)
        digest = _digest_of_build(build_database)
        held = current(published)
        if held is not None:
            undone = next((one for one in held_back(published) if one.content_digest == digest), None)
            if undone or held.content_digest == digest:
                return Publication(held, folder_of(published, held.version) / DATABASE, is_new=False, held_back=undone)
        manifest = _left_behind(published, held, digest)
        manifest = manifest or _write_version(build_database, published, release, digest, held, above)
        point_to(published, manifest.version)
        retire(published, keep, pinned())
    return Publication(manifest, folder_of(published, manifest.version) / DATABASE, is_new=True)


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
    if newest <= (held.version if held else 0) or newest in {one.version for one in held_back(published)}:
        return None
    try:
        manifest = verify(published, newest)
    except DamagedVersionError:
        return None
    return manifest if manifest.content_digest == digest else None


def _write_version(
    build_database: Path, published: Path, release: Release, digest: str, held: Manifest | None, above: int
) -> Manifest:
    """Write the next version under a hidden name, flush it, rename it to its number."""
    number = max(*versions(published), above, 0) + 1
    hidden = Path(tempfile.mkdtemp(dir=published / VERSIONS, prefix=_PART))
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
            made_from=held.version if held else None,
            keys=release.keys,
        )
        (hidden / MANIFEST).write_text(manifest.to_json(), "utf-8")
        for path in (database, hidden / MANIFEST):
            path.chmod(0o444)
            flush(path)
        hidden.chmod(0o755)
        flush(hidden)
        hidden.rename(folder_of(published, number))
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise
    flush(published / VERSIONS)
    return manifest
