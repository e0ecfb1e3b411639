"""The cells of a Word table in their grid places, each row and cell visited once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from ingestion.read.archive import attribute, child, local, value, whole

_MAX_COLUMNS: Final = 1000
_WRAPPERS: Final = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
_OFF: Final = frozenset({"0", "false", "off"})


@dataclass(frozen=True, slots=True)
class WordCell:
    """A cell: its upper left place (1-based), its element, its extent, and whether its row is hidden."""

    row: int
    col: int
    element: etree._Element
    row_span: int = 1
    col_span: int = 1
    is_hidden: bool = False


def cells_of(table: etree._Element) -> tuple[list[WordCell], list[etree._Element]]:
    """The cells of a table with their extents, and the elements of the cells that are merged into others.

    Cells merged downwards or (as old programs do) sideways are one; Word shows the text of the first.
    """
    cells: list[WordCell] = []
    covered: list[etree._Element] = []
    open_at: dict[int, int] = {}  # column → place in `cells` of the cell that is being merged downwards
    for number, row in enumerate(_rows(table), 1):
        properties = child(row, "trPr")
        is_hidden = _is_on(child(properties, "hidden"))
        col = 1 + _count(value(properties, "gridBefore"))
        still_open: dict[int, int] = {}
        row_begin = len(cells)
        for tc, own in _row_cells(row):
            span = max(_count(attribute(own["gridSpan"], "val")), 1) if "gridSpan" in own else 1
            merge = _merge(own.get("vMerge"))
            if "hMerge" in own and _merge(own["hMerge"]) == "continue" and len(cells) > row_begin:
                left = cells[-1]
                cells[-1] = replace(left, col_span=left.col_span + span)
                covered.append(tc)
            elif merge == "continue" and col in open_at:
                at = open_at[col]
                cells[at] = replace(cells[at], row_span=number - cells[at].row + 1)
                covered.append(tc)
                still_open[col] = at
            else:
                if merge:
                    still_open[col] = len(cells)
                cells.append(WordCell(number, col, tc, 1, span, is_hidden))
            col += span
        open_at = still_open
    return cells, covered


def _merge(merge: etree._Element | None) -> str | None:
    """`restart` or `continue`; None for a cell that is not merged that way."""
    return None if merge is None else attribute(merge, "val") or "continue"


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table without those deleted by a tracked change."""
    for element in table:
        name = local(element)
        if name == "tr":
            if child(child(element, "trPr"), "del") is None:
                yield element
        elif name in _WRAPPERS:
            yield from _rows(element)


def _row_cells(row: etree._Element) -> Iterator[tuple[etree._Element, dict[str, etree._Element]]]:
    """The cells of a row with their properties by name, without those deleted by a tracked change."""
    for element in row:
        name = local(element)
        if name == "tc":
            properties = child(element, "tcPr")
            own = {} if properties is None else {local(found): found for found in properties}
            if "cellDel" not in own:
                yield element, own
        elif name in _WRAPPERS:
            yield from _row_cells(element)


def _count(text: str | None) -> int:
    """A number of columns, cut to what a table can have."""
    return min(whole(text), _MAX_COLUMNS)


def _is_on(element: etree._Element | None) -> bool:
    return element is not None and (attribute(element, "val") or "") not in _OFF


__all__ = ["WordCell", "cells_of"]
