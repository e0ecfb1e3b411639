"""Cells of several regions, landed: the item is the lead's, the others stand beside it, and nobody is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.lake import read_kind
from registry import crosswalk, runs
from tests.ingestion.house import House, said

CONTEXT = "440700@2023-04-03"


def rows(house: House, kind: str) -> list[dict[str, Any]]:
    live = [(r.lake_file or "").replace("facts/", f"{kind}/", 1) for r in runs.live(house.engine)]
    return read_kind(house.lake, kind, live).to_pylist()


def landed(house: House, *regions: str, region: str | None = "江门市", **document: Any) -> None:
    items = [{"region": name, "task": f"任务{n}", "progress": str(n)} for n, name in enumerate(regions)]
    house.put("a.json", said(*items, region=region, **document))
    house.run()


def test_a_joint_item_is_the_leads_and_names_the_others(house: House) -> None:
    landed(house, "蓬江区、江海区（牵头）、新会区", "台山市")
    assert [(i["region"], i["region_code"]) for i in rows(house, "items")] == [
        ("蓬江区、江海区（牵头）、新会区", "440704"), ("台山市", "440781"),
    ]  # fmt: skip
    assert {f["region_code"] for f in rows(house, "facts")} == {"440704", "440781"}
    key = rows(house, "items")[0]["item_key"]
    told = [
        (r["item_key"], r["region"], r["region_code"], r["role"], r["place"], r["region_context"])
        for r in rows(house, "item_regions")
    ]
    assert told == [
        (key, "江海区", "440704", "lead", 1, CONTEXT),
        (key, "蓬江区", "440703", "joint", 2, CONTEXT),
        (key, "新会区", "440705", "joint", 3, CONTEXT),
    ]
    assert crosswalk.ids(house.engine, "region", CONTEXT) == {
        "蓬江区、江海区（牵头）、新会区": "440704", "台山市": "440781",
        "江海区": "440704", "蓬江区": "440703", "新会区": "440705",
    }  # fmt: skip


@pytest.mark.parametrize("cell", ["蓬江区、鼓楼区", "鼓楼区、蓬江区", "XX区、蓬江区", "蓬江区、某区", "蓬江区、蓬江"])
def test_where_one_name_is_not_known_the_whole_cell_is_not(house: House, cell: str) -> None:
    landed(house, cell, "台山市")
    assert [i["region_code"] for i in rows(house, "items")] == [None, "440781"]
    assert rows(house, "item_regions") == []
    assert crosswalk.ids(house.engine, "region", CONTEXT) == {"台山市": "440781"}


def test_the_names_of_joint_cells_say_whose_document_it_is(house: House) -> None:
    landed(house, "蓬江区、江海区", "新会区", region=None)
    assert [i["region_code"] for i in rows(house, "items")] == ["440703", "440705"]
    (receipt,) = house.receive().values()
    assert house.submission(receipt).region_code == "440700"


def test_the_names_are_those_of_the_documents_time(house: House) -> None:
    landed(house, "沙县、三元区", region="三明市", as_of="2019-12-31")
    assert [(r["region_code"], r["role"]) for r in rows(house, "item_regions")] == [
        ("350427", "lead"), ("350403", "joint"),
    ]  # fmt: skip


def test_landing_twice_changes_nothing(house: House) -> None:
    landed(house, "蓬江区、江海区")
    before = house.files()
    house.with_version("v1")
    house.run()
    assert house.files() == before
