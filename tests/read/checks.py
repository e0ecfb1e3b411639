"""What holds for every document, whatever it was read from."""

from __future__ import annotations

from ingestion.records import ASIDES, Document, RemarkKind, Table


def assert_spans(document: Document) -> None:
    """Every text stands where it says, and every grid is full, with each merged cell at its upper left place."""
    for block in document.blocks:
        if not isinstance(block, Table):
            assert block.text
            assert document.text[block.char_start :].startswith(block.text)
            continue
        widths = {len(row) for row in block.rows}
        assert len(widths) == 1
        for r, row in enumerate(block.rows, 1):
            for c, cell in enumerate(row, 1):
                assert (cell.row, cell.col) == (r, c)
                assert document.text[cell.char_start : cell.char_start + len(cell.text)] == cell.text
                origin = block.rows[cell.origin[0] - 1][cell.origin[1] - 1]
                assert origin.is_origin
                assert (origin.text, origin.char_start) == (cell.text, cell.char_start)
    for remark in document.remarks:
        assert document.text[remark.char_start : remark.char_end] == remark.text
    for aside in (r for r in document.remarks if r.kind in ASIDES):
        for block in document.blocks:
            starts = (
                [c.char_start for row in block.rows for c in row if c.text]
                if isinstance(block, Table)
                else [block.char_start]
            )
            assert not any(aside.char_start <= start < aside.char_end for start in starts)


def told(document: Document, kind: RemarkKind) -> list[tuple[str, str]]:
    """Text and locator of the remarks of a kind."""
    return [(remark.text, remark.locator) for remark in document.remarks if remark.kind == kind]


def texts(table: Table) -> list[list[str]]:
    """The grid's texts."""
    return [[cell.text for cell in row] for row in table.rows]


def only_table(document: Document) -> Table:
    """The one table of a document."""
    (table,) = document.tables
    return table
