"""Rows that a district wrote into the workbook itself: what they ask for, so that their cells can answer it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ingestion.extract import entries
from ingestion.extract.entries import Wrong
from ingestion.extract.facts import FactMaker
from ingestion.extract.registry import Calendar
from ingestion.records import Fact, TaskItem
from ingestion.workbook import BY_ID, AddedRow, IssuedRow

#: Columns whose cells state one thing each.
STATED: Final = ("figure", "rate", "status", "date")


def asked(added: AddedRow, maker: FactMaker, calendar: Calendar) -> Fact | None:
    """The requirement of a row that gives its target in a cell of its own."""
    cells = dict(added.cells)
    if "target" not in cells:
        return None
    target = entries.target(cells["target"].text, cells["unit"].text if "unit" in cells else None)
    if isinstance(target, Wrong):
        return None
    words = cells.get("requirement") or cells["task"]
    deadline = entries.deadline(cells["deadline"].text, calendar) if "deadline" in cells else None
    return maker.make(
        "requirement",
        "workbook.requirement",
        added.item,
        cells["target"],
        (0, len(cells["target"].text)),
        task=added.item.text("task"),
        requirement=words.text,
        requirement_no=1,
        requirement_kind="target",
        indicator=words.text,
        indicator_type=target.indicator_type,
        target_value=target.value,
        target_class=target.water_class,
        target_comparator=target.comparator,
        target_unit=target.unit,
        deadline=deadline or entries.deadline(words.text, calendar),
    )


def question(item: TaskItem) -> TaskItem:
    """An item without its answers."""
    return replace(item, parts=tuple(p for p in item.parts if p.role != "progress"))


def words_of(item: TaskItem) -> TaskItem:
    """An added item without the cells that are counted by what became of them."""
    headers = tuple(BY_ID[name].header for name in STATED)
    return replace(item, parts=tuple(p for p in item.parts if not (p.header or "").startswith(headers)))


def as_issued(requirement: Fact, item: TaskItem) -> IssuedRow:
    """A requirement that the district wrote itself, in the form of one that was issued."""
    return IssuedRow(
        key="",
        item=item.seq,
        requirement_no=requirement.requirement_no or 1,
        requirement=requirement.requirement or "",
        item_no=item.item_no,
        task=item.text("task"),
        sub_item=requirement.sub_item,
        indicator=requirement.indicator,
        indicator_type=requirement.indicator_type,
        scope=requirement.scope,
        target_value=requirement.target_value,
        target_class=requirement.target_class,
        target_unit=requirement.target_unit,
    )
