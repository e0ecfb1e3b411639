"""Alembic's environment: runs on the connection that registry.migrate hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from registry.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,  # SQLite too: the engine begins its transactions itself
    render_as_batch=True,  # SQLite alters a table by copying it
    compare_type=True,
    user_module_prefix="types.",
)
context.run_migrations()
