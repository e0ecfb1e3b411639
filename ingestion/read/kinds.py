"""Kinds of files that are known by their first bytes and not read here, each refused with its own words."""

from __future__ import annotations

from typing import Final

from ingestion.errors import UnreadableFileError, UnsupportedFormatError
from ingestion.read.archive import ZIP_MARK, member_names

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF-", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"MIME-Version:", "MHTML"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90\x00", "EXE"),
)

#: A member that tells an archive's kind, and the kind; the archives that are read have readers of their own.
_ARCHIVES: Final[tuple[tuple[str, str], ...]] = (
    ("ppt/presentation.xml", "PPTX"),
    ("xl/workbook.bin", "XLSB"),
    ("OFD.xml", "OFD"),
    ("META-INF/container.xml", "EPUB"),
    ("content.xml", "ODF"),
    ("Index/Document.iwa", "iWork"),
)
_READ_ARCHIVES: Final = ("word/document.xml", "xl/workbook.xml")


def refuse_known_kinds(data: bytes, name: str, valid: str) -> None:
    """Raise for a kind that is recognised and not read; `valid` names the kinds that are."""
    if data.startswith(_OLE):
        _refuse_ole(data, name, valid)
    if data.startswith(ZIP_MARK):
        _refuse_archive(data, name, valid)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise UnsupportedFormatError(name, f"是 {kind} 文件，可接受 {valid} (a {kind} file, not supported)")


def _refuse_ole(data: bytes, name: str, valid: str) -> None:
    """The old binary container holds either an encrypted new document or an old one."""
    if _ENCRYPTED in data:
        raise UnreadableFileError(name, "文件有密码保护，请去除密码后重新报送 (password-protected)")
    raise UnsupportedFormatError(
        name, f"是旧版 Office 二进制文件（doc、xls、wps），请另存为新格式；可接受 {valid} (legacy binary Office file)"
    )


def _refuse_archive(data: bytes, name: str, valid: str) -> None:
    members = member_names(data)
    if not members:
        raise UnreadableFileError(name, "压缩结构损坏或不完整，请重新导出后报送 (broken or truncated archive)")
    if any(member in members for member in _READ_ARCHIVES):
        return
    kind = next((kind for member, kind in _ARCHIVES if member in members), "ZIP")
    raise UnsupportedFormatError(name, f"是 {kind} 文件，可接受 {valid} (a {kind} file, not supported)")
