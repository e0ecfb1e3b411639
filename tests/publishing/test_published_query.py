"""`xushi query` reads, and only reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from publishing.errors import NotPublishedError, QueryRefusedError
from publishing.query import query
from publishing.snapshot import publish


@pytest.fixture
def pointer(make_build, tmp_path, release):
    publish(make_build(1), tmp_path / "published", release)
    return tmp_path / "published" / "warehouse.duckdb"


def test_columns_and_rows_with_or_without_the_schema(pointer) -> None:
    found = query(pointer, "select progress_key, mark from mart_lag_table order by 1")
    assert found.columns == ("progress_key", "mark")
    assert found.rows == (("k1", 1), ("k2", 1))
    assert query(pointer, "from marts.mart_lag_table order by 1;").rows == found.rows
    assert query(pointer, "describe fct_task_progress").rows[0][0] == "progress_key"


@pytest.mark.parametrize(
    "sql",
    [
        "insert into fct_task_progress select * from fct_task_progress",
        "update fct_task_progress set mark = 2",
        "delete from fct_task_progress",
        "drop table fct_task_progress",
        "create table x (a int)",
        "create temp table x (a int)",
        "attach ':memory:' as other",
        "set enable_external_access = true",
        "install spatial",
        "select 1; drop table fct_task_progress",
        "with x as (select 1) insert into fct_task_progress from fct_task_progress",
    ],
)
def test_what_is_not_a_query_is_refused_in_one_line(pointer, sql: str) -> None:
    with pytest.raises(QueryRefusedError) as refused:
        query(pointer, sql)
    assert "\n" not in str(refused.value)
    assert query(pointer, "select count(*) from fct_task_progress").rows == ((3,),)


def test_copy_writes_no_file(pointer, tmp_path) -> None:
    with pytest.raises(QueryRefusedError, match="COPY"):
        query(pointer, f"copy (select 1) to '{tmp_path / 'out.csv'}'")
    assert not (tmp_path / "out.csv").exists()


def test_other_files_cannot_be_read(pointer, tmp_path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    with pytest.raises(QueryRefusedError, match="could not run"):
        query(pointer, f"select * from read_text('{tmp_path / 'secret.txt'}')")


@pytest.mark.parametrize("sql", ["", "selec 1", "select nothing from nowhere"])
def test_a_broken_statement_is_one_line(pointer, sql: str) -> None:
    with pytest.raises(QueryRefusedError) as refused:
        query(pointer, sql)
    assert "\n" not in str(refused.value)


def test_nothing_published_yet(tmp_path) -> None:
    with pytest.raises(NotPublishedError, match="nothing has been published"):
        query(tmp_path / "published" / "warehouse.duckdb", "select 1")


def test_a_version_that_retention_removes_meanwhile_is_looked_up_again(
    pointer, make_build, tmp_path, release, monkeypatch
) -> None:
    true_resolve = Path.resolve

    def resolve_then_lose(self, *args, **kwargs):
        found = true_resolve(self, *args, **kwargs)
        if self == pointer:
            monkeypatch.setattr(Path, "resolve", true_resolve)
            publish(make_build(2), tmp_path / "published", release, keep=1)
        return found

    monkeypatch.setattr(Path, "resolve", resolve_then_lose)
    assert query(pointer, "select min(mark) from fct_task_progress").rows == ((2,),)
