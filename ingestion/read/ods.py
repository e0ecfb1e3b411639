"""Workbooks of other programs (ods, xlsb), turned into xlsx by LibreOffice where it is installed."""

from __future__ import annotations

from typing import Final

from ingestion.read import xlsx
from ingestion.read.archive import member_names
from ingestion.read.kinds import OPEN_SHEET
from ingestion.read.office import converted
from ingestion.read.parts import ReadParts

FORMAT: Final = "ods"
EXTENSIONS: Final = (".ods", ".ots", ".xlsb")
PRIORITY: Final = 27
IS_TEXT: Final = False

_BINARY_BOOK: Final = "xl/workbook.bin"


def sniff(data: bytes) -> bool:
    """True for an OpenDocument spreadsheet and for a workbook in Excel's binary form."""
    return data[30:].startswith(OPEN_SHEET) or _BINARY_BOOK in member_names(data)


def parse(data: bytes, name: str) -> ReadParts:
    """Convert and read; MissingToolError where LibreOffice is not installed."""
    extension = ".ods" if data[30:].startswith(OPEN_SHEET) else ".xlsb"
    return xlsx.parse(converted(data, name, extension, "xlsx"), name)


__all__ = ["EXTENSIONS", "FORMAT", "IS_TEXT", "PRIORITY", "parse", "sniff"]
