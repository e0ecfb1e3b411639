"""Durable ids of region names, task wordings, indicators and requirements: given once, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry import audit
from registry.audit import Person
from registry.engine import insert_absent, reading
from registry.engine import writing as transaction
from registry.keys import key_of
from registry.models import CrosswalkEntry, ExtractionRun, ResolvedRun, Submission

Kind = Literal["region", "task", "indicator", "requirement"]

#: How an id was found: no known wording is like it; the same without places, figures and dates; alike enough; the
#: place among equals (rungs of a ladder); a steward's alias; too like to ignore and not enough to join; a steward's
#: word on a region that no name resolved.
MatchedBy = Literal["first", "form", "likeness", "order", "alias", "doubtful", "decided"]

#: By these a wording founds an id (older rows, which say nothing of it, did too).
FOUNDING: Final = frozenset({None, "first", "doubtful"})

LOCK: Final = "crosswalk"
_IDS_PER_QUERY: Final = 500


@dataclass(frozen=True, slots=True)
class Named:
    """A wording and the durable id it was given; `context` is '' for tasks and indicators.

    `score`, 0 to 100, compares the wording with `other_wording`, a known one that has `other_id`.
    """

    kind: Kind
    context: str
    wording: str
    durable_id: str
    label: str
    matched_by: MatchedBy | None = None
    score: int | None = None
    other_wording: str | None = None
    other_id: str | None = None
    rule_version: str | None = None

    @property
    def entry_id(self) -> str:
        """The key of the wording in its kind and context."""
        return key_of("crosswalk", self.kind, self.context, self.wording, length=32)


@dataclass(frozen=True, slots=True)
class LiveRun:
    """A live extraction run, with its submission."""

    run: ExtractionRun
    submission: Submission

    @property
    def facts_file(self) -> str:
        """The run's facts, relative to the lake."""
        return self.run.lake_file or ""


def add(engine: Engine, named: Iterable[Named], *, submission_id: str | None, created_at: datetime) -> int:
    """Add the wordings that are not there yet; returns how many.  What is there keeps its id."""
    first = {n.entry_id: n for n in reversed(list(named))}
    known = _known(engine, first)
    new = [n for key, n in first.items() if key not in known]
    if not new:  # nothing new is the usual case: no write lock for it
        return 0
    with transaction(engine, LOCK) as session:
        return insert(session, new, submission_id=submission_id, created_at=created_at)


def insert(session: Session, named: Iterable[Named], *, submission_id: str | None, created_at: datetime) -> int:
    """Within a transaction: add the wordings that are not there yet; returns how many."""
    first = {n.entry_id: n for n in reversed(list(named))}
    fixed: dict[str, Any] = {"first_submission_id": submission_id, "created_at": created_at}
    rows = [{"entry_id": key, **asdict(n), **fixed} for key, n in sorted(first.items())]
    return insert_absent(session, CrosswalkEntry, rows)


def decide(engine: Engine, named: Iterable[Named], *, submission_id: str, by: Person, at: datetime, reason: str) -> int:
    """Add what a steward decided of wordings that nothing resolved, with its entries in the audit log."""
    decided = list(named)
    with transaction(engine, LOCK) as session:
        for one in decided:
            audit.append(
                session, at=at, actor=by.name, role=by.role, action="place", subject_kind="crosswalk",
                subject_id=one.entry_id, before={"region": None},
                after={"wording": one.wording, "region": one.durable_id, "name": one.label}, note=reason,
            )  # fmt: skip
        return insert(session, decided, submission_id=submission_id, created_at=at)


def ids(engine: Engine, kind: Kind, context: str = "") -> dict[str, str]:
    """Wording → durable id of one kind and context."""
    with reading(engine) as session:
        return {named.wording: named.durable_id for named in find(session, kind, [context])}


def find(session: Session, kind: Kind, contexts: Iterable[str]) -> list[Named]:
    """What is named in the contexts of a kind, in the order of contexts and wordings."""
    columns = [getattr(CrosswalkEntry, name) for name in Named.__dataclass_fields__]
    wanted = sorted(set(contexts))
    found: list[Named] = []
    for start in range(0, len(wanted), _IDS_PER_QUERY):
        some = wanted[start : start + _IDS_PER_QUERY]
        query = select(*columns).where(CrosswalkEntry.kind == kind, CrosswalkEntry.context.in_(some))
        found += [Named(**row) for row in session.execute(query).mappings()]
    return sorted(found, key=lambda n: (n.context, n.wording))


def live(session: Session, submission_id: str | None = None) -> list[LiveRun]:
    """Every live run that has a place in the lake, or a submission's: oldest period first, then by receipt."""
    query = (
        select(ExtractionRun, Submission)
        .join(Submission, Submission.submission_id == ExtractionRun.submission_id)
        .where(ExtractionRun.is_live, ExtractionRun.lake_file.is_not(None), Submission.period.is_not(None))
        .order_by(Submission.period, Submission.received_at, Submission.revision, Submission.submission_id)
    )
    if submission_id is not None:
        query = query.where(Submission.submission_id == submission_id)
    return [LiveRun(run, submission) for run, submission in session.execute(query)]


def resolved(session: Session, aliases: str) -> set[str]:
    """The runs that have been resolved with the aliases of this digest."""
    return set(session.scalars(select(ResolvedRun.run_id).where(ResolvedRun.aliases == aliases)))


def mark_resolved(session: Session, run_id: str, aliases: str, *, at: datetime) -> None:
    """Within a transaction: the run's tasks and requirements have their ids."""
    session.merge(ResolvedRun(run_id=run_id, aliases=aliases, resolved_at=at))


def _known(engine: Engine, entry_ids: Iterable[str]) -> set[str]:
    wanted = list(entry_ids)
    found: set[str] = set()
    with reading(engine) as session:
        for start in range(0, len(wanted), _IDS_PER_QUERY):
            some = wanted[start : start + _IDS_PER_QUERY]
            found.update(session.scalars(select(CrosswalkEntry.entry_id).where(CrosswalkEntry.entry_id.in_(some))))
    return found
