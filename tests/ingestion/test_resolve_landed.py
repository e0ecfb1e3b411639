"""The resolve stage over what was landed: one order, rows only added, files that follow the stewards."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from ingestion.lake import read_kind
from ingestion.pipeline import default_stages, process
from ingestion.resolve import resolve_landed
from ingestion.resolve.requirements import Asked
from registry import crosswalk, runs, submissions
from registry.engine import reading
from registry.models import CrosswalkEntry
from tests.ingestion.house import SEEN, House, make_house, said

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "inbox"
HEADER = "kind,wording,relation,other_wording,reason,decided_by\n"


def month(period: str, task: str, requirement: str = "完成建设", **document: object) -> bytes:
    item = {"region": "蓬江区", "task": task, "requirement": requirement, "progress": "1"}
    return said(item, as_of=f"{period}-28", **document)


def identities(house: House) -> list[dict[str, str]]:
    live = [(r.lake_file or "").replace("facts/", "identities/", 1) for r in runs.live(house.engine)]
    return read_kind(house.lake, "identities", live).to_pylist()


def entries(house: House) -> dict[str, tuple[object, ...]]:
    """Every row of the crosswalk but its clock."""
    with reading(house.engine) as session:
        return {
            e.entry_id: (e.kind, e.context, e.wording, e.durable_id, e.label, e.matched_by, e.score, e.other_id)
            for e in session.scalars(select(CrosswalkEntry))
        }


def test_the_oldest_period_names_first_whatever_is_read_first(house: House) -> None:
    house.put("蓬江区_2023-09.json", month("2023-09", "城镇污水管网建设工程"))
    house.put("蓬江区_2023-08.json", month("2023-08", "推进城镇污水管网建设。"))
    house.receive()
    for one in sorted(submissions.pending(house.engine, "v1"), key=lambda s: s.period or "", reverse=True):
        process(house.engine, house.lake, one.submission_id, house.stages, clock=lambda: SEEN)
    assert resolve_landed(house.engine, house.lake, at=SEEN) == 2
    rows = {row[2]: row[5] for row in entries(house).values() if row[0] == "task"}
    assert rows == {"推进城镇污水管网建设。": "first", "城镇污水管网建设工程": "form"}
    assert len({row["task_id"] for row in identities(house)}) == 1
    assert len({row["requirement_id"] for row in identities(house)}) == 1


def test_a_second_pass_finds_nothing_to_do(house: House) -> None:
    house.put("蓬江区_2023-09.json", month("2023-09", "城镇污水管网建设"))
    house.run()
    before, files = entries(house), house.files()
    assert resolve_landed(house.engine, house.lake, at=SEEN) == 0
    assert (entries(house), house.files()) == (before, files)


def test_a_lost_file_of_ids_is_written_again(house: House) -> None:
    house.put("蓬江区_2023-09.json", month("2023-09", "城镇污水管网建设"))
    house.run()
    before = identities(house)
    rows = entries(house)
    for path in (house.lake / "identities" / "period=2023-09").iterdir():
        path.unlink()
    assert resolve_landed(house.engine, house.lake, at=SEEN) == 1
    assert (identities(house), entries(house)) == (before, rows)


def test_wordings_of_a_home_from_before_keep_their_ids(house: House) -> None:
    old = crosswalk.Named("task", "", "推进城镇污水管网建设。", "Tbeforebefore", "推进城镇污水管网建设。")
    crosswalk.add(house.engine, [old], submission_id=None, created_at=SEEN)
    house.put("蓬江区_2023-09.json", month("2023-09", "城镇污水管网建设工程"))
    house.run()
    assert {row["task_id"] for row in identities(house)} == {"Tbeforebefore"}


def test_an_item_that_names_no_task_is_known_by_its_content(house: House) -> None:
    items = ({"region": "蓬江区", "content": "新增自然村污水治理12个", "progress": "1"},)
    house.put("蓬江区_2023-08.json", said(*items, as_of="2023-08-31"))
    items = ({"region": "蓬江区", "content": "新增自然村污水治理15个。", "progress": "2"},)
    house.put("蓬江区_2023-09.json", said(*items))
    house.run()
    assert len({row["task_id"] for row in identities(house)}) == 1


def test_a_steward_s_line_moves_the_ids_and_its_removal_moves_them_back(house: House, tmp_path: Path) -> None:
    house.put("蓬江区_2023-08.json", month("2023-08", "城镇污水管网建设"))
    house.put("蓬江区_2023-09.json", month("2023-09", "城镇污水管网建设与检测"))
    house.run()
    before, rows = identities(house), entries(house)
    assert len({row["task_id"] for row in before}) == len({row["requirement_id"] for row in before}) == 2
    seed = tmp_path / "task_aliases.csv"
    seed.write_text(f"{HEADER}task,城镇污水管网建设与检测,same,城镇污水管网建设,月报改名,王某\n", encoding="utf-8")
    assert resolve_landed(house.engine, house.lake, at=SEEN, aliases_file=seed) == 2
    after = identities(house)
    assert len({row["task_id"] for row in after}) == len({row["requirement_id"] for row in after}) == 1
    assert rows.items() <= entries(house).items(), "rows are only added"
    seed.write_text(HEADER, encoding="utf-8")
    assert resolve_landed(house.engine, house.lake, at=SEEN, aliases_file=seed) == 2
    assert identities(house) == before


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = make_house(tmp_path_factory.mktemp("samples"))
    shutil.copytree(SAMPLES, house.inbox, dirs_exist_ok=True)
    house.stages = default_stages()
    house.receive()
    for one in submissions.pending(house.engine, house.stages.version):
        process(house.engine, house.lake, one.submission_id, house.stages, clock=lambda: SEEN)
    yield house
    house.engine.dispose()


def test_the_samples_have_one_id_a_requirement_over_the_months(samples: House) -> None:
    resolve_landed(samples.engine, samples.lake, at=SEEN)
    by_submission = {s.submission_id: s for s in submissions.find(samples.engine)}
    per_month: dict[tuple[str, str], set[str]] = {}
    for row in identities(samples):
        sent = by_submission[row["submission_id"]]
        per_month.setdefault((sent.reporting_unit or "", sent.period or ""), set()).add(row["requirement_id"])
    for unit in ("蓬江区", "江海区", "台山市", "开平市", "鹤山市"):
        assert per_month[unit, "2023-07"] == per_month[unit, "2023-08"] == per_month[unit, "2023-09"], unit
    (moved,) = [row for row in entries(samples).values() if row[0] == "requirement" and row[5] != "first"]
    assert (Asked.of(str(moved[2])).target, moved[5]) == ("61", "form"), "the target that was lowered without a word"


def test_the_samples_month_by_month_give_what_they_give_at_once(samples: House, tmp_path: Path) -> None:
    resolve_landed(samples.engine, samples.lake, at=SEEN)
    parts = make_house(tmp_path)
    shutil.copytree(SAMPLES, parts.inbox, dirs_exist_ok=True)
    parts.stages = default_stages()
    parts.receive()
    for period in ("2023-07", "2023-08", "2023-09"):
        pending = list(submissions.pending(parts.engine, parts.stages.version, period=period))
        random.Random(period).shuffle(pending)  # noqa: S311 (an order, not a secret)
        for one in pending:
            process(parts.engine, parts.lake, one.submission_id, parts.stages, clock=lambda: SEEN)
        resolve_landed(parts.engine, parts.lake, at=SEEN)
    assert entries(parts) == entries(samples)
    assert identities(parts) == identities(samples)
    parts.engine.dispose()
