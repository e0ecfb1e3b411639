"""The findings on the real documents, each judged by hand (golden_seeds.yml): nothing missed, next to nothing false."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from xushi.home import Home

from . import golden
from .landed import judged, land

#: One landing serves the whole file.
pytestmark = pytest.mark.xdist_group("golden_seeds")

GOLDEN = golden.read("golden_seeds.yml")


@pytest.fixture(scope="module")
def found(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Counter[golden.Key]:
    """The findings on the seeds, registered with nothing but their own text."""
    home = land(shared_dir / "seeds", Home(tmp_path_factory.mktemp("seeds")))
    return Counter(golden.key_of(row) for row in judged(home))


def test_every_genuine_finding_is_found(found: Counter[golden.Key]) -> None:
    assert not golden.keys(GOLDEN, "genuine") - found


def test_what_is_right_stays_silent(found: Counter[golden.Key]) -> None:
    assert golden.unjudged(found, GOLDEN) == []


def test_precision_of_the_judged_findings() -> None:
    assert golden.precision(GOLDEN) >= golden.PRECISION
    assert all(row["reason"] for row in GOLDEN)
