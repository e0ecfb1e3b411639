"""The registry as of first light."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "corrections",
        sa.Column("correction_id", types.PlainText(), nullable=False),
        sa.Column("fact_key", types.PlainText(), nullable=False),
        sa.Column("column_name", types.PlainText(), nullable=False),
        sa.Column("expected_value", types.PlainText(), nullable=True),
        sa.Column("corrected_value", types.PlainText(), nullable=True),
        sa.Column("reason", types.PlainText(), nullable=False),
        sa.Column("decided_by", types.PlainText(), nullable=False),
        sa.Column("decided_at", types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_fact_key"), "corrections", ["fact_key"])

    op.create_table(
        "expected_submissions",
        sa.Column("expected_id", types.PlainText(), nullable=False),
        sa.Column("reporting_unit", types.PlainText(), nullable=False),
        sa.Column("region_code", types.PlainText(), nullable=False),
        sa.Column("period", types.PlainText(), nullable=False),
        sa.Column("family", types.PlainText(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("expected_id", name=op.f("pk_expected_submissions")),
    )
    op.create_table(
        "incidents",
        sa.Column("incident_id", types.PlainText(), nullable=False),
        sa.Column("check_id", types.PlainText(), nullable=False),
        sa.Column("record_table", types.PlainText(), nullable=False),
        sa.Column("record_key", types.PlainText(), nullable=False),
        sa.Column("severity", types.PlainText(), nullable=False),
        sa.Column("state", types.PlainText(), nullable=False),
        sa.Column("is_failing", sa.Boolean(), nullable=False),
        sa.Column("assignee", types.PlainText(), nullable=True),
        sa.Column("reason", types.PlainText(), nullable=True),
        sa.Column("comment", types.PlainText(), nullable=True),
        sa.Column("opened_at", types.UtcDateTime(), nullable=False),
        sa.Column("reopened_at", types.UtcDateTime(), nullable=True),
        sa.Column("reopen_count", sa.Integer(), nullable=False),
        sa.Column("resolved_at", types.UtcDateTime(), nullable=True),
        sa.Column("last_seen_run_id", types.PlainText(), nullable=False),
        sa.CheckConstraint("state IN ('new', 'acknowledged', 'assigned', 'resolved')", name=op.f("ck_incidents_state")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_check_id"), "incidents", ["check_id"])

    op.create_table(
        "publications",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", types.UtcDateTime(), nullable=False),
        sa.Column("input_digest", types.PlainText(), nullable=False),
        sa.Column("content_digest", types.PlainText(), nullable=True),
        sa.Column("path", types.PlainText(), nullable=True),
        sa.Column("periods", types.PlainText(), nullable=False),
        sa.Column("run_id", types.PlainText(), nullable=False),
        sa.Column("row_counts", types.PlainText(), nullable=False),
        sa.Column("status", types.PlainText(), nullable=False),
        sa.CheckConstraint("status IN ('published', 'failed')", name=op.f("ck_publications_status")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_publications")),
    )
    op.create_table(
        "refresh_runs",
        sa.Column("run_id", types.PlainText(), nullable=False),
        sa.Column("started_at", types.UtcDateTime(), nullable=False),
        sa.Column("finished_at", types.UtcDateTime(), nullable=True),
        sa.Column("requested_period", types.PlainText(), nullable=True),
        sa.Column("status", types.PlainText(), nullable=False),
        sa.Column("summary", types.PlainText(), nullable=True),
        sa.CheckConstraint(
            "status IN ('running', 'published', 'published_with_withheld', 'unchanged', 'failed')",
            name=op.f("ck_refresh_runs_status"),
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_refresh_runs")),
    )
    op.create_table(
        "submissions",
        sa.Column("submission_id", types.PlainText(), nullable=False),
        sa.Column("sha256", types.PlainText(), nullable=False),
        sa.Column("file_name", types.PlainText(), nullable=False),
        sa.Column("format", types.PlainText(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("reporting_unit", types.PlainText(), nullable=True),
        sa.Column("region_code", types.PlainText(), nullable=False),
        sa.Column("region_context", types.PlainText(), nullable=False),
        sa.Column("period", types.PlainText(), nullable=True),
        sa.Column("family", types.PlainText(), nullable=True),
        sa.Column("scope", types.PlainText(), nullable=True),
        sa.Column("declared_revision", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_resubmission", sa.Boolean(), nullable=False),
        sa.Column("replaces", types.PlainText(), nullable=False),
        sa.Column("channel", types.PlainText(), nullable=True),
        sa.Column("received_at", types.UtcDateTime(), nullable=False),
        sa.Column("first_seen_at", types.UtcDateTime(), nullable=False),
        sa.Column("status", types.PlainText(), nullable=False),
        sa.Column("rejection_reason", types.PlainText(), nullable=True),
        sa.Column("rejection_detail", types.PlainText(), nullable=True),
        sa.Column("title", types.PlainText(), nullable=True),
        sa.Column("publisher", types.PlainText(), nullable=True),
        sa.Column("document_number", types.PlainText(), nullable=True),
        sa.Column("as_of_date", sa.Date(), nullable=True),
        sa.Column("campaign_year", sa.Integer(), nullable=True),
        sa.Column("issued_by_city", sa.Boolean(), nullable=False),
        sa.Column("superseded_by", types.PlainText(), nullable=True),
        sa.CheckConstraint("replaces IN ('all', 'rows')", name=op.f("ck_submissions_replaces")),
        sa.CheckConstraint("status IN ('received', 'extracted', 'rejected')", name=op.f("ck_submissions_status")),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["submissions.submission_id"], name=op.f("fk_submissions_superseded_by")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submissions")),
    )
    op.create_index(op.f("ix_submissions_period"), "submissions", ["period"])
    op.create_index(op.f("ix_submissions_scope"), "submissions", ["scope"])
    op.create_index(op.f("ix_submissions_sha256"), "submissions", ["sha256"])

    op.create_table(
        "crosswalk",
        sa.Column("entry_id", types.PlainText(), nullable=False),
        sa.Column("kind", types.PlainText(), nullable=False),
        sa.Column("context", types.PlainText(), nullable=False),
        sa.Column("wording", types.PlainText(), nullable=False),
        sa.Column("durable_id", types.PlainText(), nullable=False),
        sa.Column("label", types.PlainText(), nullable=False),
        sa.Column("first_submission_id", types.PlainText(), nullable=True),
        sa.Column("created_at", types.UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('region', 'task', 'indicator')", name=op.f("ck_crosswalk_kind")),
        sa.ForeignKeyConstraint(
            ["first_submission_id"], ["submissions.submission_id"], name=op.f("fk_crosswalk_first_submission_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_crosswalk")),
    )
    op.create_index(op.f("ix_crosswalk_kind"), "crosswalk", ["kind"])

    op.create_table(
        "extraction_runs",
        sa.Column("run_id", types.PlainText(), nullable=False),
        sa.Column("submission_id", types.PlainText(), nullable=False),
        sa.Column("extractor_version", types.PlainText(), nullable=False),
        sa.Column("started_at", types.UtcDateTime(), nullable=False),
        sa.Column("finished_at", types.UtcDateTime(), nullable=False),
        sa.Column("status", types.PlainText(), nullable=False),
        sa.Column("failure_reason", types.PlainText(), nullable=True),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("fact_count", sa.Integer(), nullable=False),
        sa.Column("rejection_count", sa.Integer(), nullable=False),
        sa.Column("lake_file", types.PlainText(), nullable=True),
        sa.Column("lake_sha256", types.PlainText(), nullable=True),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.CheckConstraint("status IN ('succeeded', 'failed')", name=op.f("ck_extraction_runs_status")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.submission_id"], name=op.f("fk_extraction_runs_submission_id")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_extraction_runs")),
    )
    op.create_index(op.f("ix_extraction_runs_submission_id"), "extraction_runs", ["submission_id"])


def downgrade() -> None:
    """Go back."""
    for table in (
        "crosswalk",
        "extraction_runs",
        "submissions",
        "refresh_runs",
        "publications",
        "incidents",
        "expected_submissions",
        "corrections",
    ):
        op.drop_table(table)
