"""Every kind of cell against what it must read and what it must refuse (`tests/corpus/workbook.yml`)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingestion.extract import entries, reasons
from ingestion.extract.entries import Amount, Wrong
from ingestion.extract.reading import read
from ingestion.extract.registry import Calendar
from ingestion.workbook import STATUSES, WATER_CLASSES
from tests.template.clerk import ROWS, came_back, filled, refused

CALENDAR = Calendar(2023, date(2023, 10, 31))
CORPUS: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "corpus" / "workbook.yml").read_text("utf-8"))


def cases(key: str) -> list[Any]:
    return [
        pytest.param(case, id=f"{rule}:{case['kind']}:{case['text']}")
        for rule, group in CORPUS.items()
        for case in group[key]
        if case["kind"] != "shown"
    ]


def parsed(case: dict[str, Any]) -> Any:
    text = str(case["text"])
    if case["kind"] == "figure":
        return entries.amount(text, case["unit"])
    if case["kind"] == "date":
        return entries.day(text, CALENDAR)
    return {"percent": entries.percent, "class": entries.water_class, "status": entries.status}[case["kind"]](text)


@pytest.mark.parametrize("case", cases("reads"))
def test_a_cell_is_read(case: dict[str, Any]) -> None:
    found = parsed(case)
    if case["kind"] == "status":
        assert found[1] == case["value"]
    elif case["kind"] == "date":
        assert found == case["day"]
    elif case["kind"] == "class":
        assert found == case["value"]
    else:
        assert isinstance(found, Amount), found
        wanted = Decimal(case["value"]) if "value" in case else None
        assert (found.value, found.bound, found.is_approximate, found.is_zero) == (
            wanted,
            case.get("bound"),
            case.get("is_approximate", False),
            case.get("is_zero", False),
        )
        assert found.unit == case.get("as_unit", case.get("unit", "%"))


@pytest.mark.parametrize("case", cases("leaves"))
def test_a_cell_is_refused_with_its_reason(case: dict[str, Any]) -> None:
    assert parsed(case) == Wrong(case["reason"])
    assert set(reasons()[case["reason"]]) == {"zh", "en"}


def test_a_changed_requirement_is_no_reading_of_the_issued_one() -> None:
    text = ROWS[0].shown()["requirement"].replace("24", "20")
    assert refused(came_back(filled({(1, "requirement"): text}))) == [
        ("workbook_issued_cell_changed", text, "table 1/row 6/cell 3")
    ]


def test_what_the_lists_offer_is_what_is_read() -> None:
    for code, phrase in STATUSES.items():
        assert entries.status(phrase) == (phrase, code)
        assert [m.code for m in read(phrase).marks.of("status")] == [code], "the ordinary rules read it too"
    for name in WATER_CLASSES:
        assert entries.water_class(name) == name


@given(st.text(max_size=40))
def test_no_text_breaks_a_cell(text: str) -> None:
    for kind in ("figure", "percent", "class", "status", "date"):
        found = parsed({"kind": kind, "text": text, "unit": "个"})
        if isinstance(found, Wrong):
            assert found.reason in reasons()
        elif isinstance(found, Amount) and found.value is not None:
            assert found.value >= 0


def test_a_long_cell_is_no_statement_and_never_a_part_of_one() -> None:
    digits = "9" * 1_000_000
    assert entries.amount(digits, "个") == Wrong("workbook_not_a_number")
    assert entries.percent(digits) == Wrong("workbook_not_a_percent")
    assert entries.status("已完成" * 100) == Wrong("workbook_not_a_status")
    assert entries.water_class("Ⅲ类" + " " * 1000 + "Ⅱ类") == Wrong("workbook_not_a_class")
    assert entries.day("2023-09-20" * 100, CALENDAR) == Wrong("workbook_not_a_date")
