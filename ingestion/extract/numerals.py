"""Numbers as this field writes them: digits with or without a thousands mark, Chinese numerals, and their hedges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ingestion.extract.lexicon import either, load
from ingestion.extract.marks import Comparator
from ingestion.extract.patterns import Pattern

#: Digits as a number. No digit, decimal point or Latin letter may stand directly before or after it.
NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?"
#: The left edge of a number.
EDGE: Final = r"(?<![\d.])(?<!\d,)(?<![A-Za-z])"
#: A number at its left edge. It begins with its digit and looks back from there: a search skips to the digits.
FIGURE: Final = r"\d(?<![\d.]\d)(?<!\d,\d)(?<![A-Za-z]\d)(?:\d{0,2}(?:,\d{3})+(?![\d,])|\d*)(?:\.\d+)?"
#: A blank or two that a copy left between a number and its unit.
GAP: Final = r"[ ]{0,2}"
#: Every run of digits of a text: what numeral coverage counts.
NUMERAL: Final = re.compile(r"\d+(?:[.,]\d+)*")

CHINESE: Final = r"[一二两三四五六七八九十百千零]{1,9}"

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_PLACES: Final = {"十": 10, "百": 100, "千": 1000}


def number(text: str) -> Decimal:
    """The value of digits with thousands marks."""
    return Decimal(text.replace(",", "").replace(" ", ""))


def chinese_number(text: str) -> Decimal | None:
    """The value of a Chinese numeral below ten thousand (十六 → 16, 两百零三 → 203); None where it is none.

    Digits in a row without a place (二零二三) read as written digits.
    """
    if not text or any(c not in _DIGITS and c not in _PLACES for c in text):
        return None
    if not any(c in _PLACES for c in text):
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, 0
    for char in text:
        if char in _PLACES:
            total += (digit or 1) * _PLACES[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return Decimal(total + digit)


def _hedges(key: str) -> dict[str, Comparator | None]:
    return dict(load("hedges")[key])


HEDGES_BEFORE: Final = _hedges("before")
HEDGES_AFTER: Final = _hedges("after")
BEFORE: Final = either(HEDGES_BEFORE)
AFTER: Final = either(HEDGES_AFTER)
INSIDE: Final = either(load("hedges")["inside"])

_COMPARATORS: Final[dict[str, Comparator]] = {
    **dict.fromkeys(load("comparators")["at_least"], ">="),
    **dict.fromkeys(load("comparators")["at_most"], "<="),
}
COMPARATOR: Final = either(_COMPARATORS)
#: What ends directly before a figure and bounds it.
_BOUND_BEFORE: Final = Pattern(
    rf"({COMPARATOR}|{BEFORE})(?:人均|了|约|为|至|到)?{GAP}$"
    rf"|(至少|最多|不少于|不超过)(?:新建|建成|完成|新增|培育|打造|改造|整治|培训|创建|组织|开展){GAP}$"
)
_BOUND_AFTER: Final = re.compile(rf"^\)?({AFTER})")
_WINDOW: Final = 12


def hedge_before(text: str, start: int) -> tuple[str | None, Comparator | None]:
    """The hedge or comparator that ends before a figure, and the bound that it sets."""
    found = _BOUND_BEFORE.search(text[max(0, start - _WINDOW) : start])
    if not found:
        return None, None
    word = found.group(1) or found.group(2)
    return word, _COMPARATORS.get(word) or HEDGES_BEFORE.get(word)


def hedge_after(text: str, end: int) -> tuple[str | None, Comparator | None]:
    """The hedge that begins behind a figure, and the bound that it sets."""
    found = _BOUND_AFTER.match(text[end : end + 4])
    if not found:
        return None, None
    return found.group(1), HEDGES_AFTER[found.group(1)]


@dataclass(frozen=True, slots=True)
class Hedges:
    """What the words around a figure make of it."""

    comparator: Comparator | None  # by a word of comparison or a hedge
    bound: Comparator | None  # by a hedge alone
    approximate: bool


def hedges_of(text: str, start: int, end: int, *, more: bool = False) -> Hedges:
    """The hedges before and behind a figure; `more` when one stands inside it (100余台)."""
    before, low = hedge_before(text, start)
    after, high = hedge_after(text, end)
    is_hedge = before in HEDGES_BEFORE
    inside: Comparator | None = ">=" if more else None
    return Hedges(
        comparator=low or high or inside,
        bound=(low if is_hedge else None) or high or inside,
        approximate=is_hedge or after is not None or more,
    )


def is_low_better(text: str) -> bool:
    """True when the words name something that should be low (a concentration, a rate of failure)."""
    return any(word in text for word in load("comparators")["lower_is_better"])
