"""How a submission was taken in: with the unit's seal or without, by whom, and what was noted beside it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; what was received before counts as not stamped."""
    op.add_column("submissions", sa.Column("is_stamped", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("submissions", sa.Column("handler", types.PlainText(), nullable=True))
    op.add_column("submissions", sa.Column("intake_note", types.PlainText(), nullable=True))


def downgrade() -> None:
    """Go back."""
    for name in ("intake_note", "handler", "is_stamped"):
        op.drop_column("submissions", name)
