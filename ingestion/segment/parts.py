"""Text parts of a table's cells and of paragraphs."""

from __future__ import annotations

from typing import Final

from ingestion.records import Cell, Paragraph, Role, Section, Table, TextPart
from ingestion.segment.subitems import split_lines, split_subitems

_EDGES: Final = " \t\r\n。:：;；,，\u3000*"


def cell_parts(
    table: Table,
    cell: Cell,
    role: Role,
    *,
    header: str | None,
    section: Section = "result",
    heading: tuple[str, ...] = (),
    split: bool = True,
) -> tuple[TextPart, ...]:
    """The parts of a cell, one a sub-item (or one for the whole cell); none for an empty cell."""
    locator = table.locator(cell)
    pieces = split_subitems(cell.text, cell.char_start) if split else split_lines(cell.text, cell.char_start)
    return tuple(
        TextPart(role, piece.text, piece.start, locator, piece.number, section, heading, header) for piece in pieces
    )


def paragraph_part(
    paragraph: Paragraph, begin: int, end: int, role: Role, heading: tuple[str, ...] = ()
) -> TextPart | None:
    """A part from one offset of a paragraph to another, without blanks around it; None for an empty one."""
    text = paragraph.text[begin:end]
    start = begin + len(text) - len(text.lstrip(" \t\u3000*"))
    text = text.strip(" \t\u3000*")
    if not text.strip(_EDGES):
        return None
    return TextPart(role, text, paragraph.char_start + start, paragraph.locator(), heading=heading)


def plain_number(number: str) -> str:
    """A list number without its end mark."""
    return number.strip().rstrip("、.．")
