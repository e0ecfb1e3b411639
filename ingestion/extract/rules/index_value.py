"""Bare numbers that follow the name of an index or a ratio: 综合指数为1.24, 比值≤1.05."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingestion.extract.marks import Comparator, Mark, Marks
from ingestion.extract.numerals import GAP, NUMBER, number
from ingestion.extract.registry import Calendar, Rule

_SIGNS: Final[dict[str, Comparator]] = {
    "≤": "<=",
    "<": "<=",
    "不高于": "<=",
    "不超过": "<=",
    "不大于": "<=",
    "低于": "<=",
    "≥": ">=",
    ">": ">=",
    "不低于": ">=",
    "不小于": ">=",
}
_NAME: Final = r"(?:指数|比值|系数|得分|评分|平均值|均值|之比|比例系数|PH值|pH值|密度|增加值率|排名值)"
_INDEX: Final = re.compile(
    rf"{_NAME}(?:(?:算术)?平均值|均值|累计)?(?:的)?(?:分别)?(?:为|达到?|是|降至|降到|升至|控制在)?{GAP}"
    rf"(?P<sign>≤|<|≥|>|不高于|不超过|不大于|低于|不低于|不小于)?{GAP}(?P<value>{NUMBER})(?![\d.]|{GAP}[%‰]|{GAP}个?百分点|-)(?P<tail>分(?!之|钟|别|类))?(?=[^\d]|$)"
)


def _index(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _INDEX.finditer(text):
        end = found.end("tail") if found.group("tail") else found.end("value")
        sign = found.group("sign")
        yield Mark(
            kind="index",
            start=found.start("value"),
            end=end,
            rule="index_value.bare",
            value=number(found.group("value")),
            unit="分" if found.group("tail") else None,
            comparator=_SIGNS[sign] if sign else None,
        )


_BOUND: Final = re.compile(
    rf"(?P<sign>[≤<≥>]){GAP}(?P<value>{NUMBER})(?![\d.]|{GAP}[%‰]|{GAP}个?百分点)(?=[^\d\u4e00-\u9fa5]|[为的且或者时]|$)"
)


def _bounds(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _BOUND.finditer(text):
        yield Mark(
            kind="index",
            start=found.start("value"),
            end=found.end("value"),
            rule="index_value.bound",
            value=number(found.group("value")),
            comparator=_SIGNS[found.group("sign")],
        )


RULES: Final = (
    Rule(
        id="index_value.bare",
        version=1,
        order=60,
        description_zh="指数、比值后的无单位数字：综合指数为1.24、比值≤1.05",
        description_en="A number without a unit behind the name of an index or a ratio",
        find=_index,
    ),
    Rule(
        id="index_value.bound",
        version=1,
        order=61,
        description_zh="不等号后的无单位数字：>1.05且≤1.1",
        description_en="A number without a unit behind a sign of comparison",
        find=_bounds,
    ),
)
