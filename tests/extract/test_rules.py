"""Every rule against sentences of its own: what it must read, and what it must leave alone.

`tests/corpus/<stem of the rules' file>.yml` maps each rule id to `positives` and `near_misses`.  A positive names the
span (`quote`) and the fields of the mark; a case with a `header` is a cell of a table.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingestion.extract import EXTRACTOR_VERSION, extract
from ingestion.extract.jsonl import to_json
from ingestion.extract.reading import read as read_marks
from ingestion.extract.registry import Calendar, Rule, collect, rules
from ingestion.read import read
from ingestion.segment import segment

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
CALENDAR = Calendar(campaign_year=2024, as_of=date(2024, 9, 30))
FIELDS = {"value", "upper", "unit", "code", "comparator", "approximate", "day", "since"}
FEWEST_POSITIVES, FEWEST_NEAR_MISSES = 3, 2

Case = dict[str, Any]


def _load() -> dict[str, dict[str, list[Case]]]:
    found: dict[str, dict[str, list[Case]]] = {}
    for path in sorted(CORPUS.glob("*.yml")):
        for rule_id, cases in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            assert rule_id.partition(".")[0] == path.stem, f"{rule_id} stands in {path.name}"
            assert rule_id not in found, f"{rule_id} stands twice"
            found[rule_id] = cases
    return found


LOADED = _load()
RULE_IDS = [rule.id for rule in rules()]


def _cases(kind: str) -> list[Any]:
    return [
        pytest.param(rule_id, case, id=f"{rule_id}: {case['text']}")
        for rule_id, cases in LOADED.items()
        for case in cases[kind]
    ]


def _cell_facts(case: Case) -> list[dict[str, Any]]:
    page = (
        "<html><body><p>某市2024年重点任务进展情况表</p>"
        f"<table><tr><th>序号</th><th>任务</th><th>目标要求</th><th>{case['header']}</th></tr>"
        f"<tr><td>1</td><td>改厕</td><td>改造农户厕所500户</td><td>{case['text']}</td></tr></table></body></html>"
    )
    found = extract(segment(read(page.encode(), "a.html"), as_of=date(2024, 9, 30)))
    return [to_json(fact) for fact in found.facts]


@pytest.mark.parametrize(("rule_id", "case"), _cases("positives"))
def test_rule_reads_what_it_must(rule_id: str, case: Case) -> None:
    if "header" in case:
        read_so = [f for f in _cell_facts(case) if f["rule_id"] == rule_id]
        assert [(f["actual_value"], f["unit"], f["quote"]) for f in read_so] == [
            (case["value"], case["unit"], case["quote"])
        ]
        return
    marks = [m for m in read_marks(case["text"], CALENDAR).marks if m.rule == rule_id]
    told = {case["text"][m.start : m.end]: m for m in marks}
    assert case["quote"] in told, f"{rule_id} read {list(told)}"
    mark = told[case["quote"]]
    for name in FIELDS & case.keys():
        expected = case[name]
        if isinstance(expected, int | float) and not isinstance(expected, bool):
            expected = Decimal(str(expected))
        assert getattr(mark, name) == expected, name


@pytest.mark.parametrize(("rule_id", "case"), _cases("near_misses"))
def test_rule_leaves_its_near_misses_alone(rule_id: str, case: Case) -> None:
    if "header" in case:
        assert not [f for f in _cell_facts(case) if f["rule_id"] == rule_id]
        return
    marks = read_marks(case["text"], CALENDAR).marks
    assert [case["text"][m.start : m.end] for m in marks if m.rule == rule_id] == []


@pytest.mark.parametrize("rule_id", RULE_IDS)
def test_every_rule_has_positives_and_near_misses(rule_id: str) -> None:
    cases = LOADED[rule_id]
    assert set(cases) == {"positives", "near_misses"}
    assert len({c["text"] for c in cases["positives"]}) >= FEWEST_POSITIVES
    assert len({(c["text"], c.get("header")) for c in cases["near_misses"]}) >= FEWEST_NEAR_MISSES


def test_corpus_names_no_unknown_rule() -> None:
    assert set(LOADED) == set(RULE_IDS)


def test_corpus_uses_no_unknown_key() -> None:
    known = FIELDS | {"text", "quote", "header"}
    for rule_id, cases in LOADED.items():
        for case in (*cases["positives"], *cases["near_misses"]):
            assert set(case) <= known, (rule_id, case)
        assert all("quote" in case for case in cases["positives"]), rule_id


@pytest.mark.parametrize("rule", rules(), ids=RULE_IDS)
def test_every_rule_is_described_in_both_languages(rule: Rule) -> None:
    stem, _, name = rule.id.partition(".")
    assert stem and name
    assert rule.version >= 1
    assert any("\u4e00" <= char <= "\u9fff" for char in rule.description_zh)
    assert rule.description_en.strip() and any(char.isascii() and char.isalpha() for char in rule.description_en)


def test_rule_ids_are_unique() -> None:
    assert len(RULE_IDS) == len(set(RULE_IDS))


def test_the_scan_refuses_two_rules_of_one_name_and_an_empty_folder() -> None:
    class Module:
        RULES = (rules()[0],)

    with pytest.raises(ValueError, match=rules()[0].id):
        collect([Module(), Module()])
    with pytest.raises(ValueError, match="no rule"):
        collect([])


def test_extractor_version_names_the_number_of_rules() -> None:
    prefix, _, digest = EXTRACTOR_VERSION.partition("-")
    assert prefix == f"x{len(rules())}"
    assert len(digest) == 10 and int(digest, 16) >= 0
