"""The synthetic nation is a lake like any other: the real models read it, and say of it what the SQL by hand says."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from benchmarks.model import differing
from benchmarks.model_sides import by_hand, fact_table, hand_database
from benchmarks.nation import Size, write_lake
from ingestion.lake import SCHEMAS
from xushi.home import Home

#: Large enough that something is late, sent again, left out, forgotten, raised and missing.
SIZE = Size(counties=12, requirements=20, months=14)


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Read by both sides."""
    home = Home(tmp_path_factory.mktemp("nation"))
    write_lake(SIZE, home.lake)
    by_hand(home)
    fact_table(home)
    return home


def test_the_models_and_the_sql_by_hand_say_the_same(nation: Home) -> None:
    columns, more, fewer = differing(nation)
    assert {"progress_key", "months_behind", "computed_status", "lag_streak_months", "known_to"} <= set(columns)
    assert (more, fewer) == (0, 0)


def test_the_nation_shows_what_the_models_must_tell_apart(nation: Home) -> None:
    with duckdb.connect(str(hand_database(nation)), read_only=True) as connection:
        (absent, replaced, late, streak, caught_up, contradicted, rebaselined, kinds) = (
            connection.execute(
                """
            select count(*) filter (publication_status = 'not_reported'),
                   count(*) filter (not is_current and publication_status = 'published'),
                   count(*) filter (not is_current and publication_status = 'not_reported'),
                   max(lag_streak_months), count(*) filter (is_caught_up), count(*) filter (is_status_contradicted),
                   count(*) filter (is_rebaselined), count(distinct computed_status)
            from fct_task_progress
            """
            ).fetchone()
            or ()
        )
    assert min(absent, replaced, late, caught_up, contradicted, rebaselined) > 0
    assert streak > 3
    assert kinds >= 10


def test_the_files_are_as_the_stages_write_them_and_the_same_for_the_same_seed(nation: Home, tmp_path: Path) -> None:
    write_lake(SIZE, tmp_path, SIZE.periods[:1])
    for kind, schema in SCHEMAS.items():
        (one, *_) = sorted((tmp_path / kind / "period=2015-01").glob("*.parquet"))
        assert pq.read_schema(one).remove_metadata() == schema
        assert one.read_bytes() == (nation.lake / one.relative_to(tmp_path)).read_bytes()


def test_a_size_that_cannot_be_had_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="requirements by 10"):
        write_lake(Size(counties=1, requirements=15, months=1), tmp_path)
