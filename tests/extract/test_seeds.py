"""The real documents: the figures that people asked about, what is left unread, and the labelled score."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from benchmarks.score import facts_of, labels, macro, registered, scoring_tool
from ingestion.extract import extract
from ingestion.extract.jsonl import to_json
from ingestion.read import read
from ingestion.records import Extraction, Fact
from ingestion.segment import segment

SEEDS = ("000", "001", "002", "003", "004")
MOST_REJECTED = Decimal("0.05")
POINTS_OF_A_DISTRICT = 15
LEAST_F1 = {"seeds": 0.97, "corpus": 0.95}


@cache
def _extraction(path: Path) -> Extraction:
    return extract(segment(read(path.read_bytes(), path.name)))


def _path(shared: Path, number: str) -> Path:
    return next((shared / "seeds").glob(f"{number}_*.txt"))


def _facts(shared: Path, number: str) -> tuple[Fact, ...]:
    return _extraction(_path(shared, number)).facts


def _progress(facts: tuple[Fact, ...], words: str, region: str | None = None) -> list[Fact]:
    """The progress whose quote holds the words."""
    return [f for f in facts if f.fact == "progress" and words in f.quote and region in (None, f.region)]


def _requirements(facts: tuple[Fact, ...], answer: Fact) -> list[Fact]:
    """The requirements that a progress fact answers."""
    numbers = {int(n) for n in (answer.answers or str(answer.requirement_no)).split(",")}
    return [
        f for f in facts if f.fact == "requirement" and f.item_seq == answer.item_seq and f.requirement_no in numbers
    ]


def test_done_and_closed_add_up_to_the_whole(shared_dir: Path) -> None:
    facts = _facts(shared_dir, "001")
    counted = _progress(facts, "30家县级挥发性有机物重点监管企业", "蓬江区")
    roles = {f.count_role: f for f in counted if f.actual_value is not None}
    assert {role: f.actual_value for role, f in roles.items()} == {"done": 16, "closed": 14}
    assert {f.base_value for f in roles.values()} == {30}
    (asked,) = _requirements(facts, roles["done"])
    assert (asked.target_value, asked.target_unit, asked.deadline) == (30, "家", date(2020, 6, 30))
    assert _requirements(facts, roles["closed"]) == [asked]


def test_remaining_is_not_done(shared_dir: Path) -> None:
    facts = _facts(shared_dir, "000")
    remaining = next(f for f in _progress(facts, "还有16个排污口未完成整治") if f.actual_value is not None)
    assert (remaining.actual_value, remaining.base_value, remaining.count_role) == (16, 24, "remaining")
    assert [f.target_value for f in _requirements(facts, remaining)] == [24]


def test_area_in_mu_against_ten_thousand_mu(shared_dir: Path) -> None:
    facts = _facts(shared_dir, "000")
    done = next(f for f in _progress(facts, "9800亩") if f.actual_value is not None)
    assert (done.actual_value, done.unit, done.percent, done.percent_kind) == (9800, "亩", 40, "completion")
    (asked,) = _requirements(facts, done)
    assert (asked.target_value, asked.target_unit, asked.deadline) == (Decimal("2.45"), "万亩", date(2023, 12, 10))
    assert done.canonical_unit == asked.canonical_unit == "亩"
    assert (done.canonical_value, asked.canonical_target_value) == (9800, 24500)


def test_works_done_in_percent(shared_dir: Path) -> None:
    facts = _facts(shared_dir, "000")
    done = next(f for f in _progress(facts, "完成工程量40%") if f.percent is not None)
    assert (done.percent, done.percent_kind, done.region) == (40, "completion", "开平市")
    (asked,) = _requirements(facts, done)
    assert (asked.target_value, asked.deadline, asked.key_mark) == (60, date(2023, 6, 30), True)


def test_execution_rate_of_one_level_of_money(shared_dir: Path) -> None:
    facts = _facts(shared_dir, "000")
    (spent,) = [f for f in _progress(facts, "80.36%") if f.percent == Decimal("80.36")]
    assert (spent.scope, spent.region) == ("2023 city", "新会区")
    assert [f.target_value for f in _requirements(facts, spent)] == [75]


def test_water_class_against_the_class_asked_for(shared_dir: Path) -> None:
    facts = _facts(shared_dir, "001")
    (found,) = [f for f in _progress(facts, "锦江公园断面水质均值") if f.actual_class]
    assert found.actual_class == "Ⅳ类"
    assert [(f.target_class, f.target_comparator) for f in _requirements(facts, found)] == [("Ⅲ类", "<=")]


def test_ratio_against_its_ceiling(shared_dir: Path) -> None:
    facts = _facts(shared_dir, "001")
    (found,) = [f for f in facts if f.fact == "progress" and f.actual_value == Decimal("1.18")]
    assert (found.region, found.rule_id) == ("江海区", "index_value.bare")
    (asked,) = _requirements(facts, found)
    assert (asked.target_value, asked.target_comparator) == (Decimal("1.05"), "<=")


def test_one_sum_answers_two_requirements(shared_dir: Path) -> None:
    facts = _facts(shared_dir, "001")
    (checked,) = [f for f in _progress(facts, "检测共完成26公里") if f.actual_value == 26]
    assert (checked.unit, checked.percent, checked.base_value) == ("公里", Decimal("27.4"), 95)
    assert [(f.target_value, f.target_unit) for f in _requirements(facts, checked)] == [(74, "公里"), (21, "公里")]


@pytest.mark.parametrize(
    ("words", "quotes"),
    [
        ("尚无", ["截至9月底，蓬江区尚无完成的项目。"]),
        ("未新增", []),
        ("暂未支出", []),
        ("尚未有", ["尚未有提起生态环境损害赔偿案件磋商。"]),
    ],
)
def test_stated_zeros_hold_no_invented_number(shared_dir: Path, words: str, quotes: list[str]) -> None:
    told = [f for f in _facts(shared_dir, "000") if words in f.quote and f.is_stated_zero]
    assert told, words
    assert set(quotes) <= {f.quote for f in told}
    for fact in told:
        assert fact.rule_id == "stated_zero.phrase"
        assert fact.actual_value is None and fact.percent is None
        assert not (words in ("尚无", "尚未有") and re.search(r"[1-9]\d*[个宗亩家]", fact.quote))


@pytest.mark.parametrize("deadline", [date(2023, 6, 30), date(2023, 9, 30), date(2023, 12, 10)])
def test_deadlines_of_the_lag_table(shared_dir: Path, deadline: date) -> None:
    asked = [f for f in _facts(shared_dir, "000") if f.fact == "requirement" and f.deadline == deadline]
    assert asked
    due = f"{deadline.month}月{'底' if deadline.month in (6, 9) else '10日'}前"
    assert all(due in (f.requirement or "") for f in asked)


def test_points_of_a_district_are_counted_once(shared_dir: Path) -> None:
    groups: dict[str | None, dict[str, Decimal]] = defaultdict(dict)
    for fact in _facts(shared_dir, "001"):
        if fact.points is not None:
            assert fact.points_group, fact.quote
            assert groups[fact.region].setdefault(fact.points_group, fact.points) == fact.points
    assert len(groups) == 7
    assert {region: sum(of.values()) for region, of in groups.items()} == dict.fromkeys(groups, POINTS_OF_A_DISTRICT)


@pytest.mark.parametrize("number", SEEDS)
def test_little_is_left_unread(shared_dir: Path, number: str) -> None:
    found = _extraction(_path(shared_dir, number))
    assert found.coverage is not None
    everything = found.coverage.in_fact + found.coverage.named_non_measure + found.coverage.rejected
    assert found.coverage.rejected <= MOST_REJECTED * everything
    assert len(found.rejections) <= MOST_REJECTED * everything


@pytest.mark.parametrize("number", SEEDS)
def test_facts_are_quotes_of_the_document(shared_dir: Path, number: str) -> None:
    path = _path(shared_dir, number)
    text = read(path.read_bytes(), path.name).text
    found = _extraction(path)
    assert found.facts
    for row in (*found.facts, *found.rejections):
        assert text[row.char_start : row.char_end] == row.quote
    assert len({f.fact_id for f in found.facts}) == len(found.facts)


def test_json_lines_hold_the_class_as_a_string(shared_dir: Path) -> None:
    (found,) = [f for f in _progress(_facts(shared_dir, "001"), "锦江公园断面水质均值") if f.actual_class]
    line = to_json(found)
    assert line["actual_value"] == "Ⅳ类"
    assert "actual_class" not in line


@pytest.mark.parametrize("name", ["seeds", "corpus"])
def test_labelled_facts_are_found(shared_dir: Path, name: str) -> None:
    gold = labels(name)
    documents = sorted((shared_dir / name).glob("*.txt"))
    facts = [fact for path in documents for fact in facts_of(path, *registered(path, gold))]
    scores, mean = macro(scoring_tool(), gold, facts)
    assert mean >= LEAST_F1[name], scores
