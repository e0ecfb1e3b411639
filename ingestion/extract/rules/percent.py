"""Percentages, percentage points and fractions: 12.5%, 百分之三十, 三分之一, 3.4个百分点."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ingestion.extract.marks import Kind, Mark, Marks
from ingestion.extract.numerals import CHINESE, EDGE, GAP, NUMBER, chinese_number, hedges_of, number
from ingestion.extract.registry import Calendar, Rule
from ingestion.extract.units import PERCENT

_RANGE: Final = re.compile(rf"{EDGE}(?P<low>{NUMBER}){GAP}%?{GAP}(?:-|至|到){GAP}(?P<high>{NUMBER}){GAP}%")
_PERCENT: Final = re.compile(rf"{EDGE}(?P<value>{NUMBER}){GAP}(?:多|余)?(?P<sign>[%‰])(?:多|余)?")
_POINTS: Final = re.compile(rf"{EDGE}(?P<value>{NUMBER}){GAP}(?:多|余)?(?P<unit>个?百分点)")
_WORDS: Final = re.compile(rf"(?<!“)百分之(?P<value>{CHINESE}(?:点[零一二三四五六七八九]{{1,4}})?|{NUMBER})(?!百)")
_FRACTION: Final = re.compile(r"(?P<whole>[二两三四五六七八九十]{1,2})分之(?P<part>[一二两三四五六七八九])")
#: 近六成, 七成以上: only beside a hedge or behind 占 or 达, for 成 has many meanings.
_TENTHS: Final = re.compile(
    r"(?:(?<=近)|(?<=超)|(?<=约)|(?<=逾)|(?P<reach>(?<=[达占过到])))(?P<value>[一二三四五六七八九])成(?P<half>半)?"
    r"(?(reach)(?=[多以左，,。;)]|$)|(?![立果功效本员分品套熟长为年绩]))"
)
_HUNDRED: Final = Decimal(100)
_PLACES: Final = Decimal("0.01")


def _stated(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _RANGE.finditer(text):
        low, high = number(found.group("low")), number(found.group("high"))
        if low < high:
            yield _figure(text, found, "percent.stated", low, upper=high)
    for found in _PERCENT.finditer(text):
        value = number(found.group("value"))
        yield _figure(text, found, "percent.stated", value / 10 if found.group("sign") == "‰" else value)


def _points(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _POINTS.finditer(text):
        unit = found.group("unit")
        yield _figure(text, found, "percent.points", number(found.group("value")), kind="points", unit=unit)


def _in_words(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _WORDS.finditer(text):
        whole, _, places = found.group("value").partition("点")
        value = number(whole) if whole[0].isdigit() else chinese_number(whole)
        if value is not None and places:
            value += Decimal("0." + "".join(str(chinese_number(c)) for c in places))
        if value is not None:
            yield _figure(text, found, "percent.in_words", value)
    for found in _TENTHS.finditer(text):
        tenths = chinese_number(found.group("value"))
        if tenths:
            yield _figure(text, found, "percent.in_words", tenths * 10 + (5 if found.group("half") else 0))
    for found in _FRACTION.finditer(text):
        whole_number, part = chinese_number(found.group("whole")), chinese_number(found.group("part"))
        if whole_number and part and part < whole_number:
            yield _figure(text, found, "percent.in_words", (part * _HUNDRED / whole_number).quantize(_PLACES))


def _figure(
    text: str,
    found: re.Match[str],
    rule: str,
    value: Decimal,
    *,
    kind: Kind = "percent",
    unit: str = PERCENT,
    upper: Decimal | None = None,
) -> Mark:
    start, end = found.span()
    hedges = hedges_of(text, start, end, more=any(c in "多余" for c in found.group()))
    return Mark(
        kind=kind,
        start=start,
        end=end,
        rule=rule,
        value=value,
        upper=upper,
        unit=unit,
        comparator=hedges.comparator,
        bound=hedges.bound,
        approximate=hedges.approximate,
    )


RULES: Final = (
    Rule(
        id="percent.points",
        version=1,
        order=40,
        description_zh="百分点：3.4个百分点（不是百分比）",
        description_en="Percentage points, never a percentage",
        find=_points,
    ),
    Rule(
        id="percent.stated",
        version=1,
        order=41,
        description_zh="百分比：80.36%、97%-99%",
        description_en="A percentage or a range of percentages",
        find=_stated,
    ),
    Rule(
        id="percent.in_words",
        version=1,
        order=42,
        description_zh="文字百分比和分数：百分之三十、三分之一",
        description_en="A percentage or fraction in words",
        find=_in_words,
    ),
)
