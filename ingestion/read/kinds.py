"""Kinds of files that are known by their first bytes and not read here, each refused with its own words."""

from __future__ import annotations

import re
from typing import Final

from ingestion.errors import UnreadableFileError, UnsupportedFormatError
from ingestion.read import ole
from ingestion.read.archive import ZIP_MARK, member_names

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"MIME-Version:", "MHTML"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"GIF8", "GIF"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90\x00", "EXE"),
)

#: Kinds that hold files of their own.
_PACKED: Final = frozenset({"RAR", "7z", "gzip"})

#: A member that tells an archive's kind, and the kind; the archives that are read have readers of their own.
_ARCHIVES: Final[tuple[tuple[str, str], ...]] = (
    ("ppt/presentation.xml", "PPTX"),
    ("OFD.xml", "OFD"),
    ("META-INF/container.xml", "EPUB"),
    ("content.xml", "ODF"),
    ("Index/Document.iwa", "iWork"),
)
_READ_ARCHIVES: Final = re.compile(r"word/document\d{0,2}\.xml|xl/workbook\.(?:xml|bin)")

#: What stands at byte 30 of an OpenDocument file: its first member is its kind, stored as it is.
OPEN_TEXT: Final = b"mimetypeapplication/vnd.oasis.opendocument.text"
OPEN_SHEET: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"


def refuse_known_kinds(data: bytes, name: str, valid: str) -> None:
    """Raise for a kind that is recognised and not read; `valid` names the kinds that are."""
    if data.startswith(ole.MARK):
        _refuse_ole(data, name, valid)
    if data.startswith(ZIP_MARK):
        _refuse_archive(data, name, valid)
    for magic, kind in _MAGIC:
        if data.startswith(magic) and kind in _PACKED:
            raise UnsupportedFormatError(
                name, f"是 {kind} 压缩包，请解压后逐个放入收件箱 (an archive, unpack it first)"
            )
        if data.startswith(magic):
            raise UnsupportedFormatError(name, f"是 {kind} 文件，可接受 {valid} (a {kind} file, not supported)")


def _refuse_ole(data: bytes, name: str, valid: str) -> None:
    """The old binary container holds an encrypted new document, or an old one that a reader may take."""
    content = ole.content(data)
    if content == "encrypted":
        raise UnreadableFileError(name, "文件有密码保护，请去除密码后重新报送 (password-protected)")
    if content is None:
        raise UnsupportedFormatError(
            name, f"是旧版 Office 容器，但不是文档或工作簿；可接受 {valid} (neither a document nor a workbook)"
        )


def _refuse_archive(data: bytes, name: str, valid: str) -> None:
    members = member_names(data)
    if not members:
        raise UnreadableFileError(name, "压缩结构损坏或不完整，请重新导出后报送 (broken or truncated archive)")
    if any(_READ_ARCHIVES.fullmatch(member) for member in members) or data[30:].startswith((OPEN_TEXT, OPEN_SHEET)):
        return
    kind = next((kind for member, kind in _ARCHIVES if member in members), None)
    if kind is None:
        raise UnsupportedFormatError(name, "是 ZIP 压缩包，请解压后逐个放入收件箱 (an archive, unpack it first)")
    raise UnsupportedFormatError(name, f"是 {kind} 文件，可接受 {valid} (a {kind} file, not supported)")
