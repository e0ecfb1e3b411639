"""What the blocks of a document are: its head, the headers of its tables, its body, the signature below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.records import Document, Paragraph, Table, TextPart
from ingestion.segment.columns import Header, find_header
from ingestion.segment.folding import squeeze
from ingestion.segment.title import Head, HeadLine, fields_of, read_head
from ingestion.segment.vocabulary import pattern

#: A unit or a caption is a line, not a paragraph.
LONGEST_LINE: Final = 60
_DATE_LINE: Final = re.compile(r"(?:(?:19|20)\d\d|[二一][〇○零一二三四五六七八九]{3})年.{1,3}月.{1,3}日")
_ORGAN_LINE: Final = re.compile(r"[一-龥XxX×*()、]{2,30}(?:局|委|府|办|厅|室|会|部|中心|公司|处|院|区|县|市|镇|街道)")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the parts of a document are, before anything is read from them.

    `headers` by the index of each table that has one; `head_blocks` counts the first blocks that are head, not body;
    `tail_blocks` the last ones that are signature; `title_part` is the title as it stands in the text; `unit` is that
    of 单位：… in the head; `signatory` is who signed below.
    """

    document: Document
    headers: dict[int, Header]
    head: Head
    head_blocks: int
    tail_blocks: int
    title_part: TextPart | None
    unit: str
    signatory: str | None

    @classmethod
    def of(cls, document: Document, year: int | None = None) -> Layout:
        """Recognise the headers of the tables and read the head; `year` completes a period without one."""
        headers = _headers(document)
        parts, sizes = _head_parts(document, headers)
        hints = [c.header for h in headers.values() for c in h.columns] + [t.title for t in document.tables if t.title]
        head = read_head([HeadLine(part.text, level) for part, level in parts], year, hints)
        title = parts[head.title_line][0] if head.title_line is not None else None
        unit = next((u for part, _ in parts[: head.used] if (u := unit_of(part.text))), "")
        used = sum(last < head.used for last in sizes)
        tail, signatory = _signature(document.blocks[used:])
        return cls(document, headers, head, used, tail, title, unit, signatory)

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


def _headers(document: Document) -> dict[int, Header]:
    """The header of each table by its index; a table without one goes on with the header of an equally wide one."""
    headers: dict[int, Header] = {}
    before: tuple[int, Header] | None = None
    for table in document.tables:
        width = len(table.rows[0])
        header = find_header(table)
        if header is None and before and before[0] == width:
            header = Header(0, 0, before[1].columns)
        if header:
            headers[table.index] = header
            before = (width, header)
    return headers


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
    """How many of the last blocks are signature and date, and who signed; (0, None) where the last is no date."""
    if not blocks or not isinstance(blocks[-1], Paragraph) or not _DATE_LINE.fullmatch(squeeze(blocks[-1].text)):
        return 0, None
    above = blocks[-2] if len(blocks) > 1 else None
    if isinstance(above, Paragraph) and _ORGAN_LINE.fullmatch(squeeze(above.text)):
        return 2, above.text
    return 1, None


def unit_of(text: str) -> str | None:
    """The unit that a line such as 单位：万元 names."""
    found = pattern("unit_line").search(squeeze(text)) if len(text) <= LONGEST_LINE else None
    return found[1] if found and not found[1].endswith(("局", "委", "办", "府")) else None
