"""Promises 6 and 18: what is damaged is named and never used, and never costs code."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.kit.commands import flowstone
from tests.kit.health import broken
from tests.kit.served_project import ServedProject
from tests.kit.small_projects import write_three

from flowstone.store.state import StateFolder

Damage = Callable[[Path], None]


def document(*arguments: str, project: Path, code: int = 0) -> dict[str, Any]:
    done = flowstone(*arguments, "--project", str(project), "--json")
    assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def states(run: dict[str, Any]) -> dict[str, str]:
    return {block["id"]: block["state"] for block in run["blocks"]}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_three(tmp_path_factory.mktemp("whole") / "p")
    document("run", "line", project=root)
    return root


@pytest.fixture
def root(once: Path, tmp_path: Path) -> Path:
    """Return a project that has run; it is the test's own to damage."""
    return shutil.copytree(once, tmp_path / "p", symlinks=True)


def newest_run(root: Path) -> dict[str, str]:
    """Return the hash of each block's output in the project's one run."""
    with closing(sqlite3.connect(StateFolder(root).ledger)) as database:
        query = "SELECT block, json_extract(body, '$.result.outputs[0].hash') FROM block_runs"
        return dict(database.execute(query))


def outputs(run: dict[str, Any]) -> dict[str, str]:
    return {found["id"]: found["outputs"][0]["hash"] for found in run["blocks"]}


def output_of(root: Path, outputs: dict[str, str], block: str) -> Path:
    artifact = outputs[block]
    return next(StateFolder(root).artifacts.glob(f"??/{artifact}.arrow"))


def flip_a_bit(path: Path) -> None:
    facts = path.stat()
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))  # a disk that rots does not tell when


def cut(path: Path) -> None:
    path.chmod(0o644)
    os.truncate(path, path.stat().st_size // 2)


def remove(path: Path) -> None:
    path.unlink()


def remove_manifest(path: Path) -> None:
    path.with_suffix(".manifest.json").unlink()


def tear_manifest(path: Path) -> None:
    os.truncate(path.with_suffix(".manifest.json"), 20)


def zero(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(bytes(path.stat().st_size))


DAMAGES = [flip_a_bit, zero, cut, remove, remove_manifest, tear_manifest]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_output_is_named_never_used_and_made_again(root: Path, damage: Damage) -> None:
    """A wrong table that looks right is the worst that can happen: it goes to the warehouse."""
    damaged = output_of(root, newest_run(root), "doubled")

    damage(damaged)
    found = broken(root, deep=True)
    status = document("status", "line", project=root)
    again = document("run", "line", project=root)

    assert any(damaged.stem in said for said in found), found
    freshness = {block["id"]: block["freshness"] for block in status["blocks"]}
    assert freshness["doubled"] == "stale"
    assert states(again) == {"numbers": "done", "doubled": "done", "total": "reused"}
    assert output_of(root, outputs(again), "doubled") == damaged
    assert broken(root, deep=True) == []


def test_a_large_damaged_output_is_found_when_it_is_to_be_used(tmp_path: Path) -> None:
    """Looking at a pipeline does not read gigabytes; running on them does, once."""
    root = write_three(tmp_path)
    before = document("run", "line", "--param", "rows=300000", project=root)
    damaged = output_of(root, outputs(before), "doubled")
    flip_a_bit(damaged)

    again = document("run", "line", "--param", "rows=300000", project=root)

    assert states(again) == {"numbers": "done", "doubled": "done", "total": "reused"}
    assert broken(root, deep=True) == []


def test_a_block_that_runs_alone_never_reads_a_damaged_input(root: Path) -> None:
    """`--only` takes what is stored, and would take what is wrong with it."""
    flip_a_bit(output_of(root, newest_run(root), "doubled"))

    refused = flowstone("run", "line", "--only", "total", "--project", str(root), "--json")

    assert refused.returncode in (1, 2)
    assert "damaged" in refused.stdout
    assert document("run", "line", project=root)["state"] == "done"


def code_of(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and ".flowstone" not in path.parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in files if "__pycache__" not in path.parts}


def overwrite(path: Path) -> None:
    path.write_bytes(b"this was a ledger" * 1000)


def rot(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        for page in range(1, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(os.urandom(512))


def halve(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096)


@pytest.mark.parametrize("damage", [overwrite, rot, halve], ids=lambda damage: damage.__name__)
def test_a_damaged_ledger_is_named_costs_no_code_and_is_begun_anew(root: Path, damage: Damage) -> None:
    """Promise 18: history is worth less than code, and losing it must not need an expert."""
    code, ledger = code_of(root), StateFolder(root).ledger

    damage(ledger)
    content = ledger.read_bytes()
    refused = flowstone("run", "line", "--project", str(root))
    found = document("doctor", project=root, code=1)
    renewed = flowstone("doctor", "--new-ledger", "--project", str(root))
    again = document("run", "line", project=root)

    assert refused.returncode in (1, 2)
    assert "ledger" in refused.stderr
    assert "doctor --new-ledger" in refused.stderr
    assert not found["whole"]
    assert next(check["name"] for check in found["checks"] if not check["whole"]) == "ledger"
    assert renewed.returncode == 0, renewed.stderr
    assert any(kept.read_bytes() == content for kept in ledger.parent.glob("ledger-until-*.db"))
    assert again["state"] == "done"
    assert len(document("runs", project=root)["runs"]) == 1
    assert code_of(root) == code


def test_all_that_flowstone_keeps_can_be_deleted(root: Path) -> None:
    """`rm -rf .flowstone` is what people do first, and it costs history only."""
    code = code_of(root)

    shutil.rmtree(root / ".flowstone")

    assert document("run", "line", project=root)["state"] == "done"
    assert code_of(root) == code
    assert broken(root) == []


@pytest.mark.parametrize("what", ["ledger", "everything"])
def test_what_is_deleted_under_a_running_server_is_begun_anew(tmp_path: Path, what: str) -> None:
    """SQLite goes on writing to a file that has no name: every run after it would be gone with the server."""
    root = write_three(tmp_path / "p")
    state = StateFolder(root)
    with ServedProject(root) as server:
        server.start_run("before")
        assert server.ended("before")["state"] == "done"
        text, etag = server.read("lib/rate.py")

        if what == "everything":
            shutil.rmtree(state.path)
        else:
            for path in state.path.glob("ledger.db*"):
                path.unlink()
        started = server.start_run("after")
        if started.status_code < 300:
            assert server.ended("after")["state"] == "done"
        else:
            assert server.start_run("after").status_code < 300, started.text
            assert server.ended("after")["state"] == "done"
        assert server.save("lib/rate.py", text + "# saved\n", etag).status_code == 200
    listed = [run["run"] for run in document("runs", project=root)["runs"]]
    assert listed == ["after"]
    assert broken(root) == []
