"""The gates on a nation's lake: what each check costs, and one month's judgement by the length of its history.

A check's seconds are those of its query, run alone on the gate's own database, or of the built-in expectation's column.
The whole gate runs in a process of its own, Great Expectations' import apart.  The alternative, in the same run, is the
same gate over everything.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.nation import Size, write_lake
from expectations.catalogue import Check, Stage, catalogue
from expectations.runner import run_gate
from expectations.workbench import judged_part, workbench
from xushi import transform as models
from xushi.build_state import findings_of
from xushi.home import Home
from xushi.window import Window, whole_years

_PROJECT = Path(__file__).resolve().parent.parent
_GATES: tuple[Stage, ...] = ("raw", "mart")
#: The models that the mart gate reads, without data tests.
_CANDIDATES = (
    "build", "--exclude", "tag:release", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test",
)  # fmt: skip


def seconds_by_check(stage: Stage, home: Home, periods: Sequence[str] | None) -> dict[str, float]:
    """The seconds of each check's query, and under `fill` those of the database that they run in."""
    build = None if stage == "raw" else home.build_database
    before = time.perf_counter()
    with workbench(stage, home.lake, build, periods) as (_, connection):
        told = {"fill": time.perf_counter() - before}
        parts: dict[str, str] = {}
        for check in (c for c in catalogue() if c.stage == stage):
            if check.table not in parts:
                parts[check.table], _ = judged_part(connection, stage, check.table, periods)
            before = time.perf_counter()
            connection.execute(_query(check, parts[check.table])).fetchall()
            told[check.id] = time.perf_counter() - before
    return told


def _query(check: Check, part: str) -> str:
    if check.expectation is None:
        return f'with judged as (select * from "{part}") select * from ({check.query}) as found'
    return f'select count(*) from "{part}" where "{check.expectation["column"]}" is null'


def gate(stage: Stage, home: Home, periods: Sequence[str] | None) -> dict[str, Any]:
    """The seconds of a gate as the refresh runs it, import apart, and how many findings its file holds."""
    from expectations import adapter

    adapter.load().get_context(mode="ephemeral")
    before = time.perf_counter()
    build = None if stage == "raw" else home.build_database
    result = run_gate(stage, home.lake, build, findings_of(home, stage), periods=periods)
    return {"seconds": time.perf_counter() - before, "findings": sum(result.counts.values())}


def _in_own_process(stage: Stage, home: Home, periods: Sequence[str] | None) -> dict[str, Any]:
    asked = json.dumps({"stage": stage, "home": str(home.root), "periods": periods})
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.checks", "--gate", asked], capture_output=True, text=True, check=True,
        cwd=_PROJECT,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _originals(home: Home) -> None:
    """An original for every submission, small but true, for one that is not is judged again in every refresh."""
    path = home.lake / "registry" / "submissions.parquet"
    rows = pq.read_table(path)
    hashes = []
    for name in rows["submission_id"].to_pylist():
        content = str(name).encode()
        hashes.append(hashlib.sha256(content).hexdigest())
        original = home.originals / hashes[-1][:2] / hashes[-1]
        original.parent.mkdir(parents=True, exist_ok=True)
        original.write_bytes(content)
    pq.write_table(rows.set_column(rows.schema.get_field_index("sha256"), "sha256", pa.array(hashes)), path)


def build_home(home: Home, size: Size) -> None:
    """A nation's lake, its originals, and the candidates that the mart gate judges."""
    write_lake(size, home.lake)
    _originals(home)
    models.run_dbt(home, _CANDIDATES)


def measure(counties: int, requirements: int, histories: Sequence[int]) -> None:
    told: dict[tuple[int, Stage, str], float] = {}
    print(f"The gates on {counties} counties × {requirements} requirements, the last month of each history")
    for months in histories:
        with tempfile.TemporaryDirectory() as name:
            home, size = Home(Path(name)), Size(counties, requirements, months)
            build_home(home, size)
            month = Window(size.periods[-1], size.periods[-1], is_full=False)
            for stage in _GATES:
                periods = (month if stage == "raw" else whole_years(home.lake, month)).periods
                everything = _in_own_process(stage, home, None)
                one = min((_in_own_process(stage, home, periods) for _ in range(2)), key=lambda run: run["seconds"])
                told[months, stage, "one"], told[months, stage, "all"] = one["seconds"], everything["seconds"]
                print(
                    f"  {months:4} months, {stage:4} gate: {periods[0]}…{periods[-1]} {one['seconds']:6.1f} s,"
                    f" everything {everything['seconds']:6.1f} s ({everything['findings']:,} findings in the file)"
                )
                if months == max(histories):
                    everywhere = seconds_by_check(stage, home, None)  # first, so that both find the files in memory
                    _print_checks(stage, seconds_by_check(stage, home, periods), everywhere)
    first, last = min(histories), max(histories)
    for stage in _GATES:
        for what, words in (("one", "judging what changed"), ("all", "judging everything")):
            ratio = told[last, stage, what] / told[first, stage, what]
            print(f"  {stage:4} gate, {words} with {last} months against {first}: {ratio:.2f} x")
        print(
            f"  {stage:4} gate with {last} months, everything against what changed:"
            f" {told[last, stage, 'all'] / told[last, stage, 'one']:.2f} x"
        )


def _print_checks(stage: Stage, one: dict[str, float], everything: dict[str, float]) -> None:
    print(f"    {stage} gate, seconds a check: {'what changed':>31} {'everything':>12}")
    for name in sorted(one, key=lambda name: -one[name]):
        print(f"      {name:50} {one[name]:8.3f} {everything[name]:12.3f}")
    print(f"      {'total':50} {sum(one.values()):8.3f} {sum(everything.values()):12.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--counties", type=int, default=28)
    parser.add_argument("--requirements", type=int, default=100, help="a county's, by tens")
    parser.add_argument("--histories", type=int, nargs=2, default=(12, 120), help="months, the judged one included")
    parser.add_argument("--gate", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.gate:
        asked = json.loads(given.gate)
        print(json.dumps(gate(asked["stage"], Home(Path(asked["home"])), asked["periods"])))
    else:
        measure(given.counties, given.requirements, given.histories)


if __name__ == "__main__":
    main()
