"""The doctor: each invariant is broken once, found under its name, and nothing else is."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.kit.commands import flowstone
from tests.kit.health import broken, findings
from tests.kit.served_project import ServedProject
from tests.kit.small_projects import write_three

from flowstone.engine.doctor.examination import examine
from flowstone.engine.doctor.invariants import INVARIANTS
from flowstone.engine.owners import this_process
from flowstone.store.state import StateFolder

Break = Callable[[StateFolder], None]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_three(tmp_path_factory.mktemp("whole") / "p")
    assert flowstone("run", "line", "--project", str(root)).returncode == 0
    return root


@pytest.fixture
def root(once: Path, tmp_path: Path) -> Path:
    """Return a project that has run; it is the test's own to break."""
    shutil.copytree(once, tmp_path / "p")
    return tmp_path / "p"


def change(state: StateFolder, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(state.ledger)) as database, database:
        database.execute(statement, values)


def overwritten_ledger(state: StateFolder) -> None:
    with state.ledger.open("r+b") as file:
        file.write(b"no ledger at all")


def newer_version(state: StateFolder) -> None:
    change(state, "UPDATE alembic_version SET version_num = '9999'")


def open_block_of_ended_run(state: StateFolder) -> None:
    change(state, "UPDATE block_runs SET state = 'running' WHERE block = 'total'")


def ended_run_without_end(state: StateFolder) -> None:
    change(state, "UPDATE runs SET ended_at = NULL")


def missing_event(state: StateFolder) -> None:
    change(state, "DELETE FROM run_events WHERE seq = 2")


def done_without_result(state: StateFolder) -> None:
    change(state, "UPDATE block_runs SET body = json_set(body, '$.result', NULL) WHERE block = 'total'")


def running_without_code(state: StateFolder) -> None:
    change(state, "UPDATE runs SET state = 'running', ended_at = NULL, owner = ?", this_process())
    shutil.rmtree(state.snapshots)


def edited_snapshot(state: StateFolder) -> None:
    change(state, "UPDATE runs SET state = 'running', ended_at = NULL, owner = ?", this_process())
    for path in state.snapshots.glob("*/lib/rate.py"):
        path.write_text("RATE = 3\n")


def first_output(state: StateFolder) -> Path:
    return min(state.artifacts.glob("??/*.arrow"))


def missing_output(state: StateFolder) -> None:
    path = first_output(state)
    path.with_suffix(".manifest.json").unlink()
    path.unlink()


def cut_output(state: StateFolder) -> None:
    first_output(state).chmod(0o644)
    os.truncate(first_output(state), 10)


def other_bytes(state: StateFolder) -> None:
    path = first_output(state)
    path.chmod(0o644)
    path.write_bytes(bytes(path.stat().st_size))


def log_out_of_order(state: StateFolder) -> None:
    path = next(state.logs.glob("*/numbers.jsonl"))
    path.write_text(path.read_text() * 2)


def endless_log(state: StateFolder) -> None:
    os.truncate(next(state.logs.glob("*/numbers.jsonl")), 1 << 30)


def readable_secret(state: StateFolder) -> None:
    (state.path / "sessions.json").write_text("{}")
    (state.path / "sessions.json").chmod(0o644)


BREAKS: dict[Break, set[str]] = {
    overwritten_ledger: {"ledger"},
    newer_version: {"ledger version"},
    open_block_of_ended_run: {"runs"},
    ended_run_without_end: {"runs"},
    missing_event: {"runs"},
    done_without_result: {"runs"},
    running_without_code: {"snapshots"},
    edited_snapshot: {"snapshots"},
    missing_output: {"outputs"},
    cut_output: {"contents", "outputs"},
    other_bytes: {"contents", "outputs"},
    log_out_of_order: {"logs"},
    endless_log: {"logs"},
    readable_secret: {"secrets"},
}


@pytest.mark.parametrize("damage", BREAKS, ids=lambda damage: damage.__name__)
def test_what_is_broken_is_found_under_its_name_with_what_mends_it(root: Path, damage: Break) -> None:
    """A doctor who sees nothing, or everything, is no help at three in the morning."""
    damage(StateFolder(root))

    checks = examine(root, deep=True)
    found = {check.invariant.name for check in checks if not check.is_whole}

    assert found == BREAKS[damage]
    assert all(finding.mend and finding.where for check in checks for finding in check.findings)


def draft_of_a_text(state: StateFolder) -> None:
    (state.root / "lib" / ".flowstone-0123456789abcdef.tmp").write_text("half")


def draft_of_an_output(state: StateFolder) -> None:
    (state.artifacts / "drafts").mkdir(exist_ok=True)
    (state.artifacts / "drafts" / "999999999-abc").write_text("half")


def draft_of_a_snapshot(state: StateFolder) -> None:
    (state.snapshots / "draft-999999999-abc").mkdir()


def content_without_manifest(state: StateFolder) -> None:
    (state.artifacts / "ab").mkdir(exist_ok=True)
    (state.artifacts / "ab" / f"{'ab' * 16}.arrow").write_text("half")


def left_run(state: StateFolder) -> None:
    change(state, "UPDATE runs SET state = 'running', ended_at = NULL, owner = ?", this_process() + "0")


def server_that_is_gone(state: StateFolder) -> None:
    state.server.write_text(json.dumps({"url": "http://127.0.0.1:1", "pid": 999_999_999, "key": "k"}))
    state.server.chmod(0o600)


def older_version(state: StateFolder) -> None:
    change(state, "UPDATE alembic_version SET version_num = '0000'")


def broken_pipeline(state: StateFolder) -> None:
    (state.root / "pipelines" / "line.yaml").write_text("blocks: [")


NOTES: dict[Break, str] = {
    draft_of_a_text: "drafts",
    draft_of_an_output: "drafts",
    draft_of_a_snapshot: "drafts",
    content_without_manifest: "half stored",
    left_run: "owners",
    server_that_is_gone: "holder",
    older_version: "ledger version",
    broken_pipeline: "files",
}


@pytest.mark.parametrize("leave", NOTES, ids=lambda leave: leave.__name__)
def test_what_mends_itself_is_noted_and_breaks_nothing(root: Path, leave: Break) -> None:
    """After a crash there are leftovers; to call them broken would be to cry wolf."""
    leave(StateFolder(root))

    said = findings(root)

    assert broken(root) == []
    assert any(note.startswith(f"note: {NOTES[leave]}: ") for note in said), said
    assert flowstone("doctor", "--project", str(root)).returncode == 0


def test_the_next_server_clears_away_what_was_left(root: Path) -> None:
    """Leftovers of a hundred crashes would fill the disk."""
    state = StateFolder(root)
    for leave in (draft_of_a_text, draft_of_an_output, draft_of_a_snapshot):
        leave(state)
    old = time.time() - 3_600
    os.utime(root / "lib" / ".flowstone-0123456789abcdef.tmp", (old, old))
    assert len(findings(root)) == 3

    with ServedProject(root):
        said = findings(root)

    assert said == []


def test_the_command_exits_with_1_and_says_where_and_how_to_mend(root: Path) -> None:
    """A monitor reads the code, a person the words."""
    cut_output(StateFolder(root))

    told = flowstone("doctor", "--project", str(root))
    document = json.loads(flowstone("doctor", "--project", str(root), "--json").stdout)

    assert told.returncode == 1
    assert first_output(StateFolder(root)).stem in told.stdout
    assert "run it again" in told.stdout
    assert document["whole"] is False
    assert [check["name"] for check in document["checks"]] == [invariant.name for invariant in INVARIANTS]
    wrong = [check for check in document["checks"] if not check["whole"]]
    assert {key for check in wrong for finding in check["findings"] for key in finding} == {
        "level",
        "what",
        "where",
        "mend",
    }


def test_a_folder_that_is_no_project_is_refused(tmp_path: Path) -> None:
    """To call an empty folder whole would be a comfort at the wrong moment."""
    assert flowstone("doctor", "--project", str(tmp_path)).returncode == 2
