"""The figures of an item's table columns as one fact: actual, rate and change beside each other."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Any, Final

from ingestion.extract.cells import CellFigure, cell_figure
from ingestion.extract.facts import FactMaker
from ingestion.extract.folding import fold
from ingestion.extract.naming import clean
from ingestion.extract.piece import task_name
from ingestion.extract.registry import Calendar
from ingestion.records import Fact, TaskItem, TextPart

_OF_MONTH: Final = re.compile(
    r"^(?:20\d\d年)?(?:(?P<this>本月|当月)|(?<!-)(?P<month>1[0-2]|[1-9])月份?)(?![底末\d-])(?!.*累计)"
)
_SO_FAR: Final = re.compile(r"累计|截[至止]|\d月[底末]|1-\d{1,2}月|今年以来|全年完成")


def month_of_header(header: str, as_of: date | None) -> date | None:
    """The first day of the month that a column tells of alone (8月完成, 本月新增); None for any other column."""
    found = _OF_MONTH.match(fold(header).split("/")[-1].strip())
    if found is None or as_of is None:
        return None
    month = int(found["month"]) if found["month"] else as_of.month
    return date(as_of.year, month, 1) if month <= as_of.month else None


def _is_running(month: date, as_of: date | None) -> bool:
    return as_of is not None and (month.year, month.month) == (as_of.year, as_of.month)


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def column_facts(maker: FactMaker, item: TaskItem, calendar: Calendar) -> list[Fact]:
    """The figures of an item's columns as one fact: actual, rate and change beside each other."""
    values: dict[str, Any] = {}
    first: tuple[TextPart, tuple[int, int]] | None = None
    made = []
    headers = {part.header for part in item.of("progress") if part.header}
    has_others = any(_SO_FAR.search(fold(header)) for header in headers)
    for part in item.of("progress"):
        cell = cell_figure(part, calendar)
        if cell is None:
            continue
        own = _cell_values(cell, is_total="(" in fold(part.text))
        month = month_of_header(part.header or "", calendar.as_of) if "actual_value" in own else None
        if month and has_others:
            when = {"since": month, "day": calendar.as_of if _is_running(month, calendar.as_of) else _last_day(month)}
            made.append(_cell_fact(maker, item, (part, (cell.start, cell.end)), own | when))
            continue
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
