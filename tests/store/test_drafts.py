"""Whether a half-written output still has a writer, on a folder that several machines share."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output, OutputKind
from flowstone.store.drafts import OLD_S, draft_name, is_abandoned, this_machine
from flowstone.store.held import Held


def draft(folder: Path, name: str, *, age_s: float = 0) -> Path:
    path = folder / name
    path.write_bytes(b"half")
    at = time.time() - age_s
    os.utime(path, (at, at))
    return path


def test_a_draft_is_abandoned_when_its_process_is_gone(tmp_path: Path) -> None:
    """What a kill leaves behind would fill the disk."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    assert not is_abandoned(draft(tmp_path, draft_name()))
    assert is_abandoned(draft(tmp_path, f"{gone.pid}-abc@{this_machine()}"))
    assert is_abandoned(draft(tmp_path, f"{gone.pid}-abc"))


def test_the_drafts_of_another_machine_are_left_alone_until_they_are_old(tmp_path: Path) -> None:
    """A command on a desk must not take from under a worker's hands what it is writing for the same project."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    assert not is_abandoned(draft(tmp_path, f"{gone.pid}-abc@00000000"))
    assert is_abandoned(draft(tmp_path, f"{os.getpid()}-abc@00000000", age_s=OLD_S + 60))


def test_what_was_held_for_a_server_in_another_container_is_left_alone_until_it_is_old(tmp_path: Path) -> None:
    """The next container's server often has the number that the one before had: it would look alive for ever."""
    held = Held(tmp_path, owner=os.getpid())
    output = Output("output", OutputKind.JSON, ArtifactHash("a" * 32), size_bytes=4)
    names = [held.content_path(output).name, held.manifest_path(output.hash).name]
    elsewhere = [name.replace(this_machine(), "00000000") for name in names]

    assert not any(is_abandoned(draft(tmp_path, name)) for name in names)
    assert all(is_abandoned(draft(tmp_path, name, age_s=OLD_S + 60)) for name in elsewhere)
    assert not any(is_abandoned(draft(tmp_path, name)) for name in elsewhere)
