"""The findings on fifteen documents of other cities, each judged by hand (golden_corpus.yml)."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from xushi.home import Home

from . import golden
from .landed import judged, land

#: One landing serves the whole file.
pytestmark = pytest.mark.xdist_group("golden_corpus")

GOLDEN = golden.read("golden_corpus.yml")
#: Where a document's note states no year, any will do: the register must name one.
ANY_YEAR = "2021"


@pytest.fixture(scope="module")
def found(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Counter[golden.Key]:
    """The findings on the corpus, registered with the region and period that stand beside each document."""
    inbox = tmp_path_factory.mktemp("inbox")
    for path in sorted((shared_dir / "corpus").glob("*.txt")):
        shutil.copyfile(path, inbox / path.name)
    with (inbox / "submissions.csv").open("w", encoding="utf-8", newline="") as stream:
        register = csv.writer(stream)
        register.writerow(["file", "reporting_unit", "period"])
        for note in sorted((shared_dir / "corpus").glob("*.json")):
            about = json.loads(note.read_text("utf-8"))
            register.writerow([f"{note.stem}.txt", about["region"], last_month(about["period"])])
    return Counter(golden.key_of(row) for row in judged(land(inbox, Home(tmp_path_factory.mktemp("corpus")))))


def last_month(period: str) -> str:
    """2019 → 2019-12, 2015-H1 → 2015-06, 2018-01..08 → 2018-08, 01..08 (year not stated) → any year's August."""
    year = re.match(r"\d{4}", period)
    month = re.search(r"\.\.(\d\d)", period) or re.match(r"\d{4}-(\d\d)", period)
    return f"{year[0] if year else ANY_YEAR}-{'06' if 'H1' in period else month[1] if month else '12'}"


def test_every_genuine_finding_is_found(found: Counter[golden.Key]) -> None:
    assert not golden.keys(GOLDEN, "genuine") - found


def test_what_is_right_stays_silent(found: Counter[golden.Key]) -> None:
    assert golden.unjudged(found, GOLDEN) == []


def test_precision_of_the_judged_findings() -> None:
    assert golden.precision(GOLDEN) >= golden.PRECISION
    assert all(row["reason"] for row in GOLDEN)
