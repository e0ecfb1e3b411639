"""Numerals that measure nothing: titles, document numbers, names, orders, size classes, list numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ingestion.extract.lexicon import load
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.patterns import Pattern, Patterns
from ingestion.extract.registry import Calendar, Rule

_CODES: Final = tuple(p["code"] for p in load("non_measure")["patterns"])
_PATTERNS: Final = Patterns([p["pattern"] for p in load("non_measure")["patterns"]])
#: Names whose numerals may be written in Chinese: “六个百分之百”.
_IN_WORDS: Final = ("title", "slogan", "ordinal")
_LIST_NUMBER: Final = Pattern(
    r"(?:^|(?<=\n)|(?<=[。;:]))[ ]{0,4}"
    r"(?:\(\d{1,2}\)|\d{1,2}\)|\d{1,2}[、．]|\d{1,2}\.(?!\d)|\(?[一二三四五六七八九十]{1,3}\)?[、.]|\([一二三四五六七八九十]{1,3}\))"
)


def _names(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for number, found in _PATTERNS.find(text):
        code = _CODES[number]
        if "name" in found.re.groupindex:
            start, end = found.span("name")
            yield Mark(kind="name", start=start, end=end, rule="non_measure.name", code=code)
        elif code in _IN_WORDS or any(c.isdigit() for c in found.group()):
            yield Mark(kind="name", start=found.start(), end=found.end(), rule="non_measure.name", code=code)


def _list_numbers(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _LIST_NUMBER.finditer(text):
        start = found.start() + len(found.group()) - len(found.group().lstrip())
        yield Mark(kind="name", start=start, end=found.end(), rule="non_measure.list_number", code="list_number")


RULES: Final = (
    Rule(
        id="non_measure.list_number",
        version=1,
        order=5,
        description_zh="条目编号（（1）、1.、一、）不是数据",
        description_en="The number of a list entry is no figure",
        find=_list_numbers,
    ),
    Rule(
        id="non_measure.name",
        version=2,
        order=10,
        description_zh="书名号内文字、文号、标准号、污染物名称、排名、序数、规模等级中的数字不是数据",
        description_en="Numerals in titles, document numbers, names of substances, ranks, ordinals and size classes",
        find=_names,
    ),
)
