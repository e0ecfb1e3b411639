"""Pages of lines and ruled tables to one document: tables and paragraphs that go on over pages, running heads.

A table that goes on over a page's end is one table, its repeated header once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.read.layout import DocumentBuilder
from ingestion.read.pdflines import TextLine, paragraphs
from ingestion.read.pdftables import Grid, joined
from ingestion.records import Remark

#: Shares of a page's height in which running heads and page numbers stand.
_MARGIN: Final = 0.1
_PAGE_NUMBER: Final = re.compile(
    r"[-—–－·\s]*(?:第\s*)?[\d一二三四五六七八九十]{1,4}\s*页?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页)?[-—–－·\s]*"
    r"|\d{1,4}\s*[/／]\s*\d{1,4}|page\s+\d+(?:\s*(?:of|/)\s*\d+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageParts:
    """What stands on a page: lines of prose, tables with their upper edge, and the margins of both in points."""

    lines: tuple[TextLine, ...]
    tables: tuple[tuple[float, Grid], ...]
    height: float
    left: float
    right: float
    is_unread: bool = False  # a picture that nothing was read from


def build_pages(pages: Sequence[PageParts], builder: DocumentBuilder) -> None:
    """Prose and tables from top to bottom; a table at a page's end is held until the next page says if it goes on."""
    furniture = _furniture(pages)
    held: Grid | None = None
    prose: list[TextLine] = []
    for number, page in enumerate(pages):
        for lines, table in _in_order(page, furniture[number]):
            if lines and held is not None:
                _add_table(held, builder)
                held = None
            prose.extend(lines)
            if table is None:
                continue
            _flush(prose, page, builder)
            together = joined(held, table) if held is not None else None
            if held is not None and together is None:
                _add_table(held, builder)
            held = together or table
        # a paragraph goes on over the page's end only where both pages have the same margins
        following = pages[number + 1] if number + 1 < len(pages) else None
        if following is None or abs(following.left - page.left) > 3 or abs(following.right - page.right) > 3:
            _flush(prose, page, builder)
    if held is not None:
        _add_table(held, builder)
    for text in dict.fromkeys(_running_heads(pages, furniture)):
        builder.aside("running_head", text, "running head")
    for number in (n for n, page in enumerate(pages, 1) if page.is_unread):
        builder.unread("unread_page", f"page {number}")


def _running_heads(pages: Sequence[PageParts], furniture: Sequence[frozenset[int]]) -> Iterator[str]:
    """The texts of running heads and feet; page numbers are nobody's text."""
    for page, places in zip(pages, furniture, strict=True):
        yield from (page.lines[n].text for n in sorted(places) if not _PAGE_NUMBER.fullmatch(page.lines[n].text))


def _flush(prose: list[TextLine], page: PageParts, builder: DocumentBuilder) -> None:
    for said in paragraphs(prose, page.left, page.right):
        paragraph = builder.paragraph(said.text)
        if paragraph is None:
            continue
        for start, end in said.doubts:
            place = paragraph.char_start + start
            builder.remarks.append(Remark("ocr_doubt", said.text[start:end], place, paragraph.locator()))
    prose.clear()


def _add_table(found: Grid, builder: DocumentBuilder) -> None:
    table = builder.table(found.cells)
    if table is None:
        return
    for place in ((c.row, c.col) for c in found.cells if c.is_doubtful and c.text):
        cell = table.rows[place[0] - 1][place[1] - 1]
        builder.remark("ocr_doubt", cell, table.locator(cell))


def _in_order(page: PageParts, furniture: frozenset[int]) -> Iterator[tuple[list[TextLine], Grid | None]]:
    """The lines above each table with the table, at last the lines below all."""
    lines = [line for place, line in enumerate(page.lines) if place not in furniture]
    for top, table in sorted(page.tables, key=lambda t: t[0]):
        yield [line for line in lines if line.top < top], table
        lines = [line for line in lines if line.top >= top]
    yield lines, None


def _furniture(pages: Sequence[PageParts]) -> list[frozenset[int]]:
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


def _is_in_margin(line: TextLine, page: PageParts) -> bool:
    return line.top < _MARGIN * page.height or line.top + line.size > (1 - _MARGIN) * page.height


def _stands_apart(page: PageParts, place: int) -> bool:
    """True for the first or last line of a page with more than a line's room to its neighbour."""
    line = page.lines[place]
    others = [other for other in page.lines if other is not line]
    distances = [abs(other.top - line.top) for other in others]
    return place in (0, len(page.lines) - 1) and min(distances, default=page.height) > 1.8 * line.size


__all__ = ["PageParts", "build_pages"]
