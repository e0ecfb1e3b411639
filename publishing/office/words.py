"""Periods, days and places as people say them, and text that any office program takes."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

QUOTE_LENGTH: Final = 300

#: Not allowed in XML, or turning the order in which a text is shown.
_HOSTILE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_CELL: Final = re.compile(r"table (\d+)/row (\d+)/cell (\d+)")
_PARAGRAPH: Final = re.compile(r"paragraph (\d+)")
_PERIOD: Final = re.compile(r"(\d{4})-(\d{2})")


def clean(text: str) -> str:
    """The text with one kind of line break and a U+FFFD for each character that a file must not hold."""
    return _HOSTILE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def shortened(text: str, length: int = QUOTE_LENGTH) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= length else f"{text[:length]}……"


def place(locator: str | None) -> str:
    """A locator as a person finds it: 第1表第3行第5格, 第12段; another one as it is, '' for none."""
    if cell := cell_of(locator):
        return "第{}表第{}行第{}格".format(*cell)
    if paragraph := _PARAGRAPH.search(locator or ""):
        return f"第{paragraph[1]}段"
    return locator or ""


def cell_of(locator: str | None) -> tuple[int, int, int] | None:
    """The table, row and cell of a locator, from 1; None where it is none of a cell."""
    found = _CELL.search(locator or "")
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def period_name(period: str | None) -> str:
    """2023年9月 of 2023-09; another wording as it is, '' for none."""
    found = _PERIOD.fullmatch(period or "")
    return f"{found[1]}年{int(found[2])}月" if found else period or ""


def day_name(day: date) -> str:
    """2023年10月9日, without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"
