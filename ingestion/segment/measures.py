"""Figure columns: which of them measure one thing, and what a figure means without its column's header."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    "whole": "content",
}
_BARE_FIGURE: Final = re.compile(r"[<>≤≥约近超-]*[\d,.]+")
_NAMES_MONEY: Final = re.compile(r"投资|资金|支出|拨付|到位|执行")
#: What a further column without a name of its own says about the group before it, even about one that is complete.
_ABOUT: Final = frozenset({"percent", "change", "baseline", "remaining"})


@dataclass(frozen=True, slots=True)
class MeasureGroup:
    """The columns that measure one thing; `is_named` when its header or position tells it from the row's task."""

    columns: tuple[Column, ...]
    is_named: bool

    @property
    def says_only_measures(self) -> bool:
        """True where no header of the group names anything: 年度计划 | 1-9月完成, not 完成投资."""
        return not any(c.base or _NAMES_MONEY.search(c.header) for c in self.columns)


def measure_groups(header: Header) -> list[MeasureGroup]:
    """Figure columns by what they measure: another name, or another target behind what was reached, begins a thing.

    本月完成 | 累计完成 are two figures of one thing.  What the whole project holds (总投资) belongs to every group.
    """
    found: list[list[Column]] = []
    for column in header.of("measure"):
        if column.kind == "whole" and not column.base:
            continue
        if found and not _begins(column, found[-1]):
            found[-1].append(column)
        else:
            found.append([column])
    return [MeasureGroup(tuple(g), len(found) > 1 or any(c.base for c in g)) for g in found]


def wholes(header: Header) -> tuple[Column, ...]:
    """Columns that tell the size of the row's project, whatever else is measured of it."""
    return tuple(c for c in header.of("measure") if c.kind == "whole" and not c.base)


def _begins(column: Column, group: Sequence[Column]) -> bool:
    kinds = {c.kind for c in group}
    base = next((c.base for c in group if c.base), "")
    if column.base:
        return squeeze(column.base) != squeeze(base) or column.kind in kinds
    if column.kind == "target" and kinds - {"target", "baseline"}:
        return True
    if base:
        # a noun is measured by itself (PM2.5浓度): what follows with a figure of its own is another thing
        alone = any(c.base == c.cell.text.strip() for c in group)
        return column.kind in kinds or (alone and column.kind not in _ABOUT)
    return False


def header_with_unit(column: Column, cell: Cell, unit: str) -> str:
    """The column's header; the unit in brackets behind it where neither the header nor the cell names one."""
    is_bare = bool(_BARE_FIGURE.fullmatch(squeeze(cell.text)))
    has_unit = column.kind == "percent" or "(" in squeeze(column.header)
    return f"{column.header}（{unit}）" if unit and is_bare and not has_unit else column.header
