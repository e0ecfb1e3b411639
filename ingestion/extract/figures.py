"""Facts of figures: value, target, rate and change of a statement, with its scope and its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from ingestion.extract.asks import comparator_of
from ingestion.extract.contexts import bracket_start, clause_before, clause_start, sentence_at
from ingestion.extract.facts import FactMaker, quote_span, stated_values, year_end
from ingestion.extract.folding import fold
from ingestion.extract.layout import PART_ENDS
from ingestion.extract.likeness import Scope, scope_of
from ingestion.extract.marks import Mark
from ingestion.extract.naming import clean
from ingestion.extract.piece import Piece, after_number, make_fact
from ingestion.extract.places import begins_with_measure, heads_places, place_at_start
from ingestion.extract.reading import Reading
from ingestion.extract.stated import Stated
from ingestion.extract.subjects import LEADING, heading_of, is_organ_before, outer_subject, place_before
from ingestion.records import Fact


def figure_fact(maker: FactMaker, piece: Piece, one: Stated, scope: Scope, region: str | None) -> Fact:
    """The fact of one statement; `region` is the place that its words name, if any."""
    values = stated_values(piece.reading, one)
    if piece.part.section == "plan" and one.role == "actual":
        values |= _as_plan(values)
    if piece.reading.marks.at(one.figure.start, "capacity"):
        values["indicator"] = f"{one.label}规模"
    if region:
        values["region"] = region
    goal = one.target or (one.figure if one.role in ("target", "total") else None)
    if goal:
        is_marked = piece.reading.marks.at(goal.start, "target") is not None
        values["deadline"] = _target_due(maker, piece.reading, goal, is_marked=is_marked)
    asked = one.target or (one.figure if one.role == "target" else None)
    if asked and values.get("target_comparator") is None:
        values["target_comparator"] = comparator_of(piece.reading, asked)
    rule = "yoy.change" if one.role == "change" else "yoy.gap" if one.role == "gap" else one.figure.rule
    quote = quote_span(piece.reading, one.start, one.end)
    return make_fact(maker, piece, rule, quote, scope=scope.text(), **values)


def _as_plan(values: dict[str, Any]) -> dict[str, Any]:
    """A figure of a plan is a target."""
    return {
        "is_plan": True,
        "target_value": values.get("actual_value"),
        "target_class": values.get("actual_class"),
        "target_unit": values.get("unit"),
        "target_upper": values.get("actual_upper"),
        "actual_value": None,
        "actual_class": None,
        "actual_upper": None,
        "actual_comparator": None,
        "unit": None,
        "count_role": None,
    }


def _target_due(maker: FactMaker, reading: Reading, target: Mark, *, is_marked: bool) -> date | None:
    """A target is due by the date of its clause; one of a year at its end, one of a span of years at the span's."""
    opening = clause_start(reading.text, target.start)
    before = clause_before(reading.text, target.start)
    dated = reading.marks.of("deadline", start=before[0] if before and is_marked else opening, end=target.start)
    if dated and dated[-1].day:
        return dated[-1].day
    if not is_marked:
        return None
    spans = [m for m in reading.marks.of("date", start=opening, end=target.start) if m.code == "years"]
    if spans:
        return spans[-1].day
    ahead = reading.text[max(0, target.start - 14) : target.start]
    return year_end(maker.segmentation.campaign_year) if re.search(r"年度|全年|\d{4}年|年", ahead) else None


def scopes_of(reading: Reading, stated: Sequence[Stated]) -> dict[int, Scope]:
    """The scope of each figure; a bracket has its clause's, a later clause of a sentence the year before it."""
    found: dict[int, Scope] = {}
    year: frozenset[str] = frozenset()
    funds = "资金" in reading.text
    for one in stated:
        own = scope_of(one.label, funds=funds)
        if bracket_start(reading.text, one.figure.start) is not None:
            outer = scope_of(outer_subject(reading, one.figure.start), funds=funds)
            own = replace(own, years=own.years or outer.years)
        own = replace(own, years=own.years or year) if funds else own
        year = own.years
        found[id(one)] = own
    return found


_WITHIN: Final = 8


def region_of(reading: Reading, one: Stated, before: str | None) -> str | None:
    """The place that a figure's clause or its list names; it holds on in the sentence."""
    heading = heading_of(reading, one.figure.start)
    if heads_places(fold(heading)):
        name = clean(reading.quote(clause_start(reading.text, one.figure.start), one.figure.start))
        found = re.search(r"([\u4e00-\u9fa5]{2,8})$", name)
        return found.group(1) if found else None
    start = clause_start(reading.text, one.figure.start)
    if named := place_before(reading, one.figure):
        return named
    if is_organ_before(reading, one.figure):
        return None
    part, _ = sentence_at(reading.text, start, PART_ENDS)
    for place in (start, part):
        if named := place_at_start(after_number(reading.text, place)):
            return named
    if start > part and before:
        return before
    return _region_of_sentence(reading, part)


def _region_of_sentence(reading: Reading, part: int) -> str | None:
    """The place that a sentence begins with, for a later part that names nothing but a measure."""
    sentence, _ = sentence_at(reading.text, part)
    if sentence == part or not begins_with_measure(reading.text[part : part + _WITHIN].lstrip()):
        return None
    return place_at_start(LEADING.sub("", after_number(reading.text, sentence)))
