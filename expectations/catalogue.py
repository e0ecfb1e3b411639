"""The catalogue of checks: one file of `expectations/checks/` a check, scanned, never listed by hand.

A check has a query that gives one row per failing record, with the columns of `RESULT_COLUMNS`.  Where a built-in
expectation can say what is right, the file names it in `expectation`; the query then turns the failing keys (the
relation `failing`, column `record_key`) into those rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

import pyarrow as pa
import yaml

from expectations.errors import CatalogueError
from ingestion.lake import CHECK_RESULT_SCHEMA, write_parquet

Stage = Literal["raw", "mart"]
Severity = Literal["blocker", "error", "warning", "info"]

CHECKS: Final = Path(__file__).parent / "checks"

#: What a query returns; `check_id` and `severity` come from the catalogue.
RESULT_COLUMNS: Final = tuple(name for name in CHECK_RESULT_SCHEMA.names if name not in ("check_id", "severity"))

_TEXTS: Final = ("name_zh", "name_en", "formula", "how_to_mend", "how_to_mend_en", "example")
#: The columns of `registry/checks.parquet`.
CATALOGUE_COLUMNS: Final = ("check_id", "severity", "stage", "judged_table", *_TEXTS)


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `table` is the relation that its suite judges; `expectation` is None for a query of failing rows."""

    id: str
    severity: Severity
    stage: Stage
    table: str
    name_zh: str
    name_en: str
    formula: str
    how_to_mend: str
    how_to_mend_en: str
    example: str
    query: str
    expectation: Mapping[str, Any] | None = None


def parse_check(text: str, name: str) -> Check:
    """A check from its YAML text; `name` is the file's name without suffix and must be the id.

    Raises CatalogueError naming the file and what is wrong with it.
    """
    raw = yaml.safe_load(text)
    if not isinstance(raw, dict):
        raise CatalogueError(f"check {name}: not a mapping")
    known = {f.name for f in fields(Check)}
    wrong = sorted(set(raw) - known) + sorted(known - {"expectation"} - set(raw))
    if wrong:
        raise CatalogueError(f"check {name}: unknown or missing keys {', '.join(wrong)}")
    values: dict[str, Any] = {key: value.strip() if isinstance(value, str) else value for key, value in raw.items()}
    check = Check(**values)
    if check.id != name:
        raise CatalogueError(f"check {name}: its id is {check.id}")
    if check.severity not in get_args(Severity) or check.stage not in get_args(Stage):
        raise CatalogueError(f"check {name}: severity {check.severity} or stage {check.stage} is not one of ours")
    empty = [key for key in (*_TEXTS, "table", "query") if not getattr(check, key)]
    if empty:
        raise CatalogueError(f"check {name}: empty {', '.join(empty)}")
    return check


def load_catalogue(folder: Path = CHECKS) -> tuple[Check, ...]:
    """Every check of the folder, by id. An empty folder is an error: a gate without checks would pass everything."""
    found = tuple(parse_check(path.read_text("utf-8"), path.stem) for path in sorted(folder.glob("*.yml")))
    if not found:
        raise CatalogueError(f"no check found in {folder}")
    return found


@cache
def catalogue() -> tuple[Check, ...]:
    """The project's checks, read once."""
    return load_catalogue()


def write_catalogue(lake: Path) -> Path:
    """Write `registry/checks.parquet`, a row per check, and return its path."""
    path = lake / "registry" / "checks.parquet"
    rows = [
        {"check_id": c.id, "judged_table": c.table, **{k: getattr(c, k) for k in ("severity", "stage", *_TEXTS)}}
        for c in catalogue()
    ]
    schema = pa.schema([pa.field(name, pa.string()) for name in CATALOGUE_COLUMNS])
    write_parquet(pa.Table.from_pylist(rows, schema=schema), path)
    return path
