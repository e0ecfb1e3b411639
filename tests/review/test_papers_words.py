"""Places, periods and days in words, and text that any office program takes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from publishing.office import words as office_words
from publishing.office.official import width_in_characters
from review.papers import words
from tests.review.paper_samples import HARMLESS, HOSTILE, finding


@pytest.mark.parametrize(
    ("locator", "told"),
    [
        ("table 1/row 3/cell 5", "第1表第3行第5格"),
        ("paragraph 12", "第12段"),
        ("sheet 表2", "sheet 表2"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_place_is_told_as_people_count(locator: str | None, told: str) -> None:
    assert office_words.place(locator) == told


def test_only_a_cell_has_a_table_a_row_and_a_column() -> None:
    assert office_words.cell_of("table 2/row 13/cell 4") == (2, 13, 4)
    assert office_words.cell_of("paragraph 1") is None
    assert office_words.cell_of(None) is None


def test_periods_and_days() -> None:
    assert [office_words.period_name(p) for p in ("2023-09", "2023年上半年", None)] == ["2023年9月", "2023年上半年", ""]
    assert office_words.day_name(date(2023, 1, 9)) == "2023年1月9日"


def test_both_readings_are_told_only_where_there_are_two() -> None:
    assert words.both_readings(finding()) == (
        "如所依据的内容无误，此处应为“2.71%”；如此处“2.11%”无误，则所依据的内容需更正。"
    )
    assert words.both_readings(finding(expected=None)) == words.both_readings(finding(observed="")) == ""


def test_one_file_is_named_once() -> None:
    assert words.common_file([finding(), finding()]) == finding().file_name
    assert words.common_file([finding(), finding(file_name="乙")]) is None
    assert words.common_file([finding(file_name=None)]) is None


def test_hostile_text() -> None:
    assert office_words.clean(HOSTILE) == HARMLESS
    assert office_words.clean("a\r\nb\rc") == "a\nb\nc"


@given(st.text())
def test_what_is_cleaned_goes_into_xml_and_out_again(text: str) -> None:
    cleaned = office_words.clean(text)
    element = etree.Element("t")
    element.text = cleaned
    assert (etree.fromstring(etree.tostring(element)).text or "") == cleaned
    assert office_words.clean(cleaned) == cleaned


def test_a_digit_is_half_as_wide_as_a_character() -> None:
    assert width_in_characters("2023年9月") == 4.5
