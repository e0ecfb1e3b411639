"""Hostile files, each with what may become of it: `read`, or the reason of its rejection.

Bombs are made here and small on the disk; what they would unpack to never exists as a whole.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.read import render
from tests.read.pdfwriter import Sheet, pdf

READ: Final = "read"
UNREADABLE: Final = "unreadable"
LIMITS: Final = ("time_limit", "memory_limit")
MEGABYTE: Final = 2**20

#: A sentence of which every file that is read must give its figure back.
SAID: Final = "截至2023年9月底，平湖区完成改造8户。"
GRID: Final = [["区域", "工作任务", "工作要求", "进展情况"], ["平湖区", "治理河涌", "9月底前完成10户", SAID]]

_SHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True)
class Case:
    """A hostile file: its name, how to make it, and how its way may end."""

    name: str
    make: Callable[[], bytes]
    ends: tuple[str, ...] = (UNREADABLE,)
    is_long: bool = False


def bomb(member: str, megabytes: int, members: int = 1, inside: bytes = b"0") -> bytes:
    """An archive whose members unpack to as many megabytes of one byte."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(members):
            with archive.open(f"{member}{number or ''}", "w", force_zip64=True) as target:
                for _ in range(megabytes):
                    target.write(inside * MEGABYTE)
    return stream.getvalue()


def office(document: bytes, part: str = "word/document.xml") -> bytes:
    """An Office file of one XML part."""
    types = b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
    return render.zipped({"[Content_Types].xml": types, part: document})


def word_bomb() -> bytes:
    """A Word file whose document part unpacks to 100 MB of blanks."""
    head = f'<w:document xmlns:w="{render.WORD}"><w:body>{render.paragraph(SAID)}'.encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.compresslevel = 1
        with archive.open("word/document.xml", "w") as target:
            target.write(head)
            for _ in range(100):
                target.write(b" " * MEGABYTE)
            target.write(b"</w:body></w:document>")
    return stream.getvalue()


def lying_word() -> bytes:
    """A Word file whose directory declares a size a thousand times smaller than the member has."""
    honest = office(f'<w:document xmlns:w="{render.WORD}">'.encode() + b" " * 5 * MEGABYTE)
    size = (5 * MEGABYTE + len(f'<w:document xmlns:w="{render.WORD}">')).to_bytes(4, "little")
    return honest.replace(size, (1000).to_bytes(4, "little"))


def nested_zip(depth: int, payload: bytes) -> bytes:
    """A zip in a zip in a zip …"""
    for level in range(depth):
        payload = render.zipped({f"第{level}层.zip" if level else "内.txt": payload})
    return payload


ENTITIES: Final = b"""<?xml version="1.0"?><!DOCTYPE lol [<!ENTITY a "ha">%s]>""" % b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
)
EXTERNAL: Final = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def word_xml(prolog: bytes, body: bytes) -> bytes:
    return office(prolog + f'<w:document xmlns:w="{render.WORD}"><w:body>'.encode() + body + b"</w:body></w:document>")


def workbook(sheet: bytes, prolog: bytes = b"", strings: bytes = b"") -> bytes:
    """A workbook of one sheet's XML."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    files = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{relation}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="rId1" '
        f'Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'.encode(),
        "xl/worksheets/sheet1.xml": prolog + f'<worksheet xmlns="{_SHEET}">'.encode() + sheet + b"</worksheet>",
    }
    if strings:
        files["xl/sharedStrings.xml"] = strings
    return render.zipped(files)


def inline(reference: str, text: str) -> bytes:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def far_cells() -> bytes:
    """A workbook that says to be as large as can be, with cells in its corners."""
    rows = b'<row r="1">' + inline("A1", SAID) + inline("XFD1", "角") + b"</row>"
    rows += b'<row r="1048576">' + inline("A1048576", "底") + inline("XFD1048576", "角") + b"</row>"
    return workbook(b'<dimension ref="A1:XFD1048576"/><sheetData>' + rows + b"</sheetData>")


def wide_merge() -> bytes:
    cell = b'<sheetData><row r="1">' + inline("A1", SAID) + b"</row></sheetData>"
    return workbook(cell + b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')


def page(body: str) -> bytes:
    return f'<html><head><meta charset="utf-8"></head><body><p>{SAID}</p>{body}</body></html>'.encode()


def word(body: str) -> bytes:
    return render.word(render.paragraph(SAID) + body)


def nested_word_tables(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + render.paragraph("底") + "<w:p/></w:tc></w:tr></w:tbl>" * depth


def drawn(content: bytes, repeat: int = 1) -> bytes:
    """A PDF whose page draws `content` many times over; deflated, so small on the disk."""
    sheet = Sheet()
    sheet.write(72, 72, SAID)
    squeezed = zlib.compressobj(9)
    packed = squeezed.compress(sheet.content() + b"\n")
    for _ in range(repeat):
        packed += squeezed.compress(content)
    return pdf([sheet], deflated=packed + squeezed.flush())


def huge_page() -> bytes:
    sheet = Sheet(width=1e12)
    sheet.write(72, 72, SAID)
    return pdf([sheet])


def self_drawing() -> bytes:
    """A PDF whose form draws itself, for ever."""
    whole = pdf([Sheet(picture=True)])
    image = whole.index(b"/Subtype /Image")
    form = (
        whole[:image]
        + b"/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /I1 6 0 R >> >> "
        + whole[image + 15 :]
    )
    return form.replace(b"\xff", b"/I1 Do")


def page_cycle() -> bytes:
    return pdf([Sheet()]).replace(b"/Kids [10 0 R]", b"/Kids [ 2 0 R]")


def protected() -> bytes:
    """What Office writes under a password: an old binary container that holds the document encrypted."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)


def long_text(megabytes: int) -> str:
    return SAID + "已完成治理任务" * (megabytes * MEGABYTE // 21)


CASES: Final[tuple[Case, ...]] = (
    Case("炸弹.docx", word_bomb),
    Case("说谎.docx", lying_word),
    Case("炸弹.xlsx", lambda: bomb("xl/workbook.xml", 110, 4)),
    Case("炸弹.zip", lambda: bomb("附件.txt", 100, 5), ("unsupported_format",)),  # the inbox unpacks, not the reader
    Case("套炸弹.zip", lambda: nested_zip(3, bomb("a.txt", 100)), (UNREADABLE, "unsupported_format")),
    Case("百层.zip", lambda: nested_zip(100, b"end"), ("unsupported_format",)),
    Case("实体.docx", lambda: word_xml(ENTITIES, b"<w:p><w:r><w:t>&m;</w:t></w:r></w:p>")),
    Case("外部实体.docx", lambda: word_xml(EXTERNAL, b"<w:p><w:r><w:t>&e;</w:t></w:r></w:p>")),
    Case("实体.xlsx", lambda: workbook(b"<sheetData/>", ENTITIES)),
    Case("外部实体.xlsx", lambda: workbook(b"<sheetData/>", EXTERNAL)),
    Case("实体.html", lambda: ENTITIES + page("&m;"), (READ, UNREADABLE)),
    Case("外部实体.html", lambda: EXTERNAL + page("&e;"), (READ, UNREADABLE)),
    Case("图形.html", lambda: page('<svg><image href="file:///etc/passwd"/><use href="#a" id="a"/></svg>'), (READ,)),
    Case("深层.docx", lambda: word_xml(b"", b"<w:p>" * 100_000)),
    Case("深表.docx", lambda: word(nested_word_tables(60)), (READ, UNREADABLE)),
    Case("很深的表.docx", lambda: word(nested_word_tables(2000)), (READ, UNREADABLE)),
    Case("深表.html", lambda: page("<table><tr><td>" * 60 + "底"), (READ, UNREADABLE)),
    Case("很深的表.html", lambda: page("<table><tr><td>" * 20_000 + "底"), (READ, UNREADABLE)),
    Case("深层.html", lambda: page("<div>" * 100_000 + "底"), (READ, UNREADABLE)),
    Case("深层.xlsx", lambda: workbook(b"<sheetData>" + b"<row>" * 100_000)),
    Case("远角.xlsx", far_cells, (READ, UNREADABLE)),
    Case("并满.xlsx", wide_merge, (READ, UNREADABLE)),
    Case("满跨.html", lambda: page(f'<table><tr><td colspan="{10**9}" rowspan="{10**9}">{SAID}</td></tr></table>'),
         (READ, UNREADABLE)),
    Case("负跨.html", lambda: page('<table><tr><td colspan="-3" rowspan="0">底</td></tr></table>'), (READ,)),
    Case("百万列.csv", lambda: (SAID + "," * 1_000_000 + "\n").encode(), (READ, UNREADABLE)),
    Case("百万行.csv", lambda: (SAID + "\n" + "1,2\n" * 1_000_000).encode(), (READ, UNREADABLE, *LIMITS), True),
    Case("巨格.docx", lambda: render.word(render.word_table([["甲", long_text(10)]])),
         (READ, UNREADABLE, *LIMITS), True),
    Case("巨格.xlsx", lambda: workbook(b'<sheetData><row r="1">' + inline("A1", long_text(10)) + b"</row></sheetData>"),
         (READ, UNREADABLE, *LIMITS), True),
    Case("巨格.html", lambda: page(f"<table><tr><td>{long_text(10)}</td></tr></table>"),
         (READ, UNREADABLE, *LIMITS), True),
    Case("巨格.csv", lambda: f'甲,"{long_text(10)}"\n'.encode(), (READ, UNREADABLE, *LIMITS), True),
    Case("巨格.txt", lambda: long_text(10).encode(), (READ, UNREADABLE, *LIMITS), True),
    Case("巨字.txt", lambda: b"7" * 10 * MEGABYTE, (READ, UNREADABLE, "unknown_layout", *LIMITS), True),
    Case("自画.pdf", self_drawing, (READ, UNREADABLE, "unsupported_format")),
    Case("环页.pdf", page_cycle),
    Case("巨页.pdf", huge_page, (READ, UNREADABLE)),
    Case("百万笔.pdf", lambda: drawn(b"0 0 m 1 1 l S\n" * 1000, 1000), (READ, UNREADABLE, *LIMITS), True),
    Case("百万存.pdf", lambda: drawn(b"q " * 1000, 3000), (READ, UNREADABLE, *LIMITS), True),
    Case("解压炸弹.pdf", lambda: drawn(b" " * MEGABYTE, 500)),
    Case("加密.docx", protected),
    Case("加密.xlsx", protected),
    Case("加密.pdf", lambda: pdf([Sheet()], encrypted=True)),
    Case("空.docx", lambda: b""),
    Case("零.xlsx", lambda: bytes(4096), (UNREADABLE, "unsupported_format")),
)  # fmt: skip
