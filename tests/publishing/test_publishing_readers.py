"""No reader is disturbed by a publication: who holds a version keeps it, who opens gets a whole one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from publishing.snapshot import publish

READER = """
import sys
from pathlib import Path
import duckdb

pointer, stop, holds = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "hold"
def mark(connection):
    sql = "select min(mark), max(mark), count(*) from marts.fct_task_progress"
    low, high, count = connection.execute(sql).fetchone()
    assert low == high and count == 2000, (low, high, count)
    return low

connection = duckdb.connect(str(pointer), read_only=True)
seen = [mark(connection)]
print("ready", flush=True)
while not stop.exists():
    if not holds:
        connection.close()
        connection = duckdb.connect(str(pointer), read_only=True)
    seen.append(mark(connection))
assert seen == sorted(seen), seen
print(len(seen), seen[0], seen[-1], flush=True)
"""


def start(pointer: Path, stop: Path, kind: str) -> subprocess.Popen[str]:
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(pointer), str(stop), kind],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout
    assert reader.stdout.readline() == "ready\n", reader.stderr and reader.stderr.read()
    return reader


def test_twenty_publications_disturb_neither_a_holder_nor_a_reopener(make_build, tmp_path, release) -> None:
    published, stop = tmp_path / "published", tmp_path / "stop"
    publish(make_build(0, rows=2000), published, release)
    readers = {kind: start(published / "warehouse.duckdb", stop, kind) for kind in ("hold", "reopen")}
    for mark in range(1, 21):
        publish(make_build(mark, rows=2000), published, release, keep=3)
    stop.touch()
    told = {}
    for kind, reader in readers.items():
        out, err = reader.communicate(timeout=60)
        assert reader.returncode == 0, err
        told[kind] = [int(n) for n in out.split()]
    queries, first, last = told["hold"]
    assert (first, last) == (0, 0) and queries > 20
    opens, first, last = told["reopen"]
    assert first == 0 and last > 15 and opens > 20
