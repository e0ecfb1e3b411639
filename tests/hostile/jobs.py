"""What workers are given in the tests: functions of a module, as plain as the faults that they stand for."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from dataclasses import dataclass

from ingestion.errors import UnreadableFileError
from ingestion.worker import _held_bytes


@dataclass(frozen=True)
class Job:
    file_name: str
    does: str = "answer"
    size_bytes: int = 7


def do(job: Job) -> str:
    if job.does == "spin":
        while True:
            pass
    if job.does == "fill":
        held = []
        while True:
            held.append(bytearray(2**20))
    if job.does == "crash":
        ctypes.string_at(0)
    if job.does == "leave":
        os._exit(0)
    if job.does == "refuse":
        raise UnreadableFileError(job.file_name, "坏了 (broken)")
    if job.does == "fault":
        raise KeyError("a fault of the program")
    if job.does == "write a table":
        import pyarrow as pa  # as the stage that lands does: loaded where it is first needed
        import pyarrow.parquet as pq

        held = _held_bytes()
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table({"quote": ["已完成改造8户"] * 1000}), sink)
        assert pq.read_table(sink.getvalue()).num_rows == 1000
        return str((_held_bytes() - held) // 2**20)
    if job.does == "start a program and spin":
        started = subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True)
        sys.stdout.write(f"{os.getpid()} {os.getppid()} {started.pid}\n")
        sys.stdout.flush()
        while True:
            pass
    return f"{job.file_name} {os.getpid()}"
