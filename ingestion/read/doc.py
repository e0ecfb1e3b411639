"""Text documents of other programs (doc, wps, rtf, odt), turned into docx by LibreOffice where it is installed.

What it makes is read by `ingestion.read.docx`, so that merged cells, tracked changes and automatic numbers are read
the same way.
"""

from __future__ import annotations

from typing import Final

from ingestion.read import docx, ole
from ingestion.read.kinds import OPEN_TEXT
from ingestion.read.office import converted
from ingestion.read.parts import ReadParts

FORMAT: Final = "doc"
EXTENSIONS: Final = (".doc", ".wps", ".wpt", ".dot", ".rtf", ".odt")
PRIORITY: Final = 26
IS_TEXT: Final = False

_RTF: Final = b"{\\rtf"


def sniff(data: bytes) -> bool:
    """True for the old container with a text document in it, for RTF and for OpenDocument text."""
    return ole.content(data) == "text" or data.startswith(_RTF) or data[30:].startswith(OPEN_TEXT)


def parse(data: bytes, name: str) -> ReadParts:
    """Convert and read; MissingToolError where LibreOffice is not installed."""
    return docx.parse(converted(data, name, _extension(data), "docx"), name)


def _extension(data: bytes) -> str:
    """The extension that the content has by rights: LibreOffice goes by it where the content leaves doubt."""
    if data.startswith(_RTF):
        return ".rtf"
    return ".doc" if data.startswith(ole.MARK) else ".odt"


__all__ = ["EXTENSIONS", "FORMAT", "IS_TEXT", "PRIORITY", "parse", "sniff"]
