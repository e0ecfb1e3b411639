"""A rate told beside a count, where the count and the rate answer two requirements: 完成整治95个，完成率75.4%."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ingestion.extract.facts import digest
from ingestion.extract.folding import fold
from ingestion.extract.likeness import likeness
from ingestion.extract.scoring import score
from ingestion.extract.units import PERCENT
from ingestion.records import Fact

#: Above the score of two rates that have nothing but their unit in common.
_LEAST: Final = 3.2
_ALIKE: Final = 0.5
_NAME: Final = r"(?P<name>[^，,。;:()\d]{2,24}?)(?:达到?|为|是|约|的|[ ])*"


def with_rates(paired: Sequence[Fact], requirements: Sequence[Fact]) -> list[Fact]:
    """The progress facts, and for each rate beside a count that a requirement asks for, a fact of its own."""
    made: list[Fact] = []
    for asked in requirements:
        if asked.target_unit != PERCENT or any(f.requirement_no == asked.requirement_no for f in paired if _is_rate(f)):
            continue
        if asked.ladder_id is not None and (asked.rung_no or 0) > 1:
            continue  # the figure of the first rung answers the others
        offers = [(s, f) for f in paired if (s := _fit(f, asked)) is not None]
        best, fact = max(offers, key=lambda o: o[0], default=(0.0, None))
        if fact is not None and best >= _LEAST:
            made.append(_rate(fact, asked))
    return [*paired, *made]


def _is_rate(fact: Fact) -> bool:
    return fact.unit == PERCENT


def _fit(fact: Fact, asked: Fact) -> float | None:
    if fact.percent is None or fact.percent_kind == "change" or _is_rate(fact) or fact.actual_value is None:
        return None
    alike = likeness(_name(fact), asked.indicator or "")
    if fact.requirement_no is not None and alike < _ALIKE:
        return None  # 任务完成率 beside a count that was asked for is that task's own
    found = score(_rate(fact, asked), asked)
    return None if found is None else found + 2 * alike


def _name(fact: Fact) -> str:
    """The words before the rate in its quote: 完成率, 占新建建筑."""
    found = re.search(rf"{_NAME}{re.escape(format(fact.percent, 'f'))}", fold(fact.quote))
    return found.group("name") if found else ""


def _rate(fact: Fact, asked: Fact) -> Fact:
    return replace(
        fact,
        fact_id=digest(fact.fact_id, "rate"),
        rule_id=f"completion.{fact.percent_kind}",
        actual_value=fact.percent,
        unit=PERCENT,
        canonical_value=fact.percent,
        canonical_unit=PERCENT,
        actual_upper=None,
        actual_comparator=None,
        base_value=None,
        base_unit=None,
        target_value=None,
        target_unit=None,
        target_comparator=None,
        target_upper=None,
        canonical_target_value=None,
        count_role=None,
        yoy_change=None,
        yoy_unit=None,
        requirement=asked.requirement,
        requirement_no=asked.requirement_no,
        pairing="meaning",
        answers=None,
    )
