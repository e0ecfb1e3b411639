"""A registry as files, and back: every table of one moment as Parquet, into either database.

The copy is of rows, not of a database's files, so what SQLite held can go on in PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.types import TypeEngine

from registry.engine import open_engine, reading, writing
from registry.export import write_table
from registry.migrate import SCRIPTS, alembic_config
from registry.models import Base
from registry.types import PlainText, UtcDateTime

_ROWS: Final = 500


class CopyError(Exception):
    """A registry cannot be copied in: it holds something already, or the copy is none; one line for a person."""


@dataclass(frozen=True, slots=True)
class RegistryCopy:
    """What was copied: the version of the schema, and the rows of each table in an order that references allow."""

    revision: str
    rows: Mapping[str, int]


def copy_out(engine: Engine, folder: Path) -> RegistryCopy:
    """Write every table as `<table>.parquet`, all from one moment; the same rows give the same bytes.

    A table that this login may not read (the desk's users, with their passwords' hashes) is not among them.
    """
    tables = Base.metadata.sorted_tables
    with reading(engine) as session:
        if engine.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            tables = [t for t in tables if session.scalar(sa.func.has_table_privilege(t.name, "select").select())]
        revision = revision_of(session.connection())
        if revision is None:
            raise CopyError("登记库没有表结构版本 (the registry was never migrated)")
        rows = {t.name: [tuple(row) for row in session.execute(sa.select(*t.columns))] for t in tables}
    counts = {name: len(of_table) for name, of_table in rows.items()}
    for table in tables:
        write_table(table, rows.pop(table.name), folder / f"{table.name}.parquet")
    return RegistryCopy(revision, counts)


def copy_in(url: str, folder: Path, copied: RegistryCopy) -> Engine:
    """Write a copy into the registry at a URL, which must hold nothing, and bring it to the present schema.

    One transaction: it is all there, or nothing is.  Raises CopyError.
    """
    engine = open_engine(url)
    with writing(engine, "migrations") as session:
        connection = session.connection()
        _must_be_empty(connection)
        command.upgrade(alembic_config(connection), copied.revision)
        loose = _self_references(connection)
        for name, count in copied.rows.items():
            table = pq.read_table(folder / f"{name}.parquet")
            if table.num_rows != count:
                raise CopyError(f"登记表副本 {name} 有 {table.num_rows} 行，应为 {count} 行 (the copy is incomplete)")
            _insert(connection, name, table, loose.get(name, ()))
        command.upgrade(alembic_config(connection), "head")
    return engine


def left_out(copied: RegistryCopy) -> list[str]:
    """The tables that are not in a copy."""
    return sorted(set(Base.metadata.tables) - set(copied.rows))


def head() -> str:
    """The present version of the schema."""
    revision = ScriptDirectory(str(SCRIPTS)).get_current_head()
    assert revision is not None  # noqa: S101 (there are migrations)
    return revision


def revision_of(connection: Connection) -> str | None:
    """The version of the schema that a registry has, None where it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def _must_be_empty(connection: Connection) -> None:
    """A schema without rows is as good as none: it is taken away and made anew."""
    names = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
    held = [name for name in names if connection.execute(sa.select(sa.text("1")).select_from(sa.table(name))).first()]
    if held:
        where = connection.engine.url.render_as_string(hide_password=True)
        raise CopyError(
            f"登记库 {where} 已有数据（{'、'.join(held[:3])}…），应为空库 (it holds rows; an empty one is needed)"
        )
    if names:
        command.downgrade(alembic_config(connection), "base")


def _self_references(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Columns that name a row of their own table: they are filled in when all rows are there."""
    inspector = sa.inspect(connection)
    found: dict[str, tuple[str, ...]] = {}
    for name in inspector.get_table_names():
        own = [k["constrained_columns"][0] for k in inspector.get_foreign_keys(name) if k["referred_table"] == name]
        if own:
            found[name] = tuple(own)
    return found


def _insert(connection: Connection, name: str, rows: pa.Table, loose: Sequence[str]) -> None:
    table = sa.table(name, *(sa.column(f.name, _type_of(f.type)) for f in rows.schema))
    key = rows.schema.names[0]
    for some in _batches(rows):
        connection.execute(sa.insert(table), [{n: None if n in loose else v for n, v in row.items()} for row in some])
    for column in loose:
        for row in (row for some in _batches(rows.select([key, column])) for row in some if row[column] is not None):
            connection.execute(sa.update(table).where(table.c[key] == row[key]).values({column: row[column]}))


def _batches(rows: pa.Table) -> Iterator[list[dict[str, Any]]]:
    for batch in rows.to_batches(max_chunksize=_ROWS):
        if batch.num_rows:
            yield batch.to_pylist()


def _type_of(arrow: pa.DataType) -> TypeEngine[Any]:
    """The column type of what `registry.export` writes, whatever the version of the schema."""
    if pa.types.is_timestamp(arrow):
        return UtcDateTime()
    if pa.types.is_date(arrow):
        return sa.Date()
    if pa.types.is_boolean(arrow):
        return sa.Boolean()
    return sa.BigInteger() if pa.types.is_integer(arrow) else PlainText()
