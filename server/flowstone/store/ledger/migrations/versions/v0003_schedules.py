"""Schedules: where each stands, what became of its ticks, and the alerts that told of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the ledger to this form."""
    op.create_table(
        "triggers",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("pipeline", sa.String(64), nullable=False),
        sa.Column("timing", sa.Text, nullable=False),
        sa.Column("cursor", sa.Integer, nullable=False),
        sa.Column("is_paused", sa.Integer, nullable=False),
        sa.Column("is_failing", sa.Integer, nullable=False),
    )
    op.create_table(
        "firings",
        sa.Column("trigger_id", sa.String(80), primary_key=True),
        sa.Column("logical_at", sa.Integer, primary_key=True),
        sa.Column("pipeline", sa.String(64), nullable=False),
        sa.Column("first_at", sa.Integer, nullable=False),
        sa.Column("ticks", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("run_id", sa.String(64)),
    )
    op.create_index("firings_by_state", "firings", ["state", "trigger_id", "logical_at"])
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("pipeline", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("target", sa.String(16), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Float, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.UniqueConstraint("run_id", "kind", "target"),
    )
    op.create_index("alerts_by_state", "alerts", ["state", "due_at"])
    op.create_index("alerts_by_pipeline", "alerts", ["pipeline", "id"])
    op.add_column("runs", sa.Column("logical_date", sa.String(40)))
    op.create_index("runs_by_state_and_start", "runs", ["state", "started_at", "id"])
    op.create_index("runs_by_pipeline_and_state", "runs", ["pipeline", "state", "started_at", "id"])


def downgrade() -> None:
    """Bring the ledger back to the form before."""
    op.drop_index("runs_by_pipeline_and_state", "runs")
    op.drop_index("runs_by_state_and_start", "runs")
    op.drop_column("runs", "logical_date")
    for table in ("alerts", "firings", "triggers"):
        op.drop_table(table)
