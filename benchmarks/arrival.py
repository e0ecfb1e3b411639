"""From a file in the inbox to its publication under the running scheduler, against one process (`make bench-arrival`).

A home is refreshed from the samples and copied.  In the one a real Airflow is kept up, and arrivals are put into its
inbox one after the other, each when the one before has been published; in the other the same arrivals go through the
same functions in one process.  All by the clock.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from publishing.snapshot import current
from xushi import refresh, run
from xushi.home import PROJECT_ROOT, Home
from xushi.orchestrate import Airflow, airflow_for

SAMPLES = PROJECT_ROOT / "samples" / "inbox"
LATE = "late_submissions"
WATCH_SECONDS = 2
_PATIENCE_SECONDS = 1800
_AFTER = ("has_changes", "raw_gate", "transform", "mart_gate", "release", "publish", "summary")


@dataclass(slots=True)
class Told:
    """Seconds of each arrival; `noticed` is until its run was queued, `published` until the pointer had moved."""

    noticed: list[float] = field(default_factory=list)
    published: list[float] = field(default_factory=list)
    run: list[float] = field(default_factory=list)


def put(inbox: Path, number: int) -> None:
    """A resubmission of one district's September with another figure, as a clerk copies it in: a file, by rename."""
    inbox.mkdir(parents=True, exist_ok=True)
    (sample,) = SAMPLES.glob("鹤山市-2023年9月*.txt")
    text = f"{sample.read_text('utf-8').rstrip()}\n补报说明：第{number}次补报。\n"
    part = inbox / f".鹤山市-2023年9月-补报{number}.part"
    part.write_text(text, encoding="utf-8")
    part.rename(inbox / f"鹤山市-2023年9月-污染防治重点工作进度-补报{number}.txt")


def version(home: Home) -> int:
    manifest = current(home.published)
    return manifest.version if manifest else 0


def seconds_until(holds: Callable[[], bool], what: str) -> float:
    """By the clock; SystemExit where it does not come about."""
    start = time.monotonic()
    while not holds():
        if time.monotonic() - start > _PATIENCE_SECONDS:
            raise SystemExit(f"{what}: not within {_PATIENCE_SECONDS} s")
        time.sleep(0.05)
    return time.monotonic() - start


def under_airflow(home: Home, arrivals: int) -> Told:
    """Each arrival from its rename in the inbox on."""
    told = Told()
    settings = {"XUSHI_INBOX": str(home.root / "inbox"), "XUSHI_WATCH_SECONDS": str(WATCH_SECONDS)}
    with _settings(**settings), airflow_for(home, keeps=True, schedule="") as airflow:
        for number in range(1, arrivals + 1):
            before, at = version(home), time.time()
            put(home.root / "inbox", number)
            told.published.append(seconds_until(lambda: version(home) > before, f"arrival {number}"))  # noqa: B023
            last = ended(airflow, number)
            told.noticed.append(moment(last["queued_at"]) - at)
            told.run.append(moment(last["end_date"]) - moment(last["start_date"]))
            print(f"arrival {number}: published after {told.published[-1]:.1f} s", flush=True)
    return told


def ended(airflow: Airflow, number: int) -> dict[str, Any]:
    """The last run, once it has ended; one run for each arrival, no more."""
    seconds_until(lambda: all(one["state"] == "success" for one in airflow.runs(LATE)), "the end of the run")
    runs = sorted(airflow.runs(LATE), key=lambda one: str(one["queued_at"]))
    assert len(runs) == number, [one["state"] for one in runs]
    return runs[-1]


def moment(given: str) -> float:
    return datetime.fromisoformat(given).timestamp()


def in_one_process(home: Home, arrivals: int) -> Told:
    """The same functions in a row; what a process loads once is loaded by a refresh that finds nothing new."""
    told, inbox = Told(), home.root / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for number in range(arrivals + 1):
        if number:
            put(inbox, number)
        start = time.monotonic()
        plan = refresh.discover_arrivals(str(home.root), str(inbox), None, f"alone-{number}")
        for batch in plan["batches"]:
            refresh.extract(plan, batch)
        for name in _AFTER:
            if not getattr(refresh, name)(plan):
                assert number == 0
                break
            if name == "publish":
                told.published.append(time.monotonic() - start)
        if number:
            told.run.append(time.monotonic() - start)
            print(f"arrival {number} in one process: {told.run[-1]:.1f} s", flush=True)
    return told


@contextmanager
def _settings(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def main() -> None:
    """Measure both sides and print medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arrivals", type=int, default=5)
    arrivals = parser.parse_args().arrivals
    with tempfile.TemporaryDirectory(prefix="xushi-arrival-") as folder:
        home, alone = Home(Path(folder) / "home"), Home(Path(folder) / "alone")
        outcome = run.refresh(home, SAMPLES, None, through_airflow=False, say=lambda _: None)
        assert outcome.error is None, outcome.error
        shutil.copytree(home.root, alone.root, symlinks=True)
        print(f"{arrivals} arrivals after {version(home)} version of the samples, load {os.getloadavg()[0]:.1f}")
        orchestrated, plain = under_airflow(home, arrivals), in_one_process(alone, arrivals)
    median = statistics.median
    print(f"noticed (settled at two looks {WATCH_SECONDS} s apart, run queued): {median(orchestrated.noticed):.1f} s")
    print(f"arrival → publication under the scheduler: {median(orchestrated.published):.1f} s")
    both = f"{median(orchestrated.run):.1f} s; the same functions in one process: {median(plain.run):.1f} s"
    print(f"the run itself: {both}")
    print(f"orchestrated / in one process: {median(orchestrated.run) / median(plain.run):.2f} ×")


if __name__ == "__main__":
    main()
