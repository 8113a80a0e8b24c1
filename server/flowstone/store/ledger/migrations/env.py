"""How Alembic finds the ledger: by the connection that is handed in."""

from __future__ import annotations

from alembic import context

from flowstone.store.ledger.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
