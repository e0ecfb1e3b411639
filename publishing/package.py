"""A published version as open files: a Parquet file a table or view, described by a Frictionless data package.

The rows of a file are in the order of all their columns and nothing in it names a clock or a run, so that the same rows
give the same bytes whichever version they stand in; `datapackage.json` names the version.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from ingestion.lake import file_sha256
from publishing.digest import quoted
from publishing.errors import PackageTargetError
from publishing.manifest import Keys, Manifest
from publishing.relations import Column, Relation, relations
from publishing.versions import SCHEMA, database_of, flush, verify

DESCRIPTOR: Final = "datapackage.json"
_ROW_GROUP: Final = 122_880
_TYPES: Final = (
    (re.compile(r"(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)"), "integer"),
    (re.compile(r"DECIMAL.*|DOUBLE|FLOAT"), "number"),
    (re.compile(r"BOOLEAN"), "boolean"),
    (re.compile(r"DATE"), "date"),
    (re.compile(r"TIMESTAMP.*"), "datetime"),
    (re.compile(r"TIME"), "time"),
    (re.compile(r"VARCHAR|UUID"), "string"),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a reader may do with the data, and whose they are; either is None where the bureau has not said."""

    licence: str | None = None
    source: str | None = None


def export(published: Path, version: int, target: Path, terms: Terms = Terms()) -> Path:
    """Write a kept version to the folder `target`, which is there whole or not at all; an older package is replaced.

    Raises VersionNotKeptError, DamagedVersionError, or PackageTargetError when `target` is something else.
    """
    manifest = verify(published, version)
    if target.exists() and not (target.is_dir() and _is_package(target)):
        raise PackageTargetError(f"{target} 已存在且不是数据包，请另选文件夹 / exists and is no data package")
    target.parent.mkdir(parents=True, exist_ok=True)
    hidden = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".part-{target.name}-"))
    try:
        _write(database_of(published, version), manifest, hidden, terms)
        hidden.chmod(0o755)
        _replace(hidden, target)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
    return target


def _is_package(folder: Path) -> bool:
    return (folder / DESCRIPTOR).is_file() or not any(folder.iterdir())


def _replace(hidden: Path, target: Path) -> None:
    """A folder cannot be renamed over one that is not empty, so the older package steps aside first."""
    if target.exists():
        aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".part-{target.name}-"))
        target.rename(aside / "old")
        hidden.rename(target)
        shutil.rmtree(aside)
    else:
        hidden.rename(target)
    flush(target.parent)


def _write(database: Path, manifest: Manifest, folder: Path, terms: Terms) -> None:
    resources = []
    with duckdb.connect(str(database), read_only=True) as connection:
        for relation in relations(connection, SCHEMA):
            path = folder / f"{relation.name}.parquet"
            rows = _write_parquet(connection, relation, path)
            resources.append(_resource(relation, path, rows, manifest.keys.get(relation.name, Keys())))
    text = json.dumps(_descriptor(manifest, resources, terms), ensure_ascii=False, indent=2)
    (folder / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")
    for path in folder.iterdir():
        path.chmod(0o644)
        flush(path)


def _write_parquet(connection: duckdb.DuckDBPyConnection, relation: Relation, path: Path) -> int:
    """One file, rows in the order of all columns; returns their number."""
    place, name = f"{quoted(SCHEMA)}.{quoted(relation.name)}", str(path).replace("'", "''")
    copied = connection.execute(
        f"copy (from {place} order by all) to '{name}' (format parquet, compression zstd, row_group_size {_ROW_GROUP})"
    ).fetchone()
    return int(copied[0]) if copied else 0


def _descriptor(manifest: Manifest, resources: list[dict[str, Any]], terms: Terms) -> dict[str, Any]:
    span = f"{manifest.periods[0]} 至 {manifest.periods[-1]}" if manifest.periods else "无期次"
    told: dict[str, Any] = {
        "profile": "data-package",
        "name": "xushi-marts",
        "title": f"序时：任务进度数据（{span}）",
        "description": "Progress of assessed tasks by region and period · 考核任务进展，按任务、区域、期次",
        "version": str(manifest.version),
        "created": manifest.published_at,
    }
    if terms.licence:
        told["licenses"] = [{"path" if "://" in terms.licence else "name": terms.licence}]
    if terms.source:
        told["sources"] = [{"title": terms.source}]
    return {**told, "resources": resources}


def _resource(relation: Relation, path: Path, rows: int, keys: Keys) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column, keys) for column in relation.columns]}
    if keys.primary:
        schema["primaryKey"] = list(keys.primary)
    if keys.foreign:
        schema["foreignKeys"] = [
            {
                "fields": list(key.columns),
                "reference": {
                    "resource": "" if key.table == relation.name else key.table,
                    "fields": list(key.references),
                },
            }
            for key in keys.foreign
        ]
    return {
        "name": relation.name,
        "type": "table",
        "path": path.name,
        "title": relation.title,
        "description": relation.comment,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{file_sha256(path)}",
        "rows": rows,
        "fields": len(relation.columns),
        "schema": schema,
    }


def _field(column: Column, keys: Keys) -> dict[str, Any]:
    kind = next((kind for pattern, kind in _TYPES if pattern.fullmatch(column.type)), "any")
    field = {"name": column.name, "type": kind, "title": column.title, "description": column.comment}
    return {**field, "constraints": {"required": True}} if column.name in keys.primary else field
