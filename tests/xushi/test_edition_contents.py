"""Comparing what two editions say: nothing is lost, nothing is told twice, and the way there is the way back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.publishing.documents import made
from xushi.edition_contents import COLUMNS, PRINTED, Entry, contents, differences, from_json, to_json

REGIONS = {"440703": "蓬江区", "440704": "江海区"}


def entry(key: str, region: str, **values: str) -> Entry:
    return Entry(
        key=key, region_code=region, region=REGIONS[region], task="任务", sub_item="(1)",
        values=dict.fromkeys(COLUMNS, "") | values,
    )  # fmt: skip


ENTRIES = st.lists(
    st.builds(
        entry, st.sampled_from("甲乙丙"), st.sampled_from(sorted(REGIONS)),
        determined=st.sampled_from(["", "进度滞后", "已完成"]), computed=st.sampled_from(["", "未达序时"]),
    ),
    unique_by=lambda e: (e.region_code, e.key),
)  # fmt: skip


@given(ENTRIES)
def test_what_is_kept_is_what_is_read_and_differs_from_nothing(entries: list[Entry]) -> None:
    kept = to_json(entries)
    assert list(from_json(kept)) == entries
    assert to_json(from_json(kept)) == kept
    assert differences(entries, from_json(kept)) == ()


@pytest.mark.parametrize("mark", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_text_keeps_whatever_ends_its_lines(mark: str) -> None:
    entries = (entry("甲", "440703", text=f"建成{mark}投运"),)
    assert from_json(to_json(entries)) == entries


@given(ENTRIES, ENTRIES)
def test_the_way_back_is_the_way_there_turned_round(before: list[Entry], after: list[Entry]) -> None:
    there = {(d.region_code, d.task, d.column, d.before, d.after) for d in differences(before, after)}
    back = {(d.region_code, d.task, d.column, d.after, d.before) for d in differences(after, before)}
    assert there == back
    assert (not there) == ({(e.region_code, e.key): e for e in before} == {(e.region_code, e.key): e for e in after})


@given(ENTRIES, ENTRIES)
def test_a_district_is_told_of_exactly_when_something_of_it_changed(before: list[Entry], after: list[Entry]) -> None:
    changed = {d.region_code for d in differences(before, after)}
    for code in REGIONS:
        old, new = ({e.key: e for e in rows if e.region_code == code} for rows in (before, after))
        assert (code in changed) == (old != new)


def test_only_what_is_printed_is_compared_for_a_correction() -> None:
    before, after = [entry("甲", "440703", computed="未达序时")], [entry("甲", "440703", computed="达到序时")]
    assert differences(before, after, PRINTED) == ()
    assert [d.column for d in differences(before, after)] == ["computed"]
    assert set(PRINTED) < set(COLUMNS)


def test_a_change_is_one_sentence() -> None:
    (changed,) = differences([entry("甲", "440703", actual="")], [entry("甲", "440703", actual="12家")])
    assert changed.sentence == "蓬江区“任务(1)”完成由空改为“12家”"
    (added,) = differences([], [entry("甲", "440703", text="建成")])
    assert added.sentence == "蓬江区“任务(1)”增列：目标要求“建成”"
    (gone,) = differences([entry("甲", "440703")], [])
    assert gone.sentence == "蓬江区“任务(1)”删去"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"target_stage": "started"}, {"target_stage": "main_works"}, {"target": ("开工", "主体完成")}),
        ({"stage": "started"}, {"stage": "main_works"}, {"actual": ("开工", "主体完成")}),
        ({"target": Decimal(60), "target_unit": "%", "comparator": ">="},
         {"target": Decimal(60), "target_unit": "%", "comparator": "<="}, {"target": ("不低于60%", "不高于60%")}),
        ({"gap_pp": Decimal(-5)}, {"gap_pp": Decimal(-9)}, {"gap": ("差5个百分点", "差9个百分点")}),
        ({"is_due": False, "deadline": date(2023, 9, 30)}, {"deadline": date(2023, 9, 30)},
         {"overdue": ("未到期", "已到期")}),
        ({"days_overdue": 3}, {"days_overdue": 30}, {"overdue": ("3天", "30天")}),
        ({"actual": Decimal("1.50"), "unit": "家"}, {"actual": Decimal("1.5"), "unit": "家"}, {}),
    ],
)  # fmt: skip
def test_whatever_a_sheet_prints_is_compared(before: Any, after: Any, told: dict[str, tuple[str, str]]) -> None:
    found = differences(*(contents(made.report(made.item(made.line(**v)))) for v in (before, after)), PRINTED)
    assert {d.column: (d.before, d.after) for d in found} == told


def test_another_assessed_content_is_told_once_for_its_item() -> None:
    lines = (made.line(key="k1", requirement_id="r1"), made.line(key="k2", requirement_id="r2"))
    before, after = (contents(made.report(made.item(*lines, content=words))) for words in ("建成", "建成并投运"))
    (found,) = differences(before, after, PRINTED)
    assert found.sentence == "蓬江区“污水厂建设”考核内容由“建成”改为“建成并投运”"


def test_a_column_that_an_older_round_did_not_keep_is_no_change() -> None:
    now = entry("甲", "440703", gap="差9家", determined="进度滞后")
    older = entry("甲", "440703", determined="已完成")
    kept = Entry(**{**{name: getattr(older, name) for name in Entry.__dataclass_fields__},
                    "values": {name: value for name, value in older.values.items() if name != "gap"}})  # fmt: skip
    assert [d.column for d in differences([kept], [now])] == ["determined"]
    assert [d.column for d in differences([now], [kept])] == ["determined"]
