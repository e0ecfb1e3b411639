"""PDF with text: ruled tables with their merged cells, prose in reading order; page numbers and running heads left out.

A table that goes on over a page's end is one table, its repeated header once.  Tables without rules read as prose.
Pages that are pictures hold no text: a file of such pages only is refused, single ones are noted in the log.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pdfplumber
from pdfplumber.page import Page

from ingestion.errors import UnreadableFileError
from ingestion.read.layout import DocumentBuilder
from ingestion.read.parts import ReadParts
from ingestion.read.pdflines import Sign, TextLine, lines_of_signs, paragraphs, signs_of
from ingestion.read.pdfstreams import refuse_bombs
from ingestion.read.pdftables import Box, Grid, grid, joined

FORMAT: Final = "pdf"
EXTENSIONS: Final = (".pdf",)
PRIORITY: Final = 5
IS_TEXT: Final = False

MAX_PAGES: Final = 500
MAX_SECONDS: Final = 120
MAX_SIGNS_ON_A_PAGE: Final = 100_000
#: Cells are found by comparing rules with each other; a page with more of them is a drawing.
_MOST_RULES: Final = 4000
#: Shares of a page's height in which running heads and page numbers stand.
_MARGIN: Final = 0.1
_PAGE_NUMBER: Final = re.compile(
    r"[-—–－·\s]*(?:第\s*)?[\d一二三四五六七八九十]{1,4}\s*页?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页)?[-—–－·\s]*"
    r"|\d{1,4}\s*[/／]\s*\d{1,4}|page\s+\d+(?:\s*(?:of|/)\s*\d+)?",
    re.IGNORECASE,
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _PageParts:
    """What stands on a page: lines of prose, tables with their upper edge, and the margins of both in points."""

    lines: tuple[TextLine, ...]
    tables: tuple[tuple[float, Grid], ...]
    height: float
    left: float
    right: float
    is_picture: bool


def sniff(data: bytes) -> bool:
    """True for the mark of a PDF, which some writers put behind a few other bytes."""
    return b"%PDF-" in data[:1024]


def parse(data: bytes, name: str) -> ReadParts:
    """Read all pages; raises UnreadableFileError for scans, encrypted and broken files and those over the limits."""
    refuse_bombs(data, name)
    pages = _pages(data, name)
    pictures = [number for number, page in enumerate(pages, 1) if page.is_picture]
    if not any(page.lines or page.tables for page in pages):
        raise UnreadableFileError(
            name, "字迹为图像（扫描件），没有可读的文字，请报送电子版或带文字的 PDF (scanned pages without text)"
        )
    if pictures:
        _log.warning("%s: pages %s are pictures without text and are not read", name, pictures)
    builder = DocumentBuilder(name)
    _build(pages, builder)
    return ReadParts(builder.text, tuple(builder.blocks))


def _pages(data: bytes, name: str) -> list[_PageParts]:
    deadline = time.monotonic() + MAX_SECONDS
    found: list[_PageParts] = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            if len(document.pages) > MAX_PAGES:
                raise UnreadableFileError(
                    name, f"PDF 有 {len(document.pages)} 页，上限 {MAX_PAGES} 页 (too many pages)"
                )
            for page in document.pages:
                found.append(_page(page, name))
                page.close()
                if time.monotonic() > deadline:
                    raise UnreadableFileError(
                        name, f"读到第 {page.page_number} 页已超过 {MAX_SECONDS} 秒上限 (reading took too long)"
                    )
    except UnreadableFileError:
        raise
    except Exception as error:
        if "Password" in f"{error!r}":
            raise UnreadableFileError(name, "文件有密码保护，请去除密码后重新报送 (password-protected)") from error
        raise UnreadableFileError(name, "PDF 损坏或不完整，请重新导出后报送 (broken or truncated PDF)") from error
    if not found:
        raise UnreadableFileError(name, "PDF 没有任何一页，请重新导出后报送 (PDF without pages)")
    return found


def _page(page: Page, name: str) -> _PageParts:
    """The parts of a page; signs outside its edges and slanted ones (watermarks) are nobody's text."""
    if len(page.chars) > MAX_SIGNS_ON_A_PAGE:
        raise UnreadableFileError(
            name, f"第 {page.page_number} 页有 {len(page.chars)} 字，上限 {MAX_SIGNS_ON_A_PAGE} (too much on a page)"
        )
    seen = [c for c in page.dedupe_chars().chars if c["upright"] and c["top"] >= 0 and c["bottom"] <= page.height]
    _refuse_unnamed_signs([str(c["text"]) for c in seen], page.page_number, name)
    signs = signs_of(seen)
    tables = _tables(page, name)
    grids = []
    for boxes, outline in tables:
        inside = [s for s in signs if _is_in(s, outline)]
        signs = [s for s in signs if not _is_in(s, outline)]
        grids.append((outline[1], grid(boxes, inside)))
    lines = lines_of_signs(signs)
    lefts = [line.x0 for line in lines] + [outline[0] for _, outline in tables]
    left = min(lefts, default=0.0)
    right = max([line.inner_x1 for line in lines] + [float(page.width) - left])
    is_picture = bool(page.images) and not seen
    return _PageParts(tuple(lines), tuple(grids), float(page.height), left, right, is_picture)


def _refuse_unnamed_signs(texts: Sequence[str], number: int, name: str) -> None:
    """Fonts without a table of characters give numbers of glyphs, which nobody can read."""
    unnamed = sum(text.startswith("(cid:") for text in texts)
    if unnamed > 0.1 * len(texts):
        raise UnreadableFileError(
            name, f"第 {number} 页的字体没有文字对照，{unnamed} 字无法识别，请重新导出 (font without characters)"
        )


def _tables(page: Page, name: str) -> list[tuple[list[Box], Box]]:
    """Cells and outline of each ruled table; a frame around text is none."""
    if len(page.edges) > _MOST_RULES:
        _log.warning("%s: page %d is a drawing of %d rules, read as prose", name, page.page_number, len(page.edges))
        return []
    return [(list(t.cells), t.bbox) for t in page.find_tables() if len(t.cells) > 1]


def _is_in(sign: Sign, box: Box) -> bool:
    return box[0] <= (sign.x0 + sign.x1) / 2 <= box[2] and box[1] <= (sign.top + sign.bottom) / 2 <= box[3]


def _build(pages: Sequence[_PageParts], builder: DocumentBuilder) -> None:
    """Prose and tables from top to bottom; a table at a page's end is held until the next page says if it goes on."""
    furniture = _furniture(pages)
    held: Grid | None = None
    prose: list[TextLine] = []
    for number, page in enumerate(pages):
        for lines, table in _in_order(page, furniture[number]):
            if lines and held is not None:
                builder.table(held.cells)
                held = None
            prose.extend(lines)
            if table is None:
                continue
            _flush(prose, page, builder)
            together = joined(held, table) if held is not None else None
            if held is not None and together is None:
                builder.table(held.cells)
            held = together or table
        # a paragraph goes on over the page's end only where both pages have the same margins
        following = pages[number + 1] if number + 1 < len(pages) else None
        if following is None or abs(following.left - page.left) > 3 or abs(following.right - page.right) > 3:
            _flush(prose, page, builder)
    if held is not None:
        builder.table(held.cells)


def _flush(prose: list[TextLine], page: _PageParts, builder: DocumentBuilder) -> None:
    for text in paragraphs(prose, page.left, page.right):
        builder.paragraph(text)
    prose.clear()


def _in_order(page: _PageParts, furniture: frozenset[int]) -> Iterator[tuple[list[TextLine], Grid | None]]:
    """The lines above each table with the table, at last the lines below all."""
    lines = [line for place, line in enumerate(page.lines) if place not in furniture]
    for top, table in sorted(page.tables, key=lambda t: t[0]):
        yield [line for line in lines if line.top < top], table
        lines = [line for line in lines if line.top >= top]
    yield lines, None


def _furniture(pages: Sequence[_PageParts]) -> list[frozenset[int]]:
    """The lines of each page that are page numbers, or running heads and feet: the same in place on several pages."""
    seen = Counter(key for page in pages for key in {_key(line) for line in page.lines if _is_in_margin(line, page)})
    found = []
    for page in pages:
        places = set()
        for place, line in enumerate(page.lines):
            if not _is_in_margin(line, page):
                continue
            if seen[_key(line)] > 1 or (_PAGE_NUMBER.fullmatch(line.text) and _stands_apart(page, place)):
                places.add(place)
        found.append(frozenset(places))
    return found


def _key(line: TextLine) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.top / 2)


def _is_in_margin(line: TextLine, page: _PageParts) -> bool:
    return line.top < _MARGIN * page.height or line.top + line.size > (1 - _MARGIN) * page.height


def _stands_apart(page: _PageParts, place: int) -> bool:
    """True for the first or last line of a page with more than a line's room to its neighbour."""
    line = page.lines[place]
    others = [other for other in page.lines if other is not line]
    distances = [abs(other.top - line.top) for other in others]
    return place in (0, len(page.lines) - 1) and min(distances, default=page.height) > 1.8 * line.size


__all__ = ["EXTENSIONS", "FORMAT", "IS_TEXT", "PRIORITY", "parse", "sniff"]
