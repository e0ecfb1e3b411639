"""The loader's own schema: which versions were loaded, and the one row that says which of them is served.

A version is known by its release, `000012_ab12cd34`: its number and the beginning of its file's sha256, so that the
version 1 of a home that was made anew is another one.
"""

from __future__ import annotations

from typing import Any, Final, LiteralString

from psycopg import Connection

from publishing.manifest import Manifest
from publishing.versions import SCHEMA

CONTROL: Final = "xushi_serving"
CREATE: Final[tuple[LiteralString, ...]] = (
    "create schema if not exists xushi_serving",
    "create table if not exists xushi_serving.releases"
    " (release text primary key, schema_oid oid not null unique, loaded_at timestamptz not null default now())",
    "create table if not exists xushi_serving.pointer"
    " (only_row boolean primary key default true check (only_row), release text not null, moved_by xid8 not null)",
    "create sequence if not exists xushi_serving.bridges",
)


def release_of(manifest: Manifest) -> str:
    """The name under which a published version is known here."""
    return f"{manifest.version:06d}_{manifest.sha256[:8]}"


def version_of(release: str) -> int:
    """The published version's number."""
    return int(release.partition("_")[0])


def schema_name(release: str) -> str:
    """The schema of a release while it is not the one that is served."""
    return f"{SCHEMA}_v{release}"


def served(connection: Connection[Any]) -> str | None:
    """The release that the pointer names; None before the first."""
    if _one(connection, "select to_regclass('xushi_serving.pointer')") is None:
        return None
    found: str | None = _one(connection, "select release from xushi_serving.pointer")
    return found


def schema_of(connection: Connection[Any], release: str) -> str | None:
    """The present name of a release's schema; None when it is not loaded."""
    return dict(loaded(connection)).get(release)


def loaded(connection: Connection[Any]) -> list[tuple[str, str]]:
    """The releases that are here with the present names of their schemas, oldest first."""
    return connection.execute(
        "select r.release, n.nspname from xushi_serving.releases r join pg_namespace n on n.oid = r.schema_oid"
        " order by r.loaded_at, r.release"
    ).fetchall()


def next_bridge(connection: Connection[Any]) -> str:
    """A name for a schema that no release has."""
    return "marts_bridge_" + str(_one(connection, "select nextval('xushi_serving.bridges')"))


def bridges(connection: Connection[Any]) -> list[str]:
    """The schemas of earlier switches that are left, the one that serves left out."""
    found = connection.execute(
        r"select nspname from pg_namespace where nspname like 'marts\_bridge\_%' and nspowner = current_user::regrole"
    )
    return [name for (name,) in found.fetchall()]


def _one(connection: Connection[Any], sql: LiteralString) -> Any:
    row = connection.execute(sql).fetchone()
    return row[0] if row else None
