"""What a text asks: targets and milestones with their deadlines, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from ingestion.extract.ask import Ask
from ingestion.extract.contexts import clause_end, clause_start, left, sentence_spans
from ingestion.extract.facts import quote_span
from ingestion.extract.layout import SENTENCE_ENDS
from ingestion.extract.lexicon import either, words
from ingestion.extract.likeness import scope_of
from ingestion.extract.marks import Comparator, Mark
from ingestion.extract.milestones import milestones
from ingestion.extract.naming import clean
from ingestion.extract.numerals import is_low_better
from ingestion.extract.reading import Reading, read
from ingestion.extract.registry import Calendar
from ingestion.extract.stated import Stated
from ingestion.extract.statements import statements
from ingestion.extract.subjects import heading_of, run_of
from ingestion.extract.units import canonical, is_measured
from ingestion.records import TextPart

_VERB: Final = re.compile(either(words("wording", "target_verbs")))
_TOLD: Final = re.compile(r"(?:实际|目前|现|均)已|已(?:完成|开工|建成|实施)|未按|未能|尚未|没有|(?:提前|超额)完成")
_ALL_START: Final = re.compile(r"(?:全部|均|全面|都)(?:开工|动工|启动)$")
_DURATIONS: Final = frozenset({"年", "天", "小时", "分钟", "个月", "个工作日", "周"})
_DONE_BAND: Final = "完成任务要求"
_LONGEST_NAME: Final = 60
#: Words that may stand before the date that a clause begins with: 并于, 力争.
_LEAD: Final = 2


@dataclass(slots=True)
class Asked:
    """What one part asks, and the bands that it grades by."""

    part: TextPart
    reading: Reading
    asks: list[Ask] = field(default_factory=list)
    grading: str | None = None


def asked(part: TextPart, calendar: Calendar, fallback: str = "") -> Asked:
    """Read a requirement, content or task text."""
    reading = read(part.text, calendar)
    found = Asked(part, reading)
    stated = statements(reading, fallback, ones=True, rates=False)
    carried: Mark | None = None
    for start, end in _spans(reading):
        deadlines = _deadlines(reading, start, end)
        if reading.marks.of("grading", start=start, end=end):
            found.grading = "\n".join(filter(None, [found.grading, part.text[start:end].strip()]))
            found.asks += _graded(reading, part, stated, start, end)
            continue
        targets = [s for s in stated if start <= s.figure.start < end and _is_target(reading, s)]
        worst = [s for s in stated if start <= s.figure.start < end and s.figure.code == "worst"]
        found.asks += [_eliminated(reading, part, s, _due(s.figure, deadlines, carried)) for s in worst]
        if targets:
            found.asks += [_target(reading, part, s, _due(s.figure, deadlines, carried)) for s in targets]
        elif not worst:
            found.asks += milestones(reading, part, start, end, deadlines, carried)
        carried = deadlines[-1] if deadlines else carried
    _pass_on(found.asks)
    _give_scopes(found.asks, funds="资金" in reading.text)
    return found


def _pass_on(asks: list[Ask]) -> None:
    """68个村6月底前全部开工，12月底前完工: the count is asked for at the end, its start is a milestone before it."""
    for first, last in pairwise(asks):
        if first.figure is None or last.figure is not None or last.stage != "completed" or last.part is not first.part:
            continue
        behind = first.reading.text[first.figure.end : clause_end(first.reading.text, first.figure.end)]
        is_bare = len(re.sub(r"[^\u4e00-\u9fa5]|全部|全面|均|完工|完成|建成|竣工|前|底", "", last.label)) == 0
        if _ALL_START.search(behind) and is_bare and first.deadline != last.deadline:
            last.figure, last.comparator, last.label, last.rule = (
                first.figure,
                first.comparator,
                first.label,
                first.rule,
            )
            first.figure, first.comparator, first.stage = None, None, "started"


def _spans(reading: Reading) -> Iterator[tuple[int, int]]:
    """Sentences, parted where a later clause begins with a date of its own: 6月底前启动，12月底前建成."""
    for start, end in sentence_spans(reading.text, SENTENCE_ENDS + ";"):
        cuts = [start]
        for mark in _deadlines(reading, start, end):
            first = clause_start(reading.text, mark.start)
            is_first = len(reading.text[first : mark.start].strip()) <= _LEAD and first > cuts[-1]
            if is_first and any(cuts[-1] <= d.start < first for d in _deadlines(reading, start, end)):
                cuts.append(first)
        yield from pairwise([*cuts, end])


def _give_scopes(asks: list[Ask], *, funds: bool) -> None:
    """The scope of each ask; a fund without a year has the year of the one before it in its sentence."""
    before: Ask | None = None
    for ask in asks:
        ask.scope = scope_of(ask.label, funds=funds)
        if funds and not ask.scope.years and ask.figure is not None:
            headed = scope_of(heading_of(ask.reading, ask.figure.start), funds=True)
            ask.scope = replace(ask.scope, years=headed.years)
        if funds and not ask.scope.years and before and before.span == ask.span:
            ask.scope = replace(ask.scope, years=before.scope.years)
        before = ask


def _deadlines(reading: Reading, start: int, end: int) -> list[Mark]:
    """The dates of a sentence by which something is due; a year alone counts where nothing nearer is named."""
    marks = reading.marks
    strict = list(marks.of("deadline", start=start, end=end))
    dates = marks.of("date", start=start, end=end)
    strict += [m for m in dates if m.code in ("month_end", "whole_year")]
    periods = [m for m in marks.of("as_of", start=start, end=end) if m.rule == "as_of.named"]
    spans = [m for m in dates if m.code == "years" and _opens(reading, start, m)]
    if strict or periods or spans:
        return sorted([*strict, *periods, *spans], key=lambda m: m.start)
    years = [m for m in dates if m.code == "year" and _is_year_of_task(reading, m)]
    return years[:1]


def _opens(reading: Reading, start: int, mark: Mark) -> bool:
    """True for a span of years that stands first, or first in a bracket: the goal's term."""
    return mark.start == start or reading.text[mark.start - 1] == "(" or not reading.text[start : mark.start].strip()


def _is_year_of_task(reading: Reading, mark: Mark) -> bool:
    """2020年推动… names the year of the task; 2022年度资金 or 在2022年基础上 names something else."""
    behind = reading.text[mark.end : mark.end + 2]
    return bool(_VERB.match(behind) or re.match(r"[，,]|推动|计划|要|力争|实现|完成|新增|全", behind))


def _due(figure: Mark, deadlines: list[Mark], carried: Mark | None) -> Mark | None:
    before = [d for d in deadlines if d.start < figure.start]
    return before[-1] if before else deadlines[0] if deadlines else carried


def _is_target(reading: Reading, stated: Stated) -> bool:
    figure, marks = stated.figure, reading.marks
    if marks.at(figure.start, "capacity", "limit", "previous", "gap"):
        return False
    if figure.kind == "points" or (figure.unit in _DURATIONS and figure.comparator is None):
        return False
    before = left(reading.text, marks, figure)
    if _TOLD.search(before):
        return False  # 目前实际已开工118项, 未按计划开工33项: what was done or not done, whatever stands around it
    if figure.rule == "quantity.chinese_one":
        return bool(re.search(r"(?:完成|建设|建成|新增|打造|创建|培育|新建|建立)$", before))
    if figure.kind == "water_class" and figure.code == "worst":
        return False
    return not (figure.kind == "quantity" and not is_measured(figure.unit) and _is_scope(reading, figure, before))


def _is_scope(reading: Reading, figure: Mark, before: str) -> bool:
    """True for a count that only says of what a later figure of its clause is asked (8个监测站…的比值≤1.05)."""
    end = clause_end(reading.text, figure.end)
    later = reading.marks.of("percent", "index", "quantity", "water_class", start=figure.end, end=end)
    return any(m.comparator for m in later) and not _VERB.search(before)


def _target(reading: Reading, part: TextPart, stated: Stated, due: Mark | None) -> Ask:
    figure = stated.figure
    return Ask(
        part=part,
        reading=reading,
        span=quote_span(reading, stated.start, stated.end),
        rule=figure.rule,
        label=stated.label,
        figure=figure,
        comparator=comparator_of(reading, figure),
        deadline=due.day if due else None,
        deadline_kind=(due.code or due.rule) if due else None,
        sub_item=part.sub_item,
    )


def _eliminated(reading: Reading, part: TextPart, stated: Stated, due: Mark | None) -> Ask:
    """消除劣Ⅴ水体: a class to be rid of is a milestone."""
    first = clause_start(reading.text, stated.figure.start)
    end = clause_end(reading.text, stated.figure.end)
    return Ask(
        part=part,
        reading=reading,
        span=quote_span(reading, stated.start, stated.end),
        rule=stated.figure.rule,
        label=clean(reading.quote(first, end))[:_LONGEST_NAME],
        deadline=due.day if due else None,
        deadline_kind=(due.code or due.rule) if due else None,
        stage="completed",
        is_worst_class=True,
        sub_item=part.sub_item,
    )


def comparator_of(reading: Reading, figure: Mark) -> Comparator:
    """How a target is to be reached; 达到 a concentration or a class means not above it."""
    if figure.kind == "water_class":
        return "<="
    unit = canonical(figure.unit or "")
    name = left(reading.text, reading.marks, figure)
    first = run_of(reading, figure)[0]
    if first is not figure and figure.comparator is None and "分别" in left(reading.text, reading.marks, first):
        return comparator_of(reading, first)  # 分别不低于60%、75%
    is_low = bool(unit and unit[0].endswith("/立方米") and "克" in unit[0]) or is_low_better(name)
    if figure.comparator == "<=":
        return "<="
    if is_low and (figure.comparator is None or "不低于" not in name[-5:]):
        return "<="
    if figure.comparator:
        return figure.comparator
    return ">=" if figure.kind == "percent" else "="


def _graded(reading: Reading, part: TextPart, stated: list[Stated], start: int, end: int) -> list[Ask]:
    """The band that counts as done gives the target: 比值≤1.05为完成任务要求."""
    for mark in reading.marks.of("grading", start=start, end=end):
        first = clause_start(reading.text, mark.start)
        bounds = [
            s
            for s in stated
            if first <= s.figure.start < mark.start and s.figure.comparator and s.figure.kind != "points"
        ]
        if mark.code == _DONE_BAND and bounds:
            ask = _target(reading, part, bounds[-1], None)
            ask.comparator = bounds[-1].figure.comparator or ask.comparator
            return [ask]
    return []
