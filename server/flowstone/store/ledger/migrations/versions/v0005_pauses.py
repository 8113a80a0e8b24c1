"""When runs lay still before they were resumed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the ledger to this form. When older runs lay still was not written down."""
    op.add_column("runs", sa.Column("pauses", sa.Text, nullable=False, server_default="[]"))


def downgrade() -> None:
    """Bring the ledger back to the form before."""
    op.drop_column("runs", "pauses")
