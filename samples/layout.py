"""A filing as a sheet: title, subtitle, header and rows of cells, each a tuple of paragraphs. No file format here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from samples.model import Column, Filing, Item, Part

CellText = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What every writer prints. The cells of a merged column hold their text in the first row only."""

    title: str
    subtitle: str | None
    columns: tuple[Column, ...]
    rows: tuple[tuple[CellText, ...], ...]

    @property
    def merged_columns(self) -> tuple[int, ...]:
        """0-based columns whose body is one merged cell."""
        return tuple(i for i, column in enumerate(self.columns) if column.role == "region")


def lay_out(filing: Filing) -> Sheet:
    """The sheet of a filing, in its own layout."""
    rows = tuple(
        tuple(_cell(filing, item, number, column) for column in filing.columns)
        for number, item in enumerate(filing.items, 1)
    )
    return Sheet(filing.title, filing.subtitle, filing.columns, rows)


def paragraph(part: Part) -> str:
    """The text of a part behind its number as a clerk writes it: `（1）…` for (1), `1、…` for 1."""
    if part.sub_item is None:
        return part.text
    if part.sub_item.startswith("("):
        return f"（{part.sub_item.strip('()')}）{part.text}"
    return f"{part.sub_item}、{part.text}"


_CELLS: dict[str, Callable[[Filing, Item, int], CellText]] = {
    "number": lambda _, __, number: (str(number),),
    "region": lambda filing, _, number: (filing.reporting_unit,) if number == 1 else (),
    "task": lambda _, item, __: (item.task,),
    "content": lambda _, item, __: tuple(map(paragraph, item.content)),
    "requirement": lambda _, item, __: tuple(map(paragraph, item.requirements)),
    "progress": lambda _, item, __: tuple(map(paragraph, item.progress)),
    "lead_unit": lambda _, item, __: (item.lead_unit,) if item.lead_unit else (),
}


def _cell(filing: Filing, item: Item, number: int, column: Column) -> CellText:
    return _CELLS[column.role](filing, item, number)
