"""What the pages load agrees with the snapshot, figure by figure, and no more of it than the limits say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from publishing.dashboard.contents import Limits, write_contents
from publishing.query import opened, query
from tests.publishing.dashboard.conftest import read_data, rows_of

pytestmark = pytest.mark.xdist_group("contents")


@pytest.fixture
def pages(sample_pages: Path) -> Path:
    return sample_pages / "published" / "dashboard"


def asked(home: Path, sql: str) -> list[tuple[Any, ...]]:
    return list(query(home / "published" / "warehouse.duckdb", sql).rows)


def test_every_period_of_the_snapshot_is_there_with_its_totals(sample_pages: Path, pages: Path) -> None:
    (area,) = read_data(pages, "index")["areas"]
    told = {p["period"]: (p["requirement_count"], p["lagging_count"], p["overdue_count"]) for p in area["periods"]}
    expected = asked(
        sample_pages,
        "select period, count(*), count(*) filter (is_lagging), count(*) filter (is_overdue) "
        "from fct_task_progress where is_current group by period",
    )
    assert told == {period: tuple(counts) for period, *counts in expected}
    assert len(told) == 3


def test_every_current_record_is_listed_once_and_found_by_its_key(sample_pages: Path, pages: Path) -> None:
    expected = dict(asked(sample_pages, "select progress_key, period from fct_task_progress where is_current"))
    listed = {
        row["progress_key"]: period
        for period in set(expected.values())
        for row in rows_of(read_data(pages, f"440700/{period}")["rows"])
    }
    assert listed == expected
    shards = [read_data(pages, path.stem) for path in (pages / "data").glob("keys-*.js")]
    assert {key: place for shard in shards for key, place in shard.items()} == {
        key: f"440700/{period}" for key, period in expected.items()
    }


def test_every_published_figure_has_its_evidence(sample_pages: Path, pages: Path) -> None:
    rows = rows_of(read_data(pages, "440700/2023-09")["rows"])
    details = read_data(pages, "440700/2023-09-details")
    quoted = {quote["progress_key"] for quote in rows_of(details["evidence"])}
    documents = {document["document_key"] for document in rows_of(details["documents"])}
    figures = [row for row in rows if row["actual_value"] is not None]
    assert len(figures) > 40
    assert {row["progress_key"] for row in figures} <= quoted
    assert {quote["document_key"] for quote in rows_of(details["evidence"])} <= documents
    assert len(rows_of(details["details"])) == len(rows)


def test_what_was_not_reported_is_absent_and_never_zero(pages: Path) -> None:
    missing = [
        r for r in rows_of(read_data(pages, "440700/2023-07")["rows"]) if r["publication_status"] == "not_reported"
    ]
    assert len(missing) == 12
    for name in ("actual_value", "computed_completion_pct", "reported_completion_pct", "schedule_variance_pp"):
        assert {row[name] for row in missing} == {None}


def test_a_year_holds_each_requirement_month_by_month(sample_pages: Path, pages: Path) -> None:
    year = read_data(pages, "440700/2023")
    points = rows_of(year["points"])
    assert len(points) == asked(sample_pages, "select count(*) from fct_task_progress where is_current")[0][0]
    assert {p["requirement_id"] for p in points} == {r["requirement_id"] for r in rows_of(year["requirements"])}


def test_earlier_knowledge_is_kept_beside_the_current_one(sample_pages: Path, pages: Path) -> None:
    earlier = rows_of(read_data(pages, "440700/2023-09-details")["earlier"])
    (count,) = asked(sample_pages, _EARLIER)[0]
    assert len(earlier) == count > 0, "the samples hold a resubmission"


_EARLIER = "select count(*) from fct_task_progress where not is_current and period = '2023-09'"


def written(home: Path, folder: Path, **limits: int) -> dict[str, Any]:
    with opened(home / "published" / "warehouse.duckdb") as ask:
        write_contents(ask, folder, home / "maps", {"build": "b"}, Limits(**limits))
    return dict(read_data(folder, "index"))


def test_limits_hold_and_what_they_leave_out_is_told(sample_pages: Path, tmp_path: Path) -> None:
    (area,) = written(sample_pages, tmp_path / "two", periods=2)["areas"]
    assert [p["period"] for p in area["periods"]] == ["2023-08", "2023-09"]
    assert area["periods_left_out"] == 1
    assert not (tmp_path / "two" / "data" / "440700" / "2023-07.js").exists()
    index = written(sample_pages, tmp_path / "none", areas=0)
    assert (index["areas"], index["areas_left_out"]) == ([], 1)


def test_a_home_may_name_the_areas_that_it_shows(
    sample_pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUSHI_DASHBOARD_AREAS", "440700，440600")
    assert [area["code"] for area in written(sample_pages, tmp_path / "a")["areas"]] == ["440700"]
    monkeypatch.setenv("XUSHI_DASHBOARD_AREAS", "320500")
    assert written(sample_pages, tmp_path / "b")["areas_left_out"] == 1
