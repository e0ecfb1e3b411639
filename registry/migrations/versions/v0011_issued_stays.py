"""The database itself refuses to change or delete what belongs to an issued edition, whoever asks.

A later migration that copies one of these tables over in SQLite (batch mode) must create its triggers again.
"""

from __future__ import annotations

from collections.abc import Iterator

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SAID = "an issued edition never changes; a correction follows it"
_OF_ISSUED = "exists (select 1 from editions where edition_id = old.edition_id and state = 'issued')"
#: What a row must be for the trigger of its table to refuse.
_ISSUED = {"editions": "old.state = 'issued'", "edition_files": _OF_ISSUED, "edition_answers": _OF_ISSUED}
_EVENTS = ("update", "delete")


def upgrade() -> None:
    """Go forward; nothing that was there changes."""
    for table, condition in _ISSUED.items():
        for statement in _postgresql(table, condition) if _is_postgresql() else _sqlite(table, condition):
            op.execute(statement)


def downgrade() -> None:
    """Go back: nothing but the program's own care keeps issued editions."""
    for table in _ISSUED:
        if _is_postgresql():
            op.execute(f"drop trigger {table}_stay on {table}")
            op.execute(f"drop function {table}_stay()")
        else:
            for event in _EVENTS:
                op.execute(f"drop trigger {table}_stay_{event}")


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def _sqlite(table: str, condition: str) -> Iterator[str]:
    for event in _EVENTS:
        yield (
            f"create trigger {table}_stay_{event} before {event} on {table} for each row when {condition} "
            f"begin select raise(abort, '{_SAID}'); end"
        )


def _postgresql(table: str, condition: str) -> Iterator[str]:
    # a condition of a trigger holds no subquery there; the tables are those of the trigger's own schema
    yield f"""
        create function {table}_stay() returns trigger language plpgsql set search_path from current as $$
        begin
            if {condition} then
                raise exception '{_SAID}' using errcode = 'integrity_constraint_violation';
            end if;
            return case tg_op when 'DELETE' then old else new end;
        end $$
    """
    yield (
        f"create trigger {table}_stay before update or delete on {table} for each row execute function {table}_stay()"
    )
