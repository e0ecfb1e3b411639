"""Random districts are coherent and the same for the same seed."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.generate import expected_facts, synthetic, write_inbox
from samples.writers import write


def test_the_same_seed_writes_the_same_bytes_and_another_one_does_not(tmp_path: Path) -> None:
    first, second, other = (synthetic(seed, 2, 4) for seed in (5, 5, 6))
    written = [{f.file: write(f) for f in samples.filings} for samples in (first, second, other)]
    assert written[0] == written[1] != written[2]
    assert {f.format for f in first.filings} == {"docx", "xlsx", "html", "txt"}
    assert len(write_inbox(first, tmp_path)) == 2 * 4 + 2


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), months=st.integers(1, 30), districts=st.integers(1, 12))
def test_any_months_and_districts_give_coherent_figures(seed: int, months: int, districts: int) -> None:
    samples = synthetic(seed, months, districts)
    assert len(samples.filings) == len(samples.expectations) == months * districts
    assert len({f.file for f in samples.filings}) == len(samples.filings)
    done: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    for filing in sorted(samples.filings, key=lambda f: f.period):
        facts = expected_facts(filing)
        assert all(f.truth.deadline is None or f.truth.deadline.year == filing.as_of.year for f in facts)
        for fact in facts:
            if fact.truth.count_role == "done" and fact.truth.percent is not None:
                assert fact.truth.actual_value is not None
                assert 0 <= fact.truth.percent <= 100
                done[filing.reporting_unit, filing.period[:4], fact.item_no].append(fact.truth.actual_value)
    assert all(counts == sorted(counts) for counts in done.values())


def test_more_districts_than_there_are_is_said_plainly() -> None:
    with pytest.raises(ValueError, match="districts asked"):
        synthetic(1, 1, 10**5)
