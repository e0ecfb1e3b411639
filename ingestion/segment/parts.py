"""Text parts of a table's cells."""

from __future__ import annotations

from ingestion.records import Cell, Role, Section, Table, TextPart
from ingestion.segment.subitems import split_lines, split_subitems


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
