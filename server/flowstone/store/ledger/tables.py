"""The ledger's tables. A change here needs a migration in `migrations/versions` and a new `HEAD`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

HEAD = "0004"
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
    Column("pinned", Integer, nullable=False, server_default="0"),
    Column("outputs_gone_at", Float),
    Index("runs_by_start", "started_at", "id"),
    Index("runs_by_pipeline", "pipeline", "started_at", "id"),
    Column("logical_date", String(40)),
    Index("runs_by_state", "state"),
    Index("runs_by_state_and_start", "state", "started_at", "id"),
    Index("runs_by_pipeline_and_state", "pipeline", "state", "started_at", "id"),
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
    Column("profile", String(64), nullable=False, server_default="local"),
    Column("used_at", Float, nullable=False, server_default="0"),
    Index("results_by_block", "pipeline", "block", "id"),
    Index("results_by_fingerprint", "pipeline", "block", "fingerprint", "id"),
    Index("results_by_use", "pipeline", "block", "profile", "used_at"),
)

triggers = Table(
    "triggers",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("pipeline", String(64), nullable=False),
    Column("timing", Text, nullable=False),
    Column("cursor", Integer, nullable=False),
    Column("is_paused", Integer, nullable=False),
    Column("is_failing", Integer, nullable=False),
)

firings = Table(
    "firings",
    metadata,
    Column("trigger_id", String(80), primary_key=True),
    Column("logical_at", Integer, primary_key=True),
    Column("pipeline", String(64), nullable=False),
    Column("first_at", Integer, nullable=False),
    Column("ticks", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("run_id", String(64)),
    Index("firings_by_state", "state", "trigger_id", "logical_at"),
)
"""Neither this table nor that of alerts points to `runs`: what became of a tick outlives a run that is let go."""

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String(64), nullable=False),
    Column("pipeline", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("target", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("run_id", "kind", "target"),
    Index("alerts_by_state", "state", "due_at"),
    Index("alerts_by_pipeline", "pipeline", "id"),
)

forecasts = Table(
    "forecasts",
    metadata,
    Column("pipeline", String(64), primary_key=True),
    Column("block", String(64), primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("peak_memory_bytes", BigInteger),
    Column("runs", Integer, nullable=False),
)
"""What each block usually takes. It does not point to `runs`: the usual outlives the runs that it was learnt from."""
