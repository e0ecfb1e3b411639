"""What is read by which reader, and what is refused with which words."""

from __future__ import annotations

import io
import zipfile

import pytest

from ingestion import read as read_package
from ingestion.errors import IngestionError, UnreadableFileError, UnsupportedFormatError
from ingestion.read import archive, read, readers
from tests.read.render import paragraph, sheet, web, word, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT = "甲市2023年工作总结。".encode()


def refusal(data: bytes, name: str) -> IngestionError:
    with pytest.raises(IngestionError) as raised:
        read(data, name)
    assert str(raised.value).startswith(f"{name}: ")
    assert "\n" not in str(raised.value)
    return raised.value


def test_each_format_has_one_reader_and_text_comes_last() -> None:
    assert [r.FORMAT for r in readers()] == [
        "pdf",
        "picture",
        "docx",
        "xlsx",
        "xls",
        "doc",
        "ods",
        "html",
        "csv",
        "txt",
    ]


@pytest.mark.parametrize("name", ["a.docx", "a.doc", "a.txt", "a", "a.xlsx"])
def test_content_decides_not_the_name(name: str) -> None:
    assert read(word(paragraph("甲")), name).format == "docx"
    assert read(sheet([["甲"]]), name).format == "xlsx"


def test_text_under_an_office_name_is_not_what_it_promises() -> None:
    assert isinstance(refusal(TEXT, "a.docx"), UnreadableFileError)
    assert isinstance(refusal(TEXT, "a.xlsx"), UnreadableFileError)


def test_text_under_a_page_s_name_or_none_is_read() -> None:
    assert read(TEXT, "a.html").format == "html"
    assert read(TEXT, "a").format == "txt"


@pytest.mark.parametrize("name", ["a.json", "a.xml", "a.py"])
def test_other_kinds_of_text_are_unsupported(name: str) -> None:
    error = refusal(TEXT, name)
    assert isinstance(error, UnsupportedFormatError)
    assert "csv、doc、docx、html、ods、pdf、picture、txt、xls、xlsx" in error.message


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"GIF89a\0\0", "GIF"),
        (zipped({"ppt/presentation.xml": b"<p/>"}), "PPTX"),
        (zipped({"OFD.xml": b"<p/>"}), "OFD"),
        (zipped({"a.txt": b"x"}), "ZIP"),
    ],
)
def test_known_kinds_are_named(data: bytes, kind: str) -> None:
    error = refusal(data, "附件.docx")
    assert isinstance(error, UnsupportedFormatError)
    assert kind in error.message


@pytest.mark.parametrize(
    "data",
    [zipped({"a.txt": b"x"}), b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c\0\4"],
)
def test_an_archive_of_files_is_refused_with_what_to_do(data: bytes) -> None:
    assert "请解压后逐个放入收件箱" in refusal(data, "九月报送.zip").message


def test_a_password_is_told_from_an_old_format() -> None:
    protected = refusal(OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le"), "a.docx")
    assert isinstance(protected, UnreadableFileError)
    assert "密码" in protected.message
    other = refusal(OLE + b"\0" * 504 + "PowerPoint Document\0".encode("utf-16-le"), "a.doc")
    assert isinstance(other, UnsupportedFormatError)
    assert "不是文档或工作簿" in other.message


def test_an_encrypted_member_is_unreadable() -> None:
    data = bytearray(word(paragraph("甲")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = -1
        while (position := data.find(mark, position + 1)) >= 0:
            data[position + offset] |= 1
    assert "密码" in refusal(bytes(data), "a.docx").message


def test_an_empty_file_and_a_file_without_an_end() -> None:
    assert "为空" in refusal(b"", "a.docx").message
    assert isinstance(refusal(b"PK\x03\x04 rubbish", "a.docx"), UnreadableFileError)


def test_rubbish_under_an_unknown_name_is_unsupported_and_under_a_known_one_unreadable() -> None:
    rubbish = bytes(range(256)) * 40
    assert isinstance(refusal(rubbish, "a.bin"), UnsupportedFormatError)
    assert isinstance(refusal(rubbish, "a.docx"), UnreadableFileError)


def test_a_file_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_package, "MAX_FILE_BYTES", 10)
    assert "上限 10 字节" in refusal(TEXT, "a.txt").message


def test_a_compression_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped({"word/document.xml": b" " * 30_000_000})
    assert len(bomb) < 100_000
    assert "压缩" in refusal(bomb, "a.docx").message


def test_an_archive_may_not_unpack_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1000)
    assert "上限 1000 字节" in refusal(word(paragraph("甲" * 2000)), "a.docx").message


def test_a_member_that_unpacks_to_more_than_it_declares_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("word/document.xml", f"<x>{'a' * 5000}</x>")
    data = bytearray(stream.getvalue())
    size = (5007).to_bytes(4, "little")
    assert data.count(size) == 2
    lied = bytes(data).replace(size, (50).to_bytes(4, "little"))
    assert isinstance(refusal(lied, "a.docx"), UnreadableFileError)


def test_the_same_bytes_have_the_same_digest_and_text() -> None:
    first, second = read(web([["a", "b"], ["c", "d"]]), "a.html"), read(web([["a", "b"], ["c", "d"]]), "b.html")
    assert (first.sha256, first.text, first.blocks) == (second.sha256, second.text, second.blocks)
