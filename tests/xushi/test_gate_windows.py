"""The gates of a refresh judge what changed, and months one by one leave the same findings as all at once."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from registry import incidents
from tests.conftest import copy_of_home
from tests.xushi.conftest import SAMPLES, refreshed
from tests.xushi.test_refresh import DIE_IN
from xushi import build_state, run
from xushi import refresh as stages
from xushi.home import PROJECT_ROOT, Home

pytestmark = pytest.mark.xdist_group("gate_windows")

GATES: tuple[build_state.Gate, ...] = ("raw", "mart")


def findings(home: Path) -> dict[str, bytes]:
    return {gate: build_state.findings_of(Home(home), gate).read_bytes() for gate in GATES}


def open_incidents(home: Path) -> list[tuple[str, str, str]]:
    found = incidents.open_incidents(stages.registry_of(Home(home)))
    return sorted((i.check_id, i.record_table, i.record_key) for i in found)


@pytest.fixture(scope="module")
def july(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home to which the samples of July have come."""
    home = tmp_path_factory.mktemp("july") / "home"
    assert run.refresh(Home(home), SAMPLES, "2023-07", through_airflow=False, say=lambda _: None).error is None
    return home


@pytest.fixture(scope="module")
def by_months(july: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, ...]]]:
    """A home to which the samples came month by month, and the periods that the raw gate judged after July."""
    home = tmp_path_factory.mktemp("months") / "home"
    copy_of_home(july, home)
    judged: list[tuple[str, ...]] = []
    for period in ("2023-08", "2023-09"):
        outcome = run.refresh(Home(home), SAMPLES, period, through_airflow=False, say=judged_by(home, judged))
        assert outcome.error is None
    return home, judged


def judged_by(home: Path, judged: list[tuple[str, ...]]) -> run.Say:
    def say(line: str) -> None:
        if line.startswith("③"):
            window = build_state.window_to_judge(Home(home), "raw")
            judged.append(("everything",) if window.is_full else window.periods)

    return say


def test_months_one_by_one_leave_the_findings_of_all_at_once(
    by_months: tuple[Path, list[tuple[str, ...]]], samples_home: Path
) -> None:
    home, _ = by_months
    assert findings(home) == findings(samples_home)
    assert open_incidents(home) == open_incidents(samples_home)


def test_a_month_is_judged_by_itself(by_months: tuple[Path, list[tuple[str, ...]]]) -> None:
    _, judged = by_months
    assert judged[-1] == ("2023-09",)
    assert ("everything",) not in judged


def test_nothing_is_to_be_judged_anew_after_a_refresh_but_the_last_month(copied: Path) -> None:
    assert build_state.window_to_judge(Home(copied), "raw").periods == ("2023-09",)
    year = build_state.window_to_judge(Home(copied), "mart")
    assert (year.periods[-1], year.is_full) == ("2023-09", False)


@pytest.mark.parametrize("gate", GATES)
def test_findings_that_are_not_what_the_gate_wrote_are_judged_anew(copied: Path, gate: build_state.Gate) -> None:
    home = Home(copied)
    other: build_state.Gate = "raw" if gate == "mart" else "mart"
    shutil.copy(build_state.findings_of(home, other), build_state.findings_of(home, gate))
    assert build_state.window_to_judge(home, gate).is_full
    build_state.findings_of(home, gate).unlink()
    assert build_state.window_to_judge(home, gate).is_full
    assert not build_state.window_to_judge(home, other).is_full


@pytest.mark.soak
def test_a_run_that_is_killed_between_the_gates_loses_no_finding(
    july: Path, samples_home: Path, tmp_path: Path
) -> None:
    """August comes and dies before its candidates are judged; what September judges are both."""
    home = tmp_path / "home"
    copy_of_home(july, home)
    die = DIE_IN.replace("Path(inbox), None,", "Path(inbox), '2023-08',")
    died = subprocess.run(
        [sys.executable, "-c", die, "mart_gate", str(home), str(SAMPLES)], cwd=PROJECT_ROOT, capture_output=True
    )
    assert died.returncode == -signal.SIGKILL
    assert refreshed(home, SAMPLES).error is None
    assert findings(home) == findings(samples_home)
