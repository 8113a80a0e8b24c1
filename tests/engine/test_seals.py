"""Pickles are opened by those who made them, and only as they were made."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.kit.outputs import Shelf

from flowstone.engine.worker.pickles import MARK
from flowstone.errors.engine import InputUnfit, SealBroken
from flowstone.model.output import Output, OutputKind
from flowstone.store.artifacts import hash_file


class Trap:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


def test_a_pickle_of_another_installation_is_not_opened(tmp_path: Path) -> None:
    """A project folder, or a bucket, from somebody else must not run their code by being read."""
    theirs = Shelf(tmp_path, key=b"theirs").put({"a": Trap(tmp_path / "sprung")})

    with pytest.raises(SealBroken, match="was not made by this installation"):
        Shelf(tmp_path, key=b"mine").get(theirs)

    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("place", ["mark", "code", "pickle", "seal", "cut"])
def test_a_pickle_that_has_changed_is_not_opened(tmp_path: Path, place: str) -> None:
    """One flipped bit in a pickle can be any instruction."""
    shelf = Shelf(tmp_path)
    output = shelf.put({1, 2, 3})
    assert output.exact is not None
    path = shelf.pickles.store.find(output.exact.hash).path
    content = bytearray(path.read_bytes())
    spot = {"mark": 1, "code": len(MARK) + 1, "pickle": len(MARK) + 20, "seal": -1, "cut": -2}[place]
    content[spot] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)

    with pytest.raises(SealBroken):
        shelf.get(output)


def test_a_plain_pickle_under_the_right_name_is_not_opened(tmp_path: Path) -> None:
    """Who can write to the store can write a manifest, too; the hash in a name is no secret."""
    shelf = Shelf(tmp_path)
    store = shelf.pickles.store
    draft = store.draft()
    draft.write_bytes(pickle.dumps(Trap(tmp_path / "sprung")) + bytes(64))
    forged = Output("exact", OutputKind.PICKLE, hash_file(draft), draft.stat().st_size)
    exact = shelf.pickles.write({1})
    store.adopt(draft, forged)

    with pytest.raises(SealBroken):
        shelf.pickles.open(type(exact)(forged.hash, "set"))

    assert not (tmp_path / "sprung").exists()


def test_the_same_object_is_the_same_output(tmp_path: Path) -> None:
    """Content is what freshness goes by."""
    frame = pd.DataFrame({"a": [1, "x", None]})

    assert Shelf(tmp_path).put(frame).hash == Shelf(tmp_path).put(frame.copy()).hash


def test_what_looks_alike_and_is_not_is_another_output(tmp_path: Path) -> None:
    """Shown as the same text, handed on as something else: what is below must run again."""
    shelf = Shelf(tmp_path)

    hashes = {shelf.put(value).hash for value in (pd.DataFrame({"a": [1, "x"]}), pd.DataFrame({"a": [1.0, "x"]}))}
    others = {shelf.put(value).hash for value in ([1, 2], (1, 2), frozenset({1, 2}), {1, 2})}

    assert (len(hashes), len(others)) == (2, 4)


def test_an_output_whose_pickle_is_gone_does_not_count(tmp_path: Path) -> None:
    """It can still be looked at, but no block can be given it: its block is stale, and runs again."""
    shelf = Shelf(tmp_path)
    output = shelf.put({1, 2})
    assert output.exact is not None
    had = shelf.pickles.store.has(output.hash)

    shelf.pickles.store.find(output.exact.hash).path.unlink()

    assert (had, shelf.pickles.store.has(output.hash)) == (True, False)


def test_an_object_whose_class_is_gone_says_so(tmp_path: Path) -> None:
    """A package that was taken out of the environment is found out here."""
    shelf = Shelf(tmp_path)
    module = type(sys)("gone_by_now")
    exec("class Thing:\n    pass\n", module.__dict__)
    sys.modules["gone_by_now"] = module
    output = shelf.put(module.Thing())
    del sys.modules["gone_by_now"]

    with pytest.raises(InputUnfit, match=r"The upstream's gone_by_now\.Thing cannot be opened"):
        shelf.get(output)


def test_the_key_is_the_accounts_alone_and_stays(tmp_path: Path) -> None:
    """Whoever has the key can make pickles that are opened."""
    ask = "import sys; from pathlib import Path; from flowstone.store.sealing_key import sealing_key as key; "
    ask += "print(key(Path(sys.argv[1])))"
    told = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    told.pop("FLOWSTONE_SEALING_KEY", None)

    def key(project: str, **more: str) -> str:
        command = [sys.executable, "-c", ask, str(tmp_path / project)]
        return subprocess.run(command, env=told | more, check=True, capture_output=True, text=True).stdout.strip()

    first, second = key("one"), key("two")

    file = tmp_path / "state/flowstone/sealing.key"
    assert first == second == file.read_text()
    assert len(first) == 64
    assert file.stat().st_mode & 0o777 == 0o600
    assert key("one", FLOWSTONE_SEALING_KEY="shared") == "shared"
    assert key("one", XDG_STATE_HOME="/proc/none") == (tmp_path / "one/sealing.key").read_text()
