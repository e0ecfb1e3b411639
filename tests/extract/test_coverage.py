"""Every numeral of a document is part of a fact, a named non-measure, or a rejection with its reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.errors import IngestionError
from ingestion.extract import extract, reasons
from ingestion.extract.folding import fold
from ingestion.extract.numerals import NUMERAL
from ingestion.read import read
from ingestion.records import Extraction
from ingestion.segment import segment

SAMPLES = Path(__file__).parents[2] / "samples" / "inbox"
MOST_REJECTED = Decimal("0.05")
#: Formats that need more than Python, or hold other files.
ELSEWHERE = {".doc", ".wps", ".rtf", ".odt", ".zip", ".csv", ".pdf"}


def accounted(path: Path, region: str | None = None, as_of: date | None = None) -> tuple[int, int]:
    """How many numerals a document has and how many were rejected, once they are seen to add up."""
    document = read(path.read_bytes(), path.name)
    found: Extraction = extract(segment(document, region=region, as_of=as_of))
    assert found.coverage is not None
    counts = (found.coverage.in_fact, found.coverage.named_non_measure, found.coverage.rejected)
    assert min(counts) >= 0
    assert sum(counts) == len(NUMERAL.findall(fold(document.text)))
    assert {r.reason for r in found.rejections} <= set(reasons())
    return sum(counts), found.coverage.rejected


def share(found: Iterator[tuple[int, int]]) -> Decimal:
    """The rejected share over several documents."""
    told = list(found)
    everything = sum(numerals for numerals, _ in told)
    assert everything
    return Decimal(sum(rejected for _, rejected in told)) / everything


@pytest.mark.parametrize("name", ["seeds", "corpus"])
def test_numerals_of_real_documents_are_accounted_for(shared_dir: Path, name: str) -> None:
    def each() -> Iterator[tuple[int, int]]:
        for path in sorted((shared_dir / name).glob("*.txt")):
            beside = path.with_suffix(".json")
            region = json.loads(beside.read_text(encoding="utf-8"))["region"] if beside.exists() else None
            yield accounted(path, region)

    assert share(each()) <= MOST_REJECTED


def test_numerals_of_the_samples_are_accounted_for() -> None:
    def each() -> Iterator[tuple[int, int]]:
        for path in sorted(p for p in SAMPLES.rglob("*") if p.is_file() and p.suffix.lower() not in ELSEWHERE):
            try:
                yield accounted(path)
            except IngestionError:
                continue  # a sample of what cannot be read

    assert share(each()) <= MOST_REJECTED
