"""Replays: history read again under new rules, and which run would take the place of which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry import types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATES = "'reading', 'proposed', 'accepted', 'declined', 'superseded'"


def upgrade() -> None:
    """Go forward; nothing that was there changes."""
    op.create_table(
        "replays",
        *(_text(name) for name in ("replay_id", "extractor_version")),
        _text("period", nullable=True),
        *(_text(name) for name in ("state", "started_by")),
        _instant("started_at", nullable=False),
        _instant("compared_at"),
        *(_text(name, nullable=True) for name in ("counts", "digest", "decided_by")),
        _instant("decided_at"),
        _text("reason", nullable=True),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_replays_state")),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'declined') OR decided_by IS NOT NULL", name=op.f("ck_replays_decision_has_name")
        ),
        sa.PrimaryKeyConstraint("replay_id", name=op.f("pk_replays")),
    )
    op.create_index(op.f("ix_replays_state"), "replays", ["state"])
    op.create_table(
        "replay_runs",
        *(_text(name) for name in ("replay_id", "submission_id", "old_run_id", "old_sha256")),
        *(_text(name, nullable=True) for name in ("new_run_id", "new_sha256")),
        _refers("replay_id", "replays.replay_id"),
        _refers("submission_id", "submissions.submission_id"),
        _refers("old_run_id", "extraction_runs.run_id"),
        _refers("new_run_id", "extraction_runs.run_id"),
        sa.PrimaryKeyConstraint("replay_id", "submission_id", name=op.f("pk_replay_runs")),
    )


def downgrade() -> None:
    """Go back, without the replays; what was accepted stays live."""
    for table in ("replay_runs", "replays"):
        op.drop_table(table)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, types.PlainText(), nullable=nullable)


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, types.UtcDateTime(), nullable=nullable)


def _refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_replay_runs_{column}"))
