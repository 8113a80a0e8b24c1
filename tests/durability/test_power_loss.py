"""Promise 1 and 2 against a power cut at any moment: every state that the disk may be found in is looked at.

The calls are those that the real programs make, recorded; only the disk is a model.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.kit.durable_programs import (
    ADOPT,
    ADOPT_HELD,
    NEW_FILE,
    NEW_FOLDERS,
    OLD,
    PIPELINE,
    RUNS,
    SAVES,
    TEXTS,
    YAML,
    broken_ledger,
)
from tests.kit.power_loss import Crash, crashes
from tests.kit.system_calls import record

from flowstone.store.artifacts import hash_bytes


def states(program: str, root: Path, before: dict[str, bytes], *, without: str = "nothing") -> list[Crash]:
    """Run a program for real in a folder with some files, and return what a power cut may leave of it."""
    root.mkdir()
    for path, content in before.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    calls = [call for call in record(program, str(root), root=root) if not call.paths[0].endswith(without)]
    found = list(crashes(str(root), before, calls))
    print(f"{len(calls)} calls, {len(found)} states")
    return found


def wrong_saves(found: list[Crash], path: str, version: Callable[[int], bytes | None]) -> list[Crash]:
    """Return the states where a file is neither what was acknowledged last nor what was being written."""
    wrong = []
    for crash in found:
        acknowledged = crash.told.count("saved")
        allowed = [version(acknowledged), version(acknowledged + 1)]
        if crash.files.get(path) not in allowed:
            wrong.append(crash)
    return wrong


def text_version(number: int) -> bytes | None:
    return f"version {number}\n".encode() * 300


def new_file_version(number: int) -> bytes | None:
    return text_version(number) if number else None


@pytest.mark.parametrize("program", [SAVES, TEXTS], ids=["publish", "save_text"])
def test_a_save_is_wholly_old_or_wholly_new_and_an_acknowledged_one_is_there(tmp_path: Path, program: str) -> None:
    """Mage and Jupyter truncate in place: a power cut there leaves an empty file."""
    found = states(program, tmp_path / "p", {"a.py": OLD})

    assert wrong_saves(found, "a.py", text_version) == []
    assert len(found) > 30


@pytest.mark.parametrize(
    ("program", "path"), [(NEW_FOLDERS, "lib/deep/new.py"), (NEW_FILE, "new.py")], ids=["folders", "new file"]
)
def test_a_new_file_is_there_with_its_folders_once_it_is_acknowledged(tmp_path: Path, program: str, path: str) -> None:
    """A file in a folder that nobody synced is gone with the folder."""
    found = states(program, tmp_path / "p", {"other.py": OLD})

    assert wrong_saves(found, path, new_file_version) == []
    assert all(crash.files["other.py"] == OLD for crash in found)


def test_an_edit_of_a_pipeline_is_wholly_old_or_wholly_new(tmp_path: Path) -> None:
    """The graph is edited by clicks; nobody has its text in an editor to save it again."""
    files = {"pipelines/p.yaml": PIPELINE, "loaders/a.py": OLD, "flowstone.yaml": b"name: small\n"}

    found = states(YAML, tmp_path / "p", files)

    def version(number: int) -> bytes:
        return PIPELINE.replace(b"version 0", f"version {number}".encode())

    assert wrong_saves(found, "pipelines/p.yaml", version) == []
    assert all(crash.files["loaders/a.py"] == OLD for crash in found)


@pytest.mark.parametrize("program", [ADOPT, ADOPT_HELD], ids=["adopt", "adopt_held"])
def test_an_output_with_a_manifest_is_whole_and_an_acknowledged_one_is_there(tmp_path: Path, program: str) -> None:
    """The ledger calls a block done by what the store acknowledged."""
    found = states(program, tmp_path / "artifacts", {"keep": b"me"})

    for crash in found:
        manifests = {path for path in crash.files if path[2:3] == "/" and path.endswith(".manifest.json")}
        for path in manifests:
            manifest = json.loads(crash.files[path])
            content = crash.files[path.replace(".manifest.json", ".json")]
            assert hash_bytes(content) == manifest["hash"] == Path(path).name.partition(".")[0]
        acknowledged = [name for name in crash.told.split(";") if name]
        assert {f"{name[:2]}/{name}.manifest.json" for name in acknowledged} <= manifests
    assert len(found) > 50


def test_an_acknowledged_run_state_is_in_a_whole_ledger(tmp_path: Path) -> None:
    """Promise 2: what a person was shown is what they find after the lights come back."""
    found = states(RUNS, tmp_path / "state", {}, without="-shm")  # which SQLite makes anew after a crash

    for crash in found:
        assert broken_ledger(laid_out(crash, tmp_path / "found"), crash.told) == "", (crash.after, crash.told)
    assert len(found) > 1_000


def laid_out(crash: Crash, folder: Path) -> Path:
    """Write down what a crash has left, and return where the ledger then is."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path, content in crash.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder / "ledger.db"


IN_PLACE = """
import os, sys
for number in range(1, 4):
    with open(sys.argv[1] + "/a.py", "wb") as file:
        file.write(f"version {number}\\n".encode() * 300)
        file.flush()
        os.fsync(file.fileno())
    print(f"saved {number};", end="", flush=True)
"""
WITHOUT_FILE_SYNC = """
import os, sys
folder = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY)
for number in range(1, 4):
    with open(sys.argv[1] + "/draft", "wb") as file:
        file.write(f"version {number}\\n".encode() * 300)
    os.rename(sys.argv[1] + "/draft", sys.argv[1] + "/a.py")
    os.fsync(folder)
    print(f"saved {number};", end="", flush=True)
"""
WITHOUT_FOLDER_SYNC = """
import os, sys
for number in range(1, 4):
    with open(sys.argv[1] + "/draft", "wb") as file:
        file.write(f"version {number}\\n".encode() * 300)
        file.flush()
        os.fsync(file.fileno())
    os.rename(sys.argv[1] + "/draft", sys.argv[1] + "/a.py")
    print(f"saved {number};", end="", flush=True)
"""


@pytest.mark.parametrize(
    "program", [IN_PLACE, WITHOUT_FILE_SYNC, WITHOUT_FOLDER_SYNC], ids=["in place", "no file sync", "no folder sync"]
)
def test_the_model_finds_what_is_wrong_with_other_ways_of_saving(tmp_path: Path, program: str) -> None:
    """A disk that forgives everything would let every way of saving pass."""
    found = states(program, tmp_path / "p", {"a.py": OLD})

    assert wrong_saves(found, "a.py", text_version) != []
