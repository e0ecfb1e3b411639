"""Makes a loaded release the one that readers get, between two of their statements and without a lock on a table.

Three steps, each a transaction of its own; a loader that dies in between leaves `marts` whole, and the
next one goes on:

1. `marts` becomes a bridge, views over all releases that are here, and still shows what it showed;
2. the pointer moves: the one step that readers notice;
3. `marts` becomes the tables of the release, once no snapshot is left that is older than step 2.

A schema is renamed without a lock that any reader holds or waits for.  What nobody needs any more is dropped when
nobody reads it, at the latest after another publication.
"""

from __future__ import annotations

import time
from typing import Any, Final

from psycopg import Connection, errors, sql

from publishing.postgres import bridge, control
from publishing.postgres.rights import close, let_in
from publishing.versions import SCHEMA

#: How long a switch waits for statements that began before it: seconds, at most.
PATIENCE: Final = 5.0
#: A statement looks its tables up by one snapshot and reads by another, and for a moment in between it has none: so all
#: transactions of before are waited for too, seconds at most, since an idle one does not end.
_GRACE: Final = 2.0
_POLL: Final = 0.02
_LOCK_TIMEOUT: Final = "set local lock_timeout = '100ms'"

_MOVE: Final = "update xushi_serving.pointer set release = %s, moved_by = pg_current_xact_id()"

#: Whether a transaction of this database reads by a snapshot that may not see the transaction that is asked about.
_OLDER: Final = """
    select exists (
        select from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_xmin is not null
          and backend_type is distinct from 'autovacuum worker'
          and age(backend_xmin) >= age(%s::text::xid8::xid)
    )
"""

#: The transactions of others that are running; every role may see them.
_RUNNING: Final = """
    select virtualtransaction from pg_locks
    where locktype = 'virtualxid' and mode = 'ExclusiveLock' and pid <> pg_backend_pid()
"""


def switch(connection: Connection[Any], release: str) -> bool:
    """Serve a loaded release; True when `marts` is its tables, False while it is the bridge that shows them."""
    served = control.served(connection)
    if served is None:
        _first(connection, release)
        return True
    if served != release:
        try:
            built = _build_bridge(connection, release)
        except bridge.UnlikeTypesError:
            _switch_at_once(connection, release)
            return True
        _wait_for_older(connection, built)
        _forget_plans(connection)
        connection.execute(_MOVE, [release])
    return _settle(connection, release)


def clear_away(connection: Connection[Any]) -> tuple[str, ...]:
    """Drop the bridges and releases that are not served; the names of those that somebody still reads."""
    served = control.served(connection)
    others = {schema: release for release, schema in control.loaded(connection) if release != served}
    return tuple(
        schema
        for schema in (*control.bridges(connection), *others)
        if not _drop(connection, schema, others.get(schema))
    )


def _first(connection: Connection[Any], release: str) -> None:
    with connection.transaction():
        _become_marts(connection, control.schema_name(release))
        connection.execute(
            "insert into xushi_serving.pointer (release, moved_by) values (%s, pg_current_xact_id())", [release]
        )


def _switch_at_once(connection: Connection[Any], release: str) -> None:
    """Without a bridge, where a column changed its type: a statement in the middle of its look-ups may see both."""
    with connection.transaction():
        _step_aside(connection)
        _become_marts(connection, control.schema_name(release))
        connection.execute(_MOVE, [release])


def _build_bridge(connection: Connection[Any], release: str) -> str:
    """Step 1; the transaction that did it."""
    with connection.transaction():
        name = bridge.build(connection, release)
        _step_aside(connection)
        _become_marts(connection, name)
        return _transaction(connection)


def _settle(connection: Connection[Any], release: str) -> bool:
    """Step 3, unless it was done or an older snapshot is held for too long."""
    schema = control.schema_of(connection, release)
    if schema == SCHEMA:
        return True
    moved = connection.execute("select moved_by::text from xushi_serving.pointer").fetchone()
    if moved and _wait_for_older(connection, moved[0]):
        return False
    with connection.transaction():
        _step_aside(connection)
        _become_marts(connection, control.schema_name(release))
    return True


def _step_aside(connection: Connection[Any]) -> None:
    """Give the schema `marts` the name of its own back, and close it to readers."""
    of = {schema: release for release, schema in control.loaded(connection)}.get(SCHEMA)
    name = control.schema_name(of) if of else control.next_bridge(connection)
    _rename(connection, SCHEMA, name)
    connection.execute(close(name))


def _become_marts(connection: Connection[Any], schema: str) -> None:
    connection.execute(let_in(schema))
    _rename(connection, schema, SCHEMA)


def _rename(connection: Connection[Any], old: str, new: str) -> None:
    connection.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(old), sql.Identifier(new)))


def _transaction(connection: Connection[Any]) -> str:
    row = connection.execute("select pg_current_xact_id()::text").fetchone()
    return str(row[0]) if row else ""


def _wait_for_older(connection: Connection[Any], transaction: str) -> bool:
    """Wait until no reader has a snapshot from before `transaction`; True when one still does after `PATIENCE`."""
    until = time.monotonic() + PATIENCE
    while (connection.execute(_OLDER, [transaction]).fetchone() or (False,))[0]:
        if time.monotonic() > until:
            return True
        time.sleep(_POLL)
    return False


def _forget_plans(connection: Connection[Any]) -> None:
    """Once this returns, whatever runs looked its tables up after step 1.

    A statement that is prepared while step 1 commits may keep a plan with tables and views side by side, for good: the
    server drops what it hears while it plans.  When nobody plans by that any more, a change of the schema's rights
    (to what they are) has every plan made anew.
    """
    _wait_for_running(connection)
    connection.execute(let_in(SCHEMA))
    _wait_for_running(connection)


def _wait_for_running(connection: Connection[Any]) -> None:
    """Wait until the transactions that run now have ended, or `_GRACE` is over."""
    until = time.monotonic() + _GRACE
    before = {row[0] for row in connection.execute(_RUNNING).fetchall()}
    while before and time.monotonic() < until:
        time.sleep(_POLL)
        before &= {row[0] for row in connection.execute(_RUNNING).fetchall()}


def _drop(connection: Connection[Any], schema: str, release: str | None) -> bool:
    try:
        with connection.transaction():
            connection.execute(_LOCK_TIMEOUT)
            connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(schema)))
            connection.execute("delete from xushi_serving.releases where release = %s", [release])
    except errors.LockNotAvailable:
        return False
    return True
