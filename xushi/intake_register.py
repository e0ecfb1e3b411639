"""A batch becomes submissions: put where every refresh looks, then received the way that a refresh receives it.

Whatever stops this after the first step, the next refresh registers the batch with the same result; done twice, it
changes nothing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlalchemy.exc import ProgrammingError

from ingestion import pipeline
from ingestion.errors import IngestionError
from ingestion.inbox import look_into
from ingestion.workers import Workers
from registry import audit
from registry.audit import Person
from registry.clock import steady
from registry.engine import writing
from xushi import intake_store as store
from xushi.home import Home
from xushi.intake_store import Batch

#: The lock of the audit log's entries about batches: one entry for each, however often the button is pressed.
LOCK: Final = "intake"


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of one file: its submission, or one line that says why it could not even be kept."""

    file_name: str
    submission_id: str | None
    is_new: bool
    problem: str | None


_REGISTERED: Final = TypeAdapter(tuple[Registered, ...])
_PRELOAD: Final = ("pandas", "pyarrow.parquet")


def register(home: Home, engine: Engine, key: str, *, by: Person, at: datetime) -> tuple[Registered, ...]:
    """Register a held batch; what became of its files, nothing where only the next refresh may say so.

    UnknownBatchError for one that was dropped; one that is registered keeps its receipts.
    """
    batch, at = store.get(home, key), steady(engine, at)
    store.accept(home, key)
    if found := receipts(home, key):
        return found
    try:
        done = _receive(home, engine, key, at)
    except ProgrammingError:  # a row that this login may not change (registry/rights.py) is the next refresh's
        return ()
    _keep(home, key, done)
    _note(
        engine,
        batch,
        "intake_register",
        by,
        at,
        {"submissions": [one.submission_id for one in done if one.submission_id]},
    )
    return done


def drop(home: Home, engine: Engine, key: str, *, by: Person, at: datetime) -> None:
    """Forget a held batch, with an entry in the audit log.  IntakeError where it is registered."""
    batch = store.drop(home, key)
    _note(engine, batch, "intake_drop", by, at, {"files": [upload.name for upload in batch.uploads]})


def receipts(home: Home, key: str) -> tuple[Registered, ...]:
    """What became of the files of an accepted batch; empty until they have been received."""
    try:
        return _REGISTERED.validate_json((store.folder_of(home, key) / "receipts.json").read_bytes())
    except (OSError, ValueError):
        return ()


def _receive(home: Home, engine: Engine, key: str, at: datetime) -> tuple[Registered, ...]:
    found = look_into(store.inbox(home, key))
    rules = pipeline.default_stages()
    done = [Registered(problem.file_name, None, is_new=False, problem=str(problem)) for problem in found.problems]
    with Workers(preload=_PRELOAD) as workers:
        received = pipeline.receive_all(engine, home.originals, found.arrivals, rules, workers, seen_at=at)
        for arrival, one in zip(found.arrivals, received, strict=True):
            if isinstance(one, IngestionError):
                done.append(Registered(arrival.name, None, is_new=False, problem=str(one)))
            else:
                done.append(Registered(arrival.name, one.submission_id, is_new=one.is_new, problem=one.rejection))
    return tuple(done)


def _keep(home: Home, key: str, done: tuple[Registered, ...]) -> None:
    path = store.folder_of(home, key) / "receipts.json"
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(_REGISTERED.dump_json(done))
    part.replace(path)


def _note(engine: Engine, batch: Batch, action: str, by: Person, at: datetime, after: dict[str, list[str]]) -> None:
    with writing(engine, LOCK) as session:
        if not audit.has(session, batch.key, action):
            audit.append(
                session, at=at, actor=by.name, role=by.role, action=action, subject_kind="intake",
                subject_id=batch.key, after=after,
            )  # fmt: skip
