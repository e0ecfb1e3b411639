"""Loads a snapshot into a schema of its own, in one transaction: tables, rows, keys, indexes, comments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import adbc_driver_postgresql.dbapi as adbc  # type: ignore[import-untyped]
import duckdb
from psycopg import Connection, sql

from publishing.digest import quoted
from publishing.manifest import Keys, Manifest
from publishing.postgres.control import schema_name
from publishing.postgres.rights import let_select
from publishing.postgres.types import postgres_type
from publishing.relations import Relation, relations
from publishing.versions import SCHEMA, database_of

_ROWS_A_BATCH: Final = 65_536
#: The columns that BI questions filter and group by, wherever a table has them.
_ASKED_BY: Final = ("region_key", "period_key", "task_key", "requirement_key", "document_key", "period", "region_code")
#: What is asked most: which rows lag.  They are few, so a small index answers without the wide rows of the rest.
_LAG_INDEX: Final = ("period", "region_key", "task_key")
_LAG_MARKS: Final = ("is_current", "is_lagging")
_PUBLICATION: Final = "publication"
_PUBLICATION_COLUMNS: Final = (
    ("version", "integer not null", "Published version that is served · 当前提供查询的发布版本"),
    ("published_at", "timestamptz not null", "When it was published · 发布时间"),
    ("first_period", "text", "First period, YYYY-MM · 最早期次"),
    ("last_period", "text", "Last period, YYYY-MM · 最近期次"),
    ("withheld_count", "integer not null", "Records under review, not shown · 数据待核（暂不公布）的记录数"),
    ("sha256", "text not null", "sha256 of the snapshot's file · 快照文件的 sha256"),
    ("content_digest", "text not null", "Digest of the content, without clocks · 内容摘要（不含时间）"),
)


def load(address: str, published: Path, manifest: Manifest, release: str) -> None:
    """Load a kept version into the schema `marts_v…` of its release; after a failure nothing of it is there.

    Views become tables: their text is DuckDB's, where 1 / 2 is 0.5 and not 0.  Raises UnservableTypeError for a type
    that PostgreSQL has no equal of; errors of the driver pass through.
    """
    schema = schema_name(release)
    with (
        duckdb.connect(str(database_of(published, manifest.version)), read_only=True) as source,
        adbc.connect(address) as target,
        target.cursor() as cursor,
    ):
        _run(cursor, sql.SQL("create schema {}").format(sql.Identifier(schema)))
        for relation in relations(source, SCHEMA):
            _load_relation(source, cursor, schema, relation, manifest.keys.get(relation.name, Keys()))
        _tell_publication(cursor, schema, manifest)
        _run(cursor, let_select(schema))
        register = "insert into xushi_serving.releases (release, schema_oid) values ({}, {}::regnamespace)"
        _run(cursor, sql.SQL(register).format(release, quoted(schema)))
        target.commit()


def tidy(connection: Connection[Any], release: str) -> None:
    """Statistics for the planner, and rows marked as visible to all, so that an index alone can answer; no reader is
    there yet.  A loader that dies before leaves this to the server's own housekeeping."""
    schema = schema_name(release)
    found = connection.execute("select tablename from pg_tables where schemaname = %s order by 1", [schema])
    for (table,) in found.fetchall():
        connection.execute(sql.SQL("vacuum (freeze, analyze) {}").format(sql.Identifier(schema, table)))


def _load_relation(source: duckdb.DuckDBPyConnection, cursor: Any, schema: str, relation: Relation, keys: Keys) -> None:
    place = sql.Identifier(schema, relation.name)
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(c.name), postgres_type(relation.name, c.name, c.type))
        for c in relation.columns
    )
    _run(cursor, sql.SQL("create table {} ({})").format(place, columns))
    rows = source.execute(f"from {quoted(SCHEMA)}.{quoted(relation.name)}").to_arrow_reader(_ROWS_A_BATCH)
    cursor.adbc_ingest(relation.name, rows, mode="append", db_schema_name=schema)
    if keys.primary:
        of = sql.SQL(", ").join(sql.Identifier(name) for name in keys.primary)
        _run(cursor, sql.SQL("alter table {} add primary key ({})").format(place, of))
    for name in _indexed(relation, keys):
        _run(cursor, sql.SQL("create index on {} ({})").format(place, sql.Identifier(name)))
    if {*_LAG_INDEX, *_LAG_MARKS} <= {column.name for column in relation.columns}:
        index = "create index on {} ({}) where " + " and ".join(_LAG_MARKS)
        _run(cursor, sql.SQL(index).format(place, sql.SQL(", ").join(map(sql.Identifier, _LAG_INDEX))))
    for statement in _comments(place, relation):
        _run(cursor, statement)


def _indexed(relation: Relation, keys: Keys) -> list[str]:
    """The columns that point to other tables, and those that questions are asked by; each once."""
    pointing = {name for key in keys.foreign for name in key.columns}
    wanted = pointing.union(_ASKED_BY).difference(keys.primary)
    return [column.name for column in relation.columns if column.name in wanted]


def _comments(place: sql.Identifier, relation: Relation) -> Iterator[sql.Composed]:
    yield sql.SQL("comment on table {} is {}").format(place, relation.comment)
    for column in relation.columns:
        of = sql.SQL("{}.{}").format(place, sql.Identifier(column.name))
        yield sql.SQL("comment on column {} is {}").format(of, column.comment)


def _tell_publication(cursor: Any, schema: str, manifest: Manifest) -> None:
    """One row that says which version this is."""
    place = sql.Identifier(schema, _PUBLICATION)
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind, _ in _PUBLICATION_COLUMNS
    )
    _run(cursor, sql.SQL("create table {} ({})").format(place, columns))
    periods = manifest.periods or (None,)
    row = (
        manifest.version, manifest.published_at, periods[0], periods[-1], len(manifest.withheld), manifest.sha256,
        manifest.content_digest,
    )  # fmt: skip
    _run(cursor, sql.SQL("insert into {} values ({})").format(place, sql.SQL(", ").join(map(sql.Literal, row))))
    _run(cursor, sql.SQL("comment on table {} is {}").format(place, "Which version is served · 当前提供查询的版本"))
    for name, _, comment in _PUBLICATION_COLUMNS:
        of = sql.SQL("{}.{}").format(place, sql.Identifier(name))
        _run(cursor, sql.SQL("comment on column {} is {}").format(of, comment))


def _run(cursor: Any, statement: sql.Composed) -> None:
    """The driver that loads takes text alone."""
    cursor.execute(statement.as_string(None))
