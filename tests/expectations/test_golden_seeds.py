"""The findings on the real documents, each judged by hand (golden_seeds.yml): nothing missed, next to nothing false."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from xushi.home import Home

from .landed import Row, judged, land

GOLDEN = yaml.safe_load(Path(__file__).with_name("golden_seeds.yml").read_text("utf-8"))
LOUD = ("blocker", "error", "warning")
PRECISION = 0.9
Key = tuple[object, ...]


@pytest.fixture(scope="module")
def found(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Counter[Key]:
    """The findings on the seeds, registered with nothing but their own text."""
    home = land(shared_dir / "seeds", Home(tmp_path_factory.mktemp("seeds")))
    return Counter(_key(row) for row in judged(home))


def _key(row: Row) -> Key:
    """(document, item_no, check, severity, what was observed where no item tells findings apart)."""
    name, item_no = row["file_name"], row["item_no"]
    is_told_apart = item_no is not None or row["check_id"] == "region_unresolved"
    telling = None if is_told_apart else row["observed"]
    return (str(name)[:3] if name else None, item_no, row["check_id"], row["severity"], telling)


def golden(*verdicts: str) -> Counter[Key]:
    keys = ("document", "item_no", "check_id", "severity", "observed")
    return Counter(tuple(g.get(k) for k in keys) for g in GOLDEN if g["verdict"] in verdicts)


def test_every_genuine_finding_is_found(found: Counter[Key]) -> None:
    assert not golden("genuine") - found


def test_what_is_right_stays_silent(found: Counter[Key]) -> None:
    assert [key for key in found - golden("genuine", "false_alarm") if key[3] in LOUD] == []


def test_precision_of_the_judged_findings() -> None:
    verdicts = Counter(g["verdict"] for g in GOLDEN if g["severity"] in LOUD)
    assert verdicts["genuine"] / verdicts.total() >= PRECISION
    assert all(g["reason"] for g in GOLDEN)
