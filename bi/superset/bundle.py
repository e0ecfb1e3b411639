"""The assets as one zip that Superset imports: databases pointed at the warehouse, charts with their queries."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any, Final

import yaml

from bi.superset.datasets import ASSETS
from bi.superset.queries import query_context

_ROOT: Final = "xushi"
_SCHEMES: Final = ("postgresql", "duckdb")


class UnknownSourceError(ValueError):
    """A database that the dashboard cannot stand on."""


def snapshot_uri(published: Path) -> str:
    """The URL of the published snapshot, `…/published/warehouse.duckdb`, which always names the current version."""
    return f"duckdb:///{published.absolute()}"


def bundle(source: str, assets: Path = ASSETS) -> bytes:
    """The zip for `/api/v1/assets/import/`, its database at `source` (a SQLAlchemy URL of PostgreSQL or DuckDB).

    Raises UnknownSourceError for any other kind of database.
    """
    scheme = source.partition(":")[0].partition("+")[0]
    if scheme not in _SCHEMES:
        raise UnknownSourceError(
            f"数据源须为 postgresql:// 或 duckdb:///，收到 {scheme}:… / PostgreSQL or DuckDB, not {scheme}"
        )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(assets.rglob("*.yaml")):
            place = path.relative_to(assets)
            archive.writestr(f"{_ROOT}/{place.as_posix()}", _prepared(place, path.read_text("utf-8"), source))
    return held.getvalue()


def charts(assets: Path = ASSETS) -> list[dict[str, Any]]:
    """The charts as their files describe them, by file name."""
    return [yaml.safe_load(path.read_text("utf-8")) for path in sorted((assets / "charts").glob("*.yaml"))]


def _prepared(place: Path, text: str, source: str) -> str:
    if place.parts[0] not in ("databases", "charts"):
        return text
    held = yaml.safe_load(text)
    if place.parts[0] == "charts":
        held["query_context"] = query_context(held["params"])
    else:
        held["sqlalchemy_uri"] = source
        if source.startswith("duckdb"):
            # read-only, since a second writer would lock the file; and no way from SQL to any other file
            arguments = {"read_only": True, "config": {"enable_external_access": False}}
            held["extra"]["engine_params"] = {"connect_args": arguments}
    return yaml.safe_dump(held, allow_unicode=True, sort_keys=False)
