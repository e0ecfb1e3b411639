"""What outsiders may rely on: tables, columns, and a description in two languages on each of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.dbt.conftest import Warehouse

PUBLISHED: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "published.yml").read_text("utf-8"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture(scope="module")
def columns(warehouse: Warehouse) -> dict[str, dict[str, str | None]]:
    rows = warehouse.rows(
        "select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts' and not internal"
    )
    found: dict[str, dict[str, str | None]] = {}
    for row in rows:
        found.setdefault(row["table_name"], {})[row["column_name"]] = row["comment"]
    return found


@pytest.mark.parametrize("table", sorted(PUBLISHED))
def test_a_published_table_has_its_columns(columns: dict[str, dict[str, str | None]], table: str) -> None:
    assert table in columns
    assert set(PUBLISHED[table]) <= set(columns[table])


def test_every_table_and_column_is_described_in_both_languages(warehouse: Warehouse) -> None:
    schemas = ("staging", "intermediate", "audit", "marts", "seeds")
    placeholders = ", ".join(f"'{s}'" for s in schemas)
    rows = warehouse.rows(
        f"select schema_name, table_name || '.' || column_name as what, comment from duckdb_columns()"
        f" where schema_name in ({placeholders}) union all"
        f" select schema_name, table_name, comment from duckdb_tables() where schema_name in ({placeholders}) union all"
        f" select schema_name, view_name, comment from duckdb_views() where schema_name in ({placeholders})"
    )
    assert {r["schema_name"] for r in rows} == set(schemas)
    silent = [
        r["what"]
        for r in rows
        if not (
            r["comment"] and " · " in r["comment"] and CHINESE.search(r["comment"]) and ENGLISH.search(r["comment"])
        )
    ]
    assert not silent


def test_our_list_of_published_columns_holds_the_contract(shared_dir: Path) -> None:
    text = (shared_dir / "design" / "contract.md").read_text("utf-8")
    section = text.split("## Published tables", 1)[1]
    promised: dict[str, set[str]] = {}
    for table, listed in re.findall(r"`((?:dim|fct|bridge)_\w+)`([^`]*)", section):
        plain = listed.split("\n")[0].split(". ")[0]
        for _ in range(3):  # remarks stand in brackets, some inside others
            plain = re.sub(r"\([^()]*\)", "", plain)
        names = set(re.findall(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)*\b", plain))
        promised.setdefault(table, set()).update(names)
    assert set(promised) <= set(PUBLISHED)  # what was added later is in our list alone
    for table, names in promised.items():
        assert names == set(PUBLISHED[table]), table


def test_views_read_nothing_but_the_marts(warehouse: Warehouse) -> None:
    views = warehouse.rows("select view_name, sql from duckdb_views() where schema_name = 'marts'")
    assert {v["view_name"] for v in views} == {
        "mart_lag_table", "mart_open_findings", "mart_pace_backtest", "mart_points", "mart_progress",
        "mart_refresh_duration", "mart_region_scorecard", "mart_region_trend", "mart_submission_status",
        "mart_task_matrix",
    }  # fmt: skip
    for view in views:
        read = re.findall(r"(?:FROM|JOIN)\s+\(?\s*\"?([a-z_]+)\"?\.", view["sql"], flags=re.IGNORECASE)
        assert read, view["view_name"]
        assert set(read) == {"marts"}, "no other schema, and no name of the database it was built in"
