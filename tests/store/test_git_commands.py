"""Git commands are bounded: in time, and in what they print."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.kit.repositories import committed

from flowstone.errors.git import GitRefused
from flowstone.store.git import commands
from flowstone.store.git.commands import MAX_OUTPUT_BYTES, run_git


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is found as git; the test writes it."""
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return program


def test_a_command_that_prints_too_much_is_ended_at_the_bound(
    stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A difference of gigabytes must not be held in memory, nor made to its end."""
    stand_in.write_text("#!/bin/sh\necho $$ > pid\nyes | head -c 50000000\nexec sleep 60\n")
    monkeypatch.setattr(commands, "WITHIN_S", 5.0)

    printed = run_git(("diff",), folder=tmp_path)

    assert printed == b"y\n" * (MAX_OUTPUT_BYTES // 2)
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


@pytest.mark.parametrize("script", ["exec sleep 60", "exec yes complaint >&2", "exec >&- 2>&-; sleep 60"])
def test_a_command_that_does_not_end_is_ended(
    stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    """Whether it waits, complains for ever or has closed its streams."""
    stand_in.write_text(f"#!/bin/sh\n{script}\n")
    monkeypatch.setattr(commands, "WITHIN_S", 0.3)

    with pytest.raises(GitRefused, match=r"longer than 0\.3 s"):
        run_git(("diff",), folder=tmp_path)


def test_a_large_question_is_answered_and_a_complaint_told(tmp_path: Path) -> None:
    """Git reads and writes at once: neither side may wait for the other."""
    committed(tmp_path)
    question = b"none\n" * 20_000

    answer = run_git(("cat-file", "--batch-check"), folder=tmp_path, stdin=question)
    with pytest.raises(GitRefused, match="Needed a single revision"):
        run_git(("rev-parse", "--verify", "no-such^{commit}", "--"), folder=tmp_path)

    assert answer == b"none missing\n" * 20_000
