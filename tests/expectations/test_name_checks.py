"""Doubtful names and tasks listed apart: what a steward is asked, and when he is asked no more."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from expectations.runner import run_gate
from registry.export import export_registry
from tests.ingestion.house import House, make_house, said


@pytest.fixture
def house(tmp_path: Path):
    made = make_house(tmp_path)
    yield made
    made.engine.dispose()


def put(house: House, period: str, *tasks: str) -> None:
    items = [{"region": "蓬江区", "task": task, "requirement": "年底前完成", "progress": "1"} for task in tasks]
    house.put(f"蓬江区_{period}.json", said(*items, as_of=f"{period}-28"))


def findings(house: House, check: str) -> list[dict[str, object]]:
    export_registry(house.engine, house.lake)
    out = house.lake / "checks" / "raw.parquet"
    run_gate("raw", house.lake, None, out)
    return [row for row in pq.read_table(out).to_pylist() if row["check_id"] == check]


def test_a_doubtful_name_is_told_once_with_both_wordings_and_the_score(house: House) -> None:
    put(house, "2023-07", "城镇污水管网建设")
    put(house, "2023-08", "城镇污水管网建设与检测")
    put(house, "2023-09", "城镇污水管网建设与检测")
    house.run()
    (found,) = findings(house, "name_doubtful")
    assert (found["observed"], found["expected"]) == ("城镇污水管网建设与检测", "城镇污水管网建设")
    assert "相似度" in str(found["message_zh"])
    assert (found["region_code"], found["period"], found["severity"]) == ("440703", "2023-08", "warning")


def test_a_decided_name_is_told_no_more(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(house, "2023-07", "城镇污水管网建设")
    put(house, "2023-08", "城镇污水管网建设与检测")
    house.run()
    seed = tmp_path / "task_aliases.csv"
    seed.write_text(
        "kind,wording,relation,other_wording,reason,decided_by\n"
        "task,城镇污水管网建设与检测,different,城镇污水管网建设,检测另有考核,李某\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("ingestion.resolve.doubts.is_settled.__defaults__", (seed,))
    assert findings(house, "name_doubtful") == []


def test_a_doubtful_requirement_is_told_in_its_own_words(house: House) -> None:
    put(house, "2023-06", "黑臭水体治理")
    put(house, "2023-07", "黑臭水体整治工程提升")
    for period, first in (("2023-08", "完成城区雨污分流改造方案论证"), ("2023-09", "完成雨污分流改造资金测算论证")):
        items = [
            {"region": "蓬江区", "task": "雨污分流", "requirement": asked, "progress": "1"}
            for asked in (first, "6月底前全部开工")
        ]
        house.put(f"蓬江区_{period}.json", said(*items, as_of=f"{period}-28"))
    house.run()
    found = {str(row["observed"]): row["expected"] for row in findings(house, "name_doubtful")}
    assert found == {
        "黑臭水体整治工程提升": "黑臭水体治理",
        "完成雨污分流改造资金测算论证": "完成城区雨污分流改造方案论证",
    }


def test_what_was_joined_and_now_stands_side_by_side_is_told(house: House) -> None:
    put(house, "2023-07", "新建污水管网10公里")
    put(house, "2023-08", "新建污水管网18公里")
    put(house, "2023-09", "新建污水管网10公里", "新建污水管网18公里")
    house.run()
    (found,) = findings(house, "task_listed_apart")
    assert (found["period"], found["source_quote"]) == ("2023-09", "新建污水管网18公里")


def test_clear_names_ask_nobody(house: House) -> None:
    put(house, "2023-07", "城镇污水管网建设", "黑臭水体治理")
    put(house, "2023-08", "推进城镇污水管网建设。", "黑臭水体整治")
    house.run()
    assert findings(house, "name_doubtful") == findings(house, "task_listed_apart") == []
