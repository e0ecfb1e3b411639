"""The one writer: a lock file beside the build database, for tasks, the command line and replays alike.

The lock is held by a thread and may be taken again by what that thread calls.  The pool `build_database` keeps Airflow
from starting two writers; this lock keeps apart whoever does not come through Airflow too.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar

from filelock import FileLock, Timeout

from xushi.home import Home
from xushi.stages import SHANGHAI, Plan

P = ParamSpec("P")
R = TypeVar("R")

_LOG: Final = logging.getLogger(__name__)

#: Airflow's pool of one slot; every task that opens the build database is in it.
POOL: Final = "build_database"
POOL_DESCRIPTION: Final = "构建库同一时间只由一个任务写入，槽位须为 1 (one writer: keep it at 1)"

#: Seconds between two lines of somebody who waits.
_TELL_SECONDS: Final = 60


class BusyError(Exception):
    """Somebody else writes the build database, and the caller had no more patience; one line for a person."""


@contextmanager
def writing(home: Home, who: str, *, patience: float | None = None) -> Iterator[None]:
    """Hold the writer's lock; `who` is what others are told while they wait.

    Waits as long as it takes, saying so in the log, or `patience` seconds, then BusyError.
    """
    lock = _lock_of(home)
    _acquire(lock, home, who, patience)
    try:
        if lock.lock_counter == 1:
            _sign(home, who)
        yield
    finally:
        if lock.lock_counter == 1:
            _holder_file(home).unlink(missing_ok=True)
        lock.release()


def sole(function: Callable[Concatenate[Plan, P], R]) -> Callable[Concatenate[Plan, P], R]:
    """Of a stage that writes the build database, or what it is built from: one at a time in a home."""

    @wraps(function)
    def alone(plan: Plan, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with writing(Home(Path(plan["home"])), f"{function.__name__} {plan['run_id']}"):
            return function(plan, *args, **kwargs)

    return alone


def holder(home: Home) -> str | None:
    """Who writes now, as one line: what, which process, since when.  None where nobody does, or nobody signed yet."""
    try:
        signed = json.loads(_holder_file(home).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return f"{signed['who']}，进程 {signed['pid']}，自 {signed['since']} 起"


def _lock_of(home: Home) -> FileLock:
    """One lock a home and process: whoever holds it in this thread may take it again."""
    home.writer_lock.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(home.writer_lock, is_singleton=True)


def _acquire(lock: FileLock, home: Home, who: str, patience: float | None) -> None:
    step = _TELL_SECONDS if patience is None else patience
    for wait in (0.0, step) if patience is not None else _forever(step):
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            if patience is None:
                _LOG.warning(
                    "%s：构建库正由另一任务写入（%s），等待其结束 waiting for the writer of the build database",
                    who, holder(home) or home.writer_lock,
                )  # fmt: skip
        else:
            return
    told = holder(home)
    raise BusyError(
        f"构建库正由另一个进程写入（{f'{told}，' if told else ''}锁文件 {home.writer_lock}），请待其结束后再试 "
        "another process is writing the build database; try again when it has ended"
    )


def _forever(step: float) -> Iterator[float]:
    """A look first, so that whoever has to wait says so at once."""
    yield 0.0
    while True:
        yield step


def _sign(home: Home, who: str) -> None:
    since = f"{datetime.now(SHANGHAI):%m-%d %H:%M:%S}"
    signed = json.dumps({"who": who, "pid": os.getpid(), "since": since}, ensure_ascii=False)
    with suppress(OSError):  # on a full disk the lock holds all the same, and the stage itself says what it lacks
        _holder_file(home).write_text(signed, encoding="utf-8")


def _holder_file(home: Home) -> Path:
    return home.writer_lock.with_name("writer.json")
