"""From marks to statements: what each figure of a text says, by itself and with the figures beside it."""

from __future__ import annotations

import re
from typing import Final

from ingestion.extract.contexts import clause_end, clause_start, sentence_spans
from ingestion.extract.joining import attach
from ingestion.extract.labels import label_of
from ingestion.extract.layout import SENTENCE_ENDS
from ingestion.extract.marks import MEASURED, Mark
from ingestion.extract.reading import Reading
from ingestion.extract.stated import Role, Stated

#: Roles of counts that a stage in their clause is said of.
_STAGED: Final = frozenset({"stage", "started", "total", "remaining"})
_GONE: Final = re.compile(r"(?:消除|消灭|脱离|退出|摘掉|告别)了?$")
_NEAR: Final = 8
#: Relations that make a figure's role, the first that holds.
_RELATIONS: Final[tuple[Role, ...]] = ("previous", "gap", "change", "target", "completion", "share")


def statements(reading: Reading, fallback: str = "", *, ones: bool = False, rates: bool = True) -> list[Stated]:
    """The statements of a text, in the order of their figures.

    `fallback` names figures that their sentence does not; `ones` takes 一个 for a figure (a target may be one).
    Without `rates` a rate stays a statement of its own: a text that asks means it as a target beside the other.
    """
    found: list[Stated] = []
    for start, end in sentence_spans(reading.text, SENTENCE_ENDS):
        sentence = [
            _stated(reading, m, fallback)
            for m in reading.marks.of(*MEASURED, start=start, end=end)
            if (ones or m.rule != "quantity.chinese_one") and (ones or not _is_eliminated(reading, m))
        ]
        _date(reading, sentence, start)
        found += attach(reading, sentence, rates=rates)
        _judge(reading, sentence, start, end)
    return found


def _is_eliminated(reading: Reading, figure: Mark) -> bool:
    """已消除劣Ⅴ类水体: the class is gone, no result."""
    return figure.code == "worst" and bool(_GONE.search(reading.text[max(0, figure.start - _NEAR) : figure.start]))


def _stated(reading: Reading, figure: Mark, fallback: str) -> Stated:
    marks = reading.marks
    at = figure.start
    plan = marks.at(at, "plan")
    count = marks.at(at, "count_role")
    is_plan = bool(plan and plan.code == "future")
    role = next((r for r in _RELATIONS if marks.at(at, r)), None)  # type: ignore[arg-type]
    if role is None:
        role = "total" if count and count.code == "total" else "target" if is_plan else "actual"
    return Stated(
        figure=figure,
        role=role,
        label=label_of(reading, figure, fallback),
        start=figure.start,
        end=figure.end,
        count_role=count.code if count else None,
        is_plan=is_plan,
        approximate=figure.approximate or bool(plan and plan.code == "estimate"),
    )


def _date(reading: Reading, sentence: list[Stated], start: int) -> None:
    """The day and period of each figure: the nearest before it in its sentence."""
    for stated in sentence:
        spoken = reading.marks.of("as_of", start=start, end=stated.figure.start)
        if not spoken:
            ahead = reading.marks.of(
                "date", start=clause_start(reading.text, stated.figure.start), end=stated.figure.start
            )
            spoken = tuple(m for m in ahead if m.code == "month_end" and not stated.is_plan)
        if spoken and spoken[-1].day:
            stated.day, stated.since = spoken[-1].day, spoken[-1].since


def _judge(reading: Reading, sentence: list[Stated], start: int, end: int) -> None:
    """A judgement belongs to the figures of its clause, else to those before it that have none of their own."""
    for one in sentence:
        first, last = clause_start(reading.text, one.figure.start), clause_end(reading.text, one.figure.end)
        reached = [m for m in reading.marks.of("stage", start=first, end=last) if not m.approximate]
        if reached and one.figure.kind == "quantity" and one.count_role in _STAGED:
            one.stage = reached[-1].code
    for mark in reading.marks.of("status", start=start, end=end):
        first, last = clause_start(reading.text, mark.start), clause_end(reading.text, mark.end)
        own = [s for s in sentence if first <= s.figure.start and s.figure.end <= last]
        for one in own or [s for s in sentence if s.figure.end <= mark.start and s.status is None]:
            carrier = one.anchor or one
            if carrier.status is None or own:
                carrier.status = mark
