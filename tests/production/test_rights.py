"""Each login in each database, and what it must not get: statements that a real PostgreSQL refuses."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors

from publishing import postgres
from registry.rights import RIGHTS
from tests.production.server import LOGINS, Production
from tests.publishing.serving import RELEASE, put_out

pytestmark = pytest.mark.postgres

DATABASES = ("airflow", "registry", "serving", "postgres", "template1")
MAY_ENTER = {
    "xushi_airflow": {"airflow"},
    "xushi_pipeline": {"registry", "serving"},
    "xushi_desk": {"registry"},
    "xushi_bi": {"serving"},
}
#: Ways out of a login, tried by each in each database that it may enter.
ESCAPES = (
    "set role xushi",
    "set role xushi_registry",
    "set session authorization xushi",
    "select * from pg_authid",
    "select * from pg_shadow",
    "select passwd from pg_user_mappings, pg_shadow",
    "copy (select 1) to program 'id'",
    "create temp table x (a text); copy x from program 'id'",
    "copy (select 1) to '/tmp/out'",
    "select pg_read_file('/etc/passwd')",
    "select pg_read_binary_file('postgresql.conf')",
    "select pg_ls_dir('.')",
    "select lo_import('/etc/passwd')",
    "select pg_reload_conf()",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'xushi'",  # a session of the test's own
    "select pg_cancel_backend(pid) from pg_stat_activity where usename = 'xushi'",
    "alter system set log_statement = 'all'",
    "load 'plpython3'",
    "create extension plpython3u",
    "create schema theirs; create extension dblink schema theirs",
    "create schema theirs; create extension file_fdw schema theirs",
    "create language plpython3u",
    "create role intruder superuser",
    "create database theirs",
    "alter role {me} superuser",
    "alter role {me} createrole",
    "alter role {me} bypassrls",
    "alter role xushi password 'x'",
    "alter role {other} password 'x'",
    "grant xushi to {me}",
    "grant xushi_registry to {me}",
    "grant bi_reader to xushi_desk",
    "alter database {database} owner to {me}",
    "drop database serving",
    "create tablespace t location '/tmp'",
    "create event trigger t on ddl_command_start execute function pg_stat_clear_snapshot()",
    "create publication p for all tables",
    "create subscription s connection 'host=127.0.0.1' publication p",
    "select pg_create_physical_replication_slot('x')",
    "update pg_class set relowner = current_user::regrole where relname = 'audit_log'",
    "alter default privileges for role xushi grant all on tables to {me}",
)
#: In the registry, by neither of its two logins.
NOBODYS = (
    "create table theirs (a int)",
    "create temp table theirs (a int)",
    "create view theirs as select 1 as a",
    "create schema theirs",
    "create function public.f() returns int language sql as 'select 1'",
    "create trigger t before insert on audit_log for each row execute function suppress_redundant_updates_trigger()",
    "create rule r as on insert to audit_log do instead nothing",
    "alter table audit_log add column x int",
    "alter table audit_log disable trigger all",
    "alter table editions drop constraint ck_editions_issued_has_number",
    "alter table desk_users enable row level security",
    "comment on table audit_log is 'x'",
    "drop table audit_log",
    "truncate audit_log",
    "truncate submissions cascade",
    "delete from audit_log",
    "update audit_log set actor = 'somebody'",
    "update audit_log set note = null where true",
    "delete from crosswalk",
    "update crosswalk set durable_id = 'x'",
    "delete from submissions",
    "delete from extraction_runs",
    "delete from incidents",
    "delete from corrections",
    "delete from determinations",
    "delete from requirement_changes",
    "update requirement_changes set approval_no = 'x'",
    "delete from notices",
    "delete from editions",
    "delete from edition_answers",
    "delete from desk_users",
    "delete from publications",
    "update determinations set status = 'completed'",
    "update corrections set corrected_value = '1'",
    "update corrections set decided_by = 'x'",
    "update notice_incidents set message_zh = 'x'",
    "update alembic_version set version_num = 'x'",
    "insert into alembic_version values ('x')",
    "grant select on desk_users to {other}",
    "lock table audit_log in access exclusive mode",
)
#: Decisions are people's: the pipeline makes none.
NOT_THE_PIPELINES = (
    "select * from desk_users",
    "select password_hash from desk_users",
    "select count(*) from desk_users",
    "insert into desk_users select 'x', 'x', 'x', 'admin', true, now()",
    "update desk_users set role = 'admin'",
    "insert into determinations select 'x', 'x', 'x', 'completed', 'x', 'x', now()",
    "update determinations set withdrawn_at = now()",
    "insert into corrections (correction_id) values ('x')",
    "update corrections set withdrawn_at = now()",
    "insert into requirement_changes (change_id) values ('x')",
    "insert into notices (notice_id) values ('x')",
    "update notices set number = 'x'",
    "update editions set state = 'issued'",
    "insert into editions (edition_id) values ('x')",
    "update edition_answers set state = 'accepted'",
    "delete from edition_files",
)
#: What was received, read, found and published is the pipeline's: the desk adds what is handed in and rewrites none.
NOT_THE_DESKS = (
    "update submissions set received_at = now()",
    "update submissions set sha256 = 'x'",
    "update submissions set reporting_unit = 'x'",
    "update submissions set is_stamped = true",
    "update submissions set period = '2023-01'",
    "update extraction_runs set status = 'succeeded'",
    "update extraction_runs set lake_sha256 = 'x'",
    "insert into incidents (incident_id) values ('x')",
    "update incidents set severity = 'info'",
    "update incidents set check_id = 'x'",
    "update incidents set record_key = 'x'",
    "update incidents set is_failing = false",
    "update incidents set message_zh = 'x'",
    "update incidents set source_quote = 'x'",
    "update corrections set state = 'applied', reason = 'x'",
    "update amendments set is_live = false",
    "insert into publications (version) values (1)",
    "update publications set content_digest = 'x'",
    "update refresh_runs set status = 'published'",
    "update expected_submissions set due_date = now()",
    "insert into resolved_runs (run_id) values ('x')",
    "insert into amendments (amendment_id) values ('x')",
)
#: A BI server's session, after it has turned its habit of reading only off: what is refused is refused by rights.
NOT_FOR_READERS = (
    "insert into marts.fct (fct_key) values ('x')",
    "update marts.fct set n = 0",
    "delete from marts.fct",
    "truncate marts.fct",
    "drop table marts.fct",
    "drop schema marts cascade",
    "alter table marts.fct add column x int",
    "comment on table marts.fct is 'x'",
    "create table marts.theirs (a int)",
    "create table public.theirs (a int)",
    "create temp table theirs (a int)",
    "create view marts.theirs as select 1 as a",
    "create schema theirs",
    "create function marts.f() returns int language sql as 'select 1'",
    "do 'begin loop end loop; end'",
    "grant select on marts.fct to public",
    "lock table marts.fct in access exclusive mode",
    "select * from xushi_serving.releases",
    "update xushi_serving.pointer set release = 'x'",
    "select nextval('xushi_serving.bridges')",
    "select pg_advisory_lock(2020959080)",  # the loader's
    "select pg_try_advisory_xact_lock(1)",
    "select lo_create(0)",
    "select lo_from_bytea(0, 'x')",
    "set role xushi_pipeline",
    "alter role xushi_bi connection limit 1000",
    "alter role xushi_bi superuser",
    "set session_replication_role = 'replica'",
)


def _attacks() -> Iterator[Any]:
    for me, databases in MAY_ENTER.items():
        (other, *_) = sorted(set(MAY_ENTER) - {me})
        for database, statement in itertools.product(sorted(databases), ESCAPES):
            yield me, database, statement.format(me=me, other=other, database=database)
    for statement in NOBODYS:
        yield "xushi_pipeline", "registry", statement.format(other="xushi_desk")
        yield "xushi_desk", "registry", statement.format(other="xushi_pipeline")
    yield from (("xushi_pipeline", "registry", statement) for statement in NOT_THE_PIPELINES)
    yield from (("xushi_desk", "registry", statement) for statement in NOT_THE_DESKS)
    yield from (("xushi_bi", "serving", statement) for statement in NOT_FOR_READERS)


ATTACKS = tuple(_attacks())


@pytest.fixture(scope="module")
def served(production: Production, tmp_path_factory: pytest.TempPathFactory) -> Production:
    """The server with a version that the pipeline loaded."""
    published = put_out(tmp_path_factory.mktemp("served"), RELEASE, 1)
    postgres.serve(production.url("xushi_pipeline", "serving", "postgresql"), published)
    return production


def _got_in(connection: psycopg.Connection[Any], statement: str) -> str | None:
    """None where the server refuses for want of a right, else what it said instead."""
    notices: list[str] = []
    connection.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
    except errors.InsufficientPrivilege:
        return None
    except errors.Error as error:
        return f"{type(error).__name__}: {error}"
    # a GRANT by who may not grant is a warning, and nothing
    return None if any(notice.startswith("no privileges were granted") for notice in notices) else "done"


#: Refused too, for another reason than a right: there is nothing of the kind, or nobody may inside a transaction.
_ALSO_REFUSED = ("UndefinedFile", "FeatureNotSupported", "ActiveSqlTransaction", "CantChangeRuntimeParam")


def test_every_attack_is_refused(served: Production) -> None:
    succeeded, sessions = [], {}
    with ExitStack() as stack:
        stack.enter_context(served.connect("xushi", "postgres"))
        for me, database in {(me, database) for me, database, _ in ATTACKS}:
            sessions[me, database] = stack.enter_context(served.connect(me, database))
            sessions[me, database].execute("set default_transaction_read_only = off")
        for me, database, statement in ATTACKS:
            said = _got_in(sessions[me, database], statement)
            if said is not None and not said.startswith(_ALSO_REFUSED):
                succeeded.append((me, database, statement, said))
    assert succeeded == []
    assert len(ATTACKS) > 300


def test_each_login_enters_its_own_databases_alone(production: Production) -> None:
    for login, database in itertools.product(MAY_ENTER, DATABASES):
        if database in MAY_ENTER[login]:
            production.connect(login, database).close()
        else:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                production.connect(login, database)


def test_nobody_enters_without_the_password_or_with_anothers(production: Production) -> None:
    for login in (*MAY_ENTER, "xushi"):
        for password in (
            "",
            login,
            "postgres",
            "x" * 64,
            production.password(next(n for n in MAY_ENTER if n != login)),
        ):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(
                    host="127.0.0.1", port=production.port, dbname="registry", user=login, password=password
                )


@pytest.mark.parametrize("role", ["bi_reader", "xushi_registry", "postgres"])
def test_a_role_that_is_no_login_does_not_log_in(production: Production, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"password|not permitted"):
        psycopg.connect(host="127.0.0.1", port=production.port, dbname="serving", user=role, password="x")


def test_a_reader_reads_every_table_that_is_published_and_no_other(served: Production) -> None:
    with served.connect("xushi_bi", "serving") as connection:
        assert connection.execute("select count(*) from fct").fetchone() == (9,)
        visible = connection.execute(
            "select distinct table_schema from information_schema.tables"
            " where table_schema not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert visible == [("marts",)]
        with pytest.raises(errors.ReadOnlySqlTransaction):
            connection.execute("create table x (a int)")


def test_a_reader_keeps_reading_while_the_pipeline_switches_versions(served: Production, tmp_path: Path) -> None:
    with served.connect("xushi_bi", "serving") as connection:
        before = connection.execute("select min(mark) from fct").fetchone()
        published = put_out(tmp_path, RELEASE, 7)
        postgres.serve(served.url("xushi_pipeline", "serving", "postgresql"), published)
        assert (before, connection.execute("select min(mark) from fct").fetchone()) == ((1,), (7,))


def test_what_a_login_holds_is_what_is_declared(production: Production) -> None:
    verbs = ("select", "insert", "update", "delete", "truncate", "references", "trigger")
    with production.connect("xushi", "registry") as connection:
        for (login, duty), table, verb in itertools.product(
            (("xushi_pipeline", "pipeline"), ("xushi_desk", "desk")), RIGHTS, verbs
        ):
            declared = getattr(RIGHTS[table], duty)
            whole = re.search(rf"\b{verb}\b(?! \()", declared) is not None
            held = connection.execute("select has_table_privilege(%s, %s, %s)", [login, table, verb]).fetchone()
            assert held == (whole,), (login, table, verb)


def test_a_right_that_somebody_gave_by_hand_is_taken_back(production: Production) -> None:
    with production.connect("xushi", "registry") as connection:
        connection.execute("grant update (actor) on audit_log to xushi_desk")
        connection.execute("grant delete on submissions to xushi_pipeline")
        connection.execute("grant select on desk_users to public")
    production.set_up()
    for login, statement in (
        ("xushi_desk", "update audit_log set actor = 'x'"),
        ("xushi_pipeline", "delete from submissions"),
        ("xushi_pipeline", "select * from desk_users"),
    ):
        with production.connect(login, "registry") as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement)


def test_what_an_earlier_set_up_made_as_the_administrator_is_handed_over(production: Production) -> None:
    with production.connect("xushi", "registry") as connection:
        connection.execute("alter table audit_log owner to xushi")
    with production.connect("xushi", "serving") as connection:
        connection.execute("create schema marts_v000009_old; create table marts_v000009_old.t (a serial)")
    production.set_up()
    with production.connect("xushi", "registry") as connection:
        owners = connection.execute("select distinct tableowner from pg_tables where schemaname = 'public'").fetchall()
        assert owners == [("xushi_registry",)]
    with production.connect("xushi_pipeline", "serving") as connection:
        connection.execute("drop schema marts_v000009_old cascade")


def test_no_secret_reaches_the_servers_log(production: Production) -> None:
    """The server of these tests logs every statement."""
    log = production.log.read_text("utf-8", "replace")
    assert "alter role" in log
    assert [login for login in LOGINS.values() if production.password(login) in log] == []
