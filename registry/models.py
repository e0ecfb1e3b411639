"""The registry's tables: what was expected, received, extracted, named, found, decided and published.

Keys are text and made from what they stand for, so that two processes that meet the same thing make the same row.
Instants are timezone-aware (UTC in the database).  Rows are handed out detached: read them, never change them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Final

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, ForeignKey, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from registry.types import PlainText, UtcDateTime

_NAMING: Final = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}


class Base(DeclarativeBase):
    """Names of constraints are fixed, so that migrations can speak of them."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map: ClassVar = {
        str: PlainText,
        datetime: UtcDateTime,
        date: Date,
        bool: Boolean(create_constraint=False),
        int: Integer,
    }


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{v}'" for v in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Submission(Base):
    """A file as sent for one unit, period and family.

    `scope` is one value per (unit, period, family); `revision` and `superseded_by` follow from the scope's members
    alone (registry/revisions.py).  `region_context` is the code in whose circle the document's region names are
    looked up, '' where the sender is unknown.  `period` is NULL where a rejected file could not be placed.
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
        _one_of("status", "received", "extracted", "rejected"),
        _one_of("replaces", "all", "rows"),
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

    __table_args__ = (_one_of("status", "succeeded", "failed"),)


class ExpectedSubmission(Base):
    """A report that a unit owes for a period."""

    __tablename__ = "expected_submissions"

    expected_id: Mapped[str] = mapped_column(primary_key=True)
    reporting_unit: Mapped[str]
    region_code: Mapped[str]
    period: Mapped[str]
    family: Mapped[str]
    due_date: Mapped[date]


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

    __table_args__ = (_one_of("kind", "region", "task", "indicator", "requirement"),)


class ResolvedRun(Base):
    """An extraction run whose tasks and requirements have their ids; `aliases` is the digest of the seed it used."""

    __tablename__ = "resolved_runs"

    run_id: Mapped[str] = mapped_column(ForeignKey("extraction_runs.run_id"), primary_key=True)
    aliases: Mapped[str]
    resolved_at: Mapped[datetime]


class Incident(Base):
    """A finding that stays until the record agrees again or a steward decides; one per check and record.

    `is_failing` is what the last run of the check said; a record that begins to fail again reopens the incident.
    From `period` to `source_locator` stands the finding as it was last seen.  `resolution` says how it was resolved;
    `version` counts the changes, so that of two stewards who decide at once the second is told.
    """

    __tablename__ = "incidents"

    incident_id: Mapped[str] = mapped_column(primary_key=True)
    check_id: Mapped[str] = mapped_column(index=True)
    record_table: Mapped[str]
    record_key: Mapped[str]
    severity: Mapped[str]
    state: Mapped[str]
    is_failing: Mapped[bool]
    assignee: Mapped[str | None]
    reason: Mapped[str | None]
    comment: Mapped[str | None]
    opened_at: Mapped[datetime]
    reopened_at: Mapped[datetime | None]
    reopen_count: Mapped[int]
    resolved_at: Mapped[datetime | None]
    last_seen_run_id: Mapped[str]
    period: Mapped[str | None] = mapped_column(index=True)
    region_code: Mapped[str | None] = mapped_column(index=True)
    submission_id: Mapped[str | None]
    document_sha256: Mapped[str | None]
    item_key: Mapped[str | None]
    requirement_no: Mapped[int | None]
    message_zh: Mapped[str | None]
    message_en: Mapped[str | None]
    expected: Mapped[str | None]
    observed: Mapped[str | None]
    arithmetic: Mapped[str | None]
    source_quote: Mapped[str | None]
    source_locator: Mapped[str | None]
    resolution: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        _one_of("state", "new", "acknowledged", "assigned", "resolved"),
        _one_of("resolution", "agreed", "accepted", "determined"),
    )


class Correction(Base):
    """A steward's decision on one value of one fact, laid over it on every rebuild.

    Values are text as a person writes them, NULL where there is none.  `state` is what the last refresh made of it:
    applied, expired (the unit has filed again since), unmatched (the document does not say `expected_value`, but
    `found_value`, so nothing was changed) or withdrawn.  One taken by telephone names who called and when, and the
    day by which the stamped supplement is owed.
    """

    __tablename__ = "corrections"

    correction_id: Mapped[str] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.submission_id"), index=True)
    item_key: Mapped[str]
    fact_id: Mapped[str]
    column_name: Mapped[str]
    expected_value: Mapped[str | None]
    corrected_value: Mapped[str | None]
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    state: Mapped[str]
    found_value: Mapped[str | None]
    incident_id: Mapped[str | None]
    requirement_id: Mapped[str | None]
    period: Mapped[str | None]
    channel: Mapped[str] = mapped_column(server_default="desk")
    caller: Mapped[str | None]
    called_at: Mapped[datetime | None]
    supplement_due: Mapped[date | None]
    supplement_on: Mapped[date | None]
    supplement_note: Mapped[str | None]

    __table_args__ = (
        _one_of("state", "pending", "applied", "expired", "unmatched", "withdrawn"),
        _one_of("channel", "desk", "telephone"),
    )


class Determination(Base):
    """The bureau's verdict (市局认定) on one requirement in one period: who, when, why; withdrawn, never changed."""

    __tablename__ = "determinations"

    determination_id: Mapped[str] = mapped_column(primary_key=True)
    requirement_id: Mapped[str] = mapped_column(index=True)
    period: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    incident_id: Mapped[str | None]

    __table_args__ = (_one_of("status", "completed", "on_schedule", "basically_on_schedule", "behind_schedule"),)


class RequirementChange(Base):
    """A step in the life of a requirement: somebody asks to change or cancel it, somebody approves; rows are added.

    `event_date` is the day of the letter or of the approval, `approval_no` its number (文号), without which nothing
    is approved.
    """

    __tablename__ = "requirement_changes"

    change_id: Mapped[str] = mapped_column(primary_key=True)
    requirement_id: Mapped[str] = mapped_column(index=True)
    event: Mapped[str]
    event_date: Mapped[date]
    approval_no: Mapped[str | None]
    note: Mapped[str | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        _one_of("event", "change_applied", "change_approved", "cancel_applied", "cancelled", "refused"),
        CheckConstraint(
            "event NOT IN ('change_approved', 'cancelled') OR approval_no IS NOT NULL", name="approval_has_number"
        ),
    )


class Amendment(Base):
    """What a submission says from a moment on: some of its items, with the corrections that held then laid over them.

    The base submission stays as it was; an amendment is a word of its own, known from `known_from`.  `lake_file` is
    relative to the lake and written anew from the base run by every refresh.
    """

    __tablename__ = "amendments"

    amendment_id: Mapped[str] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.submission_id"), index=True)
    base_run_id: Mapped[str] = mapped_column(ForeignKey("extraction_runs.run_id"))
    known_from: Mapped[datetime]
    item_count: Mapped[int]
    lake_file: Mapped[str]
    lake_sha256: Mapped[str]
    is_live: Mapped[bool]


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

    __table_args__ = (_one_of("status", "published", "failed"),)


class RefreshRun(Base):
    """One run of the monthly refresh; `summary` is JSON."""

    __tablename__ = "refresh_runs"

    run_id: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    requested_period: Mapped[str | None]
    status: Mapped[str]
    summary: Mapped[str | None]

    __table_args__ = (_one_of("status", "running", "published", "published_with_withheld", "unchanged", "failed"),)


class Notice(Base):
    """A letter to a unit about its findings: a reminder (提醒函), a supervision notice (督办单), an interview (约谈).

    `number` is the bureau's 文号, given when it is issued; a unit's reply and the closing (销号) with its proof follow.
    `escalated_from` is the milder letter that this one follows.
    """

    __tablename__ = "notices"

    notice_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    number: Mapped[str | None] = mapped_column(unique=True)
    recipient: Mapped[str]
    region_code: Mapped[str | None]
    period: Mapped[str | None]
    signatory: Mapped[str | None]
    issued_on: Mapped[date | None]
    reply_due: Mapped[date | None]
    reply: Mapped[str | None]
    replied_on: Mapped[date | None]
    closure_proof: Mapped[str | None]
    closed_on: Mapped[date | None]
    escalated_from: Mapped[str | None] = mapped_column(ForeignKey("notices.notice_id"))
    drafted_by: Mapped[str]
    drafted_at: Mapped[datetime]
    version: Mapped[int]

    __table_args__ = (
        _one_of("kind", "reminder", "supervision", "interview"),
        _one_of("state", "draft", "issued", "replied", "closed", "withdrawn"),
        CheckConstraint("state NOT IN ('issued', 'replied', 'closed') OR number IS NOT NULL", name="issued_has_number"),
    )


class NoticeIncident(Base):
    """An incident that a notice is about, with the finding as it stood when the notice was drafted."""

    __tablename__ = "notice_incidents"

    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.notice_id"), primary_key=True)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.incident_id"), primary_key=True)
    message_zh: Mapped[str | None]
    source_quote: Mapped[str | None]
    source_locator: Mapped[str | None]


class AuditEntry(Base):
    """What somebody did at the desk: who, when, in which role, what stood before and after (JSON); only added to."""

    __tablename__ = "audit_log"

    entry_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    role: Mapped[str]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str] = mapped_column(index=True)
    before: Mapped[str | None]
    after: Mapped[str | None]
    note: Mapped[str | None]


class DeskUser(Base):
    """Who may log in to the desk where it stands alone; `password_hash` is scrypt's, with its salt and costs."""

    __tablename__ = "desk_users"

    username: Mapped[str] = mapped_column(primary_key=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    is_active: Mapped[bool]
    created_at: Mapped[datetime]

    __table_args__ = (_one_of("role", "viewer", "steward", "publisher", "admin"),)


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
)

#: Tables that stay in the registry: what only the desk needs, and what no reader of the lake should see.
PRIVATE_TABLES: Final[tuple[type[Base], ...]] = (AuditEntry, DeskUser)
