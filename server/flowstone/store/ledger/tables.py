"""The ledger's tables. A change here needs a migration in `migrations/versions` and a new `HEAD`."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

HEAD = "0001"
"""The newest migration, so that an up-to-date ledger opens without importing Alembic. A test compares."""

runs = Table(
    "runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("pipeline", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("trigger", String(64), nullable=False),
    Column("profile", String(64), nullable=False),
    Column("params", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("snapshot", String(64), nullable=False),
    Column("owner", String(120), nullable=False),
    Column("started_at", Float, nullable=False),
    Column("ended_at", Float),
    Index("runs_by_start", "started_at", "id"),
    Index("runs_by_pipeline", "pipeline", "started_at", "id"),
    Index("runs_by_state", "state"),
)

block_runs = Table(
    "block_runs",
    metadata,
    Column("run_id", String(64), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("block", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("body", Text, nullable=False),
)

run_events = Table(
    "run_events",
    metadata,
    Column("run_id", String(64), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("body", Text, nullable=False),
)

results = Table(
    "results",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("pipeline", String(64), nullable=False),
    Column("block", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("run_id", String(64), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("parts", Text, nullable=False),
    Column("result", Text, nullable=False),
    Index("results_by_block", "pipeline", "block", "id"),
    Index("results_by_fingerprint", "pipeline", "block", "fingerprint", "id"),
)
