"""The words of a workbook's row against its figure cell: a warning where none of them agrees, silence elsewhere."""

from __future__ import annotations

from typing import Any

from .conftest import fact, requirement


def row(cell: str | None, *words: tuple[str, dict[str, Any]], unit: str = "个") -> list[dict[str, Any]]:
    """A row of a workbook: its requirement, its figure cell (None: a zero in words), the figures of its words."""
    zero = (
        {"is_stated_zero": True, "rule_id": "workbook.zero"} if cell in (None, "0") else {"rule_id": "workbook.figure"}
    )
    told = [
        fact(f"w{n}", "indicator", family="workbook", actual_value=value, unit="个", **more)
        for n, (value, more) in enumerate(words)
    ]
    return [
        requirement(target_value="100", target_unit="个", family="workbook"),
        fact("cell", family="workbook", actual_value=cell, unit=unit, count_role="done", **zero),
        *told,
    ]


def test_words_that_say_another_figure_are_told_with_both(judge) -> None:
    (found,) = judge("words_against_cell", facts=row("85", ("80", {})))
    assert (found["record_key"], found["expected"], found["observed"]) == ("w0", "85个", "80个")
    assert found["message_zh"] == "本期完成数填85个，进展情况写80个"
    assert found["severity"] == "warning"
    (zero,) = judge("words_against_cell", facts=row(None, ("3", {})))
    assert zero["observed"] == "3个"


def test_words_that_agree_or_tell_of_something_else_are_left_alone(judge_cases) -> None:
    cases = [
        row("85", ("85", {})),
        row("85", ("20", {}), ("85", {})),  # 已完成85个，其中甲镇20个
        row("85", ("88", {"is_approximate": True})),  # 约88个
        row("85", ("20", {"count_role": "part"})),
        row("85", ("15", {"count_role": "remaining"})),
        row("85", ("5", {"is_plan": True, "section": "plan"})),
        row("85", ("3", {"requirement_no": None})),
        row("85", ("12", {"canonical_unit": "公里"})),
        row("85"),
    ]
    assert judge_cases(("words_against_cell",), cases) == [[] for _ in cases]
