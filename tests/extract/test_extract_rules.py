"""Every rule against texts that it must read and texts that it must leave (`tests/corpus`), in our own words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingestion.extract import registry
from ingestion.extract.answers import cell_answer
from ingestion.extract.cells import cell_figure
from ingestion.extract.marks import Mark
from ingestion.extract.reading import read
from ingestion.extract.registry import Calendar
from ingestion.records import TextPart

CORPUS = Path(__file__).parents[1] / "corpus"
CALENDAR = Calendar(2023, date(2023, 9, 30))
#: Read by the column's header; the rule itself marks nothing.
CELL = "cell.figure"
ANSWER = "cell.answer"
#: Read by the column of an issued workbook; `tests/template/test_template_entries.py` holds them to their corpus.
WORKBOOK = "workbook."


def load() -> dict[str, dict[str, list[Any]]]:
    entries: dict[str, dict[str, list[Any]]] = {}
    for path in sorted(CORPUS.glob("*.yml")):
        for rule, cases in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if "." not in rule:
                continue  # a corpus of something else: the names of rules hold a dot
            assert rule not in entries, f"{rule} stands in two files"
            entries[rule] = cases
    return entries


ENTRIES = load()
READS = [
    pytest.param(rule, case, id=f"{rule}:{case['text']}")
    for rule, c in ENTRIES.items()
    for case in c.get("reads", [])
    if not rule.startswith(WORKBOOK)
]
LEAVES = [
    pytest.param(rule, case if isinstance(case, dict) else {"text": case}, id=f"{rule}:{case}")
    for rule, c in ENTRIES.items()
    for case in c.get("leaves", [])
    if not rule.startswith(WORKBOOK)
]
FIELDS = ("value", "upper", "unit", "code", "comparator", "day", "since", "approximate")


def cell(case: dict[str, Any]) -> TextPart:
    return TextPart(
        role=case.get("role", "progress"), text=case["text"], char_start=0, locator="t", header=case.get("header")
    )


def said(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) and value.lstrip("-").replace(".", "", 1).isdigit() else value


def marks_of(rule: str, text: str) -> list[Mark]:
    return [m for m in read(text, CALENDAR).marks if m.rule == rule and m.code != "compared"]


def test_every_rule_has_texts_that_it_reads_and_texts_that_it_leaves() -> None:
    known = {rule.id for rule in registry.rules()}
    assert set(ENTRIES) == known
    for rule in sorted(known):
        for key in ("reads", "leaves"):
            assert ENTRIES[rule].get(key), f"{rule} has no {key}"


@pytest.mark.parametrize(("rule", "case"), READS)
def test_a_rule_reads(rule: str, case: dict[str, Any]) -> None:
    text = case["text"]
    wanted = {name: said(case[name]) if name != "unit" else case[name] for name in FIELDS if name in case}
    if rule == CELL:
        found = cell_figure(cell(case), CALENDAR)
        assert found is not None
        read_there = {name: found.kind if name == "code" else getattr(found, name) for name in wanted}
        assert (text[found.start : found.end], read_there) == (case["as"], wanted)
        return
    if rule == ANSWER:
        answer = cell_answer(cell(case))
        assert answer is not None
        assert (text[answer.start : answer.end], answer.code) == (case["as"], case["code"])
        return
    candidates = [m for m in marks_of(rule, text) if text[m.start : m.end] == case["as"]]
    assert candidates, f"{rule} does not read {case['as']} but {[text[m.start : m.end] for m in marks_of(rule, text)]}"
    mark = candidates[-1] if case.get("at") else candidates[0]
    assert {name: getattr(mark, name) for name in wanted} == wanted


@pytest.mark.parametrize(("rule", "case"), LEAVES)
def test_a_rule_leaves(rule: str, case: dict[str, Any]) -> None:
    text = case["text"]
    if rule == CELL:
        assert cell_figure(cell(case), CALENDAR) is None
        return
    if rule == ANSWER:
        assert cell_answer(cell(case)) is None
        return
    found = [text[m.start : m.end] for m in marks_of(rule, text)]
    assert (case["at"] not in found) if "at" in case else not found
