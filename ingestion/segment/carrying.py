"""What the rows of a table hand down: region, number, the cells of a merged task, cells that say 同上."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ingestion.records import Cell, TextPart
from ingestion.regions import resolve_region
from ingestion.segment.columns import Header
from ingestion.segment.folding import squeeze
from ingestion.segment.joint import parties
from ingestion.segment.place import is_named_place, looks_like_place, office_place
from ingestion.segment.vocabulary import pattern

_CARRIED: Final = ("task", "content", "points", "lead_unit", "requirement", "deadline")
_NAMING: Final = ("seq", "region", "task")
_COUNT_BEHIND: Final = re.compile(r"[（(](?:共|计)?\d+[项个家件条]?[）)]$")
_BREAKS: Final = re.compile(r"<br\s*/?>|\n")


@dataclass(slots=True)
class Carried:
    """What blank cells below take over: the row walk's only state.

    `cells` are those of the task that goes on, by column; `seen` the last text of every column, for 同上.
    `caption` is the text that names the task of a table which has no task column; `unit` is that of 单位：… above it.
    """

    region: str | None = None
    item_no: str | None = None
    cells: dict[int, Cell] = field(default_factory=dict)
    seen: dict[int, Cell] = field(default_factory=dict)
    heading: tuple[str, ...] = ()
    outer_heading: tuple[str, ...] = ()
    caption: TextPart | None = None
    unit: str = ""

    def without_dittos(self, row: Sequence[Cell]) -> list[Cell]:
        """The row with each cell that only says 同上 replaced by the one that it points at."""
        cells = []
        for cell in row:
            if pattern("ditto").fullmatch(squeeze(cell.text)):
                cells.append(self.seen.get(cell.col, cell))
                continue
            if squeeze(cell.text):
                self.seen[cell.col] = cell
            cells.append(cell)
        return cells

    def take_region(self, row: Sequence[Cell], header: Header) -> None:
        """The region that the row names; a blank one is that of the row above."""
        for column in header.of("region"):
            if name := region_name(row[column.col - 1].text):
                self.region = name
                return

    def take_number(self, row: Sequence[Cell], header: Header) -> str | None:
        """The number that the row begins with; a blank one is that of the row above."""
        for column in header.of("seq"):
            text = "".join(row[column.col - 1].text.split()).rstrip(".．、")
            self.item_no = text or self.item_no
            return self.item_no
        return None

    def with_task(self, row: Sequence[Cell], header: Header) -> list[Cell]:
        """The row with blank cells of a merged task filled from above; a new task takes nothing over."""
        tasks = header.of("task")
        if tasks and not squeeze(row[tasks[-1].col - 1].text):
            return [self.cells.get(cell.col, cell) if not squeeze(cell.text) else cell for cell in row]
        # 一级指标 is merged over several 二级指标: the outer task goes on, everything else begins anew
        outer = [c.col for c in tasks[:-1] if not squeeze(row[c.col - 1].text) and c.col in self.cells]
        kept = {col: self.cells[col] for col in outer}
        own = {c.col: row[c.col - 1] for c in header.of(*_CARRIED) if squeeze(row[c.col - 1].text)}
        self.cells = kept | own
        return [kept.get(cell.col, cell) for cell in row]


def total_of(row: Sequence[Cell], header: Header) -> str | None:
    """合计, 小计, 全市 …, where a row sums up others; None for a row of its own."""
    for column in header.of(*_NAMING):
        text = squeeze(row[column.col - 1].text)
        if text:
            return text if pattern("totals").fullmatch(text) else None
    return None


def region_of_total(total: str, header: Header, carried: Carried, document_region: str | None) -> str | None:
    """Whose sum it is: the region's above for 小计, else the whole document's; 全市 stands where nothing else does."""
    if not header.of("region") or pattern("subtotals").fullmatch(total):
        return carried.region
    return document_region or (total if total.startswith("全") else None)


def region_name(text: str) -> str:
    """A region's name as written, without line breaks, a count behind it or the office that answers for it.

    Several regions that share a task come back as they are listed, lines and blanks between them as 、.
    """
    lines = [_without_blanks(part) for part in _BREAKS.split(text) if part.strip()]
    if len(lines) > 1 and all(looks_like_place(line) for line in lines):
        return "、".join(lines)
    name = _COUNT_BEHIND.sub("", "".join(lines))
    listed = (_COUNT_BEHIND.sub("", "、".join(lines)), name)
    joint = next((written for written in listed if parties(written)), None)
    return joint or office_place(name) or name


def _without_blanks(line: str) -> str:
    """A line as one word; names apart by blanks (蓬江区 江海区) are a list unless they are a path (江门市 蓬江区)."""
    pieces = line.split()
    is_list = len(pieces) > 1 and all(is_named_place(p) for p in pieces) and resolve_region("".join(pieces)) is None
    return ("、" if is_list else "").join(pieces)
