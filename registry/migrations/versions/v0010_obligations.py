"""The calendar of obligations, its exceptions, and the reminders that were sent; where an expected report came from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; what was expected before came from a register."""
    op.add_column(
        "expected_submissions", sa.Column("origin", types.PlainText(), nullable=False, server_default="register")
    )
    op.create_table(
        "obligations",
        *(_text(name) for name in ("obligation_id", "reporting_unit", "region_code", "family", "first_period")),
        _text("last_period", nullable=True),
        sa.Column("due_day", sa.Integer(), nullable=False),
        sa.Column("due_working_days", sa.Integer(), nullable=False),
        sa.Column("rolls", sa.Boolean(), nullable=False),
        _text("note", nullable=True),
        _text("recorded_by"),
        _instant("recorded_at"),
        sa.PrimaryKeyConstraint("obligation_id", name=op.f("pk_obligations")),
    )
    op.create_table(
        "obligation_exceptions",
        *(_text(name) for name in ("exception_id", "reporting_unit", "family", "period")),
        sa.Column("due_date", sa.Date(), nullable=True),
        *(_text(name) for name in ("reason", "recorded_by")),
        _instant("recorded_at"),
        sa.PrimaryKeyConstraint("exception_id", name=op.f("pk_obligation_exceptions")),
    )
    op.create_table(
        "reminders",
        *(_text(name) for name in ("reminder_id", "expected_id", "reporting_unit", "period", "family", "due_state")),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("as_of_date", sa.Date(), nullable=False),
        _text("state"),
        _instant("claimed_at"),
        _instant("sent_at", nullable=True),
        sa.CheckConstraint("due_state IN ('due_soon', 'late')", name=op.f("ck_reminders_due_state")),
        sa.CheckConstraint("state IN ('claimed', 'sent')", name=op.f("ck_reminders_state")),
        sa.ForeignKeyConstraint(
            ["expected_id"], ["expected_submissions.expected_id"], name=op.f("fk_reminders_expected_id")
        ),
        sa.PrimaryKeyConstraint("reminder_id", name=op.f("pk_reminders")),
    )
    op.create_index(op.f("ix_reminders_expected_id"), "reminders", ["expected_id"])


def downgrade() -> None:
    """Go back, without the calendar; what it made expected stays expected."""
    for table in ("reminders", "obligation_exceptions", "obligations"):
        op.drop_table(table)
    op.drop_column("expected_submissions", "origin")


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, types.PlainText(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, types.UtcDateTime(), nullable=nullable)
