"""The region dimension: divisions with their times, units beside the districts, own offices, the unknown member."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from ingestion.divisions import places
from ingestion.regions import region
from tests.dbt.conftest import MODELS_ONLY
from tests.dbt.lake_builder import LakeBuilder, at, row, short
from xushi import transform as models
from xushi.home import Home

#: Wording, code and label as the resolver records them; the last code is in no table, and in none it needs to be.
NAMED = (
    ("市本级", "440700-OWN", "广东省江门市本级"),
    ("高新区", "320371", "江苏省徐州市徐州经济技术开发区"),
    ("东侨开发区", "350900-DQ", "福建省宁德市东侨开发区"),
)
TESTED = (
    "regions", "region_history", "reporting_units", "dim_region", "assert_regions_are_valid_within_their_parents",
)  # fmt: skip


@pytest.fixture(scope="module")
def warehouse_of_names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A home without submissions in which three units were named."""
    home = Home(tmp_path_factory.mktemp("regions"))
    lake = LakeBuilder()
    for wording, code, label in NAMED:
        lake.rows["crosswalk"].append(
            row(entry_id=short(wording), kind="region", context=code[:6], wording=wording, durable_id=code,
                 label=label, created_at=at("2023-10-08"))
        )  # fmt: skip
    lake.write(home.lake)
    assert set(models.run_dbt(home, MODELS_ONLY)) == {"model success", "seed success"}
    tested = models.run_dbt(home, ("test", "--select", *TESTED, "--indirect-selection", "cautious"))
    assert set(tested) == {"test pass"}
    assert tested["test pass"] >= 20
    with duckdb.connect(str(home.build_database), read_only=True) as connection:
        yield connection


def member(connection: duckdb.DuckDBPyConnection, code: str, columns: str) -> tuple[object, ...] | None:
    return connection.execute(f"select {columns} from marts.dim_region where region_code = ?", [code]).fetchone()


def test_the_dimension_says_what_the_resolver_says(warehouse_of_names: duckdb.DuckDBPyConnection) -> None:
    """Both read the same seeds: a code that one gives, the other describes."""
    columns = "region_code, name, full_name, level, kind, parent_code, valid_from, valid_to, successor_code"
    found = {r[0]: r for r in warehouse_of_names.execute(f"select {columns} from marts.dim_region").fetchall()}
    tables = places()
    assert found.keys() == {*tables.divisions, *tables.units, *(code for _, code, _ in NAMED), "UNKNOWN"}
    for code in (*tables.divisions, *tables.units, "440700-OWN"):
        r = region(code)
        assert found[code] == (
            code, r.name, r.full_name, r.level, r.kind, r.parent_code, r.valid_from, r.valid_to, r.successor_code,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("330103", ("下城区", "county", "330100", date(1949, 10, 1), date(2021, 4, 9), "330105", None)),
        ("130502", ("襄都区", "county", "130500", date(1949, 10, 1), None, None, "桥东区")),
        ("440700-OWN", ("江门市本级", "other", "440700", date(1949, 10, 1), None, None, None)),
        ("620171", ("兰州新区", "other", "620100", date(1949, 10, 1), None, None, "新区")),
        ("350900-DQ", ("福建省宁德市东侨开发区", "other", None, date(1949, 10, 1), None, None, None)),
        ("UNKNOWN", ("未知地区", "unknown", None, date(1949, 10, 1), None, None, None)),
    ],
)
def test_members(warehouse_of_names: duckdb.DuckDBPyConnection, code: str, expected: tuple[object, ...]) -> None:
    columns = "name, level, parent_code, valid_from, valid_to, successor_code, aliases"
    assert member(warehouse_of_names, code, columns) == expected


def test_the_parts_of_a_city_are_its_districts_and_its_own_offices(
    warehouse_of_names: duckdb.DuckDBPyConnection,
) -> None:
    """A city's figure is the sum over its parts: none of them is the city itself, and none ended is among them."""
    parts = warehouse_of_names.execute(
        "select region_code from marts.dim_region where parent_code = '440700' and valid_to is null order by 1"
    ).fetchall()
    districts = ["440703", "440704", "440705", "440781", "440783", "440784", "440785"]
    assert [code for (code,) in parts] == ["440700-OWN", *districts]
    on_a_day = warehouse_of_names.execute(
        "select name, count(*) from marts.dim_region where parent_code = '330100'"
        " and valid_from <= date '2019-12-31' and (valid_to is null or valid_to > date '2019-12-31') group by name"
    ).fetchall()
    assert len(on_a_day) == 13, "the districts and counties that 杭州 had in 2019"
    assert {count for _, count in on_a_day} == {1}
