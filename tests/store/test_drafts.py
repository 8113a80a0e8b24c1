"""Whether a half-written output still has a writer, on a folder that several machines share."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from flowstone.store.drafts import OLD_S, draft_name, is_abandoned, this_machine


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
