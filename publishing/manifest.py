"""What a published version says of itself: `manifest.json` beside its database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

DATABASE: Final = "warehouse.duckdb"
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns of a table that name a row of another one."""

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """What identifies a table's rows, and what they point to; a table without a key of its own has no primary one."""

    primary: tuple[str, ...] = ()
    foreign: tuple[ForeignKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """What the caller knows about a publication. `published_at` has a time zone: no clock is read here.

    `withheld` names the records that are not shown, as in the mart (`record_table`, `record_key`, `check_id` …);
    `versions` names the rules and models that made the content (`extractor`, `models`, `checks` …); `keys` are those
    of the tables, by name.
    """

    published_at: datetime
    input_digest: str
    periods: tuple[str, ...] = ()
    withheld: tuple[Mapping[str, Any], ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    run_id: str | None = None
    keys: Mapping[str, Keys] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A published version. `published_at` is ISO 8601; `sha256` is of the database file; counts are rows a table.

    `made_from` is the version that readers saw before this one: after a rollback it is not the number before.
    """

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
    made_from: int | None = None
    keys: Mapping[str, Keys] = field(default_factory=dict)

    def to_json(self) -> str:
        """Sorted, indented, Chinese as it is."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a version's folder; what an older program did not say has its default, what a newer one adds
        is passed over.

        Raises FileNotFoundError, ValueError or TypeError when there is none to read.
        """
        raw = json.loads((folder / MANIFEST).read_text("utf-8"))
        known = {one.name: raw[one.name] for one in fields(cls) if one.name in raw}
        told = {"periods": tuple(known["periods"]), "withheld": tuple(known["withheld"])}
        keys = {table: _keys(given) for table, given in known.get("keys", {}).items()}
        return cls(**{**known, **told, "keys": keys})


def _keys(given: Mapping[str, Any]) -> Keys:
    foreign = tuple(ForeignKey(tuple(f["columns"]), f["table"], tuple(f["references"])) for f in given["foreign"])
    return Keys(tuple(given["primary"]), foreign)
