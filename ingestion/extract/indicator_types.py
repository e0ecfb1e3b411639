"""The type of a requirement: what counts as its actual, and whether time prorates it (design: domain)."""

from __future__ import annotations

import re
from typing import Final

from ingestion.extract.ask import Ask
from ingestion.extract.cells import CellFigure
from ingestion.extract.folding import fold
from ingestion.extract.lexicon import either, words
from ingestion.extract.units import canonical

_IN: Final = {
    name: re.compile(either(words("indicator_types", name)))
    for name in (
        "fund_execution",
        "physical_progress",
        "investment_share",
        "compliance",
        "standing",
        "all_year",
        "stage_counts",
        "start",
    )
}


def type_of(ask: Ask, requirement_text: str, *, has_start: bool = False) -> str:
    """The code of a requirement's type; `has_start` where another requirement of the item asks for the start."""
    text = fold(f"{ask.label} {ask.part.text[ask.span[0] : ask.span[1]]}")
    if ask.figure is None:
        return _of_milestone(ask, text, fold(requirement_text))
    kind = ask.figure.kind
    if kind == "water_class":
        return "water_class"
    if kind == "index":
        return "compliance_ratio"
    if kind == "percent":
        return _of_percent(fold(ask.label))
    unit = canonical(ask.figure.unit or "")
    if unit and unit[0].endswith(("/立方米", "/升")) and "克" in unit[0]:
        return "concentration_ceiling"
    if _IN["stage_counts"].search(text):
        return "count_by_stage"
    return "count_with_start" if has_start or _IN["start"].search(fold(requirement_text)) else "cumulative_count"


def _of_percent(label: str) -> str:
    if _IN["fund_execution"].search(label):
        return "fund_execution"
    if _IN["physical_progress"].search(label):
        return "physical_progress"
    if _IN["investment_share"].search(label):
        return "investment_share"
    if _IN["compliance"].search(label):
        return "compliance_ratio"
    return "rate_by_date"


def _of_milestone(ask: Ask, text: str, requirement_text: str) -> str:
    if ask.is_worst_class:
        return "water_class"
    if _IN["standing"].search(text) and not _IN["start"].search(text):
        return "standing_compliance"
    if ask.deadline_kind == "whole_year" or _IN["all_year"].search(requirement_text):
        return "all_year"
    if ask.deadline is not None:
        return "milestone"
    return "qualitative"


def type_of_cell(cell: CellFigure, name: str) -> str:
    """The type of a target that stands in a column of figures."""
    if cell.unit == "%":
        return "compliance_ratio" if cell.comparator == "<=" else _of_percent(fold(name))
    return "cumulative_count"
