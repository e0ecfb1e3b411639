"""Brings a registry to the current schema; every command calls it first."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from registry.engine import open_engine, writing

_SCRIPTS: Final = Path(__file__).resolve().parent / "migrations"


def upgrade(url: str) -> Engine:
    """Migrate the registry at a URL to the newest version and return its engine.

    The whole upgrade is one transaction under the registry's lock: of two processes that start together one
    migrates and the other finds it done.
    """
    engine = open_engine(url)
    with writing(engine, "migrations") as session:
        command.upgrade(alembic_config(session.connection()), "head")
    return engine


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for an open connection; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
