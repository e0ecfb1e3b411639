"""Open files: Parquet that any tool reads back to the same rows, and a data package that frictionless finds valid."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pyarrow.parquet as pq
import pytest

from ingestion.lake import file_sha256
from publishing import package
from publishing.errors import DamagedVersionError, PackageTargetError, VersionNotKeptError
from publishing.package import Terms, export
from publishing.relations import title_of
from tests.publishing.serving import TABLES, put_out

TERMS = Terms(licence="CC-BY-4.0", source="某市生态环境局")
RELATIONS = sorted((*TABLES, "dim_empty", "fct", "mart_share"))


@pytest.fixture
def published(tmp_path, release) -> Path:
    return put_out(tmp_path, release, 1)


@pytest.fixture
def folder(published, tmp_path) -> Path:
    return export(published, 1, tmp_path / "out" / "v1", TERMS)


def descriptor(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "datapackage.json").read_text("utf-8"))


def test_every_table_and_view_is_a_file_with_the_same_rows_in_every_tool(published, folder) -> None:
    assert sorted(p.stem for p in folder.glob("*.parquet")) == RELATIONS
    with duckdb.connect(str((published / "warehouse.duckdb").resolve()), read_only=True) as connection:
        for name in RELATIONS:
            of = f"from marts.{name} order by all"
            rows = connection.execute(of).fetchall()
            described = connection.execute(f"describe marts.{name}").fetchall()
            file = folder / f"{name}.parquet"
            assert duckdb.sql(f"from '{file}'").fetchall() == rows
            assert [row[:2] for row in duckdb.sql(f"describe from '{file}'").fetchall()] == [r[:2] for r in described]
            arrow = pq.read_table(file)
            assert [tuple(row.values()) for row in arrow.drop_columns(_zoned(arrow)).to_pylist()] == [
                tuple(v for v, d in zip(row, described, strict=True) if d[0] not in _zoned(arrow)) for row in rows
            ]
            assert len(arrow.to_pandas()) == len(rows)


def _zoned(arrow: Any) -> list[str]:
    """A time with a zone has the same instant in another zone's words."""
    return [field.name for field in arrow.schema if getattr(field.type, "tz", None)]


def test_frictionless_finds_the_package_valid(published, folder) -> None:
    told = frictionless.Package(str(folder / "datapackage.json"))
    assert told.licenses == [{"name": "CC-BY-4.0"}]
    assert told.sources == [{"title": "某市生态环境局"}]
    assert told.resource_names == RELATIONS
    inline = []
    for resource in told.resources:
        file = folder / str(resource.path)
        assert (resource.bytes, resource.hash) == (file.stat().st_size, f"sha256:{file_sha256(file)}")
        rows = duckdb.sql(f"from '{file}'")
        data = [rows.columns, *map(list, rows.fetchall())]
        assert resource.rows == len(data) - 1
        inline.append(frictionless.Resource(name=resource.name, data=data, schema=resource.schema))
    found = frictionless.Package(resources=inline).validate()  # types, keys, and rows that are pointed to
    assert found.valid, found.flatten()
    fct = told.get_resource("fct").schema
    assert fct.primary_key == ["fct_key"]
    assert fct.foreign_keys == [{"fields": ["dim_key"], "reference": {"resource": "dim_00", "fields": ["dim_key"]}}]
    assert {field.name: field.type for field in fct.fields} == {
        "fct_key": "string", "dim_key": "integer", "mark": "integer", "share": "number", "as_of_date": "date",
        "is_due": "boolean", "known_from": "datetime", "seen_at": "datetime", "n": "integer", "quote": "string",
    }  # fmt: skip
    assert (fct.get_field("share").title, fct.get_field("share").description) == ("比例", "Share · 比例（%）")


def test_frictionless_sees_wrong_keys(folder) -> None:
    """The validation above can fail: by a key that is there twice, and by one that points to nothing."""
    told = frictionless.Package(str(folder / "datapackage.json"))
    keys = frictionless.Resource(
        name="dim_00", data=[["dim_key", "mark"], [1, 1]], schema=told.get_resource("dim_00").schema
    )
    twice = frictionless.Resource(name="dim_01", data=[["dim_key", "mark"], [1, 1], [1, 1]], schema=keys.schema)
    columns = [field.name for field in told.get_resource("fct").schema.fields]
    lost = ["k", 9, 1, 0, None, None, None, None, None, None]
    fct = frictionless.Resource(name="fct", data=[columns, lost], schema=told.get_resource("fct").schema)
    found = frictionless.Package(resources=[keys, twice, fct]).validate().flatten(["type"])
    assert sorted(kind for (kind,) in found) == ["foreign-key", "primary-key"]


def test_the_same_rows_give_the_same_bytes(tmp_path, release, folder) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shuffled = "create table marts.f as from marts.fct order by hash(fct_key); drop view marts.mart_share; "
    published = put_out(other, release, 1, shuffled + "drop table marts.fct; alter table marts.f rename to fct")
    again = export(published, 1, other / "v1", TERMS)
    for name in set(RELATIONS) - {"mart_share"}:
        assert (again / f"{name}.parquet").read_bytes() == (folder / f"{name}.parquet").read_bytes(), name


def test_an_older_package_is_replaced_and_anything_else_is_left_alone(published, folder, tmp_path) -> None:
    (folder / "fct.parquet").unlink()
    assert export(published, 1, folder, Terms()) == folder
    assert (folder / "fct.parquet").exists()
    assert "licenses" not in descriptor(folder)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("x", "utf-8")
    for target in (mine, mine / "thesis.txt"):
        with pytest.raises(PackageTargetError, match="不是数据包"):
            export(published, 1, target, TERMS)
    assert (mine / "thesis.txt").read_text("utf-8") == "x"


def test_a_failure_half_way_leaves_the_older_package_whole(published, folder, monkeypatch) -> None:
    before = {p.name: p.read_bytes() for p in folder.iterdir()}

    def fail(*_args: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(package, "_descriptor", fail)
    with pytest.raises(OSError, match="disk is full"):
        export(published, 1, folder, TERMS)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert [p.name for p in folder.parent.iterdir()] == ["v1"]


def test_only_a_kept_and_whole_version_is_exported(published, tmp_path) -> None:
    with pytest.raises(VersionNotKeptError):
        export(published, 7, tmp_path / "v7", TERMS)
    shutil.rmtree(tmp_path / "published" / "versions" / "000001" / "none", ignore_errors=True)
    database = (published / "warehouse.duckdb").resolve()
    database.chmod(0o644)
    database.write_bytes(database.read_bytes() + b"x")
    with pytest.raises(DamagedVersionError):
        export(published, 1, tmp_path / "v1", TERMS)
    assert not (tmp_path / "v1").exists()


@pytest.mark.parametrize(
    ("comment", "title"),
    [
        ("Task, as written · 任务，按原文", "任务"),
        ("只有中文（一种）", "只有中文"),
        ("", ""),
        ("As-of date · 截至日期", "截至日期"),
    ],
)
def test_a_title_is_the_chinese_up_to_its_first_pause(comment, title) -> None:
    assert title_of(comment) == title
