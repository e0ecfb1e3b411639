"""Inputs for fuzzing: texts built from the rules' own words, and valid files damaged by bytes and by parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import yaml
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.hostile.whole import whole_files
from tests.read import render
from tests.read.pdfwriter import Sheet, pdf

#: What stands between words, and what rules trip over: signs, figures, blanks, marks that show nothing.
_SIGNS: Final = (
    *"，。；：、（）()【】《》“”%％‰+-—~～·•/|<>=≥≤×\t\n\r 　",
    "\u200b", "\u202e", "\ufeff", "\x00", "\ud7ff", "𠮷", "é",
    "0", "1", "08", "12.5", "2,345.67", "3-5", "2023", "2023年9月", "9月30日", "一百二十三", "两", "〇",
    "１２", "½", "²", "٣",
    "万", "亿", "亩", "户", "个百分点", "截至", "其中", "分别", "1-9月", "第3", "(1)", "①", "1.", "1、", "〔2023〕12号",
    "9" * 40, "." * 7, "1e9", "-0", "<br>", "| --- |", "\\n",
)  # fmt: skip
#: What is put into a damaged part.
_JUNK: Final = (
    b"", b"\x00", b"\xff\xfe", b"-1", b"99999999999", b"1e999", b"NaN", b"%", b"&#x0;", b"&amp;", b"<", b"</", b">",
    b"<w:tbl><w:tr><w:tc>", b"</w:tc>", b"<w:p/>", b"<w:vMerge/>", b'<w:gridSpan w:val="900"/>', b"<w:sdt>",
    b"<row r='7'>", b"<c r='ZZZ1'/>", b't="s"', b"<mergeCell ref='B2:A1'/>", b"<td rowspan=3 colspan=0>", b"</table>",
    b"<table>", b"<script>", b"<!--", b"<![CDATA[", b"]]>", b"stream", b"endobj", b"BT", b"ET", b"Tj", b"<<", b">>",
    b"/Kids [2 0 R]", b'"', b'"\n"', b"\t", b"\r\n\r\n", b"\x1b$", "万亩".encode("gb18030"), "９８％".encode(),
)  # fmt: skip


@cache
def words() -> tuple[str, ...]:
    """The words of every vocabulary and the texts of every rule's corpus, and the signs."""
    found: set[str] = set()
    for folder in ("ingestion/extract/vocabulary", "tests/corpus"):
        for path in sorted((ROOT / folder).glob("*.yml")):
            found.update(_strings(yaml.safe_load(path.read_text(encoding="utf-8"))))
    return (*sorted(word for word in found if word.strip() and len(word) < 120), *_SIGNS)


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _strings(key)
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)


@cache
def _word() -> st.SearchStrategy[str]:
    return st.sampled_from(words()) | st.sampled_from(_SIGNS)


def texts(most: int = 30) -> st.SearchStrategy[str]:
    """Sentences of vocabulary, sample sentences and signs in any order."""
    return st.lists(_word(), min_size=1, max_size=most).map("".join)


HEADS: Final = (
    "序号",
    "区域",
    "县区",
    "工作任务",
    "考核内容",
    "工作要求",
    "目标要求",
    "进展情况",
    "完成情况",
    "分值",
    "状态",
    "",
)


@st.composite
def grids(draw: st.DrawFn) -> list[list[str]]:
    """A table with headers of the field in any order over cells of such texts."""
    width = draw(st.integers(1, 4))
    head = [draw(st.sampled_from(HEADS)) for _ in range(width)]
    rows = draw(st.lists(st.lists(texts(6), min_size=width, max_size=width), min_size=1, max_size=2))
    return [head, *rows]


@st.composite
def merges(draw: st.DrawFn, grid: list[list[str]]) -> list[render.Rectangle]:
    """At most one merged rectangle of the grid."""
    if not draw(st.booleans()):
        return []
    top, left = draw(st.integers(1, len(grid))), draw(st.integers(1, len(grid[0])))
    return [(top, left, draw(st.integers(top, len(grid))), draw(st.integers(left, len(grid[0]))))]


@st.composite
def written(draw: st.DrawFn, extension: str) -> tuple[str, bytes]:
    """Name and content of a file of the given kind that holds such texts."""
    if extension == "txt":
        return "甲.txt", draw(texts(24)).encode("utf-8", "replace")
    grid = [[_writable(cell) for cell in row] for row in draw(grids())]
    merged = draw(merges(grid))
    above = _writable(draw(texts(6)))
    if extension == "docx":
        return "甲.docx", render.word(render.paragraph(above) + render.word_table(grid, merged))
    if extension == "xlsx":
        return "甲.xlsx", render.sheet(grid, merged)
    if extension == "xls":
        return "甲.xls", render.old_sheet(grid, merged)
    if extension == "html":
        return "甲.html", render.web(grid, merged, above)
    if extension == "csv":
        return "甲.csv", render.values(grid)
    if extension == "md":
        return "甲.md", render.pipes(grid, above)
    return "甲.pdf", pdf([_sheet(grid)])


def _writable(text: str) -> str:
    """Without what XML and the old formats cannot hold."""
    return "".join(c for c in text if c in "\n\t" or (c.isprintable() and ord(c) < 0x10000))[:400] or "无"


def _sheet(grid: list[list[str]]) -> Sheet:
    sheet = Sheet()
    for number, row in enumerate(grid):
        sheet.write(72, 72 + 20 * number, "　".join(row)[:60])
    return sheet


@st.composite
def damaged(draw: st.DrawFn, extension: str) -> tuple[str, bytes]:
    """A valid file with some bytes or parts put elsewhere, doubled, cut out or replaced, perhaps under another name."""
    content = whole_files()[extension]
    if content.startswith(b"PK") and draw(st.integers(0, 3)):
        content = draw(_damaged_member(content))
    else:
        content = draw(_damaged_bytes(content))
    name = extension if draw(st.integers(0, 9)) else draw(st.sampled_from(sorted(whole_files())))
    return f"甲.{'txt' if name == 'rtf' else name}", content


@st.composite
def _damaged_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(content)))
        length = draw(st.sampled_from((0, 0, 1, 2, 4, 16, 64, 400)))
        cut = content[begin : begin + length]
        kind = draw(st.integers(0, 4))
        put = draw(st.sampled_from(_JUNK)) if kind < 3 else cut * draw(st.integers(2, 40)) if kind == 3 else cut[::-1]
        content = content[:begin] + put + content[begin + length :]
    return content


@st.composite
def _damaged_member(draw: st.DrawFn, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    chosen = draw(st.sampled_from(sorted(files)))
    if draw(st.integers(0, 9)):
        files[chosen] = draw(_damaged_bytes(files[chosen]))
    else:
        del files[chosen]
    return render.zipped(files)
