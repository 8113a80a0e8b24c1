"""Git repositories for tests, made with a person's name and nothing of this machine's config."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

PERSON = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}
IGNORED = ".flowstone/\n"


def as_ada(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commit as somebody."""
    for name, value in PERSON.items():
        monkeypatch.setenv(name, value)


def git(folder: Path, *words: str) -> str:
    """Run git as a person would in a terminal."""
    found = subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *words],
        check=True,
        capture_output=True,
        text=True,
    )
    return found.stdout


def committed(folder: Path, *, message: str = "first") -> Path:
    """Make a folder a repository, with all that is in it committed."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
        (folder / ".gitignore").write_text(IGNORED, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
    return folder
