"""Durable ids of region names, task wordings and indicators: given once, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Engine, select

from registry.engine import insert_absent, reading, writing
from registry.keys import key_of
from registry.models import CrosswalkEntry

Kind = Literal["region", "task", "indicator"]

_IDS_PER_QUERY: Final = 500


@dataclass(frozen=True, slots=True)
class Named:
    """A wording and the durable id it was given; `context` is '' for tasks and indicators."""

    kind: Kind
    context: str
    wording: str
    durable_id: str
    label: str

    @property
    def entry_id(self) -> str:
        """The key of the wording in its kind and context."""
        return key_of("crosswalk", self.kind, self.context, self.wording, length=32)


def add(engine: Engine, named: Iterable[Named], *, submission_id: str | None, created_at: datetime) -> int:
    """Add the wordings that are not there yet; returns how many.  What is there keeps its id."""
    first = {n.entry_id: n for n in reversed(list(named))}
    known = _known(engine, first)
    rows = [
        {"entry_id": key, **asdict(n), "first_submission_id": submission_id, "created_at": created_at}
        for key, n in sorted(first.items())
        if key not in known
    ]
    if not rows:  # nothing new is the usual case: no write lock for it
        return 0
    with writing(engine, "crosswalk") as session:
        return insert_absent(session, CrosswalkEntry, rows)


def ids(engine: Engine, kind: Kind, context: str = "") -> dict[str, str]:
    """Wording → durable id of one kind and context."""
    query = select(CrosswalkEntry.wording, CrosswalkEntry.durable_id).where(
        CrosswalkEntry.kind == kind, CrosswalkEntry.context == context
    )
    with reading(engine) as session:
        return {row.wording: row.durable_id for row in session.execute(query)}


def _known(engine: Engine, entry_ids: Iterable[str]) -> set[str]:
    wanted = list(entry_ids)
    found: set[str] = set()
    with reading(engine) as session:
        for start in range(0, len(wanted), _IDS_PER_QUERY):
            some = wanted[start : start + _IDS_PER_QUERY]
            found.update(session.scalars(select(CrosswalkEntry.entry_id).where(CrosswalkEntry.entry_id.in_(some))))
    return found
