"""The registry's tables of what stewards see and decide: incidents, decisions, letters, the log, the desk's users."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base, one_of


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
        one_of("state", "new", "acknowledged", "assigned", "resolved"),
        one_of("resolution", "agreed", "accepted", "determined"),
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
        one_of("state", "pending", "applied", "expired", "unmatched", "withdrawn"),
        one_of("channel", "desk", "telephone"),
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

    __table_args__ = (one_of("status", "completed", "on_schedule", "basically_on_schedule", "behind_schedule"),)


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
        one_of("event", "change_applied", "change_approved", "cancel_applied", "cancelled", "refused"),
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
        one_of("kind", "reminder", "supervision", "interview"),
        one_of("state", "draft", "issued", "replied", "closed", "withdrawn"),
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

    __table_args__ = (one_of("role", "viewer", "steward", "publisher", "admin"),)
