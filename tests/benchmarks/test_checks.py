"""The gates' benchmark runs the catalogue as it is: each check once, and the gate in a process of its own."""

from __future__ import annotations

import pytest

from benchmarks.checks import measure
from expectations.catalogue import catalogue


def test_every_check_is_measured_and_both_ratios_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    measure(counties=1, requirements=10, histories=(1, 2))
    told = capsys.readouterr().out
    assert all(f" {check.id} " in told for check in catalogue())
    assert "mart gate, judging what changed with 2 months against 1" in told
    assert "raw  gate with 2 months, everything against what changed" in told
