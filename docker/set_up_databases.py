"""The server's logins, databases, rights, and the registry's schema; each start runs it, a second run changes nothing.

    python docker/set_up_databases.py

| login | database | may |
|---|---|---|
| xushi_airflow | airflow | everything there: Airflow's metadata is its own |
| xushi_pipeline | registry, serving | what registry/rights.py says; load versions |
| xushi_desk | registry | what registry/rights.py says |
| xushi_bi | serving | select from what is published, as a member of bi_reader |

The server's administrator is known to this set-up alone.  Passwords are the files beside its own; the server is told
their SCRAM verifiers and never hears them, so no log of its can hold one.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import Connection, sql
from sqlalchemy import URL

from publishing.postgres.rights import READER
from publishing.versions import SCHEMA
from registry import migrate, rights

ADMIN: Final = "xushi"
AIRFLOW, BI = "xushi_airflow", "xushi_bi"
SHORTEST_PASSWORD: Final = 16


@dataclass(frozen=True, slots=True)
class Login:
    """A login, the file of its password, the databases it may enter, and how many connections it may hold."""

    name: str
    secret: str
    databases: tuple[str, ...]
    connections: int


LOGINS: Final = (
    Login(AIRFLOW, "db_airflow", ("airflow",), 100),
    Login(rights.PIPELINE, "db_pipeline", ("registry", "serving"), 40),
    Login(rights.DESK, "db_desk", ("registry",), 40),
    Login(BI, "db_bi", ("serving",), 40),
)
#: Each database and whose its schema `public` is; the databases themselves are the administrator's, so that no login
#: drops one.  In `serving` the pipeline makes schemas of its own.
OWNERS: Final = {"airflow": AIRFLOW, "registry": rights.OWNER, "serving": ADMIN}
#: What any session may do by default and a reader of the serving database has no need of: locks that the loader waits
#: for (which the loader gets back), large objects, and below a language to loop in.
_NOT_FOR_READERS: Final = """
    select p.oid::regprocedure::text, p.proname ~ 'advisory' from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace
      and (p.proname ~ '^pg_(try_)?advisory_' or p.proname ~ '^lo_' or p.proname in ('loread', 'lowrite'))
"""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server answers, and the folder of the secrets."""

    host: str
    port: int
    secrets: Path

    def password(self, name: str) -> str:
        """A secret; what is missing or short ends the set-up with one line."""
        path = self.secrets / name
        found = path.read_text("utf-8").strip() if path.is_file() else ""
        if len(found) < SHORTEST_PASSWORD:
            sys.exit(f"{path}: 缺少口令，或少于 {SHORTEST_PASSWORD} 个字符；docker/make_secrets.sh 可生成"
                     f" (no password of at least {SHORTEST_PASSWORD} characters there)")  # fmt: skip
        return found

    def connect(self, database: str) -> Connection[Any]:
        """As the administrator."""
        password = self.password("postgres_password")
        return psycopg.connect(
            host=self.host, port=self.port, dbname=database, user=ADMIN, password=password, autocommit=True
        )


def main(server: Server) -> None:
    """Set up; whatever cannot be done ends it with the server's own line."""
    with server.connect("postgres") as connection:
        _make_roles(connection, server)
        for database in OWNERS:
            _make_database(connection, database)
        for database in ("postgres", "template1"):
            connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database)))
    for database, owner in OWNERS.items():
        with server.connect(database) as connection:
            connection.execute("revoke all on schema public from public")
            connection.execute(sql.SQL("alter schema public owner to {}").format(sql.Identifier(owner)))
            _hand_over(connection, owner)
    migrate.upgrade(
        URL.create(
            "postgresql+psycopg", ADMIN, server.password("postgres_password"), server.host, server.port, "registry",
            {"options": f"-c role={rights.OWNER}"},
        ).render_as_string(hide_password=False)
    ).dispose()  # fmt: skip
    with server.connect("registry") as connection:
        rights.grant(connection)
    with server.connect("serving") as connection:
        _set_up_serving(connection)


def _make_roles(connection: Connection[Any], server: Server) -> None:
    there = {name for (name,) in connection.execute("select rolname from pg_roles").fetchall()}
    least = sql.SQL("nosuperuser nocreatedb nocreaterole noreplication nobypassrls")
    for name in (rights.OWNER, READER):
        if name not in there:
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(name)))
        connection.execute(sql.SQL("alter role {} nologin {}").format(sql.Identifier(name), least))
    for login in LOGINS:
        role = sql.Identifier(login.name)
        if login.name not in there:
            connection.execute(sql.SQL("create role {}").format(role))
        verifier = connection.pgconn.encrypt_password(
            server.password(login.secret).encode(), login.name.encode(), b"scram-sha-256"
        )
        connection.execute(
            sql.SQL("alter role {} login {} connection limit {} password {}").format(
                role, least, sql.Literal(login.connections), sql.Literal(verifier.decode())
            )
        )
    connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(READER), sql.Identifier(BI)))
    for name, setting, value in (
        (BI, "search_path", SCHEMA),
        (READER, "search_path", SCHEMA),
        (BI, "default_transaction_read_only", "on"),
        (BI, "statement_timeout", "10min"),
        (BI, "idle_in_transaction_session_timeout", "1h"),  # a forgotten transaction would keep an old version
    ):
        connection.execute(
            sql.SQL("alter role {} set {} = {}").format(
                sql.Identifier(name), sql.Identifier(setting), sql.Literal(value)
            )
        )


def _make_database(connection: Connection[Any], database: str) -> None:
    place = sql.Identifier(database)
    if not connection.execute("select from pg_database where datname = %s", [database]).rowcount:
        connection.execute(sql.SQL("create database {} encoding 'UTF8' template template0").format(place))
    connection.execute(sql.SQL("alter database {} owner to {}").format(place, sql.Identifier(ADMIN)))
    connection.execute(sql.SQL("revoke all on database {} from public").format(place))
    for login in LOGINS:
        verb = sql.SQL("grant connect on database {} to {}" if database in login.databases
                       else "revoke all on database {} from {}")  # fmt: skip
        connection.execute(verb.format(place, sql.Identifier(login.name)))


def _hand_over(connection: Connection[Any], owner: str, schemas: str = "public") -> None:
    """Give what an earlier set-up made as the administrator to its owner; `schemas` is a pattern of names."""
    given = connection.execute(
        "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname ~ ('^(' || %s || ')$') and c.relkind in ('r', 'p', 'v', 'm', 'S')"
        " and c.relowner <> %s::regrole and not exists ("  # a column's own sequence follows its table
        "select from pg_depend d where c.relkind = 'S' and d.objid = c.oid and d.deptype in ('a', 'i'))",
        [schemas, owner],
    ).fetchall()
    types = connection.execute(
        "select n.nspname, t.typname from pg_type t join pg_namespace n on n.oid = t.typnamespace"
        " where n.nspname ~ ('^(' || %s || ')$') and t.typtype in ('e', 'd') and t.typowner <> %s::regrole",
        [schemas, owner],
    ).fetchall()
    for kind, found in (("table", given), ("type", types)):
        for name in found:
            connection.execute(
                sql.SQL("alter table {} owner to {}" if kind == "table" else "alter type {} owner to {}").format(
                    sql.Identifier(*name), sql.Identifier(owner)
                )
            )


def _set_up_serving(connection: Connection[Any]) -> None:
    pipeline = sql.Identifier(rights.PIPELINE)
    connection.execute(sql.SQL("grant create on database serving to {}").format(pipeline))
    owned = connection.execute(
        "select nspname from pg_namespace where nspname ~ '^(marts|xushi_serving)' and nspowner <> %s::regrole",
        [rights.PIPELINE],
    ).fetchall()
    for (schema,) in owned:
        connection.execute(sql.SQL("alter schema {} owner to {}").format(sql.Identifier(schema), pipeline))
    _hand_over(connection, rights.PIPELINE, "(marts|xushi_serving).*")
    for function, is_the_loaders in connection.execute(_NOT_FOR_READERS).fetchall():
        place = sql.SQL(function)
        connection.execute(sql.SQL("revoke execute on function {} from public").format(place))
        if is_the_loaders:
            connection.execute(sql.SQL("grant execute on function {} to {}").format(place, pipeline))
    connection.execute("revoke usage on language plpgsql from public")


if __name__ == "__main__":
    main(
        Server(
            os.environ.get("XUSHI_POSTGRES_HOST") or "postgres",
            int(os.environ.get("XUSHI_POSTGRES_PORT") or 5432),
            Path(os.environ.get("XUSHI_SECRETS") or "/run/secrets"),
        )
    )
