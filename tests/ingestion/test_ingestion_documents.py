"""The real documents on the whole way: from the seeds' bytes to rows in the lake, with the project's own stages."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.lake import read_kind
from ingestion.pipeline import default_stages
from registry import crosswalk, runs, submissions
from tests.ingestion.house import House, make_house

ROOT = Path(__file__).resolve().parents[2]
DISTRICTS = ["440703", "440704", "440705", "440781", "440783", "440784", "440785"]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory, shared_dir: Path) -> Iterator[House]:
    """A house that has received and processed the five seeds."""
    house = make_house(tmp_path_factory.mktemp("seeds"))
    house.stages = default_stages()
    for path in sorted((shared_dir / "seeds").glob("*.txt")):
        shutil.copy(path, house.inbox / path.name)
    house.run()
    yield house
    house.engine.dispose()


def rows(house: House, kind: str, submission_id: str) -> list[dict]:
    run = next(r for r in runs.live(house.engine) if r.submission_id == submission_id)
    return read_kind(house.lake, kind, [(run.lake_file or "").replace("facts/", f"{kind}/", 1)]).to_pylist()


def of_file(house: House, number: str):
    return next(s for s in submissions.find(house.engine) if s.file_name.startswith(number))


@pytest.mark.parametrize(
    ("number", "family", "period", "region_code", "issued_by_city"),
    [
        ("000", "lag_table", "2023-09", "440700", True),
        ("001", "assessment_table", "2020-06", "440700", True),
        ("002", "completion_list", "2023-12", "320000", False),
        ("003", "narrative", "2023-12", "UNKNOWN", False),
        ("004", "narrative", "2023-06", "321282", False),
    ],
)
def test_every_seed_is_placed_and_extracted(
    seeds: House, number: str, family: str, period: str, region_code: str, issued_by_city: bool
) -> None:
    found = of_file(seeds, number)
    assert (found.status, found.rejection_detail) == ("extracted", None)
    assert (found.family, found.period, found.region_code) == (family, period, region_code)
    assert (found.issued_by_city, found.superseded_by) == (issued_by_city, None)


@pytest.mark.parametrize(("number", "counts"), [("000", [2, 4, 1, 5, 4, 2, 6]), ("001", [5] * 7)])
def test_the_tables_give_their_items_in_seven_districts(seeds: House, number: str, counts: list[int]) -> None:
    items = rows(seeds, "items", of_file(seeds, number).submission_id)
    by_district = Counter(item["region_code"] for item in items)
    assert [by_district[code] for code in DISTRICTS] == counts
    assert len(items) == sum(counts)


def test_every_row_that_names_a_known_region_finds_it_in_the_crosswalk(seeds: House) -> None:
    for found in submissions.find(seeds.engine):
        for kind in ("items", "facts"):
            for row in rows(seeds, kind, found.submission_id):
                assert row["region_context"].startswith(f"{found.region_context}@")
                codes = crosswalk.ids(seeds.engine, "region", row["region_context"])
                if row["region"] is None:
                    expected = None if found.region_code == "UNKNOWN" else found.region_code
                else:
                    expected = codes.get(row["region"])
                assert row["region_code"] == expected


def test_every_task_and_indicator_has_its_durable_id(seeds: House) -> None:
    tasks, indicators = crosswalk.ids(seeds.engine, "task"), crosswalk.ids(seeds.engine, "indicator")
    for found in submissions.find(seeds.engine):
        for row in (*rows(seeds, "items", found.submission_id), *rows(seeds, "facts", found.submission_id)):
            assert not (row["task"] or "").strip() or row["task"] in tasks
            assert not (row.get("indicator") or "").strip() or row["indicator"] in indicators


def test_facts_and_items_share_their_keys(seeds: House) -> None:
    for found in submissions.find(seeds.engine):
        if found.family != "narrative":
            keys = {item["item_key"] for item in rows(seeds, "items", found.submission_id)}
            assert {fact["item_key"] for fact in rows(seeds, "facts", found.submission_id)} <= keys


def test_a_second_look_changes_nothing(seeds: House) -> None:
    before = seeds.files()
    receipts = seeds.run()
    assert not any(receipt.is_new for receipt in receipts.values())
    assert seeds.files() == before


def test_the_samples_are_received_as_their_register_says(tmp_path: Path) -> None:
    inbox = ROOT / "samples" / "inbox"
    house = make_house(tmp_path)
    shutil.copytree(inbox, house.inbox, dirs_exist_ok=True)
    house.stages = default_stages()
    receipts = house.run()
    by_unit = Counter(house.submission(r).reporting_unit for r in receipts.values())
    assert set(by_unit) == {"蓬江区", "江海区", "新会区", "台山市", "开平市", "鹤山市", "恩平市"}
    rejected = [s for s in submissions.find(house.engine) if s.status == "rejected"]
    assert [s.rejection_reason for s in rejected] == ["unreadable"]
    superseded = [s for s in submissions.find(house.engine) if s.superseded_by]
    assert [(s.reporting_unit, s.period, s.revision) for s in superseded] == [("开平市", "2023-09", 0)]
    assert {s.region_code for s in submissions.find(house.engine)} == set(DISTRICTS)
    house.engine.dispose()
