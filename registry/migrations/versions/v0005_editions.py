"""The issuing of the monthly documents: editions, their files, and what districts answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATES = "'consultation', 'submitted', 'reviewed', 'issued', 'withdrawn'"
_STAGES = "'consultation', 'review', 'issued', 'correction'"
_FORMS = "'submission', 'checking', 'data'"
_ANSWERS = "'awaiting', 'accepted', 'objected', 'silent'"
_CHANNELS = "'letter', 'telephone', 'desk'"


def upgrade() -> None:
    """Go forward; nothing that was there changes."""
    op.create_table(
        "editions",
        *(_text(name) for name in ("edition_id", "period", "state", "agency", "layout")),
        _number("round"),
        _number("snapshot_version"),
        *(_text(name) for name in ("snapshot_digest", "content_digest", "code_version", "drafted_by")),
        _instant("drafted_at"),
        _day("drafted_on", nullable=False),
        _number("reply_days"),
        _day("reply_due", nullable=False),
        sa.Column("is_calendar_known", sa.Boolean(), nullable=False),
        _text("submitted_by", nullable=True),
        _instant("submitted_at", nullable=True),
        _text("reviewed_by", nullable=True),
        _instant("reviewed_at", nullable=True),
        *(_text(name, nullable=True) for name in ("number", "signatory")),
        _day("issued_on"),
        _text("issued_by", nullable=True),
        _instant("issued_at", nullable=True),
        *(_text(name, nullable=True) for name in ("corrects", "correction_note")),
        _number("version"),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_editions_state")),
        sa.CheckConstraint("(state = 'issued') = (number IS NOT NULL)", name=op.f("ck_editions_issued_has_number")),
        sa.ForeignKeyConstraint(["corrects"], ["editions.edition_id"], name=op.f("fk_editions_corrects")),
        sa.UniqueConstraint("number", name=op.f("uq_editions_number")),
        sa.PrimaryKeyConstraint("edition_id", name=op.f("pk_editions")),
    )
    op.create_index(op.f("ix_editions_period"), "editions", ["period"])
    op.create_index(op.f("ix_editions_state"), "editions", ["state"])
    op.create_table(
        "edition_files",
        _text("edition_id"),
        _number("round"),
        *(_text(name) for name in ("stage", "form", "name", "kind")),
        _text("region_code", nullable=True),
        _text("sha256"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"stage IN ({_STAGES})", name=op.f("ck_edition_files_stage")),
        sa.CheckConstraint(f"form IN ({_FORMS})", name=op.f("ck_edition_files_form")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name=op.f("fk_edition_files_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", "round", "stage", "form", "name", name=op.f("pk_edition_files")),
    )
    op.create_table(
        "edition_answers",
        _text("edition_id"),
        _number("round"),
        *(_text(name) for name in ("region_code", "region", "state")),
        *(_text(name, nullable=True) for name in ("text", "channel", "answered_by")),
        _day("answered_on"),
        *(_text(name, nullable=True) for name in ("proof_sha256", "proof_name", "recorded_by")),
        _instant("recorded_at", nullable=True),
        *(_text(name, nullable=True) for name in ("settlement", "settlement_reason", "settled_by")),
        _instant("settled_at", nullable=True),
        sa.Column("carried_from", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"state IN ({_ANSWERS})", name=op.f("ck_edition_answers_state")),
        sa.CheckConstraint(f"channel IN ({_CHANNELS})", name=op.f("ck_edition_answers_channel")),
        sa.CheckConstraint("settlement IN ('upheld', 'rejected')", name=op.f("ck_edition_answers_settlement")),
        sa.CheckConstraint(
            "state <> 'objected' OR proof_sha256 IS NOT NULL", name=op.f("ck_edition_answers_objection_has_proof")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.edition_id"], name=op.f("fk_edition_answers_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", "round", "region_code", name=op.f("pk_edition_answers")),
    )


def downgrade() -> None:
    """Go back, without the editions; their files stay in the home."""
    for table in ("edition_answers", "edition_files", "editions"):
        op.drop_table(table)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, types.PlainText(), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, types.UtcDateTime(), nullable=nullable)


def _day(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)
