"""Log lines read back, filtered by run, period, submission and level."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from xushi.home import Home
from xushi.logs import KEPT_FILES, log_file

LEVELS: Final = ("debug", "info", "warning", "error", "critical")


def lines(
    home: Home,
    *,
    run: str | None = None,
    period: str | None = None,
    submission: str | None = None,
    level: str | None = None,
) -> Iterator[dict[str, Any]]:
    """The lines that fit, oldest first; `level` is the lowest that is wanted.

    A submission is named by its id, the beginning of it, or its file.  A line that was cut off by a crash is passed
    over.
    """
    lowest = LEVELS.index(level) if level else 0
    for line in _every(home):
        if LEVELS.index(str(line.get("level", "info"))) < lowest:
            continue
        if run and line.get("run_id") != run:
            continue
        if period and line.get("period") != period:
            continue
        if submission and not _is_of(line, submission):
            continue
        yield line


def written(line: dict[str, Any]) -> str:
    """A line as a person reads it."""
    where = " ".join(str(line[name]) for name in ("stage", "period", "file") if line.get(name))
    took = f"（{line['seconds']:.1f} s）" if isinstance(line.get("seconds"), float | int) else ""
    return f"{line.get('at', '')[:19]} {str(line.get('level', '')).upper():7} {where} {line.get('message', '')}{took}"


def _is_of(line: dict[str, Any], submission: str) -> bool:
    key, file = str(line.get("submission_id") or ""), line.get("file")
    return file == submission or (bool(key) and key.startswith(submission))


def _every(home: Home) -> Iterator[dict[str, Any]]:
    newest = log_file(home)
    older = [newest.with_suffix(f".{number}.jsonl") for number in range(KEPT_FILES, 0, -1)]
    for path in (*older, newest):
        if not path.exists():
            continue
        with path.open(encoding="utf-8") as stream:
            for text in stream:
                try:
                    line = json.loads(text)
                except ValueError:
                    continue
                if isinstance(line, dict):
                    yield line
