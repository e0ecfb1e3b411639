"""Small documents in plain text, laid out the ways that offices lay them out, and what to ask of a segmentation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ingestion.read import read
from ingestion.records import Document, Segmentation, TaskItem
from ingestion.segment import segment
from tests.read import render


def text_document(text: str, name: str = "a.txt") -> Document:
    """A text read as a document."""
    return read(text.encode(), name)


def of_text(text: str, region: str | None = None, as_of: date | None = None) -> Segmentation:
    """A text, segmented; every part stands where it says."""
    return checked(segment(text_document(text), region=region, as_of=as_of))


def of_rows(rows: Sequence[Sequence[str]], title: str = "某市2023年重点任务进展情况表（1-9月）") -> Segmentation:
    """A table as a cell dump below a title, segmented."""
    return checked(segment(read(render.txt(rows, title), "a.txt")))


def checked(found: Segmentation) -> Segmentation:
    """The segmentation, once its promises are seen to hold."""
    text = found.document.text
    assert [item.seq for item in found.items] == list(range(1, len(found.items) + 1))
    for part in [*(p for item in found.items for p in item.parts), *found.unplaced]:
        assert part.text
        assert text[part.char_start : part.char_start + len(part.text)] == part.text
        assert part.text in written_at(found.document, part.locator)
    assert all(item.parts for item in found.items)
    return found


def written_at(document: Document, locator: str) -> str:
    """The text at a locator; all of the text for a table that is none in the document (columns apart by blanks)."""
    kind, _, rest = locator.partition(" ")
    if kind == "paragraph":
        return next(block.text for block in document.paragraphs if block.index == int(rest))
    index, row, col = (int(number) for number in re.findall(r"\d+", locator))
    table = next((block for block in document.tables if block.index == index), None)
    return table.rows[row - 1][col - 1].text if table else document.text


def said(item: TaskItem) -> dict[str, list[str]]:
    """The texts of an item by role, in reading order."""
    roles: dict[str, list[str]] = {}
    for part in item.parts:
        roles.setdefault(part.role, []).append(part.text)
    return roles


def numbered(item: TaskItem, role: str) -> list[tuple[str | None, str]]:
    """Number and text of the parts of a role."""
    return [(part.sub_item, part.text) for part in item.parts if part.role == role]


def statements(found: Segmentation) -> list[str]:
    """The texts of the statements."""
    return [part.text for item in found.items for part in item.of("statement")]
