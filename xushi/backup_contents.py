"""What a backup of a home holds: the registry's rows, and the files that nothing makes again.

Left out is what follows from the rest: the build database, the checks, the registry's tables in the lake, pages, logs.
Secrets are left out too: an installation's passwords are not data.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from ingestion.lake import SCHEMAS
from ingestion.mending import RETIRED
from publishing.manifest import DATABASE, MANIFEST, Manifest
from publishing.versions import current_number, folder_of, versions
from registry import copying, editions, health
from xushi.home import Home
from xushi.redaction import redact

#: Folders that are kept whole, whatever lies in them; temporary files begin with a dot.
_WHOLE: Final = ("editions", "maps", "inbox", "intake", "reports")
_LEFT_OUT: Final = frozenset({"data_docs"})
_SECRET: Final = ("PASSWORD", "SECRET", "TOKEN", "KEY", "NOTIFY")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file for the backup: its path in the home, where it lies, and its sha256 where the registry knows it."""

    path: str
    source: Path
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """The files in the order in which they are copied; `registry` and `published` as the manifest says them.

    `left_out` are the registry's tables that this login may not read.
    """

    files: tuple[Wanted, ...]
    registry: Mapping[str, Any]
    published: Mapping[str, Any] | None
    left_out: tuple[str, ...] = ()


def contents(home: Home, registry_folder: Path) -> Contents:
    """Copy the registry to a folder, then name every file that it speaks of, and the rest of what a home keeps.

    Raises BackupError where the registry is damaged: a copy of it would push the good ones out.
    """
    from xushi.backup import BackupError
    from xushi.stages import registry_of

    if line := health.examine(home.registry_url):
        raise BackupError(line)
    engine = registry_of(home)
    copied = copying.copy_out(engine, registry_folder)
    rows = {name: registry_folder / f"{name}.parquet" for name in copied.rows}
    number = _current(home, rows)
    pinned = {*editions.pinned_versions(engine), *([] if number is None else [number])}
    files = (
        *(Wanted(f"registry/{path.name}", path) for path in sorted(registry_folder.glob("*.parquet"))),
        *_lake(home, rows),
        *_published(home, pinned),
        *_folders(home),
    )
    published = None
    if number is not None:
        manifest = Manifest.read(folder_of(home.published, number))
        published = {"version": number, "content_digest": manifest.content_digest}
    return Contents(files, asdict(copied), published, tuple(copying.left_out(copied)))


def settings() -> dict[str, str]:
    """The settings of this installation without its secrets."""
    return {
        name: redact(value)
        for name, value in sorted(os.environ.items())
        if name.startswith("XUSHI_") and not any(word in name for word in _SECRET)
    }


def _lake(home: Home, rows: Mapping[str, Path]) -> Iterator[Wanted]:
    """Originals by their names; of every run and amendment that is live, the facts and the files beside them."""
    for sha256 in sorted(set(pq.read_table(rows["submissions"], columns=["sha256"])["sha256"].to_pylist())):
        path = f"lake/originals/{sha256[:2]}/{sha256}"
        yield Wanted(path, home.root / path, sha256)
    digests = dict(
        zip(*pq.read_table(rows["lake_files"], columns=["path", "sha256"]).to_pydict().values(), strict=True)
    )
    for table in ("extraction_runs", "amendments"):
        read = pq.read_table(rows[table], columns=["lake_file", "lake_sha256", "is_live"])
        for row in read.to_pylist():
            if not row["is_live"] or not row["lake_file"]:
                continue
            for kind in SCHEMAS:
                name = row["lake_file"].replace("facts/", f"{kind}/", 1)
                sha256 = row["lake_sha256"] if kind == "facts" and table == "extraction_runs" else digests.get(name)
                source = home.lake / name
                if kind in ("facts", "items") or source.exists():
                    yield Wanted(f"lake/{name}", source, sha256)
    yield from _below(home, home.lake / RETIRED)


def _published(home: Home, numbers: set[int]) -> Iterator[Wanted]:
    for number in sorted(numbers & set(versions(home.published))):
        folder = folder_of(home.published, number)
        for name in (DATABASE, MANIFEST):
            yield Wanted((folder / name).relative_to(home.root).as_posix(), folder / name, _sha256(folder, name))
    held_back = home.published / "rolled_back.json"
    if held_back.exists():
        yield Wanted(held_back.relative_to(home.root).as_posix(), held_back)


def _sha256(folder: Path, name: str) -> str | None:
    return Manifest.read(folder).sha256 if name == DATABASE else None


def _current(home: Home, rows: Mapping[str, Path]) -> int | None:
    """The version that readers see; where it is newer than the copied registry, the newest that this one knows."""
    known = set(pq.read_table(rows["publications"], columns=["version"])["version"].to_pylist())
    held = known & set(versions(home.published))
    pointed = current_number(home.published)
    return pointed if pointed in held else max(held, default=None)


def _folders(home: Home) -> Iterator[Wanted]:
    for name in _WHOLE:
        yield from _below(home, home.root / name)


def _below(home: Home, folder: Path) -> Iterator[Wanted]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(home.root).parts
        hidden = any(part.startswith(".") or part in _LEFT_OUT for part in parts)
        if path.is_file() and not path.is_symlink() and not hidden and path.suffix not in (".part", ".lock"):
            is_named = parts[0] == "editions" and len(path.name) == 64
            yield Wanted(path.relative_to(home.root).as_posix(), path, path.name if is_named else None)
