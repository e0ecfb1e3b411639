"""Small filings in our own words, extracted, and what to ask of their facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ingestion.extract import extract
from ingestion.read import read
from ingestion.records import Extraction, Fact, FactKind
from ingestion.segment import segment
from tests.read import render

TITLE = "某市2023年重点任务进展情况表（1-9月）"
COLUMNS = ["序号", "区域", "主要任务", "目标要求", "完成情况"]
ASSESSED = ["序号", "区域", "工作任务", "考核内容", "目标要求", "进展情况"]


def checked(found: Extraction, text: str) -> Extraction:
    """The extraction, once what holds of every one is seen to hold."""
    ids = [fact.fact_id for fact in found.facts]
    assert len(set(ids)) == len(ids)
    for fact in found.facts:
        assert fact.quote == text[fact.char_start : fact.char_end]
        assert fact.quote.strip()
        assert fact.fact != "progress" or fact.requirement_kind is None
    return found


def of_rows(rows: Sequence[Sequence[str]], title: str = TITLE) -> Extraction:
    """A table as a cell dump below a title, extracted."""
    document = read(render.txt(rows, title), "a.txt")
    return checked(extract(segment(document)), document.text)


def of_text(text: str, region: str | None = "某市", as_of: date | None = date(2023, 12, 31)) -> Extraction:
    """A text, extracted."""
    document = read(text.encode(), "a.txt")
    return checked(extract(segment(document, region=region, as_of=as_of)), document.text)


def row(requirement: str, progress: str, task: str = "河道清淤") -> list[Fact]:
    """The facts of one row: what it asks and what it answers."""
    return list(of_rows([COLUMNS, ["1", "甲区", task, requirement, progress]]).facts)


def assessed(content: str, requirement: str, progress: str, task: str = "河道清淤") -> list[Fact]:
    """The facts of one row of an assessment table."""
    return list(of_rows([ASSESSED, ["1", "甲区", task, content, requirement, progress]]).facts)


def told(text: str) -> list[Fact]:
    """The facts of a sentence of a narrative."""
    return list(of_text(f"某市2023年工作总结\n一、总体情况\n{text}\n").facts)


def of_kind(facts: Sequence[Fact], kind: FactKind) -> list[Fact]:
    return [fact for fact in facts if fact.fact == kind]


def asked(facts: Sequence[Fact]) -> list[Fact]:
    return of_kind(facts, "requirement")


def answered(facts: Sequence[Fact]) -> list[Fact]:
    return of_kind(facts, "progress")


def one(facts: Sequence[Fact], **wanted: Any) -> Fact:
    """The one fact with these values."""
    found = [f for f in facts if all(getattr(f, name) == value for name, value in wanted.items())]
    assert len(found) == 1, f"{len(found)} facts with {wanted} among {[brief(f) for f in facts]}"
    return found[0]


def brief(fact: Fact) -> tuple[Any, ...]:
    """What a fact says, in short."""
    names = (
        "fact indicator requirement_no target_value target_comparator target_unit actual_value unit percent "
        "percent_kind count_role yoy_change deadline status stage is_stated_zero is_plan"
    ).split()
    return tuple(f"{name}={value}" for name in names if (value := getattr(fact, name)) not in (None, False))
