"""The driver: one writer, one clear line, an empty home, and the models' own unit tests."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from tests.dbt.conftest import MODELS_ONLY, Warehouse
from tests.dbt.lake_builder import LakeBuilder
from xushi import transform as models
from xushi.home import Home


def test_the_models_unit_tests_pass(warehouse: Warehouse) -> None:
    outcome = models.run_dbt(warehouse.home, ("test", "--select", "test_type:unit"))
    assert set(outcome) == {"unit_test pass"}
    assert outcome["unit_test pass"] >= 9


def test_a_refresh_runs_data_tests_and_no_unit_tests(warehouse: Warehouse) -> None:
    assert warehouse.outcome["test pass"] > 50
    assert "unit_test pass" not in warehouse.outcome


def test_a_second_writer_is_told_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.writer_lock.parent.mkdir(parents=True)
    with FileLock(home.writer_lock), pytest.raises(models.WriterBusyError) as told:
        models.transform(home)
    message = str(told.value)
    assert "\n" not in message
    assert str(home.writer_lock) in message
    assert "another process" in message
    assert not home.build_database.exists()


def test_a_failure_is_one_line_that_names_the_model(tmp_path: Path) -> None:
    home = Home(tmp_path)
    LakeBuilder().write(home.lake)
    register = home.lake / "registry" / "submissions.parquet"
    pq.write_table(pq.read_table(register).drop_columns(["family"]), register)
    before = dict(os.environ)
    with pytest.raises(models.TransformError) as told:
        models.transform(home)
    message = str(told.value)
    assert "\n" not in message
    assert "stg_registry__submissions" in message
    assert "family" in message
    assert dict(os.environ) == before, "the environment is given back"
    assert FileLock(home.writer_lock).acquire(timeout=0), "the lock is given back"
    duckdb.connect(str(home.build_database)).close()  # nobody holds the file


def test_a_home_without_any_submission_builds(tmp_path: Path) -> None:
    home = Home(tmp_path)
    LakeBuilder().write(home.lake)
    models.run_dbt(home, MODELS_ONLY)
    with duckdb.connect(str(home.build_database), read_only=True) as connection:
        counts = {
            name: connection.execute(f"select count(*) from marts.{name}").fetchone()
            for name in ("fct_task_progress", "mart_lag_table", "dim_region", "dim_status")
        }
    assert counts["fct_task_progress"] == counts["mart_lag_table"] == (0,)
    assert counts["dim_region"] > (3000,)
    assert counts["dim_status"] > (10,)


def test_the_lake_builder_writes_what_the_registry_would(tmp_path: Path) -> None:
    from registry.export import arrow_schema
    from registry.models import TABLES

    LakeBuilder().write(tmp_path)
    for model in TABLES:
        written = pq.read_schema(tmp_path / "registry" / f"{model.__tablename__}.parquet")
        assert [(f.name, f.type) for f in written] == [(f.name, f.type) for f in arrow_schema(model.__table__)]
    assert isinstance(written, pa.Schema)
