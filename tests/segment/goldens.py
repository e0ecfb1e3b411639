"""Documents as districts lay them out, with what their segmentation must say: `tests/segment/golden/*.yml`.

A case has a `text` (read as plain text) or `blocks` (paragraphs, and tables of `rows` with `merged` rectangles), read
back from each of the formats that hold such blocks.  `says` is the document in one line, `items` are its items in
lines: number, region, then each part as role, sub-item, text and <header>.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.read import read
from ingestion.records import Document, Segmentation, TaskItem, TextPart
from tests.read import render

FOLDER = Path(__file__).parent / "golden"
TABLE_FORMATS = ("docx", "html", "xlsx")


@dataclass(frozen=True)
class Golden:
    """One case in one format."""

    name: str
    format: str
    document: Document
    region: str | None
    as_of: date | None
    says: str | None
    items: list[str]
    unplaced: list[str]
    refused: str | None


def goldens() -> Iterator[Golden]:
    """Every case in every format that it is written in."""
    for path in sorted(FOLDER.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            for kind in ("txt",) if "text" in case else TABLE_FORMATS:
                yield _golden(case, kind)


def in_one_line(found: Segmentation) -> str:
    """What the document is."""
    span = f"{found.period_start or ''}..{found.as_of_date or ''}"
    issuer = " city" if found.issued_by_city else ""
    return f"{found.family} | {found.title or ''} | {found.publisher or ''} | {found.region or ''} | {span}{issuer}"


def in_line(item: TaskItem) -> str:
    """An item: `1 @蓬江区 | task 管网 | requirement (1) 5公里 <目标>`."""
    head = " ".join(filter(None, [item.item_no, f"@{item.region}" if item.region else "@"]))
    return " | ".join([head, *map(_part, item.parts)])


def unplaced_line(part: TextPart) -> str:
    """A text that could not be placed, with its column's header."""
    return f"{part.text} <{part.header}>" if part.header else part.text


def _part(part: TextPart) -> str:
    role = part.role if part.section == "result" else f"{part.role}/{part.section}"
    text = part.text.replace("\n", "⏎")
    return " ".join(filter(None, [role, part.sub_item, text, f"<{part.header}>" if part.header else None]))


def _golden(case: dict[str, Any], kind: str) -> Golden:
    data = case["text"].encode() if kind == "txt" else _written(case["blocks"], kind)
    return Golden(
        name=case["name"],
        format=kind,
        document=read(data, f"a.{kind}"),
        region=case.get("region"),
        as_of=case.get("as_of"),
        says=case.get("says"),
        items=case.get("items", []),
        unplaced=case.get("unplaced", []),
        refused=case.get("refused"),
    )


def _written(blocks: list[Any], kind: str) -> bytes:
    return {"docx": _word, "html": _web, "xlsx": _sheet}[kind](blocks)


def _grid(table: dict[str, Any]) -> list[list[str]]:
    return [["" if cell is None else str(cell) for cell in row] for row in table["rows"]]


def _merged(table: dict[str, Any]) -> list[render.Rectangle]:
    return [(top, left, bottom, right) for top, left, bottom, right in table.get("merged", [])]


def _word(blocks: list[Any]) -> bytes:
    body = (
        render.paragraph(block) if isinstance(block, str) else render.word_table(_grid(block), _merged(block))
        for block in blocks
    )
    return render.word("".join(body))


def _web(blocks: list[Any]) -> bytes:
    body = []
    for block in blocks:
        if isinstance(block, str):
            body.append(f"<p>{html.escape(block)}</p>")
        else:
            page = render.web(_grid(block), _merged(block)).decode()
            body.append(page[page.index("<table>") : page.index("</body>")])
    return f'<html><head><meta charset="utf-8"></head><body>{"".join(body)}</body></html>'.encode()


def _sheet(blocks: list[Any]) -> bytes:
    """One sheet a table; the paragraphs above it, and below the last one, are rows merged over its width."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    waiting: list[str] = []
    for block in blocks:
        if isinstance(block, str):
            waiting.append(block)
            continue
        page = book.create_sheet(f"表{len(book.sheetnames) + 1}")
        width, above = len(block["rows"][0]), len(waiting)
        _lines(page, waiting, 1, width)
        for r, row in enumerate(_grid(block), above + 1):
            for c, text in enumerate(row, 1):
                if text:
                    page.cell(r, c, text).data_type = "s"
        for top, left, bottom, right in _merged(block):
            page.merge_cells(start_row=top + above, start_column=left, end_row=bottom + above, end_column=right)
        waiting = []
    _lines(page, waiting, page.max_row + 1, width)
    return render.saved(book)


def _lines(page: Worksheet, lines: list[str], first: int, width: int) -> None:
    for row, line in enumerate(lines, first):
        page.cell(row, 1, line)
        page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
