"""Two readings compared: what is paired, which class a difference has, what comes first; the report's words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.lake import SCHEMAS
from xushi.replay_compare import CLASS, CLASSES, CONSTANT, Difference, compare, gravity
from xushi.replay_text import CLASS as CLASS_NAMES
from xushi.replay_text import COLUMN


def fact(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A progress fact of an item, ten characters long, at its own place."""
    row: dict[str, Any] = dict.fromkeys(SCHEMAS["facts"].names)
    row |= {
        "fact": "progress", "fact_id": f"f{number}", "item_key": "i1", "rule_id": "quantity", "rule_version": "1",
        "quote": f"已完成{number}亩", "locator": "table 1/row 2/cell 3", "char_start": number * 20,
        "char_end": number * 20 + 10, "actual_value": Decimal(number), "unit": "亩", "is_plan": False,
    }  # fmt: skip
    return row | changes


def only(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Difference:
    (difference,) = compare(old, new, [], []).differences
    return difference


def test_every_column_of_a_fact_has_its_class_and_its_name() -> None:
    assert set(CLASS) | CONSTANT == set(SCHEMAS["facts"].names)
    assert set(COLUMN) == set(CLASS)
    assert tuple(CLASS_NAMES) == CLASSES


@pytest.mark.parametrize(
    ("changes", "touches"),
    [
        ({"actual_value": Decimal(3)}, "value"),
        ({"unit": "万亩", "status": "completed"}, "value"),
        ({"status": "behind_schedule", "region_code": "440703"}, "status"),
        ({"region_code": "440703", "rule_version": "2"}, "region"),
        ({"deadline": "2023-12-10", "quote": "十二月十日前"}, "date"),
        ({"requirement_no": 2, "char_end": 31}, "wording"),
        ({"char_end": 31, "rule_version": "2"}, "position"),
        ({"rule_version": "2"}, "rule"),
    ],
)
def test_a_difference_bears_its_gravest_class(changes: dict[str, Any], touches: str) -> None:
    difference = only([fact()], [fact(**changes)])
    assert (difference.kind, difference.touches) == ("changed", touches)
    assert set(difference.columns) == set(changes)


def test_another_rule_that_reads_the_same_words_is_one_change_and_not_two() -> None:
    """The id of a fact holds its rule and its span: both may be new."""
    found = only([fact()], [fact(fact_id="other", rule_id="count", rule_version="4", char_start=18)])
    assert (found.kind, found.touches) == ("changed", "position")


def test_of_facts_that_overlap_the_most_alike_are_paired() -> None:
    old = [fact(1, char_start=0, char_end=10), fact(2, char_start=10, char_end=20)]
    new = [
        fact(2, fact_id="b", quote="x", char_start=9, char_end=21),
        fact(1, fact_id="a", quote="y", char_end=11, char_start=0),
    ]
    pairs = {(d.old["fact_id"], d.new["fact_id"]) for d in compare(old, new, [], []).differences if d.old and d.new}
    assert pairs == {("f1", "a"), ("f2", "b")}


def test_what_one_reading_alone_has_is_added_or_removed_and_touches_what_it_says() -> None:
    assert (only([], [fact()]).kind, only([], [fact()]).touches, only([], [fact()]).size) == ("added", "value", 1)
    word = fact(actual_value=None, unit=None, status="completed")
    assert (only([word], []).kind, only([word], []).touches) == ("removed", "status")


def test_the_gravest_comes_first_and_the_larger_before_the_smaller() -> None:
    old = [fact(n) for n in (10, 20, 30, 40)]
    new = [
        fact(10, actual_value=Decimal(11)),
        fact(20, actual_value=Decimal(2)),
        fact(30, status="completed"),
        fact(40),
    ]
    order = [d.row["fact_id"] for d in sorted(compare(old, new, [], []).differences, key=gravity)]
    assert order == ["f20", "f10", "f30"]


def test_rejections_are_compared_by_words_and_reason() -> None:
    def said(*words: str) -> list[dict[str, Any]]:
        return [{"quote": word, "reason": "unread_numeral", "locator": "paragraph 1"} for word in words]

    found = compare([], [], said("甲", "甲", "乙"), said("甲", "丙"))
    assert [r["quote"] for r in found.unread] == ["丙"]
    assert [r["quote"] for r in found.read] == ["甲", "乙"]


NUMBERS = st.lists(st.integers(1, 12), unique=True)


@given(old=NUMBERS, new=NUMBERS, moved=st.integers(0, 5), changed=st.sets(st.integers(1, 12)))
def test_every_fact_is_counted_once_on_each_side(old: list[int], new: list[int], moved: int, changed: set[int]) -> None:
    before = [fact(n) for n in old]
    after = [
        fact(n, fact_id=f"g{n}", char_start=n * 20 + moved, rule_version="2" if n in changed else "1") for n in new
    ]
    found = compare(before, after, [], [])
    kinds = [d.kind for d in found.differences]
    assert found.same + kinds.count("changed") + kinds.count("removed") == len(old)
    assert found.same + kinds.count("changed") + kinds.count("added") == len(new)
    assert found.same + kinds.count("changed") == len({*old} & {*new})


@given(old=NUMBERS)
def test_the_same_reading_differs_in_nothing(old: list[int]) -> None:
    found = compare([fact(n) for n in old], [fact(n) for n in reversed(old)], [], [])
    assert (found.same, found.differences) == (len(old), [])
