"""From a document as read and the findings about it to the tables of an error workbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.records import Document, Table
from ingestion.segment.headers import find_header
from publishing.office.words import cell_of
from review.papers.error_workbook import CellFinding, ErrorTable, Row
from review.papers.words import Finding


@dataclass(frozen=True, slots=True)
class Placed:
    """The findings where they stand: in rows of the document's tables, or outside of them."""

    tables: tuple[ErrorTable, ...]
    others: tuple[Finding, ...]


def placed(document: Document, findings: Iterable[Finding]) -> Placed:
    """Lay findings by their locators over the rows of a document, both in the document's order.

    A joined cell gives its text to each row it covers, so that a row that is shown alone is whole.  A finding whose
    locator is none of a cell in the body of a table of this document is one of the others.
    """
    tables = {table.index: table for table in document.tables}
    found: dict[int, dict[int, list[CellFinding]]] = {}
    others = []
    for finding in findings:
        cell = cell_of(finding.locator)
        if cell is None or not _is_in_body(tables.get(cell[0]), cell[1]):
            others.append(finding)
            continue
        found.setdefault(cell[0], {}).setdefault(cell[1], []).append(CellFinding(finding, cell[2]))
    return Placed(tuple(_error_table(tables[index], found[index]) for index in sorted(found)), tuple(others))


def _is_in_body(table: Table | None, row: int) -> bool:
    return table is not None and _header_rows(table)[1] < row <= len(table.rows)


def _error_table(table: Table, found: dict[int, list[CellFinding]]) -> ErrorTable:
    first, last = _header_rows(table)
    rows = (Row(number, _texts(table, number), tuple(_by_column(found[number]))) for number in sorted(found))
    return ErrorTable(table.index, tuple(_texts(table, number) for number in range(first, last + 1)), tuple(rows))


def _header_rows(table: Table) -> tuple[int, int]:
    """The first and last row of the header; the first row alone where none reads like one."""
    header = find_header(table)
    return (header.first_row, header.last_row) if header else (1, 1)


def _texts(table: Table, number: int) -> tuple[str, ...]:
    return tuple(cell.text for cell in table.rows[number - 1])


def _by_column(found: list[CellFinding]) -> list[CellFinding]:
    return sorted(found, key=lambda f: f.column or 0)
