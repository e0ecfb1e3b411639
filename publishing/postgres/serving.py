"""Brings a PostgreSQL database to the current published version: load beside, switch, clear away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from adbc_driver_manager import Error as AdbcError
from psycopg.conninfo import make_conninfo

from publishing.errors import NotPublishedError, ServingError
from publishing.postgres import control, switching
from publishing.postgres.loading import load, tidy
from publishing.postgres.rights import prepare
from publishing.versions import current, verify

#: A server that falls silent is given up after a minute, not after the system's two hours.
_PATIENCE: Final = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_ONE_LOADER: Final = 0x78757368  # the key of the advisory lock that a loader holds from the first look to the last


@dataclass(frozen=True, slots=True)
class Served:
    """What `serve` left behind: the version that readers get, whether that changed, and what could not go yet.

    `is_settled` is False while a reader's transaction still holds the version before; `waiting` names the schemas
    that nobody may enter any more but somebody still reads.
    """

    version: int
    is_new: bool
    is_settled: bool
    waiting: tuple[str, ...]


def serve(url: str, published: Path) -> Served:
    """Bring the database of `url` to the current version of `published`; the same version twice is nothing.

    Loads in one transaction, so that a loader that dies leaves nothing.  Readers see the version before or this one in
    every statement, and neither wait nor are waited for.  Raises ServingError (ServingRightsError, NotPublishedError,
    DamagedVersionError); what was served then stays served.
    """
    address = _address(url)
    with _told(), psycopg.connect(address, autocommit=True) as connection:
        connection.execute("set lock_timeout = '10min'")  # another loader may be at work
        connection.execute("select pg_advisory_lock(%s)", [_ONE_LOADER])
        held = current(published)  # only now: who waited for another loader must not go back behind it
        if held is None:
            raise NotPublishedError(f"还没有已发布的数据：{published} / nothing has been published yet")
        connection.execute("set lock_timeout = '10s'")
        prepare(connection)
        release = control.release_of(held)
        before = control.served(connection)
        if control.schema_of(connection, release) is None:
            load(address, published, verify(published, held.version), release)
            tidy(connection, release)
        is_settled = switching.switch(connection, release)
        waiting = switching.clear_away(connection) if is_settled else ()
    return Served(held.version, before != release, is_settled, waiting)


def served_version(url: str) -> int | None:
    """The version that a database serves; None where none is, or where it does not answer."""
    try:
        with psycopg.connect(_address(url), autocommit=True) as connection:
            release = control.served(connection)
    except (psycopg.Error, ServingError):
        return None
    return None if release is None else control.version_of(release)


def _address(url: str) -> str:
    """A libpq address, whatever driver the URL's writer named."""
    scheme, _, rest = url.partition("://")
    if rest.partition("?")[0].count("@") > 1:  # libpq would take a part of the password for the host, and tell it
        raise ServingError(
            "查询服务地址的口令含有 @ 等字符，须写成 %40 的形式 / percent-encode @ in the serving database's password"
        )
    try:
        return make_conninfo(f"{scheme.partition('+')[0]}://{rest}", **_PATIENCE)
    except psycopg.ProgrammingError as error:
        raise ServingError(
            "查询服务地址无法识别，写法为 postgresql://用户@主机/库名 / no address of a PostgreSQL: postgresql://user@host/name"
        ) from error  # what it was is not told: it may hold a password


@contextmanager
def _told() -> Iterator[None]:
    """What the database or its driver complains of, as one line."""
    try:
        yield
    except (psycopg.Error, AdbcError) as error:
        raise ServingError(f"查询服务 PostgreSQL / the serving database: {_line(error)}") from error


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
