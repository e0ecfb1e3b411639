"""The history of the runs: what each did, in columns; who does it, so that a dead one is known; how long it took."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEXTS = ("runner", "error")
_COUNTS = (
    "received", "newly_received", "extracted", "facts", "rejected", "missing", "findings_blocker", "findings_error",
    "findings_warning", "findings_info", "withheld", "version",
)  # fmt: skip


def upgrade() -> None:
    """Go forward; of runs from before, only start, end and status are known."""
    for name in _TEXTS:
        op.add_column("refresh_runs", sa.Column(name, types.PlainText(), nullable=True))
    for name in _COUNTS:
        op.add_column("refresh_runs", sa.Column(name, sa.Integer(), nullable=True))
    op.create_table(
        "refresh_stages",
        sa.Column("run_id", types.PlainText(), nullable=False),
        sa.Column("stage", types.PlainText(), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["refresh_runs.run_id"], name=op.f("fk_refresh_stages_run_id")),
        sa.PrimaryKeyConstraint("run_id", "stage", name=op.f("pk_refresh_stages")),
    )


def downgrade() -> None:
    """Go back; the summaries stay."""
    op.drop_table("refresh_stages")
    for name in (*_TEXTS, *_COUNTS):
        op.drop_column("refresh_runs", name)
