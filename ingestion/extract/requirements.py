"""The requirements of a task item: what its cells ask together, numbered from 1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from ingestion.extract import indicator_types
from ingestion.extract.ask import Ask
from ingestion.extract.asks import Asked, asked
from ingestion.extract.cells import CellFigure, cell_figure
from ingestion.extract.due_columns import due_of
from ingestion.extract.facts import FactMaker, figure_values, item_key, quote_span, year_end
from ingestion.extract.likeness import likeness
from ingestion.extract.naming import clean
from ingestion.extract.piece import task_name
from ingestion.extract.registry import Calendar
from ingestion.extract.statements import statements
from ingestion.extract.units_in_charge import is_of_units
from ingestion.records import Fact, TaskItem, TextPart

_ALIKE: Final = 0.3
_SHORT_NAME: Final = 14
_SHORT_THING: Final = 40
#: Kinds of dates that only name a year, and give way to a nearer one.
_OF_YEAR: Final = ("year", "whole_year", "deadline.by_year", "end", "before")
_LISTS: Final = ("completion_list", "workbook")


def make_requirements(maker: FactMaker, item: TaskItem, calendar: Calendar) -> list[Fact]:
    """The requirement facts of an item, in the order of their numbers."""
    due = due_of((*item.of("requirement"), *item.of("content")), calendar)
    asking = [p for p in item.of("requirement") if due is None or p is not due[0]]
    cells = [(p, c) for p in asking if p.header and (c := cell_figure(p, calendar))]
    texts = [p for p in asking if not any(p is q for q, _ in cells)]
    fallback = clean(task_name(item) or "")
    own = [asked(p, calendar, fallback) for p in texts]
    contents = [asked(p, calendar, fallback) for p in item.of("content") if not _is_aside(p)]
    tasks = [asked(p, calendar, fallback) for p in item.of("task")]
    asks = _together(own, contents, tasks, maker.segmentation.family in _LISTS, calendar)
    thing = _thing(contents, tasks)
    if cells:
        asks = [a for a in asks if a.part.role == "requirement"]
    _give_due(asks, due)
    _give_points(asks, [*contents, *own, *tasks], item_key(maker.segmentation, item))
    facts = [_cell_fact(maker, item, p, c, i, due) for i, (p, c) in enumerate(cells, 1)]
    key = any(a.reading.marks.of("key_mark") for a in [*own, *contents, *tasks]) or _has_key_mark(item)
    has_start = any(a.stage == "started" and not a.is_target for a in asks)
    facts += [
        _fact(maker, item, ask, number, key, thing, has_start=has_start)
        for number, ask in enumerate(asks, len(facts) + 1)
    ]
    return [*facts, *_sizes(maker, item, [*tasks, *contents, *own], facts)]


def _give_due(asks: Sequence[Ask], due: tuple[TextPart, date] | None) -> None:
    """The date of the row's column, where the text names none of its own that is nearer than the year."""
    for ask in asks if due else ():
        if due and (ask.deadline is None or ask.deadline_kind in _OF_YEAR):
            ask.deadline, ask.deadline_kind = due[1], "deadline.column"
            ask.requirement_text = f"{(ask.requirement_text or ask.part.text).strip()} {due[0].text.strip()}"


def _thing(contents: Sequence[Asked], tasks: Sequence[Asked]) -> str:
    """What the item is about: its content where it is one short sentence, else its task."""
    names = [a.label for c in contents for a in c.asks if not a.is_target]
    if len(names) == 1 and len(contents) == 1 and len(names[0]) <= _SHORT_THING:
        return thing_name(names[0])
    return next((thing_name(clean(t.part.text)) for t in tasks), "")


def thing_name(text: str) -> str:
    """A task as a name: without its size in brackets and its full stop."""
    return re.sub(r"[（(][^（）()]*\d[^（）()]*[）)]", "", text).strip("。；;，, \n")


def _sizes(maker: FactMaker, item: TaskItem, parts: Sequence[Asked], requirements: Sequence[Fact]) -> list[Fact]:
    """The size of works and limits of emission: stated beside what is asked, never a requirement."""
    made: list[Fact] = []
    seen: set[tuple[Any, ...]] = set()
    for part in parts:
        for stated in statements(part.reading):
            mark = part.reading.marks.at(stated.figure.start, "capacity", "limit")
            if mark is None:
                continue
            values = figure_values(part.reading, stated.figure, target=True)
            is_size = mark.kind == "capacity"
            place = (values["target_value"], values["target_unit"], None if is_size else part.part.sub_item)
            if place in seen:
                continue
            seen.add(place)
            due = next((r.deadline for r in requirements if r.sub_item == part.part.sub_item), None)
            made.append(
                maker.make(
                    "indicator",
                    mark.rule,
                    item,
                    part.part,
                    quote_span(part.reading, stated.start, stated.end),
                    task=task_name(item),
                    content=item.text("content"),
                    indicator=f"{stated.label}规模" if is_size else stated.label,
                    target_comparator="=" if is_size else "<=",
                    deadline=None if is_size else due,
                    **values,
                )
            )
    return made


def _has_key_mark(item: TaskItem) -> bool:
    return any("【重点" in p.text for p in item.parts)


def _is_aside(part: TextPart) -> bool:
    """A unit in charge or a baseline stands in a content part, but asks nothing."""
    return is_of_units(part) or bool(
        part.header and re.search(r"单位|部门|负责|牵头|责任|同期|上年|分值|备注", part.header)
    )


def _together(
    own: Sequence[Asked], contents: Sequence[Asked], tasks: Sequence[Asked], is_list: bool, calendar: Calendar
) -> list[Ask]:
    """Combine the requirement cell with the contents and the task that it points to."""
    grading = "\n".join(filter(None, [a.grading for a in own])) or None
    context = list(contents) or list(tasks)
    if not any(a.asks for a in context):
        context = list(tasks)
    asks = _own_asks(own, context)
    if not asks:
        asks = _only_context(context, own)
    elif contents and not grading:
        asks += _extras(asks, contents)
    for ask in asks:
        ask.grading = ask.grading or grading
        if ask.deadline is None and ask.is_target and is_list:
            ask.deadline = year_end(calendar.year)
    return asks


def _own_asks(own: Sequence[Asked], context: Sequence[Asked]) -> list[Ask]:
    written = [a for part in own for a in part.asks]
    targets = [a for a in written if a.is_target]
    pointers = [a for a in written if a.pointer]
    asks: list[Ask] = []
    for ask in written:
        if not ask.pointer:
            asks.append(ask)
            continue
        found = _pointed(ask, context, targets, several=len(pointers) > 1)
        if found and (ask.pointer == "hard" or any(a.is_target for a in found)):
            asks += [a for a in found if a not in asks]
        else:
            asks.append(ask)
    return asks


def _pointed(pointer: Ask, context: Sequence[Asked], targets: Sequence[Ask], *, several: bool) -> list[Ask]:
    """What a requirement such as 12月10日前完成 refers to, with its deadline."""
    parts = list(context)
    numbered = [p for p in parts if p.part.sub_item and p.part.sub_item == pointer.sub_item]
    if several and numbered:
        parts = numbered
    found = [a for p in parts for a in p.asks if not a.pointer and not _is_covered(a, targets)]
    for ask in found:
        if ask.deadline is None or _is_nearer(pointer, ask):
            ask.deadline = pointer.deadline
        if pointer.deadline_kind == "whole_year":
            ask.deadline_kind = "whole_year"
        ask.requirement_text = f"{ask.part.text[ask.span[0] : ask.span[1]]} {pointer.part.text.strip()}"
    return found


def _is_nearer(pointer: Ask, ask: Ask) -> bool:
    """True for the date of a pointer beside one that only names the year: 年内 beside 12月10日前."""
    if ask.deadline_kind not in _OF_YEAR or pointer.deadline is None or ask.deadline is None:
        return ask.deadline_kind in ("year", "whole_year", "deadline.by_year")
    return pointer.deadline.year == ask.deadline.year or ask.deadline_kind in ("year", "whole_year", "deadline.by_year")


def _only_context(context: Sequence[Asked], own: Sequence[Asked]) -> list[Ask]:
    """Where the requirement cell is empty or only grades: the targets of the context, else it as a whole."""
    found = [a for p in context for a in p.asks]
    targets = [a for a in found if a.is_target]
    chosen = targets or found[:1]
    for ask in chosen:
        ask.pointer = None
        ask.requirement_text = "\n".join(p.part.text for p in own) or None
    return chosen


def _extras(asks: Sequence[Ask], contents: Sequence[Asked]) -> list[Ask]:
    """Targets of the contents that no requirement repeats; due when the last requirement of their number is."""
    extras = []
    for part in contents:
        for ask in part.asks:
            if not ask.is_target or ask in asks or _is_covered(ask, asks):
                continue
            same = [a for a in asks if a.sub_item == ask.sub_item] or list(asks)
            days = [a.deadline for a in same if a.deadline]
            ask.deadline = (
                ask.deadline if ask.deadline_kind and ask.deadline_kind != "year" else max(days, default=None)
            )
            extras.append(ask)
    return extras


def _is_covered(ask: Ask, others: Iterable[Ask]) -> bool:
    return ask.is_target and any(o.is_target and o is not ask and o.measure == ask.measure for o in others)


def _give_points(asks: Sequence[Ask], parts: Sequence[Asked], key: str) -> None:
    """Points belong to the assessed content and are counted once: its requirements share a group."""
    scored = [(p, s[0]) for p in parts if (s := p.reading.marks.of("score"))]
    for ask in asks:
        home = _home(ask, scored)
        if home:
            part, score = home
            ask.points = score.value
            ask.points_group = f"{key}:{part.part.char_start + score.start}"


def _home(ask: Ask, scored: Sequence[tuple[Asked, Any]]) -> tuple[Asked, Any] | None:
    """The scored part that an ask belongs to: its own, by its figure, by its words, and last by its number."""
    if len(scored) <= 1:
        return scored[0] if scored else None
    for part, score in scored:
        if ask.part is part.part or (ask.is_target and _is_covered(ask, part.asks)):
            return part, score
    text = ask.label + ask.part.text[ask.span[0] : ask.span[1]]
    best = max(scored, key=lambda pair: likeness(text, pair[0].part.text))
    if likeness(text, best[0].part.text) >= _ALIKE:
        return best
    return next((pair for pair in scored if pair[0].part.sub_item == ask.sub_item), None)


def _fact(maker: FactMaker, item: TaskItem, ask: Ask, number: int, key: bool, thing: str, *, has_start: bool) -> Fact:
    values: dict[str, Any] = {}
    if ask.figure is not None:
        values |= figure_values(ask.reading, ask.figure, target=True)
        values["target_comparator"] = ask.comparator
    text = (ask.requirement_text or ask.part.text).strip()
    label = ask.label or clean(task_name(item) or "")
    kind = indicator_types.type_of(ask, text, has_start=has_start)
    if (not ask.is_target or kind == "physical_progress") and len(label) <= _SHORT_NAME and label not in thing:
        label = thing + label
    return maker.make(
        "requirement",
        ask.rule,
        item,
        ask.part,
        ask.span,
        task=task_name(item),
        content=item.text("content"),
        requirement=text,
        requirement_no=number,
        requirement_kind="target" if ask.is_target else "milestone",
        milestone_stage=None if ask.is_target else ask.stage,
        indicator=label or None,
        scope=ask.scope.text(),
        indicator_type=kind,
        grading_text=ask.grading,
        deadline=ask.deadline,
        points=ask.points,
        points_group=ask.points_group,
        key_mark=key,
        sub_item=ask.sub_item,
        **values,
    )


def _cell_fact(
    maker: FactMaker, item: TaskItem, part: TextPart, cell: CellFigure, number: int, due: tuple[TextPart, date] | None
) -> Fact:
    name = clean(task_name(item) or part.header or "")
    return maker.make(
        "requirement",
        "cell.figure",
        item,
        part,
        (cell.start, cell.end),
        task=task_name(item),
        content=item.text("content"),
        requirement=" ".join([part.text.strip(), *([due[0].text.strip()] if due else [])]),
        requirement_no=number,
        requirement_kind="target",
        indicator=name or None,
        indicator_type=indicator_types.type_of_cell(cell, name),
        target_value=cell.value,
        target_unit=cell.unit,
        target_comparator=cell.comparator or (">=" if cell.unit == "%" else "="),
        deadline=due[1] if due else year_end(maker.segmentation.campaign_year),  # else the target of a table of a year
    )
