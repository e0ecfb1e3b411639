"""Figure columns: which of them measure one thing, and what a figure means without its column's header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ingestion.records import Cell, Role
from ingestion.segment.columns import Column, Header
from ingestion.segment.folding import squeeze

#: The role of a figure's part by the kind of its measure.
ROLE_OF_KIND: Final[dict[str, Role]] = {
    "target": "requirement",
    "actual": "progress",
    "percent": "progress",
    "remaining": "progress",
    "change": "progress",
    "baseline": "content",
}
_BARE_FIGURE: Final = re.compile(r"[<>≤≥约近超-]*[\d,.]+")


@dataclass(frozen=True, slots=True)
class MeasureGroup:
    """The columns that measure one thing; `is_named` when its header or position tells it from the row's task."""

    columns: tuple[Column, ...]
    is_named: bool


def measure_groups(header: Header) -> list[MeasureGroup]:
    """Figure columns by what they measure: a new thing begins with another name or a second figure of a kind."""
    found: list[list[Column]] = []
    for column in header.of("measure"):
        current = found[-1] if found else []
        base = next((c.base for c in current if c.base), "")
        same_name = not column.base or squeeze(column.base) == squeeze(base)
        if not current or not same_name or column.kind in {c.kind for c in current}:
            found.append([column])
        else:
            current.append(column)
    return [MeasureGroup(tuple(g), len(found) > 1 or any(c.base for c in g)) for g in found]


def header_with_unit(column: Column, cell: Cell, unit: str) -> str:
    """The column's header; the unit in brackets behind it where neither the header nor the cell names one."""
    is_bare = bool(_BARE_FIGURE.fullmatch(squeeze(cell.text)))
    has_unit = column.kind == "percent" or "(" in squeeze(column.header)
    return f"{column.header}（{unit}）" if unit and is_bare and not has_unit else column.header
