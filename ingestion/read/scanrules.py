"""Ruled tables of a scanned page: the rules are found by their length, the cells are what they enclose."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ingestion.read.pdftables import Box

#: A rule is at least so long, as a share of the page's width; shorter strokes are parts of signs.
_LEAST_RULE: Final = 1 / 40
#: In dots: breaks in a rule that a scan leaves, how far rules are drawn out so that corners close, and the most that a
#: rule is thick.
_BREAK: Final = 31
_OVERLAP: Final = 9
_THICKEST: Final = 16
#: Cells are what lies between the rules: widened by so many dots, neighbours meet in the middle of a rule.
_HALF_RULE: Final = 3
_LEAST_CELL: Final = 12  # dots
_LEAST_CELLS: Final = 2


def ruled_tables(dots: Any) -> list[tuple[list[Box], Box]]:
    """Cells and outline of each table on a straightened grey page, in dots; a frame around text is none."""
    import cv2  # belongs to the OCR extra

    mask = _rules(dots)
    count, labels, areas, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    tables = []
    for label in range(1, count):
        left, top, width, height = (int(n) for n in areas[label][:4])
        if width < 5 * _LEAST_CELL or height < 2 * _LEAST_CELL:
            continue
        cells = _enclosed(labels[top : top + height, left : left + width] == label, left, top)
        if len(cells) >= _LEAST_CELLS:
            tables.append((cells, (float(left), float(top), float(left + width), float(top + height))))
    return tables


def _rules(dots: Any) -> Any:
    """The dots of rules across and down, breaks closed, as a mask."""
    import cv2

    dark = cv2.adaptiveThreshold(dots, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    length = max(int(dots.shape[1] * _LEAST_RULE), 30)
    found = np.zeros_like(dark)
    for across in (True, False):
        # a slightly slanted rule is a stair: made thicker, its steps overlap
        thicker = cv2.dilate(dark, _bar(3, across=not across))
        rules = cv2.morphologyEx(thicker, cv2.MORPH_OPEN, _bar(length, across=across))
        blocks = cv2.morphologyEx(rules, cv2.MORPH_OPEN, _bar(_THICKEST, across=not across))
        rules = cv2.morphologyEx(rules & ~blocks, cv2.MORPH_CLOSE, _bar(_BREAK, across=across))
        found |= cv2.dilate(rules, _bar(_OVERLAP, across=across))
    return found


def _bar(length: int, *, across: bool) -> Any:
    """A stroke of dots across or down."""
    return np.ones((1, length) if across else (length, 1), np.uint8)


def _enclosed(rules: Any, left: int, top: int) -> list[Box]:
    """The areas that rules enclose on all sides, as boxes."""
    import cv2

    padded = np.pad((~rules).astype(np.uint8), 1, constant_values=1)  # one margin joins all that lies outside
    count, labels, areas, _ = cv2.connectedComponentsWithStats(padded, connectivity=4)
    outside = labels[0, 0]
    boxes = []
    for label in range(1, count):
        x, y, width, height, _ = (int(n) for n in areas[label])
        if label != outside and width >= _LEAST_CELL and height >= _LEAST_CELL:
            x, y = left + x - 1, top + y - 1
            edges = (x - _HALF_RULE, y - _HALF_RULE, x + width + _HALF_RULE, y + height + _HALF_RULE)
            boxes.append((float(edges[0]), float(edges[1]), float(edges[2]), float(edges[3])))
    return boxes


__all__ = ["ruled_tables"]
