"""The gates' benchmark runs the catalogue as it is: each check once, and the gate in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.checks import build_home, measure, seconds_by_check
from benchmarks.nation import Size
from expectations.catalogue import catalogue
from xushi.home import Home


def test_every_check_is_measured(tmp_path: Path) -> None:
    home = Home(tmp_path)
    build_home(home, Size(counties=1, requirements=10, months=1))
    for stage in ("raw", "mart"):
        told = seconds_by_check(stage, home, None)
        assert told.keys() == {"fill", *(check.id for check in catalogue() if check.stage == stage)}


@pytest.mark.soak
def test_both_ratios_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    measure(counties=1, requirements=10, histories=(1, 2))
    told = capsys.readouterr().out
    assert all(f" {check.id} " in told for check in catalogue())
    assert "mart gate, judging what changed with 2 months against 1" in told
    assert "raw  gate with 2 months, everything against what changed" in told
