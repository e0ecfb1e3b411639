"""What the scheduler loads for its tasks: all of it, nothing of ours, and nothing that a fork would break."""

from __future__ import annotations

import json
import subprocess
import sys

from xushi.executor import LIBRARIES

_LOADS = """
import json, sys, threading
from airflow.executors.local_executor import LocalExecutor
from xushi.executor import WarmExecutor

LocalExecutor.start = lambda self: None  # its workers are Airflow's business
WarmExecutor(parallelism=1).start()
print(json.dumps({"modules": sorted(sys.modules), "threads": [t.name for t in threading.enumerate()]}))
"""
_OURS = ("ingestion", "registry", "expectations", "publishing", "review", "dags", "bi", "xushi")


def test_the_libraries_are_loaded_before_the_first_fork_and_our_modules_are_not() -> None:
    told = subprocess.run([sys.executable, "-c", _LOADS], check=True, capture_output=True, text=True).stdout
    loaded = json.loads(told.splitlines()[-1])
    assert set(LIBRARIES) <= set(loaded["modules"])
    ours = {name for name in loaded["modules"] if name.split(".")[0] in _OURS}
    assert ours == {"xushi", "xushi.executor"}, "a task would go on with modules from before the program changed"
    assert loaded["threads"] == ["MainThread"], "a fork takes no other thread along, but the locks that it held"
