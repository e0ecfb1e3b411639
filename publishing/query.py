"""Reads the published snapshot: one statement, read-only, away from every other file (`xushi query`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import duckdb

from publishing.errors import DamagedVersionError, NotPublishedError, QueryRefusedError
from publishing.versions import SCHEMA

_READING: Final = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Column names and rows, as DuckDB gives them (Decimal, date, str, bool, None …)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


Ask = Callable[..., QueryResult]


def query(published_database: Path, sql: str, parameters: Sequence[object] = ()) -> QueryResult:
    """Run one reading statement on the current snapshot; its tables need no schema before their names.

    `parameters` stand for the question marks of the statement.

    Raises NotPublishedError when there is no snapshot, DamagedVersionError when its file cannot be opened,
    QueryRefusedError when the statement does anything but read, is not one statement, or cannot be run; each with one
    line in Chinese and English.
    """
    with opened(published_database) as ask:
        return ask(sql, parameters)


@contextmanager
def opened(published_database: Path) -> Iterator[Ask]:
    """The current snapshot for several statements: what yields runs each as `query` does, all on one version."""
    if not published_database.exists():
        raise NotPublishedError(f"还没有已发布的数据：{published_database} / nothing has been published yet")
    with _open(published_database) as connection:
        connection.execute(f"set schema = '{SCHEMA}'")
        yield partial(_ask, connection)


def _ask(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()) -> QueryResult:
    statement = _only_reading(connection, sql)
    try:
        cursor = connection.execute(statement, list(parameters))
        return QueryResult(
            columns=tuple(str(column[0]) for column in cursor.description or ()),
            rows=tuple(tuple(row) for row in cursor.fetchall()),
        )
    except duckdb.Error as error:
        raise QueryRefusedError(f"查询未能执行 / the query could not run: {_first_line(error)}") from error


def _open(published_database: Path) -> duckdb.DuckDBPyConnection:
    """The current version, read-only; retention may remove it between two looks at the pointer, so it looks twice.

    The link is resolved first: DuckDB shares one instance per path, and an old reader must not pin a new one.
    """
    config: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": False}
    version = published_database.resolve()
    try:
        return duckdb.connect(str(version), read_only=True, config=config)
    except duckdb.IOException as error:
        if published_database.resolve() == version:
            raise DamagedVersionError(
                f"已发布的文件打不开：{version}（{_first_line(error)}）；用 xushi versions --check 核对，"
                "xushi rollback 回退 / the published file cannot be opened"
            ) from error
    return duckdb.connect(str(published_database.resolve()), read_only=True, config=config)


def _only_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The one statement of the text, when it only reads."""
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryRefusedError(f"语句有误 / the statement cannot be read: {_first_line(error)}") from error
    if len(statements) != 1:
        raise QueryRefusedError(
            f"一次只接受一条查询语句，收到 {len(statements)} 条 / one statement at a time, {len(statements)} given"
        )
    if statements[0].type not in _READING:
        raise QueryRefusedError(
            f"已发布的数据只能读取，不接受 {statements[0].type.name} 语句 / "
            f"the published snapshot is read-only: {statements[0].type.name} is refused"
        )
    return statements[0]


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
