"""The reader beside a block: started, stopped, and what it saw."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import ROOT


@contextmanager
def read_all_the_time(home: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """A reader of the home's published warehouse beside the block; what it saw is in the yielded dictionary then."""
    until, out = folder / "enough", folder / "looks.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.reader", str(home / "published"), str(until), str(out)],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    told: dict[str, Any] = {}
    try:
        yield told
    finally:
        until.touch()
        process.wait(timeout=60)
        told.update(json.loads(out.read_text("utf-8")))
