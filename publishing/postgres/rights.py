"""What the loader must be allowed, and the role of those who read."""

from __future__ import annotations

from typing import Any, Final

from psycopg import Connection, errors, sql

from publishing.errors import ServingError, ServingRightsError
from publishing.postgres.control import CREATE
from publishing.versions import SCHEMA

#: The group of all who read; logins of BI servers are its members.
READER: Final = "bi_reader"


def prepare(connection: Connection[Any]) -> None:
    """Make the loader's schema and the readers' role where they are absent.

    Raises ServingRightsError with the SQL for an administrator, ServingError where `marts` is somebody else's.
    """
    _ensure_reader(connection)
    database, may_create, user = connection.execute(
        "select current_database(), has_database_privilege(current_database(), 'CREATE'), current_user"
    ).fetchone() or ("", False, "")
    if not may_create:
        grant = sql.SQL("grant create on database {} to {};").format(sql.Identifier(database), sql.Identifier(user))
        raise ServingRightsError(_ask(grant.as_string(connection)))
    with connection.transaction():
        for statement in CREATE:
            connection.execute(statement)
    _refuse_strangers(connection)


def let_select(schema: str) -> sql.Composed:
    """A statement that lets readers read the tables of a schema, once they may enter it."""
    return sql.SQL("grant select on all tables in schema {} to {}").format(
        sql.Identifier(schema), sql.Identifier(READER)
    )


def let_in(schema: str) -> sql.Composed:
    """A statement that lets readers enter a schema."""
    return sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(schema), sql.Identifier(READER))


def close(schema: str) -> sql.Composed:
    """A statement that keeps readers out of a schema; whoever reads one of its tables now reads on."""
    return sql.SQL("revoke all on schema {} from {}").format(sql.Identifier(schema), sql.Identifier(READER))


def _ensure_reader(connection: Connection[Any]) -> None:
    if connection.execute("select 1 from pg_roles where rolname = %s", [READER]).fetchone():
        return
    reader = sql.Identifier(READER)
    wanted = [
        sql.SQL("create role {} nologin").format(reader),
        sql.SQL("alter role {} set search_path = {}").format(reader, sql.Identifier(SCHEMA)),
    ]
    try:
        with connection.transaction():
            for statement in wanted:
                connection.execute(statement)
    except errors.DuplicateObject:
        return  # another loader, of another database of this server, was first
    except errors.InsufficientPrivilege as error:
        raise ServingRightsError(_ask(" ".join(f"{one.as_string(connection)};" for one in wanted))) from error


def _refuse_strangers(connection: Connection[Any]) -> None:
    """A schema `marts` that no loader made may hold somebody's only copy of something."""
    known = connection.execute(
        "select n.nspowner = current_user::regrole and"
        " (exists (select from xushi_serving.pointer) or exists (select from xushi_serving.releases))"
        " from pg_namespace n where n.nspname = %s",
        [SCHEMA],
    ).fetchone()
    if known is not None and not known[0]:
        raise ServingError(
            f"库中已有不是由本系统建立的架构 {SCHEMA}，请改名或另用一个库"
            f" / the schema {SCHEMA} was not made by this system; rename it or use another database"
        )


def _ask(statements: str) -> str:
    return f"查询服务账号权限不足，请数据库管理员执行一次 / an administrator must run once: {statements}"
