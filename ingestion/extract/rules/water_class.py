"""Water quality classes: Ⅲ类, IV类 in Latin letters, 劣Ⅴ类, 优Ⅲ as the name of a share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ingestion.extract.marks import Mark, Marks
from ingestion.extract.patterns import Pattern
from ingestion.extract.registry import Calendar, Rule

_NUMERAL: Final = r"(?:Ⅳ|Ⅴ|Ⅲ|Ⅱ|Ⅰ|(?<![A-Za-z])(?:IV|III|II|I|V)(?![A-Za-z]))"
_CLASS: Final = Pattern(
    rf"(?P<bad>劣)?(?P<roman>{_NUMERAL})(?P<suffix>类(?:水质|水体|水|断面|标准)?|水体|水质)?|(?P<good>优)(?P<share>{_NUMERAL})类?"
)
_LATIN: Final = re.compile(r"[IV]")


def _classes(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _CLASS.finditer(text):
        start, end = found.span()
        suffix = found.group("suffix")
        roman = found.group("roman")
        if roman is None:
            continue  # 优Ⅲ比例: the name of a share
        if (suffix is None and not found.group("bad")) or (_LATIN.search(roman) and not suffix):
            continue
        if _is_name(text, start, end):
            continue
        if found.group("bad") and _NONE.search(text[max(0, start - 4) : start]):
            continue  # 无劣Ⅴ类断面 counts nothing: the rule below
        code = "worst" if found.group("bad") else "class"
        length = len(found.group("bad") or "") + len(roman) + (1 if suffix and suffix.startswith("类") else 0)
        yield Mark(
            kind="water_class",
            start=start,
            end=start + length,
            rule="water_class.roman",
            unit=text[start : start + length],
            code=code,
        )


def _is_name(text: str, start: int, end: int) -> bool:
    """True for a class that only names a share or what is counted."""
    behind = text[end : end + _WINDOW]
    is_range = _RANGE.search(text[max(0, start - 3) : start])
    return bool(_COUNTED.match(behind) or _SHARE_NAME.match(behind) or is_range)


_WINDOW: Final = 16
#: A class within the name of a share (Ⅰ-Ⅲ类断面比例) is no result.
_SHARE_NAME: Final = re.compile(r"^(?:类)?[^，,。;:、\d]{0,12}?(?:比例|比率|占比)")
#: A class that names what is counted: Ⅳ类水质断面19个.
_COUNTED: Final = re.compile(
    r"^(?:类)?(?:水质|水体)?(?:的)?(?:断面|点位|河流|湖库|站点|水体|河段)?(?:有|为|共|达)?[ ]?\d+[ ]?[个条]"
)
_RANGE: Final = re.compile(r"[ⅠⅡⅢⅣⅤIV]类?[-至到]$")
_NONE: Final = re.compile(r"(?:无|没有|未出现)$")
_NONE_WORST: Final = re.compile(r"(?:没有|未出现|(?<![有消毫])无)(?=劣(?:Ⅴ|V)类?(?:水质)?(?:断面|水体|水质))")


def _none(text: str, _marks: Marks, _calendar: Calendar) -> Iterator[Mark]:
    for found in _NONE_WORST.finditer(text):
        yield Mark(
            kind="quantity",
            start=found.start(),
            end=found.end(),
            rule="water_class.none",
            value=Decimal(0),
            unit="个",
        )


RULES: Final = (
    Rule(
        id="water_class.none",
        version=1,
        order=44,
        needs="劣",
        description_zh="无劣Ⅴ类断面：个数为0",
        description_en="No section worse than class V: a count of none",
        find=_none,
    ),
    Rule(
        id="water_class.roman",
        version=1,
        order=45,
        needs="ⅠⅡⅢⅣⅤIV",
        description_zh="水质类别：Ⅲ类、IV类、劣Ⅴ类",
        description_en="A class of water quality, in Roman numerals or Latin letters",
        find=_classes,
    ),
)
