"""Promises 1, 2 and 6 against `kill -9` before every single system call that changes a file or makes it last."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.kit.durable_programs import (
    ADOPT,
    ADOPT_HELD,
    NEW_FOLDERS,
    OLD,
    PIPELINE,
    RUNS,
    SAVES,
    TEXTS,
    YAML,
    broken_ledger,
)
from tests.kit.system_calls import calls_made, run_until_call

from flowstone.disk.leftovers import abandoned_drafts
from flowstone.model.ids import ArtifactHash
from flowstone.store.artifacts import ArtifactStore, hash_bytes
from flowstone.store.ledger.ledger import Ledger

LEAST_CALLS = 8


def killed(program: str, make: Callable[[Path], None], folder: Path) -> Iterator[tuple[Path, str]]:
    """Run a program in a new folder for each of its calls, killed before it; give what is then there and was told."""
    whole = _made(folder / "whole", make)
    made = calls_made(program, str(whole), log=folder / "calls")
    print(f"{made.total()} kills: {dict(made)}")
    assert made.total() >= LEAST_CALLS
    for name, count in made.items():
        for nth in range(1, count + 1):
            root = _made(folder / f"{name}-{nth}", make)
            yield root, run_until_call(name, nth, program, str(root))


def _made(root: Path, make: Callable[[Path], None]) -> Path:
    root.mkdir()
    make(root)
    return root


def empty(root: Path) -> None:
    assert root.is_dir()


def with_texts(root: Path) -> None:
    files = {"a.py": OLD, "pipelines/p.yaml": PIPELINE, "loaders/a.py": OLD, "flowstone.yaml": b"name: small\n"}
    for path, content in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(content)


def version(number: int) -> bytes:
    return f"version {number}\n".encode() * 300


def pipeline_version(number: int) -> bytes:
    return PIPELINE.replace(b"version 0", f"version {number}".encode())


@pytest.mark.parametrize(
    ("program", "path", "content"),
    [(SAVES, "a.py", version), (TEXTS, "a.py", version), (YAML, "pipelines/p.yaml", pipeline_version)],
    ids=["publish", "save_text", "pipeline"],
)
def test_a_save_that_was_killed_left_the_old_text_or_the_new(
    tmp_path: Path, program: str, path: str, content: Callable[[int], bytes]
) -> None:
    """Whatever call it was in, nobody finds half a file, and nobody misses what was acknowledged."""
    for root, told in killed(program, with_texts, tmp_path):
        acknowledged = told.count("saved")
        assert (root / path).read_bytes() in (content(acknowledged), content(acknowledged + 1))
        assert len(list(abandoned_drafts(root))) <= 1


def test_a_new_file_is_whole_or_not_there(tmp_path: Path) -> None:
    """A module that is half there is imported by whoever runs next."""
    for root, told in killed(NEW_FOLDERS, with_texts, tmp_path):
        path = root / "lib" / "deep" / "new.py"
        assert path.read_bytes() == version(1) if told or path.exists() else True


@pytest.mark.parametrize("program", [ADOPT, ADOPT_HELD], ids=["adopt", "adopt_held"])
def test_an_output_is_whole_or_none_and_can_be_stored_again(tmp_path: Path, program: str) -> None:
    """A block that is killed while it stores is run again, and must be able to."""
    for root, told in killed(program, empty, tmp_path):
        store = ArtifactStore(root)
        for manifest in root.glob("??/*.manifest.json"):
            store.verify(json.loads(manifest.read_bytes())["hash"])
        for name in filter(None, told.split(";")):
            assert store.has(ArtifactHash(name))
        assert calls_made(program, str(root), log=tmp_path / "again").total() > 0
        assert all(store.has(hash_bytes(f"[{number}]".encode() * 300)) for number in (1, 2, 3))


def test_a_ledger_is_whole_and_knows_all_that_was_acknowledged(tmp_path: Path) -> None:
    """Promise 2: who saw a block done finds it done."""

    def make(root: Path) -> None:
        Ledger(root / "ledger.db").close()

    for root, told in killed(RUNS, make, tmp_path):
        assert broken_ledger(root / "ledger.db", told) == ""
        ledger = Ledger(root / "ledger.db")
        assert len(ledger.runs()) >= told.count("running")
        ledger.close()
