"""What was received: registered once, ranked within its scope, rejected with a reason or extracted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, cast

from sqlalchemy import ColumnElement, Engine, select, update
from sqlalchemy.orm import Session

from registry.engine import insert_absent, reading, writing
from registry.keys import key_of
from registry.models import ExtractionRun, Submission
from registry.revisions import Member, rank

#: The lock of everything that changes a submission's status or the ranks of a scope.
LOCK: Final = "submissions"

#: A fault of the program: it says nothing of the file.
INTERNAL_ERROR: Final = "internal_error"

#: Failures that may lie in the program, the machine or its limits: tried again at the next run.  A file that runs into
#: its time limit again and again costs each run that time and blocks nobody; one that only met a busy server, or a
#: limit that has been raised since, is read after all.
RETRIED: Final = frozenset({INTERNAL_ERROR, "time_limit", "memory_limit", "worker_died", "missing_tool"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file as received and placed.

    `unit_key` is one value per sender, however its name is written; of a sender that is not known it must differ
    from file to file, so that strangers never replace each other.  A `rejection_reason` registers a rejected file.
    """

    sha256: str
    file_name: str
    format: str
    size_bytes: int
    reporting_unit: str | None
    unit_key: str
    region_code: str
    region_context: str
    period: str | None
    family: str | None
    declared_revision: int | None
    is_resubmission: bool
    replaces: Literal["all", "rows"]
    channel: str | None
    received_at: datetime
    first_seen_at: datetime
    is_stamped: bool = False
    handler: str | None = None
    intake_note: str | None = None
    title: str | None = None
    publisher: str | None = None
    document_number: str | None = None
    as_of_date: date | None = None
    campaign_year: int | None = None
    issued_by_city: bool = False
    rejection_reason: str | None = None
    rejection_detail: str | None = None

    @property
    def submission_id(self) -> str:
        """The same bytes for the same unit, period, family and stated revision are the same submission."""
        return key_of(self.sha256, self.unit_key, self.period, self.family, self.declared_revision)

    @property
    def scope(self) -> str | None:
        """What a revision replaces: unit, period and family; None where the file could not be placed."""
        return f"{self.unit_key}|{self.period}|{self.family}" if self.period and self.family else None

    def row(self) -> dict[str, Any]:
        """The row that is registered of it, as nothing else is known yet."""
        columns = Submission.__table__.columns.keys()
        row = {name: getattr(self, name) for name in columns if hasattr(self, name)}
        status = "rejected" if self.rejection_reason else "received"
        return row | {"status": status, "revision": self.declared_revision or 0, "superseded_by": None}


def register(engine: Engine, received: Received) -> tuple[Submission, bool]:
    """Register a file; True when it is new.  What is registered already keeps its first receipt.

    A file that is readable takes the place of earlier rejections of the same bytes.
    """
    with writing(engine, LOCK) as session:
        is_new = insert_absent(session, Submission, [received.row()]) == 1
        submission = session.get_one(Submission, received.submission_id)
        if received.rejection_reason is None:
            if submission.status == "rejected":
                _revive(submission, received)
            _supersede_rejections(session, submission)
        rerank(session, submission.scope)
    return submission, is_new


def reject(session: Session, submission: Submission, reason: str, detail: str) -> None:
    """Within a transaction: a registered file turned out unreadable; what it had replaced counts again."""
    submission.status, submission.rejection_reason, submission.rejection_detail = "rejected", reason, detail
    submission.superseded_by = None
    rerank(session, submission.scope)


def rerank(session: Session, scope: str | None) -> None:
    """Within a transaction: number a scope's readable members and mark the superseded ones; writes only changes."""
    if scope is None:
        return
    session.flush()
    members = session.scalars(select(Submission).where(Submission.scope == scope, Submission.status != "rejected"))
    by_id = {m.submission_id: m for m in members}
    for submission_id, found in rank(map(member_of, by_id.values())).items():
        by_id[submission_id].revision = found.revision
        by_id[submission_id].superseded_by = found.superseded_by
    session.flush()


def get(engine: Engine, submission_id: str) -> Submission:
    """One submission; NoResultFound for an id that is not registered."""
    with reading(engine) as session:
        return session.get_one(Submission, submission_id)


def of_bytes(engine: Engine, sha256: str) -> Sequence[Submission]:
    """Every submission of the same bytes, oldest receipt first."""
    return _ordered(engine, Submission.sha256 == sha256)


def of_scope(engine: Engine, scope: str) -> Sequence[Submission]:
    """The readable submissions of a scope, oldest receipt first."""
    return _ordered(engine, Submission.scope == scope, Submission.status != "rejected")


def find(engine: Engine, *, period: str | None = None) -> Sequence[Submission]:
    """All submissions, or those of a period, in the order of period and receipt."""
    return _ordered(engine, *([] if period is None else [Submission.period == period]))


def pending(engine: Engine, extractor_version: str, *, period: str | None = None) -> Sequence[Submission]:
    """Placed submissions that were never read and that this version of the rules has not refused, oldest period first.

    What failed for a reason that lies in the program, not in the file, is pending again; a rejection whose place the
    same bytes took under another key is done with.  What was read under older rules stands: history is read again
    by a replay alone (`registry.replays`), and a person decides what of it counts.
    """
    read = select(ExtractionRun.submission_id).where(ExtractionRun.is_live)
    refused = select(ExtractionRun.submission_id).where(
        ExtractionRun.extractor_version == extractor_version,
        ExtractionRun.status == "failed",
        ExtractionRun.failure_reason.not_in(RETRIED),
    )
    placed = Submission.scope.is_not(None)
    counts = (Submission.status != "rejected") | Submission.superseded_by.is_(None)
    chosen = [] if period is None else [Submission.period == period]
    is_new = Submission.submission_id.not_in(read), Submission.submission_id.not_in(refused)
    return _ordered(engine, placed, counts, *is_new, *chosen)


def periods_never_read(engine: Engine) -> set[str]:
    """The periods of placed submissions that no version of the rules has extracted or refused: what just arrived."""
    read = select(ExtractionRun.submission_id)
    counts = (Submission.status != "rejected") | Submission.superseded_by.is_(None)
    query = select(Submission.period).where(
        Submission.scope.is_not(None), counts, Submission.submission_id.not_in(read)
    )
    with reading(engine) as session:
        return {period for period in session.scalars(query.distinct()) if period}


def periods(engine: Engine) -> list[str]:
    """The periods of which anything readable was received, oldest first."""
    with reading(engine) as session:
        query = select(Submission.period).where(Submission.status != "rejected").distinct()
        return sorted(p for p in session.scalars(query) if p is not None)


def _ordered(engine: Engine, *where: ColumnElement[bool]) -> Sequence[Submission]:
    order = (Submission.period, Submission.received_at, Submission.submission_id)
    with reading(engine) as session:
        return session.scalars(select(Submission).where(*where).order_by(*order)).all()


def _revive(submission: Submission, received: Received) -> None:
    """What an earlier version of the rules refused reads now: first receipt kept, the rest as it is now known."""
    kept = {"submission_id", "received_at", "first_seen_at"}
    for name, value in received.row().items():
        if name not in kept:
            setattr(submission, name, value)


def _supersede_rejections(session: Session, submission: Submission) -> None:
    session.execute(
        update(Submission)
        .where(
            Submission.sha256 == submission.sha256,
            Submission.status == "rejected",
            Submission.superseded_by.is_(None),
            Submission.submission_id != submission.submission_id,
        )
        .values(superseded_by=submission.submission_id)
    )


def member_of(submission: Submission) -> Member:
    """What the ranking of a scope needs of a submission."""
    return Member(
        submission_id=submission.submission_id,
        sha256=submission.sha256,
        file_name=submission.file_name,
        declared_revision=submission.declared_revision,
        is_resubmission=submission.is_resubmission,
        replaces=cast("Literal['all', 'rows']", submission.replaces),
        is_stamped=submission.is_stamped,
        received_at=submission.received_at,
    )
