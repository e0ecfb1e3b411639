"""What the generator wrote comes back from the files through read, segment and extract: every fact, and no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ingestion.errors import UnreadableFileError
from ingestion.extract import extract
from ingestion.read import read
from ingestion.records import Fact, Role, TaskItem
from ingestion.regions import resolve_region
from ingestion.segment import segment
from samples.compare import differences
from samples.generate import INBOX, expected_facts, load_samples, synthetic
from samples.model import ExpectedFact, FactTruth, Filing, Part
from samples.writers import write

FILINGS = [f for f in load_samples().filings if not f.truncate_to]
SYNTHETIC = synthetic(seed=20230930, months=2, districts=4).filings


def assert_none(told: Iterable[object]) -> None:
    lines = [str(difference) for difference in told]
    assert not lines, f"{len(lines)} differences:\n" + "\n".join(lines)


def items_of(filing: Filing, content: bytes) -> tuple[TaskItem, ...]:
    document = read(content, filing.file)
    return segment(document, region=filing.reporting_unit, as_of=filing.as_of).items


def texts(item: TaskItem, role: Role) -> list[tuple[str | None, str]]:
    return [(part.sub_item, part.text) for part in item.of(role)]


def facts_of(filing: Filing, content: bytes) -> tuple[Fact, ...]:
    """The facts with their region resolved in the sender's context, as landing does it."""
    document = read(content, filing.file)
    facts = extract(segment(document, region=filing.reporting_unit, as_of=filing.as_of)).facts
    return tuple(replace(f, region_code=resolve_region(f.region or "", filing.region_code)) for f in facts)


@pytest.mark.parametrize("filing", FILINGS, ids=lambda f: f.file)
def test_every_row_comes_back_with_its_texts(filing: Filing) -> None:
    items = items_of(filing, (INBOX / filing.file).read_bytes())
    assert [item.item_no for item in items] == [str(n) for n in range(1, len(filing.items) + 1)]
    assert {item.region for item in items} <= {filing.reporting_unit, None}
    for found, written in zip(items, filing.items, strict=True):
        assert texts(found, "task") == [(None, written.task)]
        parts_of: dict[Role, tuple[Part, ...]] = {
            "content": written.content,
            "requirement": written.requirements,
            "progress": written.progress,
        }
        if written.lead_unit:  # a column of its own, which segmentation takes for content
            parts_of["content"] = (Part(text=written.lead_unit),)
        for role, parts in parts_of.items():
            assert texts(found, role) == [(part.sub_item, part.text) for part in parts], (filing.file, found.item_no)


@pytest.mark.parametrize("filing", FILINGS, ids=lambda f: f.file)
def test_every_fact_comes_back(filing: Filing) -> None:
    assert_none(differences(expected_facts(filing), facts_of(filing, (INBOX / filing.file).read_bytes())))


@pytest.mark.parametrize("filing", FILINGS, ids=lambda f: f.file)
def test_the_document_says_its_own_period(filing: Filing) -> None:
    document = read((INBOX / filing.file).read_bytes(), filing.file)
    found = segment(document, region=filing.reporting_unit)
    assert (found.period_start, found.as_of_date) == (date(filing.as_of.year, 1, 1), filing.as_of)
    assert found.campaign_year == filing.as_of.year
    assert found.title == filing.title
    assert found.family == filing.family
    assert not found.issued_by_city


@pytest.mark.parametrize("filing", SYNTHETIC, ids=lambda f: f.file)
def test_every_synthetic_fact_comes_back(filing: Filing) -> None:
    assert_none(differences(expected_facts(filing), facts_of(filing, write(filing))))


def test_the_broken_file_is_refused_as_unreadable() -> None:
    (broken,) = (f for f in load_samples().filings if f.truncate_to)
    with pytest.raises(UnreadableFileError, match=broken.file.partition("（")[0]):
        read((INBOX / broken.file).read_bytes(), broken.file)


class TestTheComparison:
    """The comparison itself sees what it is meant to see."""

    fact = Fact(
        document="一.docx", document_sha256="0", family="lag_table", fact="progress", fact_id="1", item_key="1",
        item_seq=1, item_no="1", region="蓬江区", region_code="440703", actual_value=Decimal("523"), unit="亩",
        percent=Decimal("26.15"), count_role="done", status="behind_schedule", status_phrase="进度滞后",
        rule_id="r", rule_version="1", quote="523亩", locator="table 1/row 2/cell 4", char_start=0, char_end=4,
    )  # fmt: skip
    truth = FactTruth(actual_value=Decimal("523.0"), unit="亩", percent=Decimal("26.15"), count_role="done")

    def expected(self, truth: FactTruth) -> ExpectedFact:
        return ExpectedFact(
            file="一.docx", fact="progress", role="progress", region="蓬江区", region_code="440703", item_no="1",
            sub_item=None, is_key=False, truth=truth, text="已改造523亩，完成率26.15%",
        )  # fmt: skip

    def told(self, *truths: FactTruth, facts: tuple[Fact, ...]) -> list[str]:
        return [d.problem for d in differences([self.expected(t) for t in truths], facts)]

    def test_the_same_fact_is_no_difference(self) -> None:
        verdict = FactTruth(status_phrase="进度滞后")
        assert self.told(self.truth, verdict, facts=(self.fact,)) == []

    def test_another_figure_is_told_with_both_values(self) -> None:
        (wrong, surplus) = self.told(self.truth, facts=(replace(self.fact, actual_value=Decimal(532), status=None),))
        assert "actual_value: expected 523, found 532" in wrong
        assert surplus == "nobody wrote actual_value 532"

    def test_two_expected_facts_need_two_facts(self) -> None:
        assert len(self.told(self.truth, self.truth, FactTruth(status_phrase="进度滞后"), facts=(self.fact,))) == 1

    def test_a_missing_fact_and_an_invented_verdict_are_told(self) -> None:
        assert self.told(self.truth, facts=()) == [
            "no progress fact for actual_value=523 unit=亩 percent=26.15 count_role=done"
        ]
        assert self.told(self.truth, facts=(self.fact,)) == ["nobody wrote status behind_schedule"]
