"""Numbers that Word prints and does not store: （1）, 一、, 1. of automatically numbered paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lxml import etree

from ingestion.read.archive import attribute, child, children, value, whole

_DIGITS: Final = "零一二三四五六七八九"
_ROMAN: Final = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_CIRCLES: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_PLACE: Final = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: number format, text with %1 … %9 in it, first number."""

    format: str
    text: str
    start: int


class Numbering:
    """The lists of a document and how far each has been counted."""

    def __init__(self, root: etree._Element | None) -> None:
        abstract = {attribute(a, "abstractNumId"): a for a in children(root, "abstractNum")}
        self._levels: dict[str, dict[int, Level]] = {}
        self._list_of: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        for num in children(root, "num"):
            number, target = attribute(num, "numId"), value(num, "abstractNumId")
            if number is None or target not in abstract:
                continue
            self._levels[number] = {**_levels(abstract[target]), **_overrides(num)}
            # lists with overridden starts count on their own, the others share their definition's count
            self._list_of[number] = number if child(num, "lvlOverride") is not None else f"abstract {target}"

    def label(self, number: str, level: int) -> str:
        """Count one paragraph of a list on and give the text printed before it; empty for bullets and no list."""
        levels = self._levels.get(number)
        if not levels or level not in levels:
            return ""
        counts = self._counts.setdefault(self._list_of[number], {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [k for k in counts if k > level]:
            del counts[deeper]
        own = levels[level]
        if own.format in ("bullet", "none"):
            return ""

        def shown(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            defined = levels.get(at, own)
            return written(counts.get(at, defined.start), defined.format)

        return _PLACE.sub(shown, own.text)


def written(number: int, number_format: str) -> str:
    """A number in one of Word's formats; plain digits for formats that are not listed here."""
    return _FORMATS.get(number_format, str)(number)


def _levels(definition: etree._Element) -> dict[int, Level]:
    found = {}
    for level in children(definition, "lvl"):
        number = whole(attribute(level, "ilvl"))
        found[number] = Level(
            value(level, "numFmt") or "decimal", value(level, "lvlText") or "", whole(value(level, "start"), 1)
        )
    return found


def _overrides(num: etree._Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for override in children(num, "lvlOverride"):
        found.update(_levels(override))
    return found


def _chinese(number: int) -> str:
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    lead = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return lead + (_DIGITS[ones] if ones else "")


def _roman(number: int) -> str:
    if not 0 < number < 40:
        return str(number)
    letters = ""
    for size, letter in _ROMAN:
        count, number = divmod(number, size)
        letters += letter * count
    return letters


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 260 else str(number)


def _circle(number: int) -> str:
    return _CIRCLES[number - 1] if 0 < number <= len(_CIRCLES) else str(number)


_FORMATS: Final[dict[str, Callable[[int], str]]] = {
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "ideographDigital": _chinese,
    "decimalEnclosedCircle": _circle,
    "decimalEnclosedCircleChinese": _circle,
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
    "lowerLetter": _letter,
    "upperLetter": lambda n: _letter(n).upper(),
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": lambda n: str(n).translate({48 + i: 0xFF10 + i for i in range(10)}),
}
