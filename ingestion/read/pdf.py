"""PDF: ruled tables with their merged cells, tables without rules by their columns, prose in reading order.

Pages that are pictures hold no text: they are read where the OCR extra is installed (`ingestion.read.scan`).  Without
it a file of such pages only is refused, and single ones are told.
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Sequence
from typing import Final

import pdfplumber
from pdfplumber.page import Page

from ingestion.errors import UnreadableFileError
from ingestion.read import scan
from ingestion.read.layout import DocumentBuilder
from ingestion.read.pages import PageParts, build_pages
from ingestion.read.parts import ReadParts
from ingestion.read.pdfcolumns import unruled_tables
from ingestion.read.pdflines import Sign, lines_of_signs, signs_of
from ingestion.read.pdfstreams import refuse_bombs
from ingestion.read.pdftables import Box, grid

FORMAT: Final = "pdf"
EXTENSIONS: Final = (".pdf",)
PRIORITY: Final = 5
IS_TEXT: Final = False

MAX_PAGES: Final = 500
MAX_SECONDS: Final = 120
MAX_SIGNS_ON_A_PAGE: Final = 100_000
#: Cells are found by comparing rules with each other; a page with more of them is a drawing.
_MOST_RULES: Final = 4000
#: A page of signs drawn as outlines has hundreds of curves, one with a seal a few.
_LEAST_OUTLINES: Final = 100
_log = logging.getLogger(__name__)


def sniff(data: bytes) -> bool:
    """True for the mark of a PDF, which some writers put behind a few other bytes."""
    return b"%PDF-" in data[:1024]


def parse(data: bytes, name: str) -> ReadParts:
    """Read all pages; raises UnreadableFileError for scans, encrypted and broken files and those over the limits."""
    refuse_bombs(data, name)
    scans = scan.Scans()
    pages = _pages(data, name, scans)
    if not any(page.lines or page.tables for page in pages):
        if any(page.is_unread for page in pages):
            raise scan.missing(name)
        raise UnreadableFileError(name, "PDF 中没有任何文字 (no text in the PDF)")
    builder = DocumentBuilder(name)
    build_pages(pages, builder)
    return builder.parts(scans.confidence)


def _pages(data: bytes, name: str, scans: scan.Scans) -> list[PageParts]:
    deadline = time.monotonic() + MAX_SECONDS
    found: list[PageParts] = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            if len(document.pages) > MAX_PAGES:
                raise UnreadableFileError(
                    name, f"PDF 有 {len(document.pages)} 页，上限 {MAX_PAGES} 页 (too many pages)"
                )
            for page in document.pages:
                found.append(_page(page, data, name, scans))
                page.close()
                if time.monotonic() > deadline:
                    raise UnreadableFileError(
                        name, f"读到第 {page.page_number} 页已超过 {MAX_SECONDS} 秒上限 (reading took too long)"
                    )
    except (UnreadableFileError, MemoryError):
        raise
    except Exception as error:
        if "Password" in f"{error!r}":
            raise UnreadableFileError(name, "文件有密码保护，请去除密码后重新报送 (password-protected)") from error
        raise UnreadableFileError(name, "PDF 损坏或不完整，请重新导出后报送 (broken or truncated PDF)") from error
    if not found:
        raise UnreadableFileError(name, "PDF 没有任何一页，请重新导出后报送 (PDF without pages)")
    return found


def _page(page: Page, data: bytes, name: str, scans: scan.Scans) -> PageParts:
    """The parts of a page, from its text or, where it is a picture, as it is recognised."""
    if len(page.chars) > MAX_SIGNS_ON_A_PAGE:
        raise UnreadableFileError(
            name, f"第 {page.page_number} 页有 {len(page.chars)} 字，上限 {MAX_SIGNS_ON_A_PAGE} (too much on a page)"
        )
    if not _is_picture(page):
        return _text_page(page, name)
    if not scan.is_installed():
        return PageParts((), (), float(page.height), 0.0, float(page.width), is_unread=True)
    return scans.page(scan.rendered(data, page.page_number - 1, name), float(page.height), name)


def _is_picture(page: Page) -> bool:
    """True for a page without text that shows a picture, or signs drawn as outlines."""
    has_text = any(str(c["text"]).strip() for c in page.chars)
    return not has_text and (bool(page.images) or len(page.curves) > _LEAST_OUTLINES)


def _text_page(page: Page, name: str) -> PageParts:
    """The parts of a page with text; signs outside its edges and slanted ones (watermarks) are nobody's text."""
    seen = [c for c in page.dedupe_chars().chars if c["upright"] and c["top"] >= 0 and c["bottom"] <= page.height]
    _refuse_unnamed_signs([str(c["text"]) for c in seen], page.page_number, name)
    signs = signs_of(seen)
    tables = _tables(page, name)
    grids = []
    for boxes, outline in tables:
        inside = [s for s in signs if _is_in(s, outline)]
        signs = [s for s in signs if not _is_in(s, outline)]
        grids.append((outline[1], grid(boxes, inside)))
    lines, unruled = unruled_tables(lines_of_signs(signs))
    grids.extend(unruled)
    lefts = [line.x0 for line in lines] + [outline[0] for _, outline in tables]
    left = min(lefts, default=0.0)
    right = max([line.inner_x1 for line in lines] + [float(page.width) - left])
    return PageParts(tuple(lines), tuple(grids), float(page.height), left, right)


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


__all__ = ["EXTENSIONS", "FORMAT", "IS_TEXT", "PRIORITY", "parse", "sniff"]
