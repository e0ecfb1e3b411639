"""The models on a nation's lake: a full build against SQL by hand, a month's refresh by history, peak memory.

Every side runs in a process of its own (`model_sides.py`), on all cores.  Both sides' tables are compared row by row
before their times are; start-up is measured apart, in a home of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.model_sides import hand_database
from benchmarks.nation import Size, write_lake
from xushi.home import Home

_PROJECT = Path(__file__).resolve().parent.parent
_LEFT_OUT = (
    "the sentences of lag_reason_*, the columns of the city's verdict (all NULL in this lake) and item_status* "
    "(the same as reported_status* here); cases of the models that cannot occur in this lake: see by_hand.sql"
)


class SideError(Exception):
    """A side failed; the message is the last line that it wrote."""


def ran(side: str, home: Home) -> dict[str, Any]:
    """What one side tells; raises SideError."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.model_sides", side, str(home.root)],
        capture_output=True, text=True, check=False, cwd=_PROJECT,
    )  # fmt: skip
    if done.returncode:
        raise SideError(f"{side}: {(done.stderr.strip() or done.stdout.strip() or 'no word').splitlines()[-1]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def differing(home: Home) -> tuple[list[str], int, int]:
    """The columns that both sides have, and the rows that only the models' or only the hand's table has."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{hand_database(home)}' as hand (read_only)")
        connection.execute(f"attach '{home.build_database}' as build (read_only)")
        columns = [name for name, *_ in connection.execute("describe hand.fct_task_progress").fetchall()]
        of = {side: f"select {', '.join(columns)} from {side}.fct_task_progress" for side in ("hand", "build.marts")}
        more, fewer = (
            (connection.execute(f"select count(*) from ({a} except all {b})").fetchone() or (0,))[0]
            for a, b in ((of["build.marts"], of["hand"]), (of["hand"], of["build.marts"]))
        )
    return columns, more, fewer


def measure_full_build(size: Size) -> None:
    """Print the full build's time and memory beside those of the SQL by hand."""
    print(f"Full build of fct_task_progress: {size}")
    with tempfile.TemporaryDirectory() as folder:
        home, empty, whole = (Home(Path(folder) / name) for name in ("home", "empty", "whole"))
        mb = write_lake(size, home.lake) / 2**20
        print(f"  lake: {mb:.0f} MB in {sum(1 for _ in home.lake.glob('*/period=*/S*.parquet')):,} files")
        start, hand, models = ran("start_up", empty), ran("by_hand", home), ran("fact_table", home)
        columns, more, fewer = differing(home)
        same = "yes" if not more + fewer else f"NO ({more} more, {fewer} fewer)"
        print(f"  the same {hand['rows']:,} rows in {len(columns)} columns: {same}")
        print(f"  not in the SQL by hand: {_LEFT_OUT}")
        for label, told in (("dbt's start-up", start), ("SQL by hand", hand), ("the models, start-up in", models)):
            print(f"  {label:25} {_cost(told)}")
        for what, unit in (("seconds", "by the clock"), ("cpu", "of the processor")):
            ratio = (models[what] - start[what]) / hand[what]
            print(f"  the models without their start-up against the SQL by hand, {unit}: {ratio:.2f} x (aim 1.3)")
        print(f"  peak of the models against that by hand: {models['peak_mb'] / hand['peak_mb']:.2f} x")
        _print_heaviest(models["nodes"])
        whole.root.mkdir()
        whole.lake.symlink_to(home.lake, target_is_directory=True)
        everything = ran("refresh", whole)
        print(f"  every model and data test {_cost(everything)}")


def measure_refresh(counties: int, requirements: int, histories: Sequence[int]) -> None:
    """Print what the last month of each history costs, when everything before it was built."""
    print(f"One month's refresh of {counties} counties × {requirements} requirements, data tests and release included")
    told = {}
    for months in histories:
        with tempfile.TemporaryDirectory() as name:
            home, size = Home(Path(name)), Size(counties, requirements, months)
            write_lake(size, home.lake, size.periods[:-1])
            ran("refresh", home)
            ran("start_up", home)  # the first window after a full build is parsed anew, the later ones are not
            write_lake(size, home.lake)
            told[months] = again = ran("refresh", home)
            database = home.build_database.stat().st_size / 2**20
        print(
            f"  {months:4} months, {again['window']}: {again['seconds']:6.1f} s (windows {again['windows']:.1f} s),"
            f" processor {again['cpu']:.1f} s, peak {again['peak_mb']:.0f} MB, database {database:.0f} MB"
        )
    first, last = histories[0], histories[-1]
    for what, name in (("seconds", "time"), ("cpu", "processor"), ("peak_mb", "peak memory")):
        print(f"  {name} with {last} months against {first}: {told[last][what] / told[first][what]:.2f} x (aim 1.2)")
    grown = {n: s - told[first]["nodes"].get(n, 0) for n, s in told[last]["nodes"].items()}
    _print_heaviest(grown, "what grew most (s)")


def _cost(told: Mapping[str, Any]) -> str:
    return f"{told['seconds']:8.1f} s, processor {told['cpu']:8.1f} s, peak {told['peak_mb']:6.0f} MB"


def _print_heaviest(nodes: Mapping[str, float], title: str = "the heaviest models (s)", count: int = 10) -> None:
    heaviest = sorted(nodes.items(), key=lambda node: -node[1])[:count]
    print(f"  {title}: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in heaviest))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--counties", type=int, default=2800, help="of the full build")
    parser.add_argument("--requirements", type=int, default=100, help="a county's, by tens")
    parser.add_argument("--months", type=int, default=12, help="of the full build, from January")
    parser.add_argument("--refresh-counties", type=int, default=140, help="of the month's refresh")
    parser.add_argument("--histories", type=int, nargs=2, default=(12, 120), help="months, the refreshed one included")
    parser.add_argument("--only", choices=("full", "refresh"))
    given = parser.parse_args()
    if given.only != "refresh":
        measure_full_build(Size(given.counties, given.requirements, given.months))
    if given.only != "full":
        measure_refresh(given.refresh_counties, given.requirements, given.histories)


if __name__ == "__main__":
    main()
