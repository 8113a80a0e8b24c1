"""The ledger's tables. A change here needs a migration in `migrations/versions` and a new `HEAD`."""

from __future__ import annotations

HEAD = "0005"
"""The newest migration, so that an up-to-date ledger opens without importing Alembic. A test compares."""

TABLES = (
    """
    CREATE TABLE runs (
        id VARCHAR(64) NOT NULL PRIMARY KEY,
        pipeline VARCHAR(64) NOT NULL,
        state VARCHAR(16) NOT NULL,
        "trigger" VARCHAR(64) NOT NULL,
        profile VARCHAR(64) NOT NULL,
        params TEXT NOT NULL,
        request TEXT NOT NULL,
        snapshot VARCHAR(64) NOT NULL,
        owner VARCHAR(120) NOT NULL,
        started_at FLOAT NOT NULL,
        ended_at FLOAT,
        pinned INTEGER DEFAULT '0' NOT NULL,
        outputs_gone_at FLOAT,
        logical_date VARCHAR(40),
        pauses TEXT DEFAULT '[]' NOT NULL
    )
    """,
    "CREATE INDEX runs_by_start ON runs (started_at, id)",
    "CREATE INDEX runs_by_pipeline ON runs (pipeline, started_at, id)",
    "CREATE INDEX runs_by_state ON runs (state)",
    "CREATE INDEX runs_by_state_and_start ON runs (state, started_at, id)",
    "CREATE INDEX runs_by_pipeline_and_state ON runs (pipeline, state, started_at, id)",
    """
    CREATE TABLE block_runs (
        run_id VARCHAR(64) NOT NULL,
        block VARCHAR(64) NOT NULL,
        position INTEGER NOT NULL,
        state VARCHAR(16) NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (run_id, block),
        FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE run_events (
        run_id VARCHAR(64) NOT NULL,
        seq INTEGER NOT NULL,
        at FLOAT NOT NULL,
        kind VARCHAR(40) NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (run_id, seq),
        FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE results (
        id INTEGER NOT NULL PRIMARY KEY,
        pipeline VARCHAR(64) NOT NULL,
        block VARCHAR(64) NOT NULL,
        fingerprint VARCHAR(64) NOT NULL,
        run_id VARCHAR(64) NOT NULL,
        made_at FLOAT NOT NULL,
        parts TEXT NOT NULL,
        result TEXT NOT NULL,
        profile VARCHAR(64) DEFAULT 'local' NOT NULL,
        used_at FLOAT DEFAULT '0' NOT NULL
    )
    """,
    "CREATE INDEX results_by_block ON results (pipeline, block, id)",
    "CREATE INDEX results_by_fingerprint ON results (pipeline, block, fingerprint, id)",
    "CREATE INDEX results_by_use ON results (pipeline, block, profile, used_at)",
    """
    CREATE TABLE triggers (
        id VARCHAR(80) NOT NULL PRIMARY KEY,
        pipeline VARCHAR(64) NOT NULL,
        timing TEXT NOT NULL,
        cursor INTEGER NOT NULL,
        is_paused INTEGER NOT NULL,
        is_failing INTEGER NOT NULL
    )
    """,
    # Neither this table nor that of alerts points to `runs`: what became of a tick outlives a run that is let go.
    """
    CREATE TABLE firings (
        trigger_id VARCHAR(80) NOT NULL,
        logical_at INTEGER NOT NULL,
        pipeline VARCHAR(64) NOT NULL,
        first_at INTEGER NOT NULL,
        ticks INTEGER NOT NULL,
        state VARCHAR(16) NOT NULL,
        reason VARCHAR(200) NOT NULL,
        run_id VARCHAR(64),
        PRIMARY KEY (trigger_id, logical_at)
    )
    """,
    "CREATE INDEX firings_by_state ON firings (state, trigger_id, logical_at)",
    """
    CREATE TABLE alerts (
        id INTEGER NOT NULL PRIMARY KEY,
        run_id VARCHAR(64) NOT NULL,
        pipeline VARCHAR(64) NOT NULL,
        kind VARCHAR(16) NOT NULL,
        target VARCHAR(16) NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        state VARCHAR(16) NOT NULL,
        attempts INTEGER NOT NULL,
        due_at FLOAT NOT NULL,
        why TEXT NOT NULL,
        UNIQUE (run_id, kind, target)
    )
    """,
    "CREATE INDEX alerts_by_state ON alerts (state, due_at)",
    "CREATE INDEX alerts_by_pipeline ON alerts (pipeline, id)",
    # What each block usually takes. It does not point to `runs`: the usual outlives the runs it was learnt from.
    """
    CREATE TABLE forecasts (
        pipeline VARCHAR(64) NOT NULL,
        block VARCHAR(64) NOT NULL,
        seconds FLOAT NOT NULL,
        peak_memory_bytes BIGINT,
        runs INTEGER NOT NULL,
        PRIMARY KEY (pipeline, block)
    )
    """,
    # As Alembic makes it, for what is made at once is migrated later.
    """
    CREATE TABLE alembic_version (
        version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
    )
    """,
)
