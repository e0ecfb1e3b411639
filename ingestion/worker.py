"""What a worker process does around each file: it sets the limits, and it ends with everything that it started."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import psutil

from ingestion.errors import IngestionError
from ingestion.limits import Limits

T = TypeVar("T")
R = TypeVar("R")

#: Over the limit that the parent keeps: this one only ends a worker whose parent is gone.
_SECONDS_OF_GRACE: Final = 10


def begin() -> None:
    """Prepare a fresh worker: it ends when its parent ends, and takes a converter that it started with it."""
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()  # what was loaded before the fork stays shared


def run_limited(function: Callable[[T], R], task: T, limits: Limits) -> R:
    """Call the function within the limits; MemoryError and IngestionErrors are the caller's to word."""
    _limit(limits)
    try:
        return function(task)
    except MemoryError:
        raise MemoryError from None  # without the frames that hold what filled the memory
    except IngestionError as error:
        raise error.with_traceback(None) from None
    finally:
        _lift()


def _limit(limits: Limits) -> None:
    """Memory over what the worker holds now, and processor time over what it has used so far.

    RLIMIT_DATA counts what is written to and private, not what is mapped from files; a program that the worker starts
    has the same allowance for itself.
    """
    if sys.platform != "linux":
        return
    import resource

    held = _held_bytes()
    _set_soft(resource.RLIMIT_DATA, held + limits.megabytes * 2**20)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _set_soft(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + limits.seconds) + _SECONDS_OF_GRACE)


def _lift() -> None:
    if sys.platform == "linux":
        import resource

        _set_soft(resource.RLIMIT_DATA, resource.RLIM_INFINITY)
        _set_soft(resource.RLIMIT_CPU, resource.RLIM_INFINITY)


def _set_soft(kind: int, value: int) -> None:
    """Set a soft limit, never beyond the hard one that the machine's owner set."""
    import resource

    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = hard if value == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, hard))


def _held_bytes() -> int:
    """The worker's private, writable memory, as the limit counts it."""
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0


def _end_with_parent() -> None:
    """Wait for the parent's end, however it comes; a worker inside a library that lets nobody in ends by its limit."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        _end()


def _end(*_: object) -> None:
    """End at once, with the programs that were started for a file, in whatever session they are."""
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    os._exit(1)
