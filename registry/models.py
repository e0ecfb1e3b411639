"""The registry's tables: what was expected, received, extracted, named, found, decided and published.

Keys are text and made from what they stand for, so that two processes that meet the same thing make the same row.
Instants are timezone-aware (UTC in the database).  Rows are handed out detached: read them, never change them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import BigInteger, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base, one_of
from registry.edition_models import Edition, EditionAnswer, EditionFile
from registry.obligation_models import Obligation, ObligationException, Reminder
from registry.replay_models import Replay, ReplayRun
from registry.stewardship import (
    Amendment,
    AuditEntry,
    Correction,
    DeskUser,
    Determination,
    Incident,
    Notice,
    NoticeIncident,
    RequirementChange,
)


class Submission(Base):
    """A file as sent for one unit, period and family.

    `scope` is one value per (unit, period, family); `revision` and `superseded_by` follow from the scope's members
    alone (registry/revisions.py).  `region_context` is the code in whose circle the document's region names are
    looked up, '' where the sender is unknown.  `period` is NULL where a rejected file could not be placed.
    `is_stamped`: a scan with the unit's seal, the record beside which an editable file is a copy.  `handler` took it
    in, `intake_note` is what they wrote beside it; both stay in the registry and its lake.
    """

    __tablename__ = "submissions"

    submission_id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    file_name: Mapped[str]
    format: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    reporting_unit: Mapped[str | None]
    region_code: Mapped[str]
    region_context: Mapped[str]
    period: Mapped[str | None] = mapped_column(index=True)
    family: Mapped[str | None]
    scope: Mapped[str | None] = mapped_column(index=True)
    declared_revision: Mapped[int | None]
    revision: Mapped[int]
    is_resubmission: Mapped[bool]
    replaces: Mapped[str]
    channel: Mapped[str | None]
    is_stamped: Mapped[bool] = mapped_column(server_default=false())
    handler: Mapped[str | None]
    intake_note: Mapped[str | None]
    received_at: Mapped[datetime]
    first_seen_at: Mapped[datetime]
    status: Mapped[str]
    rejection_reason: Mapped[str | None]
    rejection_detail: Mapped[str | None]
    title: Mapped[str | None]
    publisher: Mapped[str | None]
    document_number: Mapped[str | None]
    as_of_date: Mapped[date | None]
    campaign_year: Mapped[int | None]
    issued_by_city: Mapped[bool]
    superseded_by: Mapped[str | None] = mapped_column(ForeignKey("submissions.submission_id"))

    __table_args__ = (
        one_of("status", "received", "extracted", "rejected"),
        one_of("replaces", "all", "rows"),
    )


class ExtractionRun(Base):
    """One extraction of one submission by one version of the rules; the manifest of the lake's live files.

    `lake_file` is relative to the lake; files of the other kinds have the same name below their own folder.
    """

    __tablename__ = "extraction_runs"

    run_id: Mapped[str] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.submission_id"), index=True)
    extractor_version: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    status: Mapped[str]
    failure_reason: Mapped[str | None]
    item_count: Mapped[int]
    fact_count: Mapped[int]
    rejection_count: Mapped[int]
    lake_file: Mapped[str | None]
    lake_sha256: Mapped[str | None]
    is_live: Mapped[bool]

    __table_args__ = (one_of("status", "succeeded", "failed"),)


class LakeFile(Base):
    """What a file of the lake beside a run's facts holds, by its sha256; the facts' own stands in the run's row.

    `path` is relative to the lake.
    """

    __tablename__ = "lake_files"

    path: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    recorded_at: Mapped[datetime]


class ExpectedSubmission(Base):
    """A report that a unit owes for a period; `origin` says whether a register or the calendar says so."""

    __tablename__ = "expected_submissions"

    expected_id: Mapped[str] = mapped_column(primary_key=True)
    reporting_unit: Mapped[str]
    region_code: Mapped[str]
    period: Mapped[str]
    family: Mapped[str]
    due_date: Mapped[date]
    origin: Mapped[str] = mapped_column(server_default="register")


class CrosswalkEntry(Base):
    """The durable id of a wording, given once: rows are only ever added.

    `entry_id` stands for (kind, context, wording): a wording may be longer than an index of PostgreSQL takes.
    `matched_by` says how the id was found (first, form, likeness, order, alias, doubtful), `score` how alike the
    wording is to `other_wording` of `other_id`, 0 to 100; NULL for regions, indicators and older rows.
    """

    __tablename__ = "crosswalk"

    entry_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(index=True)
    context: Mapped[str] = mapped_column(index=True)
    wording: Mapped[str]
    durable_id: Mapped[str]
    label: Mapped[str]
    first_submission_id: Mapped[str | None] = mapped_column(ForeignKey("submissions.submission_id"))
    created_at: Mapped[datetime]
    matched_by: Mapped[str | None]
    score: Mapped[int | None]
    other_wording: Mapped[str | None]
    other_id: Mapped[str | None]
    rule_version: Mapped[str | None]

    __table_args__ = (one_of("kind", "region", "task", "indicator", "requirement"),)


class ResolvedRun(Base):
    """An extraction run whose tasks and requirements have their ids; `aliases` is the digest of the seed it used."""

    __tablename__ = "resolved_runs"

    run_id: Mapped[str] = mapped_column(ForeignKey("extraction_runs.run_id"), primary_key=True)
    aliases: Mapped[str]
    resolved_at: Mapped[datetime]


class Publication(Base):
    """One immutable version of the published snapshot; `row_counts` is JSON by table."""

    __tablename__ = "publications"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_at: Mapped[datetime]
    input_digest: Mapped[str]
    content_digest: Mapped[str | None]
    path: Mapped[str | None]
    periods: Mapped[str]
    run_id: Mapped[str]
    row_counts: Mapped[str]
    status: Mapped[str]

    __table_args__ = (one_of("status", "published", "failed"),)


class RefreshRun(Base):
    """One run of the monthly refresh; `summary` is JSON, the counts are out of it.

    `runner` says who does the run, so that a later one can tell whether it still lives (xushi/runners.py).
    """

    __tablename__ = "refresh_runs"

    run_id: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    requested_period: Mapped[str | None]
    status: Mapped[str]
    summary: Mapped[str | None]
    runner: Mapped[str | None]
    error: Mapped[str | None]
    received: Mapped[int | None]
    newly_received: Mapped[int | None]
    extracted: Mapped[int | None]
    facts: Mapped[int | None]
    rejected: Mapped[int | None]
    missing: Mapped[int | None]
    findings_blocker: Mapped[int | None]
    findings_error: Mapped[int | None]
    findings_warning: Mapped[int | None]
    findings_info: Mapped[int | None]
    withheld: Mapped[int | None]
    version: Mapped[int | None]

    __table_args__ = (one_of("status", "running", "published", "published_with_withheld", "unchanged", "failed"),)


class RefreshStage(Base):
    """How long a stage of a run took; batches of one stage are one row."""

    __tablename__ = "refresh_stages"

    run_id: Mapped[str] = mapped_column(ForeignKey("refresh_runs.run_id"), primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    milliseconds: Mapped[int] = mapped_column(BigInteger)


#: Every table that becomes a Parquet file of its name beside the facts.
TABLES: Final[tuple[type[Base], ...]] = (
    Submission,
    ExtractionRun,
    ExpectedSubmission,
    CrosswalkEntry,
    ResolvedRun,
    Incident,
    Correction,
    Determination,
    RequirementChange,
    Amendment,
    Notice,
    NoticeIncident,
    Publication,
    RefreshRun,
    RefreshStage,
)

#: Tables that stay in the registry: what only the desk needs, and what no reader of the lake should see.
PRIVATE_TABLES: Final[tuple[type[Base], ...]] = (
    AuditEntry,
    DeskUser,
    Edition,
    EditionFile,
    EditionAnswer,
    Replay,
    ReplayRun,
    Obligation,
    ObligationException,
    Reminder,
    LakeFile,
)

__all__ = [
    "PRIVATE_TABLES",
    "TABLES",
    "Amendment",
    "AuditEntry",
    "Base",
    "Correction",
    "CrosswalkEntry",
    "DeskUser",
    "Determination",
    "Edition",
    "EditionAnswer",
    "EditionFile",
    "ExpectedSubmission",
    "ExtractionRun",
    "Incident",
    "LakeFile",
    "Notice",
    "NoticeIncident",
    "Obligation",
    "ObligationException",
    "Publication",
    "RefreshRun",
    "RefreshStage",
    "Reminder",
    "Replay",
    "ReplayRun",
    "RequirementChange",
    "ResolvedRun",
    "Submission",
]
