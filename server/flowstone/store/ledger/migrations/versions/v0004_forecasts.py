"""What each block usually takes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the ledger to this form. What ran before tells nothing: its memory was not measured."""
    op.create_table(
        "forecasts",
        sa.Column("pipeline", sa.String(64), primary_key=True),
        sa.Column("block", sa.String(64), primary_key=True),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("peak_memory_bytes", sa.BigInteger),
        sa.Column("runs", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Bring the ledger back to the form before."""
    op.drop_table("forecasts")
