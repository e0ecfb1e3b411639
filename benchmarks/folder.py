"""A folder of documents through discover and extract: two cores against one, and memory by the number of files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from ingestion.limits import WORKERS_VARIABLE
from samples.generate import synthetic, write_inbox

MANY, FEW = 1000, 100
#: Reading the shares of memory costs processor time that the workers would have.
_SAMPLE_SECONDS = 2.0

#: Runs the stages in a process of its own, and tells what it took.
_RUN = """
import json, sys, time
from xushi import refresh
if __name__ == "__main__":
    home, inbox = sys.argv[1:]
    before = time.perf_counter()
    plan = refresh.discover(home, inbox, None, "bench")
    received = time.perf_counter()
    read = [refresh.extract(plan, batch)["extracted"] for batch in plan["batches"]]
    print(json.dumps({"files": sum(read), "discover": received - before, "extract": time.perf_counter() - received}))
"""


def written(folder: Path, files: int) -> Path:
    """An inbox of so many files of random districts: docx, xlsx, html and txt in turn, a year of each."""
    write_inbox(synthetic(seed=7, months=10, districts=files // 10), folder)
    return folder


def measured(inbox: Path, cores: int) -> dict[str, float]:
    """Seconds of discover and extract on so many cores, with a worker for each, and the peaks of memory in MB.

    Of the parent, and of all its processes; shared pages are counted in equal parts (PSS), so that what workers have in
    common counts once.
    """
    with tempfile.TemporaryDirectory() as home:
        environment = {name: value for name, value in os.environ.items() if name != WORKERS_VARIABLE}
        process = subprocess.Popen(
            [sys.executable, "-c", _RUN, home, str(inbox)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment | {"PYTHONPATH": str(Path.cwd())},
        )
        psutil.Process(process.pid).cpu_affinity(psutil.Process().cpu_affinity()[:cores])
        parent_mb, whole_mb = 0.0, 0.0
        while process.poll() is None:
            own, whole = _memory(process.pid)
            parent_mb, whole_mb = max(parent_mb, own), max(whole_mb, whole)
            time.sleep(_SAMPLE_SECONDS)
        assert process.stdout is not None
        told: dict[str, float] = json.loads(process.stdout.read().splitlines()[-1])
    return told | {"parent_mb": parent_mb, "whole_mb": whole_mb}


def _memory(pid: int) -> tuple[float, float]:
    """Megabytes of a process, and of it with all that it started."""
    try:
        parent = psutil.Process(pid)
        shares = [_share(each) for each in (parent, *parent.children(recursive=True))]
    except psutil.Error:
        return 0.0, 0.0
    return shares[0], sum(shares)


def _share(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 2**20
    except psutil.Error:
        return 0.0


def measure_folders() -> None:
    """Print seconds, the ratio of two cores to one, and memory."""
    with tempfile.TemporaryDirectory() as name:
        many, few = written(Path(name) / "many", MANY), written(Path(name) / "few", FEW)
        busy = psutil.cpu_percent(interval=1.0)
        print(f"A folder of {MANY} documents, discover and extract ({busy:.0f} % of the machine was busy before)")
        runs = {(inbox.name, cores): measured(inbox, cores) for inbox, cores in ((few, 2), (many, 1), (many, 2))}
    for (folder, cores), told in runs.items():
        total = told["discover"] + told["extract"]
        print(
            f"  {folder:5} {told['files']:5.0f} files, {cores} core(s): {total:6.1f} s"
            f" (discover {told['discover']:.1f}, extract {told['extract']:.1f}),"
            f" peak {told['parent_mb']:.0f} MB in the parent, {told['whole_mb']:.0f} MB in all"
        )
    one, two = runs["many", 1], runs["many", 2]
    ratio = (one["discover"] + one["extract"]) / (two["discover"] + two["extract"])
    print(f"  two cores against one: {ratio:.2f} x (at least 1.7)")
    growth = two["whole_mb"] / runs["few", 2]["whole_mb"]
    print(f"  memory of {MANY} files against {FEW}: {growth:.2f} x (constant)")
