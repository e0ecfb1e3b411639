"""A small build database with the shape of the real one: an audit schema, marts, a view and Chinese comments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from publishing.manifest import Release
from tests.publishing.serving import RELEASE

MakeBuild = Callable[..., Path]


@pytest.fixture
def make_build(tmp_path: Path) -> MakeBuild:
    """Write (or rewrite) tmp_path/build/warehouse.duckdb; `mark` is the figure that a reader can see."""

    def make(mark: int = 1, run: str = "r1", rows: int = 3, reverse: bool = False) -> Path:
        path = tmp_path / "build" / "warehouse.duckdb"
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema marts; create schema audit; create table audit.audit_indicator (a int)")
            order = "desc" if reverse else "asc"
            connection.execute(
                f"""create table marts.fct_task_progress as
                select 'k' || i as progress_key, cast(i + 0.5 as decimal(18, 6)) as actual_value,
                       {mark} as mark, case when i = 1 then null else '镇街' end as quote, '{run}' as run_id
                from range({rows}) r(i) order by i {order};
                comment on table marts.fct_task_progress is '任务进度';
                comment on column marts.fct_task_progress.quote is '原文';
                create view marts.mart_lag_table as
                    select progress_key, mark from "warehouse"."marts"."fct_task_progress" where actual_value > 1;
                create view marts.a_view_of_a_view as select * from marts.mart_lag_table;
                comment on view marts.mart_lag_table is '进度滞后情况表';
                comment on column marts.mart_lag_table.mark is '标记'"""
            )
        return path

    return make


@pytest.fixture
def release() -> Release:
    return RELEASE
