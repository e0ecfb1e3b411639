"""The figures of an item's table columns as one fact: actual, rate and change beside each other."""

from __future__ import annotations

from typing import Any

from ingestion.extract.cells import CellFigure, cell_figure
from ingestion.extract.facts import FactMaker
from ingestion.extract.folding import fold
from ingestion.extract.naming import clean
from ingestion.extract.piece import task_name
from ingestion.extract.registry import Calendar
from ingestion.records import Fact, TaskItem, TextPart


def column_facts(maker: FactMaker, item: TaskItem, calendar: Calendar) -> list[Fact]:
    """The figures of an item's columns as one fact: actual, rate and change beside each other."""
    values: dict[str, Any] = {}
    first: tuple[TextPart, tuple[int, int]] | None = None
    made = []
    for part in item.of("progress"):
        cell = cell_figure(part, calendar)
        if cell is None:
            continue
        own = _cell_values(cell, is_total="(" in fold(part.text))
        if first is None or any(values.get(k) is not None for k in own):
            if first is not None:
                made.append(_cell_fact(maker, item, first, values))
            first, values = (part, (cell.start, cell.end)), {}
        values |= own | {"day": cell.day or values.get("day"), "since": cell.since or values.get("since")}
    if first is not None:
        made.append(_cell_fact(maker, item, first, values))
    return made


def _cell_values(cell: CellFigure, *, is_total: bool) -> dict[str, Any]:
    """What a cell's figure fills; one with a bracket behind it is the whole that the bracket tells of."""
    if cell.kind == "percent":
        return {"percent": cell.value, "percent_kind": "completion"}
    if cell.kind == "change":
        return {"yoy_change": cell.value, "yoy_unit": cell.unit}
    if is_total and cell.unit != "%":
        return {"target_value": cell.value, "target_unit": cell.unit, "target_comparator": "=", "count_role": "total"}
    return {"actual_value": cell.value, "unit": cell.unit}


def _cell_fact(
    maker: FactMaker, item: TaskItem, place: tuple[TextPart, tuple[int, int]], values: dict[str, Any]
) -> Fact:
    part, span = place
    tasks = [p.text for p in item.of("task")]
    name = clean("".join(tasks)) or part.header
    return maker.make(
        "progress",
        "cell.figure",
        item,
        part,
        span,
        task=task_name(item),
        content=item.text("content"),
        indicator=name,
        **values,
    )
