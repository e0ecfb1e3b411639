"""The truth agrees with itself everywhere but where it declares that it does not."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from ingestion.regions import resolve_region
from samples.generate import expected_facts, load_samples
from samples.layout import lay_out
from samples.model import Declared, FactTruth, Filing, Item, Part, Samples

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = load_samples()
CITY = "440700"
SCALE = {"万亩": (Decimal(10000), "亩")}
DECLARED_KINDS = {
    "percentage_mismatch",
    "doubled_unit",
    "quarter_outside_period",
    "part_of_scope_reported",
    "parts_exceed_total",
    "status_contradicts_figure",
    "other_work_reported",
    "total_changed",
}
EVENT_KINDS = {
    "lag_streak",
    "caught_up_late",
    "rebaselined",
    "stale",
    "resubmission",
    "late",
    "missing",
    "unreadable",
}


def canonical(value: Decimal, unit: str | None) -> tuple[Decimal, str | None]:
    factor, base = SCALE.get(unit or "", (Decimal(1), unit))
    return value * factor, base


def rows(samples: Samples) -> Iterator[tuple[Filing, str, Item]]:
    for filing in samples.filings:
        for number, item in enumerate(filing.items, 1):
            yield filing, str(number), item


def places(kind: str) -> set[tuple[str, str]]:
    """File and item number of the inconsistencies of one kind."""
    return {(file, d.item_no or "") for d in SAMPLES.inconsistencies if d.kind == kind for file in d.files}


def event(kind: str) -> Declared:
    (found,) = (d for d in SAMPLES.events if d.kind == kind)
    return found


def items_of(declared: Declared) -> list[Item]:
    assert declared.item_no
    return [SAMPLES.filing(file).items[int(declared.item_no) - 1] for file in declared.files]


def targets(item: Item) -> list[tuple[Decimal, str | None]]:
    facts = (f for part in (*item.content, *item.requirements) for f in part.facts)
    return [canonical(f.target_value, f.target_unit) for f in facts if f.target_value is not None]


def is_rounded_or_cut(percent: Decimal, exact: Decimal) -> bool:
    return abs(percent - exact) < Decimal(10) ** int(percent.as_tuple().exponent)


def percentage_agrees(fact: FactTruth, item: Item) -> bool:
    """The percentage fits one target of the item, or the sum of neighbours (two kinds of pipes reported as one)."""
    assert fact.actual_value is not None
    assert fact.percent is not None
    value, unit = canonical(fact.actual_value, fact.unit)
    bases = [t for t, u in targets(item) if u == unit]
    bases += [sum(bases), *(a + b for a, b in pairwise(bases))]
    return any(is_rounded_or_cut(fact.percent, 100 * value / base) for base in bases if base)


def test_every_kind_of_inconsistency_and_event_is_declared() -> None:
    assert {d.kind for d in SAMPLES.inconsistencies} == DECLARED_KINDS
    assert {d.kind for d in SAMPLES.events} == EVENT_KINDS


@pytest.mark.parametrize("declared", SAMPLES.inconsistencies, ids=lambda d: f"{d.kind}-{d.reporting_unit}")
def test_a_declared_inconsistency_is_where_it_says(declared: Declared) -> None:
    assert len(declared.files) == len(declared.where) > 0
    for file in declared.files:
        filing = SAMPLES.filing(file)
        column = next(i for i, c in enumerate(filing.columns) if c.role == declared.role)
        cell = lay_out(filing).rows[int(declared.item_no or 0) - 1][column]
        assert declared.quote is not None
        assert declared.quote in "\n".join(cell)


def test_percentages_fit_their_targets_except_where_declared() -> None:
    wrong = {
        (filing.file, number)
        for filing, number, item in rows(SAMPLES)
        for part in item.progress
        for fact in part.facts
        if fact.percent_kind == "completion" and not percentage_agrees(fact, item)
    }
    assert wrong == places("percentage_mismatch")


def test_parts_stay_within_their_total_except_where_declared() -> None:
    def exceeds(part: Part) -> bool:
        totals = [f.target_value or 0 for f in part.facts if f.count_role == "total"]
        counted = sum(f.actual_value or 0 for f in part.facts if f.count_role in ("done", "closed", "stage"))
        return bool(totals) and counted > totals[0]

    wrong = {(f.file, n) for f, n, item in rows(SAMPLES) for part in item.progress if exceeds(part)}
    assert wrong == places("parts_exceed_total")


def test_totals_repeat_the_target_except_where_declared() -> None:
    wrong = set()
    for filing, number, item in rows(SAMPLES):
        asked = targets(item)
        for fact in (f for part in item.progress for f in part.facts if f.count_role == "total" and asked):
            assert fact.target_value is not None
            if canonical(fact.target_value, fact.target_unit) not in asked:
                wrong.add((filing.file, number))
    assert wrong == places("total_changed")


def test_no_one_reports_on_schedule_with_a_due_count_unmet_except_where_declared() -> None:
    wrong = set()
    for filing, number, item in rows(SAMPLES):
        for asked, said in zip(item.requirements, item.progress, strict=False):
            due = [f for f in asked.facts if f.deadline and f.deadline <= filing.as_of and f.target_unit != "%"]
            done = sum(f.actual_value or 0 for f in said.facts if f.count_role in ("done", "closed"))
            unmet = any(f.target_value and f.target_value > done for f in due)
            if unmet and said.status_phrase in ("按进度推进", "按进度完成", "已完成"):
                wrong.add((filing.file, number))
    assert wrong == places("status_contradicts_figure")


def test_texts_name_no_later_quarter_and_no_doubled_unit_except_where_declared() -> None:
    quarters, doubled = set(), set()
    for filing, number, item in rows(SAMPLES):
        text = item.task + "".join(p.text for p in (*item.content, *item.requirements, *item.progress))
        for quarter, first_month in (("第三季度", 7), ("第四季度", 10)):
            if quarter in text and first_month > filing.as_of.month:
                quarters.add((filing.file, number))
        if "万亩万亩" in text:
            doubled.add((filing.file, number))
    assert quarters == places("quarter_outside_period")
    assert doubled == places("doubled_unit")


def test_counts_of_a_year_to_date_never_fall() -> None:
    seen: dict[tuple[str, str, int], Decimal] = {}
    for filing, _, item in sorted(rows(SAMPLES), key=lambda row: (row[0].period, row[0].revision)):
        for p, part in enumerate(item.progress):
            counts = [f for f in part.facts if f.count_role == "done" and f.actual_value is not None]
            if len(counts) == 1:
                key = (filing.reporting_unit, item.key, p)
                assert counts[0].actual_value is not None
                assert counts[0].actual_value >= seen.get(key, Decimal(0)), (filing.file, item.task)
                seen[key] = counts[0].actual_value
    assert len(seen) > 10


def test_every_figure_of_a_fact_stands_in_its_row() -> None:
    for filing, _, item in rows(SAMPLES):
        parts = (*item.content, *item.requirements, *item.progress)
        text = item.task + "".join(p.text for p in parts)
        for fact in (f for part in parts for f in part.facts):
            for value in (fact.target_value, fact.actual_value, fact.percent, fact.points):
                assert value is None or str(value) in text, (filing.file, item.task, fact)


def test_numbers_in_braces_are_all_filled_in() -> None:
    for filing in SAMPLES.filings:
        sheet = lay_out(filing)
        texts = [sheet.title, sheet.subtitle or "", *(text for row in sheet.rows for cell in row for text in cell)]
        assert not [text for text in texts if "{" in text or "None" in text]


def test_regions_resolve_in_the_context_of_the_city() -> None:
    for filing in SAMPLES.filings:
        assert resolve_region(filing.reporting_unit, CITY) == filing.region_code


def test_a_streak_of_lag_over_three_months() -> None:
    lagging = items_of(event("lag_streak"))
    assert len(lagging) == 3
    assert {part.status_phrase for item in lagging for part in item.progress} == {"进度滞后"}


def test_one_task_is_caught_up_late() -> None:
    before, after = items_of(event("caught_up_late"))
    deadline = before.requirements[0].facts[0].deadline
    assert deadline == SAMPLES.filing(event("caught_up_late").files[0]).as_of
    target = before.requirements[0].facts[0].target_value
    done = [item.progress[0].facts[0].actual_value for item in (before, after)]
    assert target is not None
    assert done[0] is not None
    assert done[0] < target == done[1]


def test_one_target_is_silently_lower() -> None:
    before, after = items_of(event("rebaselined"))
    assert before.task == after.task
    assert [i.requirements[0].facts[0].target_value for i in (before, after)] == [72, 61]


def test_one_text_is_stale() -> None:
    before, after = items_of(event("stale"))
    assert before.progress == after.progress
    others = [
        (a.reporting_unit, x.key)
        for a in SAMPLES.filings
        for b in SAMPLES.filings
        if (a.reporting_unit, a.period, b.period) == (b.reporting_unit, "2023-08", "2023-09")
        for x, y in zip(a.items, b.items, strict=True)
        if x.progress == y.progress
    ]
    assert others == [("恩平市", "landfill")]


def test_the_resubmission_changes_one_figure() -> None:
    first, second = (SAMPLES.filing(file) for file in event("resubmission").files)
    assert second.revision == first.revision + 1
    assert second.received_at > first.received_at
    pairs = [(a, b) for a, b in zip(first.items, second.items, strict=True) if a != b]
    changed = [(a.key, a.progress[0].facts[0], b.progress[0].facts[0]) for a, b in pairs]
    assert [(key, a.actual_value, b.actual_value) for key, a, b in changed] == [("yueshan_plant", 40, 46)]


def test_a_broken_file_gives_no_fact_and_the_others_many() -> None:
    counted = {filing.file: len(expected_facts(filing)) for filing in SAMPLES.filings}
    (broken,) = (file for file, count in counted.items() if count == 0)
    assert broken in event("unreadable").files
    assert sum(counted.values()) > 500
    assert {f.region_code for filing in SAMPLES.filings for f in expected_facts(filing)} == {
        e.region_code for e in SAMPLES.expectations
    }


def test_the_indicator_types_cover_the_domain() -> None:
    asked = {f.truth.indicator_type for filing in SAMPLES.filings for f in expected_facts(filing)} - {None}
    with (ROOT / "dbt_project" / "seeds" / "indicator_types.csv").open(encoding="utf-8", newline="") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    # a reference figure is asked of nobody, and the seeds assess no share of good days
    assert asked == known - {"reference", "good_days"}
