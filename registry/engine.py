"""Opening the registry and its transactions: SQLite (WAL) by default, PostgreSQL by URL.

SQLite: one file, many processes; a writer takes the write lock when it begins and others wait for it.
PostgreSQL: a writer takes an advisory lock named after what it changes, so that read-then-write needs no retries.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from registry.models import Base

#: How long a process waits for another one's transaction; transactions last milliseconds.
BUSY_TIMEOUT_MS: Final = 60_000

#: SQLite takes at most 32766 bound values a statement.
_ROWS_PER_INSERT: Final = 500

_WRITES: Final = "xushi_writes"


def open_engine(url: str) -> Engine:
    """An engine for a registry URL; the folder of an SQLite file is made when it is absent."""
    parsed = _with_driver(make_url(url))
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads; its rows may be used after it is closed."""
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        yield session


@contextmanager
def writing(engine: Engine, lock: str) -> Iterator[Session]:
    """A transaction that nobody else's writing of the same lock overlaps; commits at the end, or nothing happened."""
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            key = zlib.crc32(f"xushi.{lock}".encode())
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
        with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
            yield session
            session.flush()


def insert_absent(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows whose key is not there yet; returns how many were new.

    An ON CONFLICT DO NOTHING in either dialect: two processes that insert the same row both succeed.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    table = cast(Table, model.__table__)
    new = 0
    for start in range(0, len(rows), _ROWS_PER_INSERT):
        some = list(rows[start : start + _ROWS_PER_INSERT])
        statement = insert(table).values(some).on_conflict_do_nothing().returning(*table.primary_key)
        new += len(session.execute(statement).all())  # the rows returned are those inserted; a count is not kept
    return new


def _with_driver(url: URL) -> URL:
    """The one PostgreSQL driver of this project, whatever the URL's writer left out."""
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin below, not where the driver guesses
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: upgrading a read lock later fails instead of waiting."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
