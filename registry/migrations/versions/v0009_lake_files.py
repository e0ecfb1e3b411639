"""What the files of the lake beside a run's facts hold, by sha256."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry import types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nothing that was there changes."""
    op.create_table(
        "lake_files",
        sa.Column("path", types.PlainText(), nullable=False),
        sa.Column("sha256", types.PlainText(), nullable=False),
        sa.Column("recorded_at", types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_lake_files")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("lake_files")
