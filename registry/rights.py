"""Who may do what to which table of the registry, where PostgreSQL holds it: one login a duty, each with the least.

The pipeline receives, extracts, finds and publishes, and decides nothing; the desk decides, and publishes nothing.
Neither changes the schema, neither removes or rewrites an entry of the audit log or of the crosswalk.  Every table is
listed once; a table that is not listed here is nobody's, and a test says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, LiteralString, cast

from psycopg import Connection, sql

#: Owns the registry's tables and logs in never: the set-up takes its part to migrate.
OWNER: Final = "xushi_registry"
PIPELINE: Final = "xushi_pipeline"
DESK: Final = "xushi_desk"

#: Rights as SQL writes them; `update (state, version)` is of these columns alone.
_ADDS: Final = "select, insert"
_KEEPS: Final = "select, insert, update"


@dataclass(frozen=True, slots=True)
class Rights:
    """What the pipeline and the desk may do to one table; '' is nothing at all."""

    pipeline: LiteralString = "select"
    desk: LiteralString = "select"


RIGHTS: Final[dict[str, Rights]] = {
    "alembic_version": Rights(),
    # the pipeline's
    "expected_submissions": Rights(pipeline="select, insert, update, delete"),  # what the calendar no longer says
    "obligations": Rights(pipeline=_KEEPS),
    "obligation_exceptions": Rights(pipeline=_KEEPS),
    "reminders": Rights(pipeline="select, insert, update, delete"),  # one that did not go out is given back
    # the desk takes in what is handed to it: a new row, the ranks of its scope, and why a file was refused
    "submissions": Rights(
        pipeline=_KEEPS,
        desk="select, insert, update (status, revision, superseded_by, rejection_reason, rejection_detail)",
    ),
    # and a replay is accepted at the desk
    "extraction_runs": Rights(pipeline=_KEEPS, desk="select, insert, update (is_live)"),
    "resolved_runs": Rights(pipeline=_KEEPS),
    "lake_files": Rights(pipeline="select, insert, update, delete"),  # a file written anew gives up its former digest
    "amendments": Rights(pipeline=_KEEPS),
    "publications": Rights(pipeline=_KEEPS),
    "refresh_runs": Rights(pipeline=_KEEPS),
    "refresh_stages": Rights(pipeline="select, insert, update, delete"),  # a run that is tried again took other times
    # what a person decides on, at the desk, at the command line or at the gate of the DAG
    "replays": Rights(pipeline=_KEEPS, desk="select, update (state, decided_by, decided_at, reason)"),
    "replay_runs": Rights(pipeline="select, insert, delete"),
    # both: an id or an entry of the log is given once; a finding is the gates', what becomes of it the stewards'
    "crosswalk": Rights(pipeline=_ADDS, desk=_ADDS),
    "audit_log": Rights(pipeline=_ADDS, desk=_ADDS),
    "incidents": Rights(
        pipeline=_KEEPS,
        desk="select, update (state, assignee, reason, comment, reopened_at, reopen_count, resolved_at, resolution, "
        "version)",
    ),
    "corrections": Rights(
        pipeline="select, update (state, found_value)",
        desk="select, insert, update (state, withdrawn_by, withdrawn_at, supplement_on, supplement_note)",
    ),
    # the desk's
    "determinations": Rights(desk="select, insert, update (withdrawn_by, withdrawn_at)"),
    "requirement_changes": Rights(desk=_ADDS),
    "notices": Rights(desk=_KEEPS),
    "notice_incidents": Rights(desk=_ADDS),
    "editions": Rights(desk=_KEEPS),
    "edition_files": Rights(desk="select, insert, update, delete"),  # a draft's files give way to those of the review
    "edition_answers": Rights(desk=_KEEPS),
    "desk_users": Rights(desk=_KEEPS),  # with scrypt's hashes; the nightly backup, the pipeline's, copies every table
}


def grant(connection: Connection[Any]) -> None:
    """Give the logins what RIGHTS says and take away whatever else they had; a second time changes nothing.

    Called by the owner's master in the registry's database, after the migrations.
    """
    there = {
        name for (name,) in connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    }
    logins = sql.SQL(", ").join(sql.Identifier(name) for name in (PIPELINE, DESK))
    with connection.transaction():
        connection.execute(sql.SQL("revoke all on all tables in schema public from public, {}").format(logins))
        _revoke_columns(connection, there)
        connection.execute(sql.SQL("grant usage on schema public to {}").format(logins))
        for table in sorted(there & set(RIGHTS)):
            for login, rights in ((PIPELINE, RIGHTS[table].pipeline), (DESK, RIGHTS[table].desk)):
                if rights:
                    connection.execute(
                        sql.SQL("grant {} on {} to {}").format(
                            sql.SQL(rights), sql.Identifier("public", table), sql.Identifier(login)
                        )
                    )


def _revoke_columns(connection: Connection[Any], tables: set[str]) -> None:
    """What was granted by the column stands apart from what was granted by the table."""
    held = connection.execute(
        "select distinct table_name, column_name, grantee, privilege_type from information_schema.column_privileges"
        " where table_schema = 'public' and grantee = any(%s)",
        [[PIPELINE, DESK]],
    ).fetchall()
    for table, column, grantee, privilege in held:
        if table in tables:
            connection.execute(
                sql.SQL("revoke {} ({}) on {} from {}").format(
                    sql.SQL(cast(LiteralString, privilege)), sql.Identifier(column),
                    sql.Identifier("public", table), sql.Identifier(grantee),
                )
            )  # fmt: skip
