"""What the stewards' desk needs: the finding in its incident, verdicts, notices, the audit log, users of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_FINDING = (
    "submission_id", "document_sha256", "item_key", "message_zh", "message_en", "expected", "observed", "arithmetic",
    "source_quote", "source_locator", "resolution",
)  # fmt: skip
_RESOLUTIONS = "'agreed', 'accepted', 'determined'"
_STATUSES = "'completed', 'on_schedule', 'basically_on_schedule', 'behind_schedule'"
_NOTICE_STATES = "'draft', 'issued', 'replied', 'closed', 'withdrawn'"


def upgrade() -> None:
    """Go forward; incidents without their finding get it from the next run of its check."""
    with op.batch_alter_table("incidents") as incidents:
        incidents.add_column(_text("period", nullable=True))
        incidents.add_column(_text("region_code", nullable=True))
        for name in _FINDING:
            incidents.add_column(_text(name, nullable=True))
        incidents.add_column(sa.Column("requirement_no", sa.Integer(), nullable=True))
        incidents.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        incidents.create_check_constraint(op.f("ck_incidents_resolution"), f"resolution IN ({_RESOLUTIONS})")
    op.create_index(op.f("ix_incidents_period"), "incidents", ["period"])
    op.create_index(op.f("ix_incidents_region_code"), "incidents", ["region_code"])
    with op.batch_alter_table("corrections") as corrections:
        for name in ("incident_id", "requirement_id", "period"):
            corrections.add_column(_text(name, nullable=True))
        corrections.add_column(sa.Column("channel", types.PlainText(), nullable=False, server_default="desk"))
        corrections.add_column(_text("caller", nullable=True))
        corrections.add_column(_instant("called_at", nullable=True))
        corrections.add_column(_day("supplement_due"))
        corrections.add_column(_day("supplement_on"))
        corrections.add_column(_text("supplement_note", nullable=True))
        corrections.create_check_constraint(op.f("ck_corrections_channel"), "channel IN ('desk', 'telephone')")
    op.create_table(
        "determinations",
        *(_text(name) for name in ("determination_id", "requirement_id", "period", "status", "reason", "decided_by")),
        _instant("decided_at"),
        _text("withdrawn_by", nullable=True),
        _instant("withdrawn_at", nullable=True),
        _text("incident_id", nullable=True),
        sa.CheckConstraint(f"status IN ({_STATUSES})", name=op.f("ck_determinations_status")),
        sa.PrimaryKeyConstraint("determination_id", name=op.f("pk_determinations")),
    )
    op.create_index(op.f("ix_determinations_requirement_id"), "determinations", ["requirement_id"])
    _create_notices()
    op.create_table(
        "audit_log",
        _text("entry_id"),
        _instant("at"),
        *(_text(name) for name in ("actor", "role", "action", "subject_kind", "subject_id")),
        *(_text(name, nullable=True) for name in ("before", "after", "note")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_log")),
    )
    op.create_index(op.f("ix_audit_log_at"), "audit_log", ["at"])
    op.create_index(op.f("ix_audit_log_subject_id"), "audit_log", ["subject_id"])
    op.create_table(
        "desk_users",
        *(_text(name) for name in ("username", "display_name", "password_hash", "role")),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        _instant("created_at"),
        sa.CheckConstraint("role IN ('viewer', 'steward', 'publisher', 'admin')", name=op.f("ck_desk_users_role")),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_desk_users")),
    )


def _create_notices() -> None:
    op.create_table(
        "notices",
        *(_text(name) for name in ("notice_id", "kind", "state")),
        _text("number", nullable=True),
        _text("recipient"),
        *(_text(name, nullable=True) for name in ("region_code", "period", "signatory")),
        _day("issued_on"),
        _day("reply_due"),
        _text("reply", nullable=True),
        _day("replied_on"),
        _text("closure_proof", nullable=True),
        _day("closed_on"),
        _text("escalated_from", nullable=True),
        _text("drafted_by"),
        _instant("drafted_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('reminder', 'supervision', 'interview')", name=op.f("ck_notices_kind")),
        sa.CheckConstraint(f"state IN ({_NOTICE_STATES})", name=op.f("ck_notices_state")),
        sa.CheckConstraint(
            "state NOT IN ('issued', 'replied', 'closed') OR number IS NOT NULL",
            name=op.f("ck_notices_issued_has_number"),
        ),
        sa.ForeignKeyConstraint(["escalated_from"], ["notices.notice_id"], name=op.f("fk_notices_escalated_from")),
        sa.UniqueConstraint("number", name=op.f("uq_notices_number")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_state"), "notices", ["state"])
    op.create_table(
        "notice_incidents",
        _text("notice_id"),
        _text("incident_id"),
        *(_text(name, nullable=True) for name in ("message_zh", "source_quote", "source_locator")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.notice_id"], name=op.f("fk_notice_incidents_notice_id")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.incident_id"], name=op.f("fk_notice_incidents_incident_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", "incident_id", name=op.f("pk_notice_incidents")),
    )


def downgrade() -> None:
    """Go back, without what was done at the desk."""
    for table in ("desk_users", "audit_log", "notice_incidents", "notices", "determinations"):
        op.drop_table(table)
    with op.batch_alter_table("corrections") as corrections:
        corrections.drop_constraint(op.f("ck_corrections_channel"), type_="check")
        for name in ("supplement_note", "supplement_on", "supplement_due", "called_at", "caller", "channel",
                     "period", "requirement_id", "incident_id"):  # fmt: skip
            corrections.drop_column(name)
    op.drop_index(op.f("ix_incidents_region_code"), "incidents")
    op.drop_index(op.f("ix_incidents_period"), "incidents")
    with op.batch_alter_table("incidents") as incidents:
        incidents.drop_constraint(op.f("ck_incidents_resolution"), type_="check")
        for name in ("version", "requirement_no", *reversed(_FINDING), "region_code", "period"):
            incidents.drop_column(name)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, types.PlainText(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, types.UtcDateTime(), nullable=nullable)


def _day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=True)
