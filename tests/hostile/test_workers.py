"""Workers: what one file does to its process costs that file alone."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from ingestion.declarations import RegisterLineError
from ingestion.errors import IngestionError, UnreadableFileError
from ingestion.limits import Limits
from ingestion.workers import AHEAD, Workers
from tests.conftest import ROOT
from tests.hostile.jobs import Job, do

LIMITS = Limits(seconds=2, megabytes=64, workers=2)


def reasons(jobs: list[Job | None]) -> list[str]:
    """How each job ended: the reason of its error, or the name that it answered with."""
    told = []
    with Workers(LIMITS) as workers:
        for done in workers.each(do, jobs):
            if done is None:
                told.append("-")
            elif done.error is not None:
                assert "\n" not in str(done.error)
                told.append(done.error.reason)
            else:
                told.append(done.get().split()[0])
    return told


def test_each_fault_is_its_own_file_s_and_the_order_is_kept() -> None:
    does = ["answer", "spin", "answer", "fill", "crash", "answer", "refuse", "answer", "leave", "answer"]
    told = reasons([Job(f"{n}.txt", what) for n, what in enumerate(does)])
    assert told == [
        "0.txt", "time_limit", "2.txt", "memory_limit", "worker_died", "5.txt", "unreadable", "7.txt", told[8], "9.txt",
    ]  # fmt: skip
    assert told[8] in ("worker_died", "time_limit")  # a polite exit is seen when its time is up


@pytest.mark.parametrize(("does", "says"), [("spin", "2 秒上限"), ("fill", "64 MB 上限"), ("crash", "进程意外结束")])
def test_the_line_names_the_file_the_limit_and_what_was_found(does: str, says: str) -> None:
    with Workers(LIMITS) as workers:
        error = workers.one(do, Job("附件1.docx", does)).error
    assert error is not None
    assert str(error).startswith("附件1.docx: 文件 7 字节，")
    assert says in str(error)


def test_what_lands_a_file_reserves_no_memory_that_it_does_not_use() -> None:
    """Arrow's own allocator would reserve a gigabyte with its first table, which the limit counts as taken."""
    with Workers(Limits(seconds=60, megabytes=4096, workers=1), preload=["pandas"]) as workers:
        megabytes = int(workers.one(do, Job("a.docx", "write a table")).get())
    assert megabytes < 200


def test_a_fault_of_the_program_is_raised_where_the_batch_is_run() -> None:
    with Workers(LIMITS) as workers, pytest.raises(KeyError):
        list(workers.each(do, [Job("a.txt", "fault")]))


def test_files_run_side_by_side_in_processes_that_are_used_again() -> None:
    with Workers(LIMITS) as workers:
        pids = {int(done.get().split()[1]) for done in workers.each(do, [Job(f"{n}") for n in range(40)]) if done}
    assert os.getpid() not in pids
    assert 1 <= len(pids) <= LIMITS.workers


def test_only_some_tasks_are_begun_ahead_of_the_consumer() -> None:
    taken = 0

    def jobs() -> Iterator[Job]:
        nonlocal taken
        for n in range(1000):
            taken += 1
            yield Job(str(n))

    with Workers(LIMITS) as workers:
        for seen, done in enumerate(workers.each(do, jobs()), 1):
            assert done is not None
            assert taken - seen < LIMITS.workers * AHEAD
            if seen == 30:
                break


def test_no_task_passes_through_in_its_place() -> None:
    assert reasons([None, Job("a"), None, Job("b"), None]) == ["-", "a", "-", "b", "-"]
    assert reasons([]) == []


def test_errors_travel_between_processes() -> None:
    for error in (UnreadableFileError("甲.docx", "坏"), RegisterLineError("submissions.csv", 3, "期次")):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
        assert (type(again), str(again), again.file_name) == (type(error), str(error), error.file_name)
        assert isinstance(again, IngestionError)


@pytest.mark.parametrize(
    ("variable", "given"), [("XUSHI_FILE_SECONDS", "fast"), ("XUSHI_FILE_MEGABYTES", "0"), ("XUSHI_WORKERS", "-1")]
)
def test_a_limit_that_is_no_number_is_said(monkeypatch: pytest.MonkeyPatch, variable: str, given: str) -> None:
    monkeypatch.setenv(variable, given)
    with pytest.raises(ValueError, match=variable):
        Limits.from_environment()


def test_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in (("XUSHI_FILE_SECONDS", "300"), ("XUSHI_FILE_MEGABYTES", "2048"), ("XUSHI_WORKERS", "3")):
        monkeypatch.setenv(variable, value)
    assert Limits.from_environment() == Limits(seconds=300, megabytes=2048, workers=3)


PARENT = """
from ingestion.limits import Limits
from ingestion.workers import Workers
from tests.hostile.jobs import Job, do
with Workers(Limits(seconds={seconds}, workers=1)) as workers:
    workers.one(do, Job("a.doc", "start a program and spin"))
print("over", flush=True)
import time
time.sleep(600)
"""


def started(seconds: int) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    """A parent, and the worker, the server and the program that it came to have."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(seconds=seconds)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    return parent, [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]


def test_a_killed_parent_leaves_nothing_running() -> None:
    parent, others = started(600)
    assert len(others) == 3
    parent.kill()
    parent.wait()
    assert psutil.wait_procs(others, timeout=60)[1] == []


def test_a_program_that_was_started_for_a_file_ends_with_the_file_s_time() -> None:
    parent, (worker, _, program) = started(2)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "over\n"
    assert psutil.wait_procs([worker, program], timeout=60)[1] == []
    parent.kill()
    parent.wait()
