"""The workbook that the system issued, as a district sent it back.

Rows are known by the mark in their hidden cell, else by what was prefilled; so they may be sorted, moved, removed or
copied, columns may be hidden or moved, and the sheet may have any name.  What a district wrote below the issued rows
gives items of its own, read like any table's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from ingestion.errors import MisaddressedWorkbookError, UnknownLayoutError, UnreadableFileError
from ingestion.records import Cell, Document, Role, Segmentation, Table, TaskItem, TextPart
from ingestion.regions import resolve_unit
from ingestion.segment.folding import squeeze
from ingestion.segment.period import month_end
from ingestion.segment.vocabulary import pattern
from ingestion.workbook import (
    BY_ID,
    COLUMNS,
    GUARDED,
    HELP_TITLE,
    AddedRow,
    DamagedWorkbookError,
    FilledRow,
    Form,
    Issued,
    IssuedRow,
    Ticket,
    issued_in,
    quoted_in_line,
    same_text,
)

_HEADERS: Final = {squeeze(column.header): column.id for column in COLUMNS}
_LEAST_HEADERS: Final = 6
_ENTRIES: Final = tuple(column.id for column in COLUMNS if column.kind == "entry")
#: Where the cells of a row that a district added belong.
_ADDED: Final[Mapping[str, Role]] = {
    "task": "task",
    "requirement": "requirement",
    "deadline": "requirement",
    "target": "requirement",
    **dict.fromkeys(_ENTRIES, "progress"),
}
#: What people write into a cell that has nothing to say.
_NOTHING: Final = " \t\r\n-–—－/／"

Row = dict[str, TextPart]


def lay_out_form(document: Document, region: str | None, as_of: date | None) -> Segmentation | None:
    """A document that is an issued workbook, laid out; None for any other.

    Raises UnreadableFileError where its hidden list was damaged, and MisaddressedWorkbookError where it was
    registered for another month or another place than it was issued for.
    """
    try:
        issued = issued_in(document.text)
    except DamagedWorkbookError as error:
        raise UnreadableFileError(document.name, f"{error}，请在市局下发的填报表中重新填写") from error
    if issued is None:
        return None
    ticket = issued.ticket
    year, month = int(ticket.period[:4]), int(ticket.period[5:])
    day = month_end(year, month)
    _check_address(document, ticket, day, region, as_of)
    walk = _Walk(document, issued)
    title = walk.run()
    if not walk.items():
        raise UnknownLayoutError(
            document.name, "填报表是空白的，没有填写任何事项 (nothing was written into the empty form)"
        )
    return Segmentation(
        document=document,
        family="workbook",
        title=title,
        publisher=None,
        document_number=None,
        region=ticket.unit,
        campaign_year=ticket.campaign_year,
        period_start=date(year, 1, 1),
        as_of_date=day,
        issued_by_city=False,
        items=walk.items(),
        unplaced=tuple(walk.unplaced),
        form=Form(ticket, tuple(walk.filled), walk.added(), tuple(walk.notices)),
    )


def has_entries(segmentation: Segmentation) -> bool:
    """True where something was written beyond what was issued; for any other document too."""
    form = segmentation.form
    if form is None:
        return True
    return bool(form.added or form.notices or segmentation.unplaced or any(row.entries for row in form.rows))


def _check_address(document: Document, ticket: Ticket, day: date, region: str | None, as_of: date | None) -> None:
    if as_of is not None and (as_of.year, as_of.month) != (day.year, day.month):
        raise MisaddressedWorkbookError(
            document.name,
            f"填报表是为 {ticket.period} 下发的，登记或文件名却是 {as_of:%Y-%m} (issued for another month)",
        )
    code = resolve_unit(region)
    if code is not None and not _is_within(ticket.region_code, code):
        raise MisaddressedWorkbookError(
            document.name, f"填报表是下发给{ticket.unit}的，登记或文件名却是{region} (issued to another place)"
        )


def _is_within(code: str, other: str) -> bool:
    """True for a division of another one, or the same: 440703 in 440700 in 440000."""
    stem = other
    while stem.endswith("00"):
        stem = stem[:-2]
    return code.startswith(stem)


@dataclass(slots=True)
class _Walk:
    """Goes through the sheets once and collects what came back."""

    document: Document
    issued: Issued
    filled: list[FilledRow] = field(default_factory=list)
    notices: list[tuple[str, TextPart]] = field(default_factory=list)
    unplaced: list[TextPart] = field(default_factory=list)
    _added: list[Row] = field(default_factory=list)

    def run(self) -> str | None:
        """Read every sheet; returns the title above the first one that is to be filled in."""
        found: dict[str, list[Row]] = {}
        title: str | None = None
        for table in self.document.tables:
            header = _header(table)
            if header is None:
                self._other_sheet(table)
                continue
            row_no, columns = header
            title = title or next((c.text for row in table.rows[: row_no - 1] for c in row if c.text), None)
            for cells in table.rows[row_no:]:
                self._row(table, cells, columns, found)
        for paragraph in self.document.paragraphs:
            self.unplaced.append(TextPart("statement", paragraph.text, paragraph.char_start, paragraph.locator()))
        for row, span in zip(self.issued.rows, self.issued.spans, strict=True):
            self.filled.append(self._filled(row, span, found.get(row.key, [])))
        return title

    def items(self) -> tuple[TaskItem, ...]:
        """The issued items in their order, then those that were added."""
        return (*self._issued_items(), *(row.item for row in self.added()))

    def added(self) -> tuple[AddedRow, ...]:
        """What the district wrote below the issued rows."""
        first = max((row.item for row in self.issued.rows), default=0) + 1
        return tuple(_added_row(row, seq, self.issued.ticket.unit) for seq, row in enumerate(self._added, first))

    def _issued_items(self) -> Iterator[TaskItem]:
        for number in sorted({row.item for row in self.issued.rows}):
            rows = [row for row in self.filled if row.issued.item == number]
            first = rows[0]
            parts = [_context("task", first, first.issued.task), _context("content", first, first.issued.content)]
            if first.issued.whole:
                parts.append(_context("requirement", first, first.issued.whole))
            else:
                parts += _distinct(_context("requirement", row, row.issued.requirement) for row in rows)
            progress = [part for row in rows for _, part in row.entries]
            said = tuple(part for part in (*parts, *progress) if part is not None)
            yield TaskItem(number, first.issued.item_no, self.issued.ticket.unit, said)

    def _row(
        self, table: Table, cells: Sequence[Cell], columns: Mapping[str, int], found: dict[str, list[Row]]
    ) -> None:
        row = {
            name: _part(table, cells[col - 1], name)
            for name, col in columns.items()
            if cells[col - 1].is_origin or not cells[col - 1].text
        }
        said = [cell for cell in cells if cell.is_origin and cell.text.strip(_NOTHING)]
        if not said or _is_header(said):
            return
        issued = self._issued_of(row)
        if issued is not None:
            found.setdefault(issued.key, []).append(row)
        elif not pattern("signatures").match(squeeze(said[0].text)):
            self._add(table, row, said)

    def _issued_of(self, row: Row) -> IssuedRow | None:
        """The issued row that a row is: by its mark, else by its prefilled cells."""
        mark = row["mark"].text.partition("-")[0].strip() if "mark" in row else ""
        by_mark = next((r for r in self.issued.rows if r.key == mark), None)
        if by_mark is not None or not _text(row, "requirement"):
            return by_mark
        return next((r for r in self.issued.rows if all(_is_as_issued(r, row, name) for name in GUARDED)), None)

    def _add(self, table: Table, row: Row, said: Sequence[Cell]) -> None:
        if _text(row, "task") or _text(row, "requirement"):
            self._added.append(row)
        else:
            self.unplaced += [TextPart("statement", c.text, c.char_start, table.locator(c)) for c in said]

    def _filled(self, issued: IssuedRow, span: tuple[int, int], rows: Sequence[Row]) -> FilledRow:
        line = self.document.text[slice(*span)]
        start, end = quoted_in_line(line, issued.requirement)
        source = TextPart("requirement", line, span[0], _place_of_hidden(self.document, span[0]))
        if not rows:
            if issued.shown()["requirement"]:
                self.notices.append(("workbook_row_removed", _cut(source, start, end)))
            return FilledRow(issued, issued.item, source, (start, end))
        row = self._one_of(rows)
        self._notice_changes(issued, row)
        place = row.get("requirement")
        at = place.text.find(issued.requirement) if place else -1
        if place is not None and at >= 0:
            source, (start, end) = place, (at, at + len(issued.requirement))
        entries = tuple((name, row[name]) for name in _ENTRIES if _text(row, name))
        return FilledRow(issued, issued.item, source, (start, end), entries)

    def _one_of(self, rows: Sequence[Row]) -> Row:
        """The one of several copies of a row that counts: the first with entries; others that differ are noticed."""
        said = [row for row in rows if any(_text(row, name) for name in _ENTRIES)]
        chosen = said[0] if said else rows[0]
        for other in said[1:]:
            for name in _ENTRIES:
                if _text(other, name) and _text(other, name) != _text(chosen, name):
                    self.notices.append(("workbook_row_repeated", other[name]))
        return chosen

    def _notice_changes(self, issued: IssuedRow, row: Row) -> None:
        for name in GUARDED:
            if name in row and not _is_as_issued(issued, row, name):
                self.notices.append(("workbook_issued_cell_changed", row[name]))

    def _other_sheet(self, table: Table) -> None:
        """The help is no part of what was sent; a sheet that the district added has no place here."""
        first = next((cell.text for row in table.rows for cell in row if cell.text.strip()), "")
        if not first.startswith(HELP_TITLE):
            self.unplaced += [
                TextPart("statement", c.text, c.char_start, table.locator(c))
                for row in table.rows
                for c in row
                if c.is_origin and c.text.strip(_NOTHING)
            ]


def _header(table: Table) -> tuple[int, dict[str, int]] | None:
    """The number of the header's row and the column of each known header."""
    for number, row in enumerate(table.rows, 1):
        columns = {_HEADERS[text]: cell.col for cell in row if (text := squeeze(cell.text)) in _HEADERS}
        if len(columns) >= _LEAST_HEADERS and "requirement" in columns:
            return number, columns
    return None


def _is_header(said: Sequence[Cell]) -> bool:
    return sum(squeeze(cell.text) in _HEADERS for cell in said) >= _LEAST_HEADERS


def _part(table: Table, cell: Cell, name: str) -> TextPart:
    column = BY_ID[name]
    return TextPart(
        "progress", cell.text, cell.char_start, table.locator(cell), section=column.section, header=column.header
    )


def _text(row: Row, name: str) -> str:
    """What a cell of a row says; dashes and strokes say nothing."""
    return row[name].text if name in row and row[name].text.strip(_NOTHING) else ""


def _is_as_issued(issued: IssuedRow, row: Row, name: str) -> bool:
    return name not in row or same_text(row[name].text, issued.shown()[name])


def _added_row(row: Row, seq: int, unit: str) -> AddedRow:
    """A row of the district's own, as an item whose figures have the row's unit in their headers."""
    measured = _text(row, "unit")
    parts = tuple(
        replace(row[name], role=role, header=_added_header(name, measured))
        for name, role in _ADDED.items()
        if _text(row, name)
    )
    cells = tuple((name, part) for name, part in row.items() if _text(row, name))
    return AddedRow(TaskItem(seq, _text(row, "no") or None, unit, parts), cells)


def _added_header(name: str, unit: str) -> str:
    header = BY_ID[name].header
    return f"{header}（{unit}）" if unit and name in ("figure", "target") else header


def _context(role: Role, row: FilledRow, text: str | None) -> TextPart | None:
    """What was issued, as a part of its item: it stands in the hidden line, whatever became of the visible cell."""
    return TextPart(role, text, row.source.char_start, row.source.locator) if text else None


def _distinct(parts: Iterator[TextPart | None]) -> list[TextPart]:
    return list({part.text: part for part in parts if part is not None}.values())


def _cut(part: TextPart, start: int, end: int) -> TextPart:
    return TextPart(part.role, part.text[start:end], part.char_start + start, part.locator)


def _place_of_hidden(document: Document, place: int) -> str:
    """The locator of a hidden line: that of its sheet."""
    return next((r.locator for r in document.remarks if r.char_start <= place < r.char_end), "sheet")
