"""The months one by one make what a build from nothing makes, and a month costs no other month."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from publishing.digest import file_content_digest
from tests.dbt import scenario
from tests.dbt.conftest import MODELS_ONLY, Warehouse
from tests.dbt.lake_builder import LakeBuilder
from xushi import build_state
from xushi import transform as models
from xushi.home import Home
from xushi.window import Window

_SCHEMAS = ("audit", "marts")


def refreshed(home: Home, city: LakeBuilder) -> Window:
    """What a refresh does with the models, as `xushi.refresh` does it; returns the window that it computed."""
    city.write(home.lake)
    window = build_state.window_to_build(home)
    build_state.begin(home, window)
    models.run_dbt(home, (*MODELS_ONLY, "--exclude", "tag:release"), window)
    build_state.built(home, run_id="r", inputs="")
    models.run_dbt(home, (*MODELS_ONLY, "--select", "tag:release"), build_state.window_to_release(home))
    build_state.released(home)
    return window


def digests(home: Home) -> dict[str, str]:
    return {schema: file_content_digest(home.build_database, schema) for schema in _SCHEMAS}


def differing(one: Path, other: Path) -> list[str]:
    """The tables of which one database holds rows that the other has not, for a message that helps."""
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only); attach '{other}' as two (read_only)")
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = 'one'"
            " and table_schema in ('audit', 'marts') and table_type = 'BASE TABLE' order by all"
        ).fetchall()
        for schema, name in tables:
            for left, right in (("one", "two"), ("two", "one")):
                query = f"from {left}.{schema}.{name} except all select * from {right}.{schema}.{name}"
                if rows := connection.execute(query).fetchall():
                    found.append(f"{schema}.{name}: {len(rows)} rows only in {left}: {rows[0]}")
    return found


def up_to(period: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda submission: submission["period"] is None or submission["period"] <= period


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The scenario's city, built from nothing."""
    home = Home(tmp_path_factory.mktemp("whole"))
    refreshed(home, scenario.build()[0])
    return home


def test_the_months_one_by_one_make_the_whole(whole: Home, tmp_path: Path) -> None:
    home, (city, _) = Home(tmp_path), scenario.build()
    windows = [refreshed(home, city.before(up_to(period))) for period in ("2023-07", "2023-08", "2023-09")]
    assert [w.is_full for w in windows] == [True, False, False]
    assert (windows[-1].first, windows[-1].last) == ("2023-09", "2023-09")
    assert differing(home.build_database, whole.build_database) == []
    assert digests(home) == digests(whole)


def test_what_comes_late_changes_its_own_and_the_later_months(whole: Home, tmp_path: Path) -> None:
    home, (city, _) = Home(tmp_path), scenario.build()
    late = {
        row["submission_id"] for row in city.rows["submissions"] if row["revision"] > 0 or row["period"] == "2023-07"
    }
    assert late
    refreshed(home, city.before(lambda submission: submission["submission_id"] not in late))
    window = refreshed(home, city)
    assert not window.is_full
    assert differing(home.build_database, whole.build_database) == []
    assert digests(home) == digests(whole)


def test_most_of_a_year_is_taken_as_a_year_and_is_the_same(tmp_path: Path) -> None:
    whole, home, (city, _) = Home(tmp_path / "whole"), Home(tmp_path / "home"), scenario.build()
    city.expected("新会区", "2023-12", "2024-01-05")  # the window runs to the last month that somebody owes
    refreshed(whole, city)
    refreshed(home, city.before(lambda submission: submission["period"] != "2023-07"))
    window = refreshed(home, city)
    assert (window.first, window.last, window.is_full) == ("2023-07", "2023-12", False)
    batches = re.findall(
        r"START batch (\S+) of marts\.fct_task_progress", (home.root / "logs" / "dbt.log").read_text("utf-8")
    )
    assert batches[-1] == "2023", batches
    assert differing(home.build_database, whole.build_database) == []
    assert digests(home) == digests(whole)


def test_a_month_built_twice_is_the_same_month(whole: Home) -> None:
    before = digests(whole)
    models.transform(whole, Window("2023-09", "2023-09", is_full=False))
    models.release(whole, Window("2023-09", "2023-09", is_full=False))
    assert digests(whole) == before


def test_a_refresh_that_died_between_the_stages_is_made_good(whole: Home, tmp_path: Path) -> None:
    home, (city, _) = Home(tmp_path), scenario.build()
    refreshed(home, city.before(up_to("2023-08")))
    city.write(home.lake)
    window = build_state.window_to_build(home)
    build_state.begin(home, window)
    models.run_dbt(home, (*MODELS_ONLY, "--exclude", "tag:release"), window)
    again = refreshed(home, city)
    assert (again.first, again.is_full) == (window.first, False)
    assert digests(home) == digests(whole)


def test_a_database_that_is_lost_is_built_from_nothing(tmp_path: Path) -> None:
    home, (city, _) = Home(tmp_path), scenario.build()
    city.write(home.lake)
    home.build_database.parent.mkdir(parents=True)
    home.build_database.touch()
    build_state.begin(home, build_state.window_to_build(home))
    build_state.built(home, run_id="r", inputs="")
    assert not build_state.window_to_build(home).is_full
    home.build_database.unlink()
    assert build_state.window_to_build(home).is_full


def test_a_table_that_keeps_its_months_refuses_to_run_without_a_window(warehouse: Warehouse) -> None:
    with models._writing(warehouse.home), pytest.raises(models.TransformError, match="event-time-start"):
        models._invoke(warehouse.home, ["run", "--select", "int_stated_requirements"], None, "month")
