"""What the blocks of a document are: its head, the headers of its tables, its body, the signature below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from ingestion.records import Document, Paragraph, Table, TextPart
from ingestion.segment.columns import Header
from ingestion.segment.folding import fold, squeeze
from ingestion.segment.forms import is_form
from ingestion.segment.headers import find_header
from ingestion.segment.margins import signed_by
from ingestion.segment.spaced import with_spaced_tables
from ingestion.segment.title import Head, HeadLine, fields_of, read_head
from ingestion.segment.views import as_meant
from ingestion.segment.vocabulary import pattern

#: A unit or a caption is a line, not a paragraph.
LONGEST_LINE: Final = 60
_PAGE_MARK: Final = re.compile(r"[-—\s]*第?\d*页?[-—\s]*(?:共\d+页)?|\(?(?:续|接)(?:上)?[表页]\)?\d*")
_MOST_OPENING_LINES: Final = 4
_OPENING_YEAR: Final = re.compile(r"\s*((?:19|20)\d\d)年")
_LONGEST_NAME: Final = 12
_MOST_NAMES: Final = 12
_DATE_LINE: Final = re.compile(r"(?:(?:19|20)\d\d|[二一][〇○零一二三四五六七八九]{3})年.{1,3}月.{1,3}日")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the parts of a document are, before anything is read from them.

    `headers` by the index of each table that has one; `head_blocks` counts the first blocks that are head, not body;
    `tail_blocks` the last ones that are signature; `title_part` is the title as it stands in the text; `unit` is that
    of 单位：… in the head; `signatory` is who signed below; `year` is the one that the document is about.
    """

    document: Document
    headers: dict[int, Header]
    head: Head
    head_blocks: int
    tail_blocks: int
    title_part: TextPart | None
    unit: str
    signatory: str | None
    year: int | None

    @classmethod
    def of(cls, document: Document, year: int | None = None) -> Layout:
        """Recognise the headers of the tables and read the head; `year` completes a period without one."""
        document = replace(document, blocks=tuple(_as_meant(document)))
        headers = _headers(document)
        parts, sizes = _head_parts(document, headers)
        hints = [c.header for h in headers.values() for c in h.columns] + [t.title for t in document.tables if t.title]
        lines = [HeadLine(part.text, level) for part, level in parts]
        head = read_head(lines, year or _spoken_year(document), hints)
        title = parts[head.title_line][0] if head.title_line is not None else None
        unit = next((u for part, _ in parts[: head.used] if (u := unit_of(part.text))), "")
        used = sum(last < head.used for last in sizes)
        tail, signatory = _signature(document.blocks[used:])
        about = head.period.year if head.period else (year or head.dated_year)
        return cls(document, headers, head, used, tail, title, unit, signatory, about)

    def column_regions(self) -> set[str]:
        """The places that region columns and columns of places name."""
        found = {c.base for h in self.headers.values() for c in h.of("place")}
        for table in self.document.tables:
            header = self.headers.get(table.index)
            for column in header.of("region") if header else ():
                found |= {row[column.col - 1].text for row in table.rows if row[column.col - 1].text.strip()}
        return found

    def body(self) -> Sequence[Paragraph | Table]:
        """The blocks between head and signature; a table whose upper rows belong to the head is one of them."""
        return self.document.blocks[self.head_blocks : len(self.document.blocks) - self.tail_blocks]


def _spoken_year(document: Document) -> int | None:
    """The year that a paragraph near the document's beginning opens with (2025年，全县…)."""
    texts = [fold(p.text[:_LONGEST_NAME]) for p in islice(document.paragraphs, _MOST_OPENING_LINES)]
    return next((int(found[1]) for text in texts if (found := _OPENING_YEAR.match(text))), None)


def _as_meant(document: Document) -> Iterator[Paragraph | Table]:
    """The blocks, with each table the way that it is to be read."""
    for block in with_spaced_tables(document.blocks):
        if isinstance(block, Table):
            yield from as_meant(block)
        else:
            yield block


def _headers(document: Document) -> dict[int, Header]:
    """The header of each table by its index.

    A table without one goes on with the header of an equally wide one above it, from page to page, not over a text.
    """
    headers: dict[int, Header] = {}
    before: tuple[int, Header] | None = None
    for block in document.blocks:
        if isinstance(block, Paragraph):
            before = before if _is_page_mark(block.text) else None
            continue
        header = None if is_form(block) else find_header(block)
        width = len(block.rows[0])
        if header is None and before and before[0] == width and not is_form(block):
            header = Header(0, 0, before[1].columns)
        if header:
            headers[block.index] = header
        before = (width, header) if header else None
    return headers


def _is_page_mark(text: str) -> bool:
    """True for what stands between the pages of a table: a page's number, 续表."""
    return bool(_PAGE_MARK.fullmatch(squeeze(text)))


def _head_parts(document: Document, headers: dict[int, Header]) -> tuple[list[tuple[TextPart, int]], list[int]]:
    """The lines that may be head, each with its heading level, and for each whole block of them its last line."""
    parts: list[tuple[TextPart, int]] = []
    last_lines: list[int] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            parts.append((TextPart("statement", block.text, block.char_start, block.locator()), block.level))
        elif block.index not in headers and _is_site_header(block):
            parts.extend((part, 0) for part in _rows_as_lines(block))
        else:
            header = headers.get(block.index)
            above = block.rows[: max(header.first_row - 1, 0)] if header else ()
            parts.extend(
                (TextPart("statement", c.text, c.char_start, block.locator(c)), 0)
                for row in above
                for c in row
                if c.is_origin and c.text.strip()
            )
            break
        last_lines.append(len(parts) - 1)
    return parts, last_lines


def _is_site_header(table: Table) -> bool:
    """True for the box of names and values (索引号, 发布机构 …) that sites print above a document."""
    return any(list(fields_of(part.text)) for part in _rows_as_lines(table))


def _rows_as_lines(table: Table) -> Iterator[TextPart]:
    """A row of a form as one line, its cells apart by bars."""
    for row in table.rows:
        cells = [cell for cell in row if cell.is_origin and cell.text.strip()]
        if cells:
            text = " | ".join(" ".join(cell.text.split()) for cell in cells)
            yield TextPart("statement", text, cells[0].char_start, table.locator(cells[0]))


def _signature(blocks: Sequence[Paragraph | Table]) -> tuple[int, str | None]:
    """How many of the last blocks are signature and date, and who signed, wherever the letter ends in the file."""
    signatory = signed_by(blocks)
    last = blocks[-1] if blocks else None
    if not isinstance(last, Paragraph) or not _DATE_LINE.fullmatch(squeeze(last.text)):
        return 0, signatory
    above = blocks[-2] if len(blocks) > 1 else None
    is_signed = isinstance(above, Paragraph) and above.text == signatory
    return (2 if is_signed else 1), signatory


def unknown_layout(layout: Layout) -> str:
    """What was found in a document of which nothing could be placed, and what would be understood, in one line."""
    first = next((table for table in layout.document.tables), None)
    found = (
        [" ".join(cell.text.split()) for cell in first.rows[0] if cell.is_origin and cell.text.strip()] if first else []
    )
    columns = "、".join(text[:_LONGEST_NAME] for text in found[:_MOST_NAMES])
    seen = f"表格首行是：{columns}" if columns else "文中没有完整的句子"
    return (
        f"没有找到任务表、任务清单或叙述文字；{seen}。"
        "能识别的列：任务或指标、目标要求、完成时限、完成情况、区域、责任单位、存在问题、下一步计划；"
        "或以地区名、任务名为表头的数字表 (no task table, list or statement found; see the columns named)"
    )


def unit_of(text: str) -> str | None:
    """The unit that a line such as 单位：万元 names."""
    found = pattern("unit_line").search(squeeze(text)) if len(text) <= LONGEST_LINE else None
    return found[1] if found and not found[1].endswith(("局", "委", "办", "府")) else None
