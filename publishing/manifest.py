"""What a published version says of itself: `manifest.json` beside its database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

DATABASE: Final = "warehouse.duckdb"
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Release:
    """What the caller knows about a publication. `published_at` has a time zone: no clock is read here.

    `withheld` names the records that are not shown, as in the mart (`record_table`, `record_key`, `check_id` …);
    `versions` names the rules and models that made the content (`extractor`, `models` …).
    """

    published_at: datetime
    input_digest: str
    periods: tuple[str, ...] = ()
    withheld: tuple[Mapping[str, Any], ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A published version. `published_at` is ISO 8601; `sha256` is of the database file; counts are rows a table."""

    version: int
    published_at: str
    run_id: str | None
    periods: tuple[str, ...]
    withheld: tuple[Mapping[str, Any], ...]
    row_counts: Mapping[str, int]
    size_bytes: int
    sha256: str
    content_digest: str
    input_digest: str
    versions: Mapping[str, str]
    storage_version: str
    duckdb_version: str

    def to_json(self) -> str:
        """Sorted, indented, Chinese as it is."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a version's folder. Raises FileNotFoundError or ValueError when there is none to read."""
        raw = json.loads((folder / MANIFEST).read_text("utf-8"))
        return cls(**{**raw, "periods": tuple(raw["periods"]), "withheld": tuple(raw["withheld"])})
