"""How the benchmarks measure: on one core, each side's repeats in the same run, processor time, median."""

from __future__ import annotations

import functools
import gc
import json
import os
import socket
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RIVALS = Path(__file__).with_name("rivals.py")
#: The environment of the alternatives (make bench makes it).
RIVAL_PYTHON = Path(os.environ.get("XUSHI_RIVALS", "var/rivals/bin/python"))
REPEATS = 5


def one_core() -> int:
    """Keep this process, and what it starts, on one core; its number."""
    if not hasattr(os, "sched_setaffinity"):
        return 0
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def forget() -> None:
    """Empty what the product keeps of earlier texts, so that a repeat does the whole work again; tables stay loaded."""
    for kept in gc.get_objects():
        if not isinstance(kept, functools._lru_cache_wrapper) or not str(kept.__module__).startswith("ingestion"):
            continue
        if kept.cache_parameters()["maxsize"] is not None:
            kept.cache_clear()


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The median processor time of a call, after one warming call."""
    work()
    taken = []
    for _ in range(repeats):
        forget()
        before = time.process_time()
        work()
        taken.append(time.process_time() - before)
    return statistics.median(taken)


def rival(name: str, core: int, python: Path | None = None, **request: Any) -> dict[str, Any]:
    """What an alternative answers: `seconds` (median) and `found`, or `missing` with the reason."""
    program = python or RIVAL_PYTHON
    if not program.exists():
        return {"missing": f"no environment at {program}; make bench makes it"}
    asked = json.dumps({"core": core, "repeats": REPEATS, **request})
    try:
        done = subprocess.run(
            [str(program), str(RIVALS), name], input=asked, capture_output=True, text=True, timeout=900, check=False
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return {"missing": f"{type(error).__name__}: {str(error)[:200]}"}
    if "seconds" in answer:
        answer["seconds"] = statistics.median(answer["seconds"])
    return answer


def say(label: str, ours: float, theirs: dict[str, Any], name: str, aim: str = "") -> None:
    """One line: both times and their ratio, or why there is none."""
    if "missing" in theirs:
        print(f"  {label:46} {ours * 1000:10.1f} ms   {name}: not measured ({theirs['missing']})")
    else:
        ratio = theirs["seconds"] / ours
        print(
            f"  {label:46} {ours * 1000:10.1f} ms   {name} {theirs['seconds'] * 1000:10.1f} ms   {ratio:6.2f} x  {aim}"
        )


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
