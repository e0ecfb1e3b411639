"""The registry's tables as Parquet: every table, explicit types, the same bytes for the same rows."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from registry import submissions
from registry.export import arrow_schema, export_registry
from registry.models import TABLES

AT = datetime(2023, 10, 5, 16, 30, tzinfo=UTC)


def digests(lake: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(lake.rglob("*.parquet"))}


def test_every_table_is_there_even_when_it_is_empty(engine: Engine, tmp_path: Path) -> None:
    written = export_registry(engine, tmp_path)
    assert {p.relative_to(tmp_path).as_posix() for p in written} == {
        f"registry/{model.__tablename__}.parquet" for model in TABLES
    }
    for model in TABLES:
        table = pq.read_table(tmp_path / "registry" / f"{model.__tablename__}.parquet")
        assert table.num_rows == 0
        assert table.schema.equals(arrow_schema(model.__table__))


@pytest.mark.parametrize(
    ("column", "arrow"),
    [("submission_id", pa.string()), ("received_at", pa.timestamp("us", tz="UTC")), ("as_of_date", pa.date32()),
     ("revision", pa.int32()), ("size_bytes", pa.int64()), ("issued_by_city", pa.bool_())],
)  # fmt: skip
def test_columns_have_their_arrow_types(column: str, arrow: pa.DataType) -> None:
    schema = arrow_schema(TABLES[0].__table__)
    assert schema.field(column).type == arrow


def test_values_arrive_as_they_are(engine: Engine, received, tmp_path: Path) -> None:
    submissions.register(engine, received(received_at=AT, as_of_date=date(2023, 9, 30), size_bytes=5_000_000_000))
    export_registry(engine, tmp_path)
    (row,) = pq.read_table(tmp_path / "registry/submissions.parquet").to_pylist()
    assert (row["received_at"], row["as_of_date"], row["size_bytes"]) == (AT, date(2023, 9, 30), 5_000_000_000)
    assert (row["issued_by_city"], row["superseded_by"], row["reporting_unit"]) == (False, None, "蓬江区")


def test_the_same_rows_give_the_same_bytes_in_any_order(engine: Engine, received, tmp_path: Path) -> None:
    for n in (3, 1, 2):
        submissions.register(engine, received(sha256=f"{n}" * 64, unit_key=f"{n}"))
    export_registry(engine, tmp_path / "a")
    export_registry(engine, tmp_path / "b")
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    keys = pq.read_table(tmp_path / "a/registry/submissions.parquet")["submission_id"].to_pylist()
    assert keys == sorted(keys)
    assert len(keys) == 3


def test_both_databases_export_the_same_bytes(received, tmp_path: Path, postgres_url: str) -> None:
    from registry.migrate import upgrade

    for name, url in (("sqlite", f"sqlite:///{tmp_path / 'r.sqlite'}"), ("postgresql", postgres_url)):
        engine = upgrade(url)
        for unit in ("蓬江区", "江海区", "Zhongshan", "中山市"):  # collations differ
            submissions.register(engine, received(unit_key=unit, reporting_unit=unit))
        export_registry(engine, tmp_path / name)
        engine.dispose()
    assert digests(tmp_path / "sqlite") == digests(tmp_path / "postgresql")


def test_nothing_half_written_is_left(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export_registry(engine, tmp_path)
    before = digests(tmp_path)

    def full(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(OSError, match="disk full"):
        export_registry(engine, tmp_path)
    assert digests(tmp_path) == before
    assert [p for p in (tmp_path / "registry").iterdir() if p.name.startswith(".")] == []


def test_duckdb_reads_an_instant_as_an_instant(engine: Engine, received, tmp_path: Path) -> None:
    submissions.register(engine, received(received_at=AT))
    export_registry(engine, tmp_path)
    query = "SELECT typeof(received_at), epoch_us(received_at) FROM read_parquet(?)"
    found = duckdb.sql(query, params=[str(tmp_path / "registry/submissions.parquet")]).fetchone()
    assert found == ("TIMESTAMP WITH TIME ZONE", int(AT.timestamp() * 1_000_000))
