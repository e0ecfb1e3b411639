"""What is wrong in filled workbooks, with the address of each cell, before they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from openpyxl.utils import get_column_letter

from ingestion.extract import extract, reasons
from ingestion.read import read
from ingestion.records import Document
from ingestion.segment import segment

_PLACE: Final = re.compile(r"table (\d+)/row (\d+)/cell (\d+)")


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that could not be taken as it stands; `address` is as the program shows it: 填报表!H7."""

    address: str
    found: str
    message_zh: str
    message_en: str


def problems_of(content: bytes, name: str) -> Iterator[Problem]:
    """The problems of one filled workbook.  Raises what reading and laying it out raise."""
    document = read(content, name)
    told = reasons()
    for rejection in extract(segment(document)).rejections:
        reason = told.get(rejection.reason, {"zh": rejection.reason, "en": rejection.reason})
        yield Problem(_address(document, rejection.locator), rejection.quote, reason["zh"], reason["en"])


def _address(document: Document, locator: str) -> str:
    found = _PLACE.fullmatch(locator)
    if not found:
        return locator
    index, row, col = map(int, found.groups())
    sheet = next((table.title for table in document.tables if table.index == index), None)
    return f"{sheet or f'表{index}'}!{get_column_letter(col)}{row}"
