"""Durable ids of tasks and requirements by meaning: how an id was found, and which runs have been resolved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from registry import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMNS = ("matched_by", "score", "other_wording", "other_id", "rule_version")
_KIND = "ck_crosswalk_kind"


def upgrade() -> None:
    """Go forward; what is in the crosswalk keeps its ids."""
    _allow_kinds("'region', 'task', 'indicator', 'requirement'")
    op.add_column("crosswalk", sa.Column("matched_by", types.PlainText(), nullable=True))
    op.add_column("crosswalk", sa.Column("score", sa.Integer(), nullable=True))
    op.add_column("crosswalk", sa.Column("other_wording", types.PlainText(), nullable=True))
    op.add_column("crosswalk", sa.Column("other_id", types.PlainText(), nullable=True))
    op.add_column("crosswalk", sa.Column("rule_version", types.PlainText(), nullable=True))
    op.create_index(op.f("ix_crosswalk_context"), "crosswalk", ["context"])
    op.create_table(
        "resolved_runs",
        sa.Column("run_id", types.PlainText(), nullable=False),
        sa.Column("aliases", types.PlainText(), nullable=False),
        sa.Column("resolved_at", types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["extraction_runs.run_id"], name=op.f("fk_resolved_runs_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_resolved_runs")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("resolved_runs")
    op.drop_index(op.f("ix_crosswalk_context"), "crosswalk")
    op.execute("DELETE FROM crosswalk WHERE kind = 'requirement'")
    for name in _COLUMNS:
        op.drop_column("crosswalk", name)
    _allow_kinds("'region', 'task', 'indicator'")


def _allow_kinds(kinds: str) -> None:
    """SQLite cannot alter a constraint: the table is copied, and its checks are only those that are given here."""
    with op.batch_alter_table("crosswalk") as table:
        if op.get_context().dialect.name != "sqlite":
            table.drop_constraint(op.f(_KIND), type_="check")
        table.create_check_constraint(op.f(_KIND), f"kind IN ({kinds})")
