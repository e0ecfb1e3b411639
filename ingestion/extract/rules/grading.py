"""Bands written in a requirement: …的为完成任务要求, >1.1的为未完成任务."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.patterns import Pattern
from ingestion.extract.registry import Calendar, Rule

_BAND: Final = Pattern(
    rf"(?:的为|的?[，,]?(?:则|即)?(?:视为|视同|视作|算作?|判定为|认定为|评定为|记为)|(?<=[^，,。;:\n ])为)"
    rf"(?P<result>{either(words('grading', 'results'))})"
)


def _bands(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _BAND.finditer(text):
        yield Mark(
            kind="grading", start=found.start(), end=found.end(), rule="grading.band", code=found.group("result")
        )


RULES: Final = (
    Rule(
        id="grading.band",
        version=2,
        order=70,
        needs="为视算定",
        description_zh="目标要求里的评分档：…的为完成任务要求",
        description_en="A band of a grading rule written in a requirement",
        find=_bands,
    ),
)
