"""Which periods a refresh computes, and that the parts make the whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xushi.window import Window, changed, everything, period_digests


def sent(key: str, period: str, *, region: str = "440703", year: int | None = None) -> dict[str, Any]:
    return {"submission_id": key, "period": period, "region_code": region, "campaign_year": year, "status": "extracted"}


def owed(period: str, region: str = "440703") -> dict[str, Any]:
    return {"expected_id": f"{period}/{region}", "period": period, "region_code": region}


def run_of(key: str, sha256: str, *, is_live: bool = True) -> dict[str, Any]:
    return {"run_id": f"{key}.{sha256}", "submission_id": key, "lake_sha256": sha256, "is_live": is_live}


def lake(root: Path, **tables: list[dict[str, Any]]) -> Path:
    folder = root / "registry"
    folder.mkdir(parents=True, exist_ok=True)
    for table in ("submissions", "expected_submissions", "extraction_runs", "crosswalk"):
        rows = tables.get(table, [])
        (folder / f"{table}.parquet").unlink(missing_ok=True)
        if rows:
            pq.write_table(pa.Table.from_pylist(rows), folder / f"{table}.parquet")
    return root


def span(window: Window) -> tuple[str, str]:
    return window.first, window.last


def after(place: Path, before: dict[str, str]) -> tuple[str, str]:
    return span(changed(place, before, period_digests(place)))


YEAR = [sent(f"s{month}", f"2023-{month:02d}") for month in range(1, 10)]


def test_a_new_month_costs_that_month(tmp_path: Path) -> None:
    before = period_digests(lake(tmp_path, submissions=YEAR))
    lake(tmp_path, submissions=[*YEAR, sent("s10", "2023-10")])
    assert after(tmp_path, before) == ("2023-10", "2023-10")


def test_a_late_month_recomputes_the_later_ones_of_its_year_and_no_other_year(tmp_path: Path) -> None:
    next_year = [sent("n1", "2024-01"), sent("n2", "2024-02")]
    before = period_digests(lake(tmp_path, submissions=[*YEAR, *next_year]))
    lake(tmp_path, submissions=[*YEAR, sent("late", "2023-07"), *next_year])
    assert after(tmp_path, before) == ("2023-07", "2023-09")


def test_a_review_filed_in_january_belongs_to_the_year_that_it_reviews(tmp_path: Path) -> None:
    review = sent("review", "2024-01", year=2023)
    before = period_digests(lake(tmp_path, submissions=[*YEAR, review]))
    lake(tmp_path, submissions=[*YEAR, sent("late", "2023-08"), review])
    assert after(tmp_path, before) == ("2023-08", "2024-01")


def test_other_facts_of_a_registered_submission_change_its_month(tmp_path: Path) -> None:
    before = period_digests(lake(tmp_path, submissions=YEAR, extraction_runs=[run_of("s9", "aa")]))
    runs = [run_of("s9", "aa", is_live=False), run_of("s9", "bb")]
    assert after(lake(tmp_path, submissions=YEAR, extraction_runs=runs), before) == ("2023-09", "2023-09")


def test_a_run_that_is_not_live_changes_nothing(tmp_path: Path) -> None:
    first = lake(tmp_path, submissions=YEAR, extraction_runs=[run_of("s9", "aa")])
    before = period_digests(first)
    lake(tmp_path, submissions=YEAR, extraction_runs=[run_of("s9", "aa"), run_of("s3", "cc", is_live=False)])
    assert period_digests(tmp_path) == before


def test_what_is_owed_is_part_of_its_month(tmp_path: Path) -> None:
    before = period_digests(lake(tmp_path, submissions=YEAR))
    lake(tmp_path, submissions=YEAR, expected_submissions=[owed("2023-10")])
    assert after(tmp_path, before) == ("2023-10", "2023-10")


def test_a_first_list_looks_back_at_the_months_that_owed_a_report_on_it(tmp_path: Path) -> None:
    elsewhere = [sent(f"e{m}", f"2023-{m:02d}", region="440704") for m in range(3, 10)]
    expected = [owed(f"2023-{m:02d}") for m in range(3, 10)]
    before = period_digests(lake(tmp_path, submissions=elsewhere, expected_submissions=expected))
    lake(tmp_path, submissions=[*elsewhere, sent("first", "2023-09")], expected_submissions=expected)
    assert after(tmp_path, before) == ("2023-03", "2023-09")
    # the second list of the region does not
    before = period_digests(tmp_path)
    second = [*elsewhere, sent("first", "2023-09"), sent("second", "2023-10")]
    lake(tmp_path, submissions=second, expected_submissions=expected)
    assert after(tmp_path, before) == ("2023-10", "2023-10")


def test_a_month_that_is_gone_is_computed_away(tmp_path: Path) -> None:
    before = period_digests(lake(tmp_path, submissions=YEAR))
    assert after(lake(tmp_path, submissions=YEAR[:-1]), before) == ("2023-09", "2023-09")


def test_nothing_changed_is_the_last_month(tmp_path: Path) -> None:
    before = period_digests(lake(tmp_path, submissions=YEAR))
    assert after(tmp_path, before) == ("2023-09", "2023-09")


def test_everything_is_every_period_from_nothing(tmp_path: Path) -> None:
    place = lake(tmp_path, submissions=YEAR, expected_submissions=[owed("2024-12")])
    assert everything(place) == Window("2023-01", "2024-12", is_full=True)
    assert everything(place).end == "2025-01"


def test_an_empty_lake_has_a_window_too(tmp_path: Path) -> None:
    window = everything(tmp_path)
    assert window.is_full
    assert window.first == window.last
    assert period_digests(tmp_path) == {}


@pytest.mark.parametrize(("last", "end"), [("2023-01", "2023-02"), ("2023-11", "2023-12"), ("2023-12", "2024-01")])
def test_the_end_is_the_month_after_the_last(last: str, end: str) -> None:
    assert Window("2023-01", last, is_full=False).end == end


@settings(deadline=None)  # each example opens the engine
@given(
    periods=st.sets(st.tuples(st.integers(2021, 2024), st.integers(1, 12)), min_size=1, max_size=12),
    data=st.data(),
)
def test_a_window_holds_what_changed_and_whatever_follows_it_in_its_year(
    tmp_path_factory: pytest.TempPathFactory, periods: set[tuple[int, int]], data: st.DataObject
) -> None:
    names = sorted(f"{y}-{m:02d}" for y, m in periods)
    rows = [sent(p, p) for p in names]
    place = lake(tmp_path_factory.mktemp("lake"), submissions=rows)
    before = period_digests(place)
    late = data.draw(st.sampled_from(names))
    lake(place, submissions=[*rows, sent("late", late)])
    first, last = after(place, before)
    assert first == late
    assert {p for p in names if first <= p <= last} == {p for p in names if p >= late and p[:4] == late[:4]}
