"""Points of an assessed content, in brackets: （5分）."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.marks import Mark, Marks
from ingestion.extract.numerals import GAP, NUMBER, number
from ingestion.extract.registry import Calendar, Rule

_POINTS: Final = re.compile(rf"\({GAP}(?:满分|分值|计|共)?[:：]?({NUMBER}){GAP}分{GAP}\)")


def _points(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _POINTS.finditer(text):
        yield Mark(
            kind="score",
            start=found.start(),
            end=found.end(),
            rule="points.bracket",
            value=number(found.group(1)),
            unit="分",
        )


RULES: Final = (
    Rule(
        id="points.bracket",
        version=1,
        order=8,
        needs="分",
        description_zh="考核内容后括号里的分值（5分）",
        description_en="The points of an assessed content, in brackets",
        find=_points,
    ),
)
