"""What a refresh finds in its inbox: kept, registered, told in the log, divided into batches that are to be read."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine

from xushi import logs
from xushi.home import Home

if TYPE_CHECKING:
    from ingestion.acquire import Receipt

_LOG: Final = logging.getLogger(__name__)

#: Files in one mapped task: large enough that its seconds of start-up do not dominate, and all cores have work.
BATCH_SIZE: Final = 128

#: What workers share from the first of a process on, whichever stage starts it; pyarrow loads pandas with a table.
LOADED_ONCE: Final = ("pandas", "pyarrow.parquet")


def receive(
    home: Home, engine: Engine, inbox: Path, period: str | None, answer: dict[str, Any], *, seen_at: datetime
) -> list[tuple[str, str, str]]:
    """Keep and register every file of the inbox; (submission, period, file) of what is still to be read."""
    from ingestion import pipeline
    from ingestion.declarations import read_expected
    from ingestion.errors import IngestionError
    from ingestion.inbox import look_into
    from ingestion.workers import Workers
    from registry import expected, submissions

    rules = pipeline.default_stages()
    found = look_into(inbox)
    # what was registered at the desk lies in an inbox of its own: the given one may be read-only
    handed_in = look_into(home.intake_accepted) if home.intake_accepted.is_dir() else None
    arrivals = (*found.arrivals, *(handed_in.arrivals if handed_in else ()))
    problems, receipts = [*found.problems, *(handed_in.problems if handed_in else ())], []
    with Workers(preload=LOADED_ONCE) as workers:
        for receipt in pipeline.receive_all(engine, home.originals, arrivals, rules, workers, seen_at=seen_at):
            if isinstance(receipt, IngestionError):
                problems.append(receipt)
                _LOG.warning("登记有误 not registered: %s", receipt, extra={"event": "not_received"})
            else:
                receipts.append(receipt)
                _tell_receipt(receipt)
    for register in found.expected_registers:
        owed, wrong = read_expected(register)
        expected.record(engine, [expected.Expectation(**asdict(row)) for row in owed])
        problems += wrong
    pending = submissions.pending(engine, rules.version, period=period)
    answer |= {
        "submissions": len(receipts),
        "new": [receipt.submission_id for receipt in receipts if receipt.is_new],
        "problems": [str(problem) for problem in problems],
        "mended": [f"“{r.file_name}”的原件曾被改动，已用本次收到的同一文件放回" for r in receipts if r.was_mended],
        "pending": len(pending),
    }
    return [(s.submission_id, str(s.period), s.file_name) for s in pending]


def _tell_receipt(receipt: Receipt) -> None:
    with logs.about(submission_id=receipt.submission_id, file=receipt.file_name, period=receipt.period):
        if receipt.rejection:
            _LOG.warning("退回 rejected: %s", receipt.rejection, extra={"event": "rejected"})
        elif receipt.is_new:
            _LOG.info("新收 received", extra={"event": "received"})


def batches(pending: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """Submissions of one period side by side, oldest period first, with a label that a person can read."""
    made = []
    for period in sorted({p for _, p, _ in pending}):
        members = [(key, name) for key, p, name in pending if p == period]
        for start in range(0, len(members), BATCH_SIZE):
            part = members[start : start + BATCH_SIZE]
            names = "、".join(name for _, name in part[:3])
            more = f" 等 {len(part)} 份" if len(part) > 3 else ""
            made.append(
                {
                    "batch": f"{period}-{start // BATCH_SIZE + 1}",
                    "label": f"{period} {names}{more}",
                    "submission_ids": [key for key, _ in part],
                }
            )
    return made
