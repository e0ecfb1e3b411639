"""Structured logs: `logs/xushi.jsonl` in the home, a JSON object a line, with the run, the stage and the submission.

Everything that the project logs through `logging` arrives there; what a line is about comes from the context that
stages and workers set (`about`), so that nobody has to repeat it.  Secrets are taken out before anything is written.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import structlog
from filelock import FileLock, Timeout

from xushi.home import Home
from xushi.redaction import redacted

#: Packages whose log lines are ours.
PACKAGES: Final = ("xushi", "ingestion", "registry", "expectations", "publishing", "review")

#: Megabytes of one file, and how many older ones are kept beside it.
MEGABYTES: Final = "XUSHI_LOG_MEGABYTES"
_DEFAULT_MEGABYTES: Final = 20
KEPT_FILES: Final = 5

#: In this order at the head of a line; the rest of what a line knows follows.
_FIRST: Final = ("at", "level", "event", "message", "run_id", "stage", "period", "submission_id", "file", "seconds")


def log_file(home: Home) -> Path:
    """Where the lines are."""
    return home.root / "logs" / "xushi.jsonl"


def to_home(home: Home) -> None:
    """Send the log lines of this process to a home; called again for another home, they go there from now on."""
    handler = next((h for h in logging.getLogger(PACKAGES[0]).handlers if isinstance(h, _HomeHandler)), None)
    if handler is None:
        handler = _HomeHandler()
        handler.setFormatter(_formatter())
        for name in PACKAGES:
            logger = logging.getLogger(name)
            logger.addHandler(handler)
            logger.setLevel(min(logger.level or logging.INFO, logging.INFO))
            # a task's log has them too; on a terminal they would come between the lines of the command
            logger.propagate = "AIRFLOW_CTX_DAG_RUN_ID" in os.environ
    handler.path = log_file(home)


@contextmanager
def about(**known: Any) -> Iterator[None]:
    """What the lines of the block are about: run_id, stage, submission_id, file, period."""
    with structlog.contextvars.bound_contextvars(**{name: value for name, value in known.items() if value is not None}):
        yield


def _formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            _named,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.ExtraAdder(),
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", key="at"),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _redacted,
            structlog.processors.JSONRenderer(serializer=_line),
        ],
    )


def _named(_logger: Any, _: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line's text is its message; its event is the module that spoke, unless the line names one (`extra`)."""
    record: logging.LogRecord = line["_record"]
    line["message"], line["event"] = line["event"], record.name
    return line


def _redacted(_logger: Any, _: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: redacted(value) for name, value in line.items()}


def _line(line: MutableMapping[str, Any], **_: Any) -> str:
    ordered = {name: line[name] for name in _FIRST if name in line} | dict(line)
    return json.dumps(ordered, ensure_ascii=False, default=str)


class _HomeHandler(logging.Handler):
    """Appends a line by one write; whoever finds the file full turns it over, and the others follow.

    Airflow's tasks and the desk are processes of their own: each opens the file for its line, so none writes into a
    file that was turned over.
    """

    path: Path

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line; a disk that is full or not ours costs the line, not the run."""
        try:
            line = self.format(record) + "\n"
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                os.write(descriptor, line.encode("utf-8", errors="replace"))
                is_full = os.fstat(descriptor).st_size >= _limit()
            finally:
                os.close(descriptor)
            if is_full:
                _turn_over(self.path)
        except Exception:  # noqa: BLE001 (logging's own way to say that it could not)
            self.handleError(record)


def turn_over_when_full(path: Path) -> None:
    """Turn over another file of lines in the way of the log's: `x.jsonl` → `x.1.jsonl` → …"""
    if path.exists() and path.stat().st_size >= _limit():
        _turn_over(path)


def _turn_over(path: Path) -> None:
    """xushi.jsonl → xushi.1.jsonl → … ; the oldest goes."""
    try:
        with FileLock(path.with_suffix(".lock"), timeout=5):
            if not path.exists() or path.stat().st_size < _limit():
                return  # somebody else was first
            for number in range(KEPT_FILES, 0, -1):
                older = path.with_suffix(f".{number}.jsonl")
                newer = path.with_suffix(f".{number - 1}.jsonl") if number > 1 else path
                if newer.exists():
                    newer.replace(older)
    except (Timeout, OSError):
        return  # the next line tries again


def _limit() -> int:
    given = os.environ.get(MEGABYTES, "").strip()
    try:
        megabytes = float(given) if given else _DEFAULT_MEGABYTES
    except ValueError:
        megabytes = _DEFAULT_MEGABYTES
    return max(1024, round(megabytes * 1_000_000))
