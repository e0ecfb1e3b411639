"""Percentages, percentage points and fractions: 12.5%, 百分之三十, 三分之一, 3.4个百分点."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ingestion.extract.dates import near
from ingestion.extract.marks import Kind, Mark, Marks
from ingestion.extract.numerals import CHINESE, FIGURE, GAP, NUMBER, chinese_number, hedges_of, number
from ingestion.extract.patterns import Pattern
from ingestion.extract.registry import Calendar, Rule
from ingestion.extract.units import PERCENT

_RANGE: Final = re.compile(rf"(?P<low>{FIGURE}){GAP}%?{GAP}(?:-|至|到){GAP}(?P<high>{NUMBER}){GAP}%")
_PERCENT: Final = re.compile(rf"(?P<value>{FIGURE}){GAP}(?:多|余)?(?P<sign>[%‰])(?:多|余)?")
#: 劣Ⅴ类比例为0: a share of nothing needs no sign.
_NOUGHT: Final = Pattern(r"(?:(?<=[率例]为)|(?<=占比为)|(?<=[率例]达到)|(?<=[率例]是))0(?![\d.,%‰])")
_POINTS: Final = re.compile(rf"(?P<value>{FIGURE}){GAP}(?:多|余)?(?P<unit>个?百分点)")
_WORDS: Final = re.compile(rf"(?<!“)百分之(?P<value>{CHINESE}(?:点[零一二三四五六七八九]{{1,4}})?|{NUMBER})(?!百)")
_FRACTION: Final = Pattern(
    r"(?P<whole>[二两三四五六七八九十]{1,2}|\d{1,2})分之(?P<part>[一二两三四五六七八九]|\d{1,2})"
)
#: 近六成, 下降三成, 七成以上: only beside a hedge, a change or 占, for 成 has many meanings.
_TENTHS: Final = re.compile(
    r"(?:(?P<hedge>近|超过?|约|逾|不足|不到|将近|接近|至少|仅)|(?P<reach>[达占到]|完成|[下升]降|减少|降低|增长|增加|提高|上升))?"
    r"(?P<figure>(?P<value>[一二两三四五六七八九])成(?P<half>半)?)"
    r"(?(hedge)(?![立果功效本员分品套熟长为年绩型])|(?(reach)(?=[多以左的，,。;、)\n]|$)|(?=(?:多|以[上下]|左右|的[\u4e00-\u9fa5]))))"
)
_TENTH: Final = re.compile(r"[一二两三四五六七八九]成")
#: 支出进度过半: more than half; 时间过半、任务过半 is a saying.
_OVER_HALF: Final = Pattern(
    r"(?<=[率例度出])(?P<figure>过半|超半数?)(?!途|百)|(?P<many>过半数?|半数以上)的?(?=[\u4e00-\u9fa5]{2,4}(?:已|均|完成|通|用上|建成))"
)
_HALF: Final = Decimal(50)
_HUNDRED: Final = Decimal(100)
_PLACES: Final = Decimal("0.01")


def _stated(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _RANGE.finditer(text):
        low, high = number(found.group("low")), number(found.group("high"))
        if low < high:
            yield _figure(text, found, "percent.stated", low, upper=high)
    for found in _NOUGHT.finditer(text):
        yield _figure(text, found, "percent.stated", Decimal(0))
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
    for found in near(_TENTHS, _TENTH, text):
        tenths = chinese_number(found.group("value"))
        if tenths:
            value = tenths * 10 + (5 if found.group("half") else 0)
            yield _figure(text, found, "percent.in_words", value, span=found.span("figure"))
    for found in _OVER_HALF.finditer(text):
        span = found.span("figure" if found.group("figure") else "many")
        mark = _figure(text, found, "percent.in_words", _HALF, span=span)
        yield mark._replace(comparator=">=", bound=">=", approximate=True)
    for found in _FRACTION.finditer(text):
        whole_number, part = _whole(found.group("whole")), _whole(found.group("part"))
        if whole_number and part and part < whole_number:
            yield _figure(text, found, "percent.in_words", (part * _HUNDRED / whole_number).quantize(_PLACES))


def _whole(text: str) -> Decimal | None:
    return number(text) if text[0].isdigit() else chinese_number(text)


def _figure(
    text: str,
    found: re.Match[str],
    rule: str,
    value: Decimal,
    *,
    kind: Kind = "percent",
    unit: str = PERCENT,
    upper: Decimal | None = None,
    span: tuple[int, int] | None = None,
) -> Mark:
    start, end = span or found.span()
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
        needs="分",
        description_zh="百分点：3.4个百分点（不是百分比）",
        description_en="Percentage points, never a percentage",
        find=_points,
    ),
    Rule(
        id="percent.stated",
        version=2,
        order=41,
        needs="%‰0",
        description_zh="百分比：80.36%、97%-99%",
        description_en="A percentage or a range of percentages",
        find=_stated,
    ),
    Rule(
        id="percent.in_words",
        version=2,
        order=42,
        needs="分成半",
        description_zh="文字百分比和分数：百分之三十、三分之一",
        description_en="A percentage or fraction in words",
        find=_in_words,
    ),
)
