"""Requirement ids: by what is asked, before its number; targets, days and numbers may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.resolve.aliases import Aliases
from ingestion.resolve.requirements import Asked, name_requirements
from registry.crosswalk import Named

CONTEXT = "T1|440703|2023"
NO_ALIASES = Aliases()


class Memory:
    """The crosswalk's rows of one task, region and year, as filings are named one after the other."""

    def __init__(self, aliases: Aliases = NO_ALIASES) -> None:
        self.aliases = aliases
        self.rows: list[Named] = []

    def read(self, *asked: Asked) -> list[str]:
        ids, rows = name_requirements(CONTEXT, asked, self.rows, self.aliases)
        self.rows += rows
        return ids


def villages(target: int = 72, deadline: str = "2023-12-10", **changes: object) -> Asked:
    return Asked(
        f"新增{target}个自然村完成治理", "自然村", unit="个", target=str(target), deadline=deadline, sub_item="(2)",
        **changes,
    )  # fmt: skip


PLAN = Asked("3月底前印发实施方案", deadline="2023-03-31", sub_item="(1)")
START = Asked("6月底前全部开工", stage="started", deadline="2023-06-30", sub_item="(2)")
DONE = Asked("12月底前主体完工", stage="main_works", deadline="2023-12-31", sub_item="(3)")


def share(level: str, target: int, deadline: str, sub: str) -> Asked:
    month = int(deadline[5:7])
    text = f"{month}月底前，2023年度省级以上资金执行率不低于60%，市级资金执行率不低于75%"
    name = {"province_up": "省级以上", "city": "市级"}[level]
    return Asked(text, f"{name}资金执行率", f"2023 {level}", None, "%", str(target), deadline, 1, sub)


FUNDS = (
    share("province_up", 60, "2023-09-30", "(2)"),
    share("city", 75, "2023-09-30", "(2)"),
    share("province_up", 80, "2023-12-10", "(3)"),
    share("city", 90, "2023-12-10", "(3)"),
)


def test_a_changed_target_or_day_is_the_same_requirement() -> None:
    memory = Memory()
    first = memory.read(villages())
    assert memory.read(villages(61)) == memory.read(villages(61, "2023-11-30")) == first


def test_a_moved_number_is_the_same_requirement() -> None:
    memory = Memory()
    plan, start, done = memory.read(PLAN, START, DONE)
    moved = memory.read(replace(DONE, sub_item="(1)"), replace(PLAN, sub_item="(2)"), replace(START, sub_item="(3)"))
    assert moved == [done, plan, start]
    assert len(memory.rows) == 3


def test_a_new_one_is_new_and_one_that_vanished_keeps_its_place() -> None:
    memory = Memory()
    plan, start, done = memory.read(PLAN, START, DONE)
    other = Asked("建立长效管护机制", sub_item="(1)")
    fresh, again = memory.read(other, replace(START, sub_item="(2)"))
    assert again == start
    assert fresh not in (plan, start, done)
    assert memory.read(PLAN, START, DONE) == [plan, start, done]


def test_a_reworded_requirement_is_the_same_where_nothing_else_fits() -> None:
    memory = Memory()
    plan, start, done = memory.read(PLAN, START, DONE)
    reworded = memory.read(
        Asked("2023年6月30日前全面动工建设", stage="started", deadline="2023-06-30", sub_item="(1)"),
        Asked("年底主体工程完工", stage="main_works", deadline="2023-12-31", sub_item="(2)"),
        Asked("一季度印发实施方案", deadline="2023-03-31", sub_item="(3)"),
    )
    assert reworded == [start, done, plan]


def test_scopes_of_one_sentence_are_told_apart() -> None:
    memory = Memory()
    ids = memory.read(*FUNDS)
    assert len(set(ids)) == 4
    turned = [replace(one, sub_item="(9)") for one in reversed(FUNDS)]
    assert memory.read(*turned) == ids[::-1]


def test_rungs_of_one_wording_keep_their_order() -> None:
    memory = Memory()
    ids = memory.read(*FUNDS)
    later = {"2023-09-30": "2023-10-15", "2023-12-10": "2023-12-31"}
    moved = [replace(one, deadline=later[one.deadline or ""], target=str(int(one.target or 0) - 5)) for one in FUNDS]
    assert memory.read(*moved) == ids


def test_a_rung_between_two_is_new() -> None:
    memory = Memory()
    first, last = memory.read(FUNDS[0], FUNDS[2])
    ids = memory.read(FUNDS[0], share("province_up", 70, "2023-10-31", "(3)"), FUNDS[2])
    assert (ids[0], ids[2]) == (first, last)
    assert ids[1] not in (first, last)


def test_two_that_are_alike_in_all_are_two() -> None:
    memory = Memory()
    ids = memory.read(villages(), villages())
    assert len(set(ids)) == 2
    assert memory.read(villages(), villages()) == ids


def test_another_stage_or_scope_is_another_requirement() -> None:
    memory = Memory()
    (start,) = memory.read(START)
    assert memory.read(replace(START, text="6月底前全部完工", stage="main_works")) != [start]
    memory = Memory()
    (province,) = memory.read(FUNDS[0])
    assert memory.read(FUNDS[1]) != [province]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新增污水管网18公里", "修复污水管网4公里"),
        ("一期工程建成", "二期工程建成"),
        ("甲河断面达到Ⅲ类", "乙河断面达到Ⅲ类"),
        ("PM2.5均值不高于30微克/立方米", "PM10均值不高于45微克/立方米"),
        ("县级名录企业完成治理", "新增重点企业完成治理"),
    ],
)
def test_what_differs_in_a_word_that_tells_is_two(one: str, other: str) -> None:
    memory = Memory()
    (first,) = memory.read(Asked(one))
    assert memory.read(Asked(other)) != [first]


def test_a_doubt_is_kept_with_both_wordings() -> None:
    memory = Memory()
    memory.read(Asked("完成城区雨污分流改造方案论证"), START)
    memory.read(Asked("完成雨污分流改造资金测算论证"), START)
    doubts = [row for row in memory.rows if row.matched_by == "doubtful"]
    assert [Asked.of(d.other_wording or "").text for d in doubts] == ["完成城区雨污分流改造方案论证"]
    assert memory.read(Asked("完成雨污分流改造资金测算论证"), START)[0] == doubts[0].durable_id


def test_a_steward_joins_or_parts_what_was_in_doubt() -> None:
    one, other = "完成城区雨污分流改造方案论证", "完成雨污分流改造资金测算论证"
    memory = Memory()
    first, _ = memory.read(Asked(one), START)
    apart, _ = memory.read(Asked(other), START)
    assert first != apart
    memory.aliases = Aliases(same={other: one})
    assert memory.read(Asked(other), START)[0] == first
    assert len(set(memory.read(Asked(one), Asked(other), START))) == 3, "a document that lists both is believed"
    fresh = Memory(Aliases(different=frozenset({frozenset((one, other))})))
    fresh.read(Asked(one), START)
    fresh.read(Asked(other), START)
    assert {row.matched_by for row in fresh.rows} == {"first"}


asked = st.builds(
    Asked,
    text=st.sampled_from(["新增自然村治理", "全部开工", "资金执行率达标", "完成管网建设", "完成管网修复", "印发方案"]),
    indicator=st.sampled_from([None, "自然村", "管网"]),
    scope=st.sampled_from([None, "2023 city", "2023 province_up"]),
    stage=st.sampled_from([None, "started", "main_works"]),
    target=st.sampled_from([None, "10", "20"]),
    deadline=st.sampled_from([None, "2023-06-30", "2023-12-31"]),
    sub_item=st.sampled_from([None, "(1)", "(2)"]),
)
filings = st.lists(asked, min_size=1, max_size=7)


@given(filings, filings, st.randoms())
def test_the_order_of_rows_changes_nothing(before: Sequence[Asked], filing: list[Asked], random) -> None:
    places = list(range(len(filing)))
    random.shuffle(places)
    one, other = Memory(), Memory()
    one.read(*before)
    other.read(*before)
    ids = one.read(*filing)
    shuffled = other.read(*(filing[n] for n in places))
    by_row = sorted((filing[n].wording, key) for n, key in zip(places, shuffled, strict=True))
    assert by_row == sorted((a.wording, key) for a, key in zip(filing, ids, strict=True))


@given(st.lists(filings, min_size=1, max_size=5))
def test_ids_are_given_once_and_one_filing_never_shares_one(given_filings: list[list[Asked]]) -> None:
    memory = Memory()
    for filing in given_filings:
        before = list(memory.rows)
        ids = memory.read(*filing)
        assert len(set(ids)) == len(filing)
        assert memory.rows[: len(before)] == before
        added = len(memory.rows)
        assert memory.read(*filing) == ids
        assert len(memory.rows) == added


@given(st.lists(filings, min_size=2, max_size=5))
def test_a_rebuild_is_the_sum_of_the_increments(given_filings: list[list[Asked]]) -> None:
    at_once, month_by_month = Memory(), Memory()
    whole = [at_once.read(*filing) for filing in given_filings]
    parts = [(month_by_month.read(*filing), month_by_month.read(*filing))[1] for filing in given_filings]
    assert whole == parts
    assert at_once.rows == month_by_month.rows


def test_a_row_reads_back() -> None:
    assert Asked.of(FUNDS[0].wording) == FUNDS[0]
