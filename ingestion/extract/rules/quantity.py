"""Numbers with a unit: 0.475万亩, 1.6万余项, 两批, 约10670.78万元; numbers with a multiplier alone: 5800万."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Final

from ingestion.extract.lexicon import either, words
from ingestion.extract.marks import Mark, Marks
from ingestion.extract.numerals import CHINESE, FIGURE, GAP, INSIDE, NUMBER, chinese_number, hedges_of, number
from ingestion.extract.registry import Calendar, Rule
from ingestion.extract.units import MULTIPLIER, PER, UNIT
from ingestion.regions import all_regions

_MORE: Final = rf"(?:{INSIDE})?"
_ALSO: Final = r"(?:\((?:套|座|台|只|顶|张|幢|辆|人|户|次|站|处|家|个)\))?"
_MEASURED: Final = re.compile(
    rf"(?P<value>{FIGURE})(?:{GAP}(?:-|至|到){GAP}(?P<high>{NUMBER}))?{GAP}(?P<more>{_MORE})"
    rf"(?:(?P<multiplier>{MULTIPLIER})(?P<more2>{_MORE}){GAP})?(?P<unit>{UNIT}{PER}?{_ALSO})(?!百分点|位次|名次)"
)
_MULTIPLE: Final = re.compile(
    rf"(?P<value>{FIGURE}){GAP}(?P<multiplier>万亿|千万|百万|十万|亿|万)(?P<more2>{_MORE})(?!千瓦|分之)"
)
_ROW_UNIT: Final = r"(?:微克|毫克|公斤|千克|克|吨|立方米|元|万元|亿元|千瓦时|人)"
_ONE_OF_ROW: Final = re.compile(rf"(?P<value>{NUMBER}){GAP}(?P<unit>{_ROW_UNIT})")
_PER_UNIT: Final = re.compile(
    rf"每(?P<per>立方米|平方公里|平方米|公顷|亩|升|吨|万元|公里)(?:空气|水体|用地)?(?:约|为|达)?{GAP}(?P<row>{NUMBER}{GAP}{_ROW_UNIT}(?:[、和及与]{NUMBER}{GAP}{_ROW_UNIT})*)"
)
#: Letters before a Chinese numeral or behind its counter that make them a word: 第一批, 一体化, 两级.
_NOT_BEFORE: Final = "第前后每数几十百千万亿零一二两三四五六七八九双之周·“点"
_NOT_BEHIND: Final = "大级期次类型线等度面批化体律致样定般系列统旦向起直些方点月阶平"
_CHINESE: Final = re.compile(
    rf"(?<![{_NOT_BEFORE}])(?P<value>{CHINESE})(?P<more>{_MORE})"
    rf"(?P<unit>{either(words('units', 'chinese_counted'))})(?![{_NOT_BEHIND}])"
)
_ONE: Final = re.compile(r"^一[^十百千零一二三四五六七八九]")
_PART_OF_WORD: Final = re.compile(r"(?:[坚统唯同单逐每另某任第]|万无|[“\"])$")
_DURATIONS: Final = frozenset({"年", "个月", "天"})
_LASTING: Final = re.compile(r"(?:连续|持续|累计|长达|历时)$")
_LONG_WITHOUT_PLACES: Final = 4
_PLACES_ALONE: Final = frozenset({"百", "千", "十百", "百千"})
_SHORT_COUNTY: Final = 3
_BEHIND_PLACE: Final = ("有", "县", "完", "已", "为", "、", "均", "共", "的", "新")
_SCORE: Final = "分"
_LIST_WINDOW: Final = 40
_SHARING_ENDS: Final = frozenset("、/和 ")
_SHARING: Final = re.compile(r"(?<![\d.])(?:\d+(?:\.\d+)?[ ]?[、/和][ ]?)+$")


def _mark(text: str, found: re.Match[str], rule: str, value: Decimal, unit: str, upper: Decimal | None = None) -> Mark:
    start, end = found.span()
    groups = found.groupdict()
    hedges = hedges_of(text, start, end, more=bool(groups.get("more") or groups.get("more2")))
    return Mark(
        kind="quantity",
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


def _measured(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _MEASURED.finditer(text):
        multiplier, unit = found.group("multiplier") or "", found.group("unit")
        value = number(found.group("value"))
        upper = number(found.group("high")) if found.group("high") else None
        if (unit == _SCORE and not multiplier) or (upper is not None and upper <= value):
            continue  # 5分 outside brackets is a score or a time
        yield _mark(text, found, "quantity.measured", value, multiplier + unit, upper)


def _per_unit(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """每立方米75.4微克、31.0微克: the unit that stands before the numbers is what they are per."""
    for found in _PER_UNIT.finditer(text):
        for one in _ONE_OF_ROW.finditer(found.group("row")):
            start = found.start("row") + one.start()
            hedges = hedges_of(text, start, start + len(one.group()))
            yield Mark(
                kind="quantity",
                start=start,
                end=start + len(one.group()),
                rule="quantity.per_unit",
                value=number(one.group("value")),
                unit=f"{one.group('unit')}/{found.group('per')}",
                comparator=hedges.comparator,
                bound=hedges.bound,
                approximate=hedges.approximate,
            )


def _shared_unit(text: str, marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    """10、35、50 毫克/立方米: the numbers before the last one share its unit."""
    for figure in marks.of("quantity"):
        if text[max(0, figure.start - 1) : figure.start] not in _SHARING_ENDS:
            continue
        listed = _SHARING.search(text[max(0, figure.start - _LIST_WINDOW) : figure.start])
        if not listed or figure.unit is None:
            continue
        offset = max(0, figure.start - _LIST_WINDOW) + listed.start()
        bounds = hedges_of(text, offset, offset)
        for found in re.finditer(NUMBER, listed.group()):
            yield Mark(
                kind="quantity",
                start=offset + found.start(),
                end=offset + found.end(),
                rule="quantity.shared_unit",
                value=number(found.group()),
                unit=figure.unit,
                comparator=bounds.comparator or figure.comparator,
                bound=bounds.bound or figure.bound,
            )


def _multiples(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _MULTIPLE.finditer(text):
        yield _mark(text, found, "quantity.multiple", number(found.group("value")), found.group("multiplier"))


def _is_place(text: str, found: re.Match[str]) -> bool:
    """True for a name such as 三台 at the head of a clause: a county, no count of machines."""
    opens = found.start() == 0 or text[found.start() - 1] in "，,。;、:(\n"
    return opens and found.group() in _counties() and text[found.end() : found.end() + 1] in _BEHIND_PLACE


@cache
def _counties() -> frozenset[str]:
    """Names of counties, without their kind, that look like a count."""
    names = (r.name[:-1] for r in all_regions().values() if r.level == "county" and len(r.name) == _SHORT_COUNTY)
    return frozenset(n for n in names if n[0] in "一二三四五六七八九十")


def _chinese(text: str, rule: str, *, ones: bool) -> Iterator[Mark]:
    for found in _CHINESE.finditer(text):
        written, unit = found.group("value"), found.group("unit")
        value = chinese_number(written)
        ahead = text[max(0, found.start() - 4) : found.start()]
        is_name = _PART_OF_WORD.search(ahead) or found.group() == "二次" or _is_place(text, found)
        is_name = is_name or (written in _PLACES_ALONE and not found.group("more"))  # 千人签名, 百家争鸣
        is_period = unit in _DURATIONS and not _LASTING.search(ahead)  # 三年行动, 近八个月
        is_spelt = len(written) >= _LONG_WITHOUT_PLACES and not any(c in "十百千" for c in written)
        if value and not is_name and not is_period and not is_spelt and bool(_ONE.match(found.group())) == ones:
            yield _mark(text, found, rule, value, unit)


def _chinese_counts(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    return _chinese(text, "quantity.chinese", ones=False)


def _chinese_ones(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    return _chinese(text, "quantity.chinese_one", ones=True)


RULES: Final = (
    Rule(
        id="quantity.per_unit",
        version=1,
        order=49,
        needs="每",
        description_zh="单位写在数前：每立方米75.4微克",
        description_en="Numbers behind the unit that they are per",
        find=_per_unit,
    ),
    Rule(
        id="quantity.measured",
        version=2,
        order=50,
        needs="0123456789",
        description_zh="数字加单位：0.475万亩、1.6万余项、805.33万元、97-99台",
        description_en="A number with its unit, with multiplier and hedge",
        find=_measured,
    ),
    Rule(
        id="quantity.multiple",
        version=1,
        order=51,
        needs="万亿百十",
        description_zh="只有数量级、没有单位的数字：资金5800万、参保735.18万",
        description_en="A number with a multiplier and no unit",
        find=_multiples,
    ),
    Rule(
        id="quantity.shared_unit",
        version=1,
        order=54,
        needs="、/和",
        description_zh="并列数字共用最后一个数的单位：10、35、50毫克/立方米",
        description_en="Numbers in a list that share the unit of the last",
        find=_shared_unit,
    ),
    Rule(
        id="quantity.chinese",
        version=1,
        order=52,
        description_zh="中文数字加量词：两批、十六年、十二个",
        description_en="A Chinese numeral above one with a counter",
        find=_chinese_counts,
    ),
    Rule(
        id="quantity.chinese_one",
        version=1,
        order=53,
        needs="一",
        description_zh="“一个”加对象，只作目标读：完成一个试点项目建设",
        description_en="One of something; it counts only where it is a target",
        find=_chinese_ones,
    ),
)
