"""What one file may cost, and how many files are worked on at once: numbers in one place, each with its variable."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

#: A month's table takes a tenth of a second, LibreOffice up to 90 s (`ingestion.read.doc`) before extraction begins.
SECONDS: Final = 120
#: Over what the worker holds before it opens the file; a table of ten thousand cells takes some twenty megabytes.
MEGABYTES: Final = 1024

SECONDS_VARIABLE: Final = "XUSHI_FILE_SECONDS"
MEGABYTES_VARIABLE: Final = "XUSHI_FILE_MEGABYTES"
WORKERS_VARIABLE: Final = "XUSHI_WORKERS"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and megabytes (2**20 bytes) for one file, and the number of files worked on side by side."""

    seconds: float = SECONDS
    megabytes: int = MEGABYTES
    workers: int = 1

    @classmethod
    def from_environment(cls) -> Limits:
        """The limits as the variables say, for a slow or a small machine; ValueError for what is no whole number.

        As many workers as the process may use cores.
        """
        return cls(
            seconds=whole(SECONDS_VARIABLE, SECONDS),
            megabytes=whole(MEGABYTES_VARIABLE, MEGABYTES),
            workers=whole(WORKERS_VARIABLE, usable_cores()),
        )


def usable_cores() -> int:
    """The cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def whole(variable: str, default: int) -> int:
    """A variable's whole number from 1 to 999999, the default where it is not set.  ValueError for anything else."""
    given = os.environ.get(variable, "").strip()
    if not given:
        return default
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 10**6):
        raise ValueError(f"环境变量 {variable}={given!r} 应为 1 至 999999 的整数 (a whole number is expected)")
    return int(given)
