"""A published version in two columns of figures, for PostgreSQL to serve: what the tests of serving share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from publishing.manifest import ForeignKey, Keys, Release
from publishing.snapshot import publish

RELEASE = Release(
    published_at=datetime(2023, 10, 5, 2, 0, tzinfo=UTC),
    input_digest="input-1",
    periods=("2023-09",),
    withheld=({"record_table": "fct_task_progress", "record_key": "k9", "check_id": "region_unresolved"},),
    versions={"extractor": "abc", "models": "def"},
    run_id="run-1",
)

#: As many tables as a statement looks up one after the other.
TABLES = tuple(f"dim_{n:02d}" for n in range(12))
KEYS = {
    "fct": Keys(("fct_key",), (ForeignKey(("dim_key",), "dim_00", ("dim_key",)),)),
    **{table: Keys(("dim_key",)) for table in TABLES},
}


def put_out(folder: Path, release: Release, mark: int, extra: str = "") -> Path:
    """Publish a version whose every table says `mark`; `extra` is SQL that changes the build before; the folder."""
    build = folder / "build.duckdb"
    build.unlink(missing_ok=True)
    with duckdb.connect(str(build)) as connection:
        connection.execute("create schema marts")
        for table in TABLES:
            connection.execute(f"create table marts.{table} as select i as dim_key, {mark} as mark from range(3) r(i)")
        connection.execute(
            f"""create table marts.fct as
            select 'k' || i as fct_key, i % 3 as dim_key, {mark} as mark, cast(i / 8 as decimal(18, 6)) as share,
                   date '2023-09-30' + cast(i as integer) as as_of_date, i % 2 = 0 as is_due,
                   timestamp '2023-10-07 09:00:00.25' as known_from,
                   timestamptz '2023-10-07 09:00:00+08:00' as seen_at, cast(i as bigint) as n,
                   case when i = 1 then null else '镇街“甲”''%s {{}}' end as quote
            from range(9) r(i);
            comment on table marts.fct is 'Facts: 1% of ''all'' {{}} · 事实：“全部”';
            comment on column marts.fct.share is 'Share · 比例（%）';
            create view marts.mart_share as
                select dim_key, mark, cast(sum(n) / count(*) as decimal(18, 6)) as mean,
                       cast(1 / 2 as decimal(18, 6)) as half
                from marts.fct group by all;
            comment on view marts.mart_share is 'Means · 均值';
            create table marts.dim_empty (empty_key varchar, value decimal(24, 6))"""
        )
        if extra:
            connection.execute(extra)
    publish(build, folder / "published", replace(release, keys=KEYS))
    return folder / "published"
