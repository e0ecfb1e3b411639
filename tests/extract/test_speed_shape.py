"""No rule is quadratic: eight times the text may take eight times as long, with room for noise, not 64 times."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest

from ingestion.extract import extract
from ingestion.extract.reading import read as read_marks
from ingestion.extract.registry import Calendar
from ingestion.read import read
from ingestion.segment import segment

SIZE, TIMES, ROOM = 800, 8, 3
#: Below this a measurement is noise.
SHORTEST = 0.02
CALENDAR = Calendar(campaign_year=2024, as_of=date(2024, 9, 30))

REPEATED = {
    "digits": "7",
    "the particle": "的",
    "opening brackets": "（",
    "nested brackets": "（）",
    "until": "截至",
    "enumeration commas": "、",
    "listed numbers": "3、",
    "Chinese numerals": "三",
    "commas": "，",
    "percent signs": "％",
    "quotation marks": "“",
    "title marks": "《",
    "figures": "完成8户，",
    "listed figures": "8户、",
    "changes": "由8户增至9户",
    "blanks": " ",
    "task words": "完成任务",
}


def _mark(text: str) -> None:
    read_marks(text, CALENDAR)


def _extract(text: str) -> None:
    extract(segment(read(f"截至9月底，平湖区完成改造8户{text}。".encode(), "a.txt"), as_of=date(2024, 9, 30)))


def _fastest(run: Callable[[str], None], text: str) -> float:
    taken = []
    for _ in range(2):
        before = time.perf_counter()
        run(text)
        taken.append(time.perf_counter() - before)
    return min(taken)


@pytest.mark.soak
@pytest.mark.parametrize("unit", REPEATED.values(), ids=REPEATED.keys())
def test_time_of_the_rules_grows_with_the_length(unit: str) -> None:
    _assert_in_proportion(_mark, unit)


@pytest.mark.soak
@pytest.mark.parametrize("unit", REPEATED.values(), ids=REPEATED.keys())
def test_time_of_a_document_grows_with_its_length(unit: str) -> None:
    _assert_in_proportion(_extract, unit)


def _assert_in_proportion(run: Callable[[str], None], unit: str) -> None:
    short = unit * (SIZE // len(unit))
    run(short[:200])  # vocabularies are loaded once
    base = max(_fastest(run, short), SHORTEST)
    assert _fastest(run, short * TIMES) <= base * TIMES * ROOM
