"""Brings a registry to the current schema; every command calls it first."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, ProgrammingError

from registry.engine import open_engine, writing
from registry.health import DamagedRegistryError, damaged

SCRIPTS: Final = Path(__file__).resolve().parent / "migrations"


class RegistryVersionError(Exception):
    """The registry's schema is not this program's, and this login may not (or nobody can) bring it there."""


def upgrade(url: str) -> Engine:
    """Migrate the registry at a URL to the newest version and return its engine.

    The whole upgrade is one transaction under the registry's lock: of two processes that start together one
    migrates and the other finds it done.  A login that may not change the schema finds it done, or raises
    RegistryVersionError; so does a registry that a newer program migrated.  DamagedRegistryError where SQLite's file
    cannot be read.
    """
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            held = MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:
        engine.dispose()
        if type(error.orig) is not sqlite3.DatabaseError:  # malformed, or no database at all
            raise
        raise DamagedRegistryError(damaged(str(engine.url.database), str(error.orig))) from error
    scripts = ScriptDirectory(str(SCRIPTS))
    if held == scripts.get_current_head():
        return engine
    if held is not None and held not in {script.revision for script in scripts.walk_revisions()}:
        engine.dispose()
        raise RegistryVersionError(
            f"登记库的结构是 {held}，比本程序新：请用新版程序，或恢复升级前的备份"
            f" (the registry was migrated by a newer program: use that one, or restore the backup from before)"
        )
    try:
        with writing(engine, "migrations") as session:
            command.upgrade(alembic_config(session.connection()), "head")
    except ProgrammingError as error:
        engine.dispose()
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise RegistryVersionError(
            f"登记库的结构是 {held or '空的'}，须升到 {scripts.get_current_head()}，而此账号无权改动："
            "请运行 docker compose up init"
            " (the registry needs a migration, which this login may not make: run the init service)"
        ) from error
    return engine


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for an open connection; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
