"""Corrections name the fact that they are about; changes of requirements; what a submission says once amended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATES = "'pending', 'applied', 'expired', 'unmatched', 'withdrawn'"
_EVENTS = "'change_applied', 'change_approved', 'cancel_applied', 'cancelled', 'refused'"


def upgrade() -> None:
    """Go forward; nothing could write a correction before, so the table is made anew."""
    op.drop_table("corrections")
    op.create_table(
        "corrections",
        _text("correction_id"),
        _text("submission_id"),
        _text("item_key"),
        _text("fact_id"),
        _text("column_name"),
        _text("expected_value", nullable=True),
        _text("corrected_value", nullable=True),
        _text("reason"),
        _text("decided_by"),
        sa.Column("decided_at", types.UtcDateTime(), nullable=False),
        _text("withdrawn_by", nullable=True),
        sa.Column("withdrawn_at", types.UtcDateTime(), nullable=True),
        _text("state"),
        _text("found_value", nullable=True),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_corrections_state")),
        _refers("corrections", "submission_id", "submissions"),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_submission_id"), "corrections", ["submission_id"])
    op.create_table(
        "requirement_changes",
        _text("change_id"),
        _text("requirement_id"),
        _text("event"),
        sa.Column("event_date", sa.Date(), nullable=False),
        _text("approval_no", nullable=True),
        _text("note", nullable=True),
        _text("recorded_by"),
        sa.Column("recorded_at", types.UtcDateTime(), nullable=False),
        sa.CheckConstraint(f"event IN ({_EVENTS})", name=op.f("ck_requirement_changes_event")),
        sa.CheckConstraint(
            "event NOT IN ('change_approved', 'cancelled') OR approval_no IS NOT NULL",
            name=op.f("ck_requirement_changes_approval_has_number"),
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_requirement_changes")),
    )
    op.create_index(op.f("ix_requirement_changes_requirement_id"), "requirement_changes", ["requirement_id"])
    op.create_table(
        "amendments",
        _text("amendment_id"),
        _text("submission_id"),
        _text("base_run_id"),
        sa.Column("known_from", types.UtcDateTime(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        _text("lake_file"),
        _text("lake_sha256"),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        _refers("amendments", "submission_id", "submissions"),
        sa.ForeignKeyConstraint(["base_run_id"], ["extraction_runs.run_id"], name=op.f("fk_amendments_base_run_id")),
        sa.PrimaryKeyConstraint("amendment_id", name=op.f("pk_amendments")),
    )
    op.create_index(op.f("ix_amendments_submission_id"), "amendments", ["submission_id"])


def downgrade() -> None:
    """Go back, without the decisions: the older table could not hold them."""
    for table in ("amendments", "requirement_changes", "corrections"):
        op.drop_table(table)
    op.create_table(
        "corrections",
        _text("correction_id"),
        _text("fact_key"),
        _text("column_name"),
        _text("expected_value", nullable=True),
        _text("corrected_value", nullable=True),
        _text("reason"),
        _text("decided_by"),
        sa.Column("decided_at", types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_fact_key"), "corrections", ["fact_key"])


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, types.PlainText(), nullable=nullable)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.{column}"], name=op.f(f"fk_{table}_{column}"))
