"""The ledger: what is written is there, in order, all or nothing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect

from flowstone.errors.store import LedgerUnusable, NotFound
from flowstone.model.freshness import Part, PartKind
from flowstone.model.ids import ArtifactHash, BlockId, Fingerprint, PipelineId, RunId
from flowstone.model.output import Column, Output, OutputKind, Receipt
from flowstone.model.run import (
    BlockResult,
    BlockRun,
    BlockState,
    CheckResult,
    Failure,
    Frame,
    RunRecord,
    RunRequest,
    RunState,
)
from flowstone.store.ledger.ledger import Ledger
from flowstone.store.ledger.migrating import MIGRATIONS, migrate
from flowstone.store.ledger.records import Event, StoredResult
from flowstone.store.ledger.tables import HEAD

LINE = PipelineId("line")
LOAD = BlockId("load")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.db")
    yield opened
    opened.close()


def run_record(name: str = "r1", *, started_at: float = 1.0, pipeline: PipelineId = LINE) -> RunRecord:
    blocks = (BlockRun(LOAD), BlockRun(BlockId("clean")))
    return RunRecord(RunId(name), pipeline, RunState.RUNNING, started_at, params={"month": "2024-01"}, blocks=blocks)


def start(ledger: Ledger, run: RunRecord) -> bool:
    return ledger.start_run(run, request=RunRequest(run.pipeline), snapshot="abc", owner="host/1@2.0")


def rich_result() -> BlockResult:
    output = Output("output", OutputKind.TABLE, ArtifactHash("a" * 32), 100, 3, (Column("n", "int64"),), ("w",))
    receipt = Receipt("gs://b/x", 3, 100, 0.5, "replace", ("job",), {"x": 7}, {"rows": [1]})
    return BlockResult((output,), (receipt,), (CheckResult("c", passed=True),), Fingerprint("f"))


def test_a_run_comes_back_as_it_was_written(ledger: Ledger) -> None:
    """History that forgets a field cannot be debugged from."""
    run = run_record()
    start(ledger, run)
    failure = Failure("user_code", "no", "hint", "ValueError", (Frame("a.py", 3, "f", "x = 1", 5),), {"a": [1]})
    blocks = (
        BlockRun(LOAD, BlockState.DONE, 1, 1.0, 2.0, rich_result()),
        BlockRun(BlockId("clean"), BlockState.FAILED, 2, 2.0, 3.0, None, failure, "because"),
    )
    ended = replace(run, state=RunState.FAILED, ended_at=3.0, blocks=blocks)

    ledger.record(ended, events=[Event(1, 3.0, "Ended", "{}")], changed=list(enumerate(blocks)))

    assert ledger.run(run.id) == ended
    assert ledger.events(run.id) == (Event(1, 3.0, "Ended", "{}"),)
    assert ledger.request(run.id) == (RunRequest(LINE), "abc")


def test_a_run_is_started_once(ledger: Ledger) -> None:
    """A repeated request must not become a second run."""
    assert [start(ledger, run_record()), start(ledger, run_record())] == [True, False]


def test_an_unknown_run_is_not_found(ledger: Ledger) -> None:
    """A link to a run that was collected should say so."""
    with pytest.raises(NotFound, match="r9"):
        ledger.run(RunId("r9"))


def test_what_is_recorded_together_is_kept_together_or_not_at_all(ledger: Ledger) -> None:
    """A result without its event, or the other way round, would be a state that never was."""
    start(ledger, run_record())
    event = Event(1, 1.0, "Began", "{}")
    ledger.record(run_record(), events=[event], changed=[])

    with pytest.raises(Exception, match="UNIQUE"):
        ledger.record(run_record(), events=[event], changed=[(0, BlockRun(LOAD, BlockState.DONE))])

    assert ledger.run(RunId("r1")).blocks[0].state is BlockState.WAITING


def test_runs_page_by_time_and_id_without_gaps_or_repeats(ledger: Ledger) -> None:
    """Two runs can start in the same instant; a page must neither skip nor repeat one."""
    names = [f"r{number}" for number in range(10)]
    for number, name in enumerate(names):
        start(ledger, run_record(name, started_at=float(number // 3)))
    pages: list[str] = []
    before: tuple[float, RunId] | None = None
    while page := ledger.runs(limit=3, before=before):
        pages.extend(run.id for run in page)
        before = (page[-1].started_at, page[-1].id)

    assert pages == sorted(names, key=lambda name: (int(name[1:]) // 3, name), reverse=True)


def test_results_are_found_by_fingerprint_and_the_newest_by_block(ledger: Ledger) -> None:
    """Reverting an edit asks for an old fingerprint; the graph asks for the newest."""
    start(ledger, run_record())
    parts = (Part(PartKind.SOURCE, "code", "1"),)
    made = [
        StoredResult(LINE, LOAD, Fingerprint(name), RunId("r1"), at, parts, replace(rich_result(), fingerprint=None))
        for name, at in (("old", 1.0), ("new", 2.0))
    ]
    ledger.record(run_record(), events=[], changed=[], made=made)

    assert ledger.result_for(LINE, LOAD, Fingerprint("old")) == made[0]
    assert ledger.newest_results(LINE) == {LOAD: made[1]}
    assert ledger.result_for(LINE, LOAD, Fingerprint("other")) is None


def test_what_was_written_elsewhere_counts_only_until_it_is_written_again(ledger: Ledger) -> None:
    """After an edit is taken back, the target still holds what the edit made: it must be written once more."""
    start(ledger, run_record())
    written = replace(rich_result(), outputs=(), fingerprint=None)
    made = [
        StoredResult(LINE, LOAD, Fingerprint(name), RunId("r1"), at, (), written)
        for name, at in (("old", 1.0), ("new", 2.0))
    ]
    ledger.record(run_record(), events=[], changed=[], made=made)

    assert ledger.result_for(LINE, LOAD, Fingerprint("new")) == made[1]
    assert ledger.result_for(LINE, LOAD, Fingerprint("old")) is None


def test_ledgers_of_several_projects_are_made_at_once(tmp_path: Path) -> None:
    """`flowstone start` with two new projects opens both while the first page loads."""
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(Ledger, [tmp_path / f"{number}.db" for number in range(8)]))

    assert [ledger.runs(limit=1) for ledger in made] == [()] * 8
    for ledger in made:
        ledger.close()


def test_runs_without_an_end_come_with_their_owner(ledger: Ledger) -> None:
    """What a dead process left must be found by the next."""
    start(ledger, run_record())
    start(ledger, run_record("r2", started_at=2.0))
    ledger.record(replace(run_record("r2"), state=RunState.DONE, ended_at=3.0), events=[], changed=[])

    assert [(run.id, owner) for run, owner in ledger.unfinished_runs()] == [("r1", "host/1@2.0")]


def test_the_migrations_make_just_the_ledger_that_is_made_at_once(tmp_path: Path) -> None:
    """A migration that is forgotten breaks every project that is older than it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    Ledger(tmp_path / "at-once.db").close()
    migrate(tmp_path / "step-by-step.db")
    at_once, step_by_step = (create_engine(f"sqlite:///{tmp_path / name}.db") for name in ("at-once", "step-by-step"))

    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
    assert form_of(step_by_step) == form_of(at_once)
    for engine in (at_once, step_by_step):
        engine.dispose()


def form_of(engine: Engine) -> dict[str, object]:
    """Return a database's tables with their columns, keys and indexes, in an order of its own."""
    found = inspect(engine)
    return {
        table: (
            sorted(
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in found.get_columns(table)
            ),
            found.get_pk_constraint(table),
            sorted(found.get_foreign_keys(table), key=str),
            sorted(found.get_indexes(table), key=str),
            sorted(found.get_unique_constraints(table), key=str),
        )
        for table in found.get_table_names()
    }


@pytest.mark.parametrize(
    "content", [b"this is no database, but some text that is long enough" * 100, b"SQLite format 3\0" * 99]
)
def test_a_damaged_ledger_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    """The file may still be saved by someone who knows how; it is not ours to overwrite."""
    path = tmp_path / "ledger.db"
    path.write_bytes(content)

    with pytest.raises(LedgerUnusable, match=r"ledger\.db"):
        Ledger(path)
    assert path.read_bytes() == content


def test_a_ledger_of_a_newer_flowstone_is_refused(tmp_path: Path) -> None:
    """An old program must not write what it does not understand."""
    Ledger(tmp_path / "ledger.db").close()
    with sqlite3.connect(tmp_path / "ledger.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(LedgerUnusable, match="9999"):
        Ledger(tmp_path / "ledger.db")


WRITER = """
import sys
from pathlib import Path
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.run import RunRecord, RunRequest, RunState
from flowstone.store.ledger.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
for number in range(50):
    run = RunRecord(RunId(f"{sys.argv[2]}-{number}"), PipelineId("line"), RunState.RUNNING, float(number))
    assert ledger.start_run(run, request=RunRequest(PipelineId("line")), snapshot="s", owner="o")
"""


def test_commands_beside_a_server_write_the_same_ledger_safely(tmp_path: Path) -> None:
    """Three processes begin at once, on a ledger that none of them has made yet."""
    path = tmp_path / "ledger.db"

    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in "abc"]

    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    ledger = Ledger(path)
    assert len(ledger.runs(limit=1000)) == 150
    ledger.close()
