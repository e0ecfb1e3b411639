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
    rf"{_NAME}(?:(?:算术)?平均值|均值|年?累计值?|年均值?|月均值?|当月|全年)?(?:的)?(?:分别)?(?:(?:提高|提升|增加|上升|下降|降低|减少|回落|改善|控制|增长|优化)(?:到|至|为)|为|已?达到?|是|降至|降到|升至|升到|控制在|稳定在|保持在|约为|约|:)?{GAP}"
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


#: PM2.5浓度为41, 臭氧(O3-8h)：139: a concentration without its unit.
_SUBSTANCE: Final = re.compile(
    rf"(?:PM ?2\.5|PM ?10|SO2|NO2|CO|O3|细颗粒物|可吸入颗粒物|二氧化硫|二氧化氮|一氧化碳|臭氧|氨氮|总磷"
    rf"|化学需氧量|高锰酸盐指数)(?:\([^()\n]{{1,20}}\))?"
    rf"(?:第?90百分位|日最大8小时)?(?:平均|年均|月均|日均|累计|均值)*(?:浓度)?(?:平均值|均值|累计)?(?:分别)?(?:为|达到?|是|:|降至|降到|升至){GAP}(?P<value>{NUMBER})(?![\d.]|{GAP}[%‰]|{GAP}个?百分点|-|[天个项户家])"
)
_BOUND: Final = re.compile(
    rf"(?P<sign>[≤<≥>]){GAP}(?P<value>{NUMBER})(?![\d.]|{GAP}[%‰]|{GAP}个?百分点)(?=[^\d\u4e00-\u9fa5]|[为的且或者时]|$)"
)


def _substances(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _SUBSTANCE.finditer(text):
        yield Mark(
            kind="index",
            start=found.start("value"),
            end=found.end("value"),
            rule="index_value.substance",
            value=number(found.group("value")),
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
        version=2,
        order=60,
        needs="0123456789",
        description_zh="指数、比值后的无单位数字：综合指数为1.24、比值≤1.05",
        description_en="A number without a unit behind the name of an index or a ratio",
        find=_index,
    ),
    Rule(
        id="index_value.bound",
        version=1,
        order=61,
        needs="≤<≥>",
        description_zh="不等号后的无单位数字：>1.05且≤1.1",
        description_en="A number without a unit behind a sign of comparison",
        find=_bounds,
    ),
    Rule(
        id="index_value.substance",
        version=1,
        order=62,
        needs="0123456789",
        description_zh="没有写单位的污染物浓度：PM2.5浓度为41",
        description_en="A concentration written without its unit",
        find=_substances,
    ),
)
