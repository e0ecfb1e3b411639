"""The digest says what the content is: not when it was made, in which order, or in which file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.digest import CLOCKS_AND_RUN_IDS, content_digest, file_content_digest


def digest_of(*statements: str) -> str:
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        for statement in statements:
            connection.execute(statement)
        return content_digest(connection, "marts")


def table_of(rows: list[tuple[str | None, str | None]]) -> str:
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create table marts.t (a varchar, b varchar)")
        if rows:
            connection.executemany("insert into marts.t values (?, ?)", rows)
        return content_digest(connection, "marts")


def test_rows_in_any_order_and_any_run_give_one_digest(make_build) -> None:
    first = file_content_digest(make_build(run="r1"))
    again = file_content_digest(make_build(run="r2", reverse=True))
    assert first == again
    assert "run_id" in CLOCKS_AND_RUN_IDS


def test_the_file_s_name_does_not_count(make_build, tmp_path: Path) -> None:
    build = make_build()
    first = file_content_digest(build)
    other = build.rename(tmp_path / "other.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{other}' as elsewhere (read_only)")
        # the view's text still says warehouse, which is no name of this file: only a copy made by publishing is equal
        assert content_digest(connection, "marts", "elsewhere") != first
    assert file_content_digest(other.rename(build)) == first


@pytest.mark.parametrize(
    "changed",
    [
        "update marts.t set a = 2 where a = 1",
        "insert into marts.t values (1, 'x')",
        "delete from marts.t where a = 1",
        "update marts.t set b = null where a = 1",
        "alter table marts.t alter a type bigint",
        "comment on table marts.t is 'another'",
        "comment on column marts.t.a is 'another'",
        "create table marts.u (a int)",
        "create view marts.v as select 1 as one",
    ],
)
def test_every_change_of_content_changes_it(changed: str) -> None:
    base = ("create table marts.t as select 1 as a, 'x' as b union all select 7, 'y'",)
    assert digest_of(*base) != digest_of(*base, changed)


def test_clocks_are_left_out_by_name() -> None:
    def at(moment: str, column: str) -> str:
        return digest_of(f"create table marts.t as select 1 as a, timestamptz '{moment}' as {column}")

    assert at("2023-10-01 00:00:00+08", "opened_at") == at("2024-10-01 00:00:00+08", "opened_at")
    assert at("2023-10-01 00:00:00+08", "received_at") != at("2024-10-01 00:00:00+08", "received_at")
    assert at("2023-10-01 08:00:00+08", "received_at") == at("2023-10-01 00:00:00+00", "received_at")


cells = st.one_of(st.none(), st.text(alphabet="a1:-", max_size=4))


@given(st.lists(st.tuples(cells, cells), max_size=4), st.lists(st.tuples(cells, cells), max_size=4))
@settings(max_examples=40, deadline=None)
def test_two_tables_agree_only_when_their_rows_do(one, other) -> None:
    same = sorted(map(repr, one)) == sorted(map(repr, other))
    assert (table_of(one) == table_of(other)) is same
