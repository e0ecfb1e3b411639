"""Two years of months through one real scheduler: each is published, and nothing grows that must not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
import pytest

from publishing.snapshot import current
from samples.generate import synthetic, write_inbox
from xushi.home import Home
from xushi.orchestrate import Airflow, airflow_for

pytestmark = [
    pytest.mark.airflow, pytest.mark.soak, pytest.mark.xdist_group("airflow"), pytest.mark.timeout(7200),
]  # fmt: skip

MONTHS = int(os.environ.get("XUSHI_SOAK_MONTHS", "24"))
DISTRICTS: Final = 7
#: What is compared begins after the start-up's growth: caches fill, pools open.
_SETTLED: Final = min(6, MONTHS // 2)
_SERVICES: Final = ("scheduler", "api-server", "api_server", "triggerer", "dag-processor")


@dataclass(frozen=True, slots=True)
class Measured:
    """After one month: resident megabytes and open files of each of Airflow's services, megabytes on disk."""

    memory: dict[str, float]
    handles: dict[str, int]
    disk: float


def services(home: Home) -> Iterator[tuple[str, psutil.Process]]:
    """Each process of this home's Airflow, by the service that it serves; workers of a task have ended by now."""
    leader = psutil.Process(int((home.airflow / "standalone.pid").read_text("utf-8")))
    for process in leader.children(recursive=True):
        try:
            title = " ".join(process.cmdline())
        except psutil.NoSuchProcess:  # of a task: it ended, and may be a zombie still
            continue
        yield next((name for name in _SERVICES if name in title), "other"), process


def measure(home: Home) -> Measured:
    memory, handles = dict[str, float](), dict[str, int]()
    for name, process in services(home):
        try:
            memory[name] = memory.get(name, 0) + process.memory_info().rss / 2**20
            handles[name] = handles.get(name, 0) + process.num_fds()
        except psutil.NoSuchProcess:
            continue
    disk = sum(path.lstat().st_size for path in home.root.rglob("*") if path.is_file()) / 2**20
    return Measured(memory, handles, disk)


def month_by_month(airflow: Airflow, home: Home, inbox: Path, written: Path) -> Iterator[Measured]:
    """Let a month's files arrive, refresh, measure."""
    filings = synthetic(7, MONTHS, DISTRICTS).filings
    for period in sorted({filing.period for filing in filings}):
        for filing in filings:
            if filing.period == period:
                shutil.copy(written / filing.file, inbox / filing.file)
        _, state = airflow.run({"inbox": str(inbox), "period": period, "gate": "withhold"}, lambda _: None)
        assert state == "success", period
        manifest = current(home.published)
        assert manifest is not None
        assert period in manifest.periods
        yield measure(home)


def test_two_years_run_without_growing(tmp_path: Path) -> None:
    home, inbox, written = Home.find(tmp_path / "home"), tmp_path / "inbox", tmp_path / "written"
    inbox.mkdir()
    write_inbox(synthetic(7, MONTHS, DISTRICTS), written)
    for table in ("submissions.csv", "expected_submissions.csv"):
        shutil.copy(written / table, inbox / table)
    with airflow_for(home) as airflow:
        found = list(month_by_month(airflow, home, inbox, written))
    assert len(found) == MONTHS
    settled, last = found[_SETTLED], found[-1]
    for name in settled.memory:
        assert last.memory[name] < settled.memory[name] * 1.2 + 20, (name, [one.memory.get(name) for one in found])
        assert last.handles[name] <= settled.handles[name] + 10, (name, [one.handles.get(name) for one in found])
    first_half = found[MONTHS // 2].disk - found[_SETTLED].disk
    second_half = last.disk - found[MONTHS // 2].disk
    print(  # noqa: T201 (shown by make soak)
        f"{MONTHS} months: memory {settled.memory} → {last.memory}, files {settled.handles} → {last.handles}, "
        f"disk {first_half:.0f} then {second_half:.0f} MB"
    )
