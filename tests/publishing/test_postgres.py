"""PostgreSQL serves what the snapshot holds; readers see one version or the other, and hold nothing up."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from ingestion.lake import file_sha256
from publishing import postgres
from publishing.errors import DamagedVersionError, NotPublishedError, ServingError, ServingRightsError
from publishing.postgres import control, rights, switching
from publishing.rollback import roll_back
from tests.publishing.serving import TABLES, put_out

pytestmark = pytest.mark.postgres

MARKS = "select " + ", ".join(f"(select min(mark) from marts.{table})" for table in (*TABLES, "fct", "mart_share"))


@pytest.fixture
def libpq(postgres_url: str) -> str:
    return make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def database(libpq: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(libpq, autocommit=True) as connection:
        yield connection


@pytest.fixture
def version(tmp_path: Path, release):
    """Publish a version that says `mark`; answers the folder of versions."""
    return lambda mark, extra="": put_out(tmp_path, release, mark, extra)


def marks(connection: psycopg.Connection[Any]) -> set[int]:
    row = connection.execute(MARKS).fetchone()
    assert row
    return set(row)


def schemas(connection: psycopg.Connection[Any]) -> set[str]:
    found = connection.execute("select nspname from pg_namespace where nspname like 'marts%'").fetchall()
    return {name for (name,) in found}


def answers(database: psycopg.Connection[Any], snapshot: Path, question: str) -> tuple[Any, Any]:
    with duckdb.connect(str(snapshot.resolve()), read_only=True) as connection:
        return connection.execute(question).fetchall(), database.execute(question).fetchall()


def test_a_version_is_served_with_types_keys_indexes_and_comments(version, libpq, database) -> None:
    published = version(1)
    served = postgres.serve(libpq, published)
    assert (served.version, served.is_new, served.is_settled, served.waiting) == (1, True, True, ())
    assert postgres.served_version(libpq) == 1
    types = dict(
        database.execute(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute"
            " where attrelid = 'marts.fct'::regclass and attnum > 0"
        ).fetchall()
    )
    assert types == {
        "fct_key": "text", "dim_key": "bigint", "mark": "integer", "share": "numeric(18,6)", "as_of_date": "date",
        "is_due": "boolean", "known_from": "timestamp without time zone", "seen_at": "timestamp with time zone",
        "n": "bigint", "quote": "text",
    }  # fmt: skip
    indexes = database.execute("select indexdef from pg_indexes where schemaname = 'marts' and tablename = 'fct'")
    found = {definition.rpartition("btree ")[2] for (definition,) in indexes.fetchall()}
    assert found == {"(fct_key)", "(dim_key)"}
    comments = "select obj_description('marts.fct'::regclass), col_description('marts.fct'::regclass, 4)"
    assert database.execute(comments).fetchone() == ("Facts: 1% of 'all' {} · 事实：“全部”", "Share · 比例（%）")
    told = database.execute("select version, first_period, last_period, withheld_count, sha256 from marts.publication")
    assert told.fetchone() == (1, "2023-09", "2023-09", 1, file_sha256(published / "warehouse.duckdb"))


def test_the_same_question_has_the_same_answer_in_both(version, libpq, database) -> None:
    snapshot = version(1) / "warehouse.duckdb"
    postgres.serve(libpq, snapshot.parent)
    for question in (
        "select * from marts.fct order by fct_key",
        "select * from marts.mart_share order by dim_key",  # a half is 0.5, though PostgreSQL's 1 / 2 is 0
        "select sum(share), count(*), count(quote), max(known_from) from marts.fct",
        "select * from marts.dim_empty",
        "select d.mark, count(*) from marts.fct as f join marts.dim_00 as d using (dim_key) where f.is_due group by 1",
    ):
        ours, theirs = answers(database, snapshot, question)
        assert ours == theirs, question


def test_the_same_version_twice_is_nothing(version, libpq, database) -> None:
    published = version(1)
    postgres.serve(libpq, published)
    written = "select oid, relfilenode, xmin::text from pg_class where relname = 'fct'"
    before = database.execute(written).fetchall()
    again = postgres.serve(libpq, published)
    assert not again.is_new
    assert (
        database.execute("select oid, relfilenode, xmin::text from pg_class where relname = 'fct'").fetchall() == before
    )


def test_a_reader_who_holds_a_transaction_through_five_publications_holds_nothing_up(version, libpq, database) -> None:
    postgres.serve(libpq, version(0))
    with psycopg.connect(libpq) as idle:
        assert marks(idle) == {0}  # and now it sleeps in its transaction, with a lock on every table
        for mark in range(1, 6):
            served = postgres.serve(libpq, version(mark))
            assert served.is_settled
            assert marks(database) == {mark}
        assert len(served.waiting) == 1  # what it has read stays until it lets go
        assert marks(idle) == {5}
        idle.rollback()
    assert postgres.serve(libpq, version(6)).waiting == ()
    assert schemas(database) == {"marts"}


def test_a_transaction_that_reads_repeatably_keeps_its_version_through_five_publications(
    version, libpq, database, monkeypatch
) -> None:
    monkeypatch.setattr(switching, "PATIENCE", 0.05)
    postgres.serve(libpq, version(0))
    with psycopg.connect(libpq) as steady:
        steady.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        assert marks(steady) == {0}
        for mark in range(1, 6):
            served = postgres.serve(libpq, version(mark))
            assert not served.is_settled
            assert (marks(database), marks(steady)) == ({mark}, {0})
    served = postgres.serve(libpq, version(5))  # nothing new, but now it can settle
    assert (served.is_new, served.is_settled, served.waiting) == (False, True, ())
    assert schemas(database) == {"marts"}
    kind = database.execute("select relkind::text from pg_class where oid = 'marts.fct'::regclass").fetchone()
    assert kind == ("r",)


READER = """
import sys
from pathlib import Path
import psycopg

address, question, stop = sys.argv[1], sys.argv[2], Path(sys.argv[3])
seen = []
# one reader's statement is prepared by the server, the other's is looked up every time
with psycopg.connect(address, autocommit=True, prepare_threshold=5 if sys.argv[4] == "0" else None) as connection:
    print("ready", flush=True)
    while not stop.exists():
        found = set(connection.execute(question).fetchone())
        assert len(found) == 1, f"a mixture: {found}"
        seen += found
assert seen == sorted(seen), "a version came back"
print(len(seen), seen[-1], flush=True)
"""


def test_the_pointer_moves_only_when_those_that_ran_before_have_ended(version, libpq, database, monkeypatch) -> None:
    """A statement between its look-ups and its reading is a transaction without a snapshot; so is this one."""
    monkeypatch.setattr(switching, "_GRACE", 60.0)
    postgres.serve(libpq, version(0))
    published = version(1)
    pointer = "select release from xushi_serving.pointer"
    shown = "select c.relkind::text from pg_class c where c.oid = to_regclass('marts.fct')"
    with ThreadPoolExecutor(1) as pool, psycopg.connect(libpq) as running:
        running.execute("select 1")
        before = database.execute(pointer).fetchone()
        serving = pool.submit(postgres.serve, libpq, published)
        while database.execute(shown).fetchone() != ("v",):
            assert not serving.done()
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            assert database.execute(pointer).fetchone() == before
        running.rollback()
        assert serving.result(timeout=60).is_settled
    assert database.execute(pointer).fetchone() != before


def test_a_statement_that_was_prepared_amid_the_switch_is_looked_up_again_before_the_pointer_moves(
    version, libpq, database, monkeypatch
) -> None:
    """The server does not notice a rename that commits while it prepares: some names led to tables, some to views."""
    postgres.serve(libpq, version(0))
    step_aside, settle, found = switching._step_aside, switching._settle, []
    waiting = "select count(*) from pg_locks where not granted and relation = %s"
    (table,) = database.execute("select 'marts.fct'::regclass::oid::int").fetchone() or (0,)

    def block() -> None:
        with psycopg.connect(libpq) as blocker:
            blocker.execute("lock table marts.fct in access exclusive mode")
            blocker.rollback()

    def until_waits(many: int) -> None:
        while database.execute(waiting, [table]).fetchone() != (many,):
            assert not any(one.done() for one in started)

    def amid(connection: psycopg.Connection[Any]) -> None:
        monkeypatch.setattr(switching, "_step_aside", step_aside)
        started.append(pool.submit(block))
        until_waits(1)
        started.append(pool.submit(reader.execute, f"prepare asked as {MARKS}"))
        until_waits(2)
        step_aside(connection)

    def moved(connection: psycopg.Connection[Any], release: str) -> bool:
        started[1].result(timeout=60)
        found.append(set(reader.execute("execute asked").fetchone() or ()))
        return settle(connection, release)

    started: list[Future[Any]] = []
    with ThreadPoolExecutor(2) as pool, psycopg.connect(libpq, autocommit=True) as reader:
        monkeypatch.setattr(switching, "_step_aside", amid)
        monkeypatch.setattr(switching, "_settle", moved)
        assert postgres.serve(libpq, version(1)).is_settled
    assert found == [{1}]


def test_no_statement_sees_a_mixture_or_a_gap_while_versions_change(version, libpq, tmp_path, monkeypatch) -> None:
    stop = tmp_path / "stop"
    postgres.serve(libpq, version(0))
    command = [sys.executable, "-c", READER, libpq, MARKS, str(stop)]
    readers = [
        subprocess.Popen([*command, str(n)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for n in range(2)
    ]
    for reader in readers:
        assert reader.stdout
        assert reader.stdout.readline() == "ready\n"
    for mark in range(1, 9):
        postgres.serve(libpq, version(mark))
    stop.touch()
    for reader in readers:
        out, err = reader.communicate(timeout=60)
        assert reader.returncode == 0, err
        count, last = out.split()
        assert int(count) > 100 and last == "8"


def test_a_rollback_switches_back(version, libpq, database, release) -> None:
    version(1)
    published = version(2)
    postgres.serve(libpq, published)
    roll_back(published, None, at=release.published_at, by="王五", reason="试")
    assert postgres.serve(libpq, published).version == 1
    assert marks(database) == {1}
    assert database.execute("select version from marts.publication").fetchone() == (1,)


def test_new_gone_and_widened_columns_and_tables(version, libpq, database, monkeypatch) -> None:
    postgres.serve(libpq, version(1, "alter table marts.fct add column old varchar; create table marts.gone (a int)"))
    monkeypatch.setattr(switching, "PATIENCE", 0.05)
    with psycopg.connect(libpq) as steady:
        steady.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        asked = "select count(*), count(old) from marts.fct"
        assert steady.execute(asked).fetchone() == (9, 0)
        wider = "alter table marts.dim_empty add column new date; alter table marts.dim_01 alter mark type bigint"
        assert not postgres.serve(libpq, version(2, wider)).is_settled
        assert steady.execute(asked).fetchone() == (9, 0)  # a question of before still runs
        assert steady.execute("select count(*) from marts.gone").fetchone() == (0,)
        assert database.execute("select mark, old from marts.fct limit 1").fetchone() == (2, None)
    assert postgres.serve(libpq, version(2, wider)).is_settled
    with pytest.raises(psycopg.errors.UndefinedTable):
        database.execute("select from marts.gone")
    # a type that has nothing in common with the one before switches at once
    assert postgres.serve(libpq, version(3, "alter table marts.dim_02 alter mark type varchar")).is_settled
    assert database.execute("select min(mark) from marts.dim_02").fetchone() == ("3",)


@pytest.mark.parametrize("point", ["_tell_publication", "switch", "_build_bridge", "_settle", "clear_away"])
def test_a_loader_that_dies_leaves_a_whole_version_and_the_next_one_goes_on(
    version, libpq, database, point, monkeypatch
) -> None:
    postgres.serve(libpq, version(1))
    published = version(2)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, libpq, str(published), point], check=False, capture_output=True, text=True
    )
    assert killed.returncode == 9, killed.stderr
    assert marks(database) == ({2} if point in ("_settle", "clear_away") else {1})
    served = postgres.serve(libpq, published)
    assert (served.version, served.is_settled, served.waiting) == (2, True, ())
    assert marks(database) == {2}
    assert schemas(database) == {"marts"}
    assert len(control.loaded(database)) == 1


KILLED = """
import os, sys
from pathlib import Path
from publishing import postgres
from publishing.postgres import loading, switching

name = sys.argv[3]
owner = loading if hasattr(loading, name) else switching
setattr(owner, name, lambda *args, **kwargs: os._exit(9))
postgres.serve(sys.argv[1], Path(sys.argv[2]))
"""


def test_two_loaders_at_once(version, libpq, database) -> None:
    published = version(1)
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda _: postgres.serve(libpq, published), range(2)))
    assert sorted(one.is_new for one in told) == [False, True]
    assert marks(database) == {1}


def test_a_reader_reads_marts_and_nothing_else(version, libpq, database) -> None:
    published = version(1)
    postgres.serve(libpq, published)
    with psycopg.connect(libpq) as idle:
        marks(idle)
        postgres.serve(libpq, version(2))  # the schema of version 1 is still there
        old = next(iter(schemas(database) - {"marts"}))
        database.execute("set role bi_reader")
        assert marks(database) == {2}
        assert database.execute("show search_path").fetchone()
        for refused in (
            "update marts.fct set mark = 3",
            "delete from marts.publication",
            "create table marts.mine (a int)",
            "create view marts.mine as select 1",
            f"select count(*) from {old}.fct",
            "select release from xushi_serving.pointer",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                database.execute(refused)
        database.execute("reset role")
    assert database.execute("select rolcanlogin from pg_roles where rolname = 'bi_reader'").fetchone() == (False,)


def test_a_loader_without_rights_is_told_what_an_administrator_must_run(version, libpq, database, monkeypatch) -> None:
    name = f"poor_{database.info.dbname}"
    database.execute(sql.SQL("create role {} login").format(sql.Identifier(name)))
    poor = make_url(libpq).set(username=name).render_as_string(hide_password=False)
    published = version(1)
    rights._ensure_reader(database)
    with pytest.raises(ServingRightsError, match="grant create on database") as told:
        postgres.serve(poor, published)
    database.execute(str(told.value).rpartition("run once: ")[2])
    assert postgres.serve(poor, published).version == 1
    # it sees nobody else's activity but their snapshots, and those are enough
    monkeypatch.setattr(switching, "PATIENCE", 0.05)
    with psycopg.connect(libpq) as steady:
        steady.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        assert marks(steady) == {1}
        assert not postgres.serve(poor, version(2)).is_settled
        assert (marks(database), marks(steady)) == ({2}, {1})
    assert postgres.serve(poor, published).is_settled


def test_marts_of_somebody_else_are_left_alone(version, libpq, database) -> None:
    database.execute("create schema marts; create table marts.mine as select 1 as a")
    with pytest.raises(ServingError, match="不是由本系统建立"):
        postgres.serve(libpq, version(1))
    assert database.execute("select a from marts.mine").fetchone() == (1,)


def test_a_failed_load_leaves_what_was_served(version, libpq, database) -> None:
    postgres.serve(libpq, version(1))
    for extra, said in (
        ("alter table marts.fct add column odd interval", "fct.odd.*INTERVAL"),
        ("insert into marts.dim_03 values (0, 9)", "dim_03"),  # its key twice
        ("update marts.fct set quote = 'a' || chr(0)", "."),  # what PostgreSQL's text cannot hold
    ):
        with pytest.raises(ServingError, match=said):
            postgres.serve(libpq, version(2, extra))
        assert marks(database) == {1}
        assert schemas(database) == {"marts"}


def test_an_altered_snapshot_is_not_loaded(version, libpq, database) -> None:
    postgres.serve(libpq, version(1))
    published = version(2)
    file = (published / "warehouse.duckdb").resolve()
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(DamagedVersionError, match="第 2 版已损坏"):
        postgres.serve(libpq, published)
    assert marks(database) == {1}


def test_what_cannot_be_reached_or_read_is_said_in_one_line(tmp_path, version) -> None:
    for url, said in (
        ("postgresql://nobody@127.0.0.1:1/none", "serving database"),
        ("not an address", "地址无法识别"),
        ("mysql://x@host/none", "地址无法识别"),
        (f"postgresql://x@/none?host={tmp_path}", "serving database"),
    ):
        with pytest.raises(ServingError, match=said) as told:
            postgres.serve(url, version(1))
        assert "\n" not in str(told.value)
    assert postgres.served_version("postgresql://nobody@127.0.0.1:1/none") is None


def test_nothing_published_is_nothing_to_serve(tmp_path, libpq) -> None:
    with pytest.raises(NotPublishedError):
        postgres.serve(libpq, tmp_path / "published")


def test_a_home_that_was_made_anew_has_another_version_1(tmp_path, release, libpq, database) -> None:
    for mark in (1, 2):
        home = tmp_path / str(mark)
        home.mkdir()
        postgres.serve(libpq, put_out(home, release, mark))
        assert marks(database) == {mark}
