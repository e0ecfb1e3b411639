"""Bytes to a Document: headings, paragraphs and tables with merged cells resolved; no word of the domain.

A reader is a module of this package with `FORMAT`, `EXTENSIONS`, `PRIORITY`, `IS_TEXT`, `sniff(data)` and
`parse(data, name)`; adding a format adds a file.  The content decides which reader takes a file, the extension only
helps.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from functools import cache
from pathlib import PurePath
from typing import Final, Protocol, cast

from ingestion.errors import UnreadableFileError, UnsupportedFormatError
from ingestion.read.kinds import refuse_known_kinds
from ingestion.read.parts import ReadParts
from ingestion.records import Document

#: Raised whenever the text, the blocks or the remarks of a document change; part of the version of an extraction.
READ_VERSION: Final = "2"

#: A month's table has some hundred kilobytes; a scanned annex some tens of megabytes.
MAX_FILE_BYTES: Final = 100 * 1024 * 1024

#: The format of every document whose text was read from pictures, a part of it or all.
OCR: Final = "ocr"


class Reader(Protocol):
    """What a module of this package must have to be a reader."""

    FORMAT: str
    EXTENSIONS: tuple[str, ...]
    PRIORITY: int
    IS_TEXT: bool  # plain text may be of this kind when the name says so

    def sniff(self, data: bytes) -> bool:
        """True when the content is of this reader's kind."""
        ...

    def parse(self, data: bytes, name: str) -> ReadParts:
        """Text and blocks; raises UnreadableFileError for content that is broken."""
        ...


@cache
def readers() -> tuple[Reader, ...]:
    """Every reader of this package, the most particular first; refuses duplicates and an empty scan."""
    modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    found = sorted((cast(Reader, m) for m in modules if hasattr(m, "FORMAT")), key=lambda r: (r.PRIORITY, r.FORMAT))
    formats = [reader.FORMAT for reader in found]
    if not found or len(set(formats)) != len(formats):
        raise RuntimeError(f"readers must be there, each once: {formats}")
    return tuple(found)


def read(data: bytes, name: str) -> Document:
    """Read a file's bytes; `name` is the file's name as received.

    Raises UnreadableFileError (empty, too large, broken, encrypted, not what its name says) and
    UnsupportedFormatError (a kind that no reader takes).
    """
    if not data:
        raise UnreadableFileError(name, "文件为空（0 字节） (empty file)")
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFileError(name, f"文件 {len(data)} 字节，超过上限 {MAX_FILE_BYTES} 字节 (file too large)")
    refuse_known_kinds(data, name, valid_kinds())
    reader = _reader_for(data, name)
    parts = reader.parse(data, name)
    if not parts.blocks:
        raise UnreadableFileError(name, "文件中没有任何文字 (no text in the file)")
    return Document(
        name,
        hashlib.sha256(data).hexdigest(),
        reader.FORMAT if parts.ocr_confidence is None else OCR,
        parts.text,
        parts.blocks,
        parts.remarks,
        parts.ocr_confidence,
    )


def valid_kinds() -> str:
    """The formats that are read, for messages."""
    return "、".join(sorted(reader.FORMAT for reader in readers()))


def _reader_for(data: bytes, name: str) -> Reader:
    """The reader of the content; plain text must not contradict the name."""
    extension = PurePath(name).suffix.lower()
    reader = next((r for r in readers() if r.sniff(data)), None)
    named = next((r for r in readers() if extension in r.EXTENSIONS), None)
    if reader is None and named is None:
        raise UnsupportedFormatError(name, f"不认识的文件类型“{extension}”，可接受 {valid_kinds()} (unknown kind)")
    if reader is None or (reader.FORMAT == "txt" and named is not None and not named.IS_TEXT):
        raise UnreadableFileError(name, f"内容不是 {extension} 应有的格式 (the content is no {extension} file)")
    if reader.FORMAT == "txt" and named is None and extension:
        raise UnsupportedFormatError(name, f"不支持“{extension}”文件，可接受 {valid_kinds()} (unsupported kind)")
    if reader.FORMAT == "txt" and named is not None:
        return named
    return reader


__all__ = ["MAX_FILE_BYTES", "OCR", "READ_VERSION", "Reader", "read", "readers", "valid_kinds"]
