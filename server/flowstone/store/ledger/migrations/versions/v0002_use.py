"""When a result last counted and for which profile it was made; which runs are kept, and whose outputs are gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the ledger to this form: what was made until now was used when it was made."""
    op.add_column("results", sa.Column("profile", sa.String(64), nullable=False, server_default="local"))
    op.add_column("results", sa.Column("used_at", sa.Float, nullable=False, server_default="0"))
    op.execute("UPDATE results SET used_at = made_at")
    op.execute(
        "UPDATE results SET profile = (SELECT profile FROM runs WHERE runs.id = results.run_id) "
        "WHERE run_id IN (SELECT id FROM runs)"
    )
    op.create_index("results_by_use", "results", ["pipeline", "block", "profile", "used_at"])
    op.add_column("runs", sa.Column("pinned", sa.Integer, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("outputs_gone_at", sa.Float))


def downgrade() -> None:
    """Bring the ledger back to the form before."""
    op.drop_index("results_by_use", "results")
    for table, column in (
        ("results", "profile"),
        ("results", "used_at"),
        ("runs", "pinned"),
        ("runs", "outputs_gone_at"),
    ):
        op.drop_column(table, column)
