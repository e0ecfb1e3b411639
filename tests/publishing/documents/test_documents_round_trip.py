"""Our own reader reads the printed tables back to the facts that the warehouse was built from; notes add none."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingestion.alone import LooseFile, facts_of
from publishing.documents import report, selection, tables
from publishing.query import Ask
from tests.publishing.documents.conftest import PERIOD, ROOT
from tests.publishing.documents.papers import Row, edition, read_back, said, words_of, written

pytestmark = pytest.mark.xdist_group("documents_round_trip")
SUFFIXES = ("docx", "xlsx")
FORMS = ("submission", "checking")


@pytest.fixture(scope="module")
def filed(samples_database: Path) -> list[Row]:
    """The facts of the samples' current filings of the period, as extraction reads them."""
    from publishing.query import query

    files = query(
        samples_database,
        "select file_name, reporting_unit from fct_submission where period = ? and status in ('on_time', 'late')",
        (PERIOD,),
    ).rows
    assert len(files) == 7
    rows: list[Row] = []
    for name, unit in files:
        rows += facts_of(LooseFile(ROOT / "samples" / "inbox" / name, unit, date(2023, 9, 30)))
    return rows


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_completion_table_holds_every_fact_that_was_filed_and_no_other(
    samples: Ask, filed: list[Row], tmp_path: Path, form: str, suffix: str
) -> None:
    document = written(samples, PERIOD, edition(form), "completion_table")[suffix]
    back = read_back(document, tmp_path)
    more = ("region", "task", "points", "as_of_date")
    assert said(back, *more) == said(filed, *more)
    assert {row["family"] for row in back} == {"assessment_table"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_lag_table_holds_every_fact_of_what_lags(
    samples: Ask, filed: list[Row], tmp_path: Path, form: str, suffix: str
) -> None:
    listed = selection.lagging(report.read(samples, PERIOD), edition(form))
    assert len(listed) == 27
    named = {(item.region, item.task) for item in listed}
    document = written(samples, PERIOD, edition(form), "lag_table")[suffix]
    back = read_back(document, tmp_path)
    # a task is printed with what is assessed of it, so it is known by how it begins
    asked = [row for row in filed if (row["region"], row["task"]) in named]
    assert said(back, "region") == said(asked, "region")
    printed = {(row["region"], row["task"]) for row in back}
    assert all(any(r == region and t.startswith(task.rstrip("。")) for r, t in printed) for region, task in named)
    assert {row["family"] for row in back} == {"lag_table"}


@pytest.mark.parametrize("form", FORMS)
def test_the_printed_rows_say_what_the_warehouse_holds(samples: Ask, tmp_path: Path, form: str) -> None:
    """Region, deadline, target and status of every requirement, from the published rows, not from the filings."""
    back = read_back(written(samples, PERIOD, edition(form), "completion_table")["docx"], tmp_path)
    asked = {(r["region"], r["sub_item"], r["deadline"]) for r in back if r["fact"] == "requirement"}
    targets = {(r["region"], str(r["target_value"]), r["target_unit"]) for r in back if r["fact"] == "requirement"}
    statuses = {(r["region"], r["status"]) for r in back if r["fact"] == "progress"}
    for item in report.read(samples, PERIOD).items:
        for line in item.lines:
            if line.deadline is not None:
                assert (item.region, line.sub_item, line.deadline.isoformat()) in asked
            if line.target is not None:
                assert (item.region, tables.phrasing.number(line.target), line.target_unit) in targets
            if line.reported is not None and line.reported_phrase:
                assert any(region == item.region for region, _ in statuses)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("seed", "period", "kind", "facts"),
    [("000", "2023-09", "lag_table", 143), ("001", "2020-06", "completion_table", 255)],
)
def test_the_citys_own_tables_are_printed_again_as_they_were(
    seeds: Ask, shared_dir: Path, tmp_path: Path, seed: str, period: str, kind: Any, facts: int, form: str, suffix: str
) -> None:
    original = facts_of(LooseFile(next((shared_dir / "seeds").glob(f"{seed}_*.txt"))))
    document = written(seeds, period, edition(form, "issued"), kind)[suffix]
    back = read_back(document, tmp_path)
    more = ("region", "region_code", "task", "item_no", "as_of_date", "indicator", "points", "quote")
    assert said(back, *more) == said(original, *more)
    assert len(back) == facts


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_signed_reads_back_with_the_bureaus_verdict(judged: Ask, tmp_path: Path, suffix: str) -> None:
    back = read_back(written(judged, PERIOD, edition(stage="issued"), "lag_table")[suffix], tmp_path)
    # 蓬江区 called it 按进度推进, the bureau determined it behind
    statuses = {r["status"] for r in back if r["region"] == "蓬江区" and r["sub_item"] == "(2)" and "VOCs" in r["task"]
                and r["fact"] == "progress"}  # fmt: skip
    assert statuses == {"behind_schedule"}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_footnotes_are_printed_and_are_no_facts(judged: Ask, tmp_path: Path, suffix: str) -> None:
    document = written(judged, PERIOD, edition(), "completion_table")[suffix]
    back = read_back(document, tmp_path)
    assert said(back)
    assert not [row for row in back if "较上期调整" in row["quote"]]
    assert "72" not in {str(row["target_value"]) for row in back}
    assert "较上期调整，原目标72条" in words_of(document)
