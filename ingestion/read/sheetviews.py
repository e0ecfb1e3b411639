"""What a workbook hides and what stands beside its cells: columns, lists for choices, text in drawings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from ingestion.read.archive import attribute, child, children, local, whole
from ingestion.read.layout import DocumentBuilder, Placed
from ingestion.workbook import HIDDEN_SHEET

_TRUE: Final = frozenset({"1", "true", "on"})
_LAST_COLUMN: Final = 16_384
#: A sheet's name before its range: 选项!$A$1:$A$5, '甲 区'!A1.
_SHEET: Final = re.compile(r"(?:'((?:[^']|'')+)'|([^\s'!,()=:;]+))!")
_NAME: Final = re.compile(r"[^\W\d]\w*")


def hidden_columns(sheet: etree._Element) -> Iterator[int]:
    """The numbers of the columns that a sheet hides or shows without width."""
    for column in children(child(sheet, "cols"), "col"):
        if attribute(column, "hidden") in _TRUE or attribute(column, "width") == "0":
            yield from range(whole(attribute(column, "min"), 1), min(whole(attribute(column, "max")), _LAST_COLUMN) + 1)


def choice_sources(sheet: etree._Element) -> set[str]:
    """The names of sheets and ranges that the lists for choices of a sheet are taken from."""
    found: set[str] = set()
    for element in sheet.iter():
        if local(element) == "dataValidation" and attribute(element, "type") == "list":
            formula = "".join(str(text) for text in element.itertext())
            found |= sheets_named(formula) | set(_NAME.findall(formula))
    return found


def sheets_named(formula: str) -> set[str]:
    """The sheets that a formula refers to."""
    return {(m[1] or m[2]).replace("''", "'") for m in _SHEET.finditer(formula)}


def add_hidden_sheet(
    builder: DocumentBuilder, cells: Sequence[Placed], title: str, *, is_choices: bool = False
) -> None:
    """Set a hidden sheet aside, a line a row (our own: a line a cell); lists for choices are no content."""
    if title == HIDDEN_SHEET:
        builder.aside("own_sheet", "\n".join(cell.text for cell in cells), f"sheet {title}")
        return
    rows: dict[int, list[str]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell.text)
    if not is_choices:
        builder.aside("hidden_sheet", "\n".join("\t".join(row) for row in rows.values()), f"sheet {title}")


def drawn_text(drawing: etree._Element) -> str:
    """The text of boxes drawn over a sheet, a line a paragraph."""
    lines = ("".join(t.text or "" for t in p.iter() if local(t) == "t") for p in drawing.iter() if local(p) == "p")
    return "\n".join(line for line in lines if line)
