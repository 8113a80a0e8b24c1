"""The wire's types of the repository that a project lies in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from flowstone.web.wire.files import Path
from flowstone.web.wire_types import Id, Wire

BranchName = Annotated[str, Field(min_length=1, max_length=200)]


class ChangedFileView(Wire):
    """A file that differs from the last commit, with Git's letters: M, A, D, ?, U, or empty."""

    path: str
    staged: str
    unstaged: str


class BranchView(Wire):
    """A branch."""

    name: str
    is_current: bool
    at: float


class GitStanding(Wire):
    """How the project stands to its repository; `is_there` false is in none, and then nothing else counts."""

    is_there: bool
    branch: str = ""
    commit: str = ""
    upstream: str = ""
    ahead: int = 0
    behind: int = 0
    files: tuple[ChangedFileView, ...] = ()
    is_cut: bool = False
    staged_elsewhere: int = 0
    runs_filters: bool = False
    branches: tuple[BranchView, ...] = ()


class GitDifference(Wire):
    """A unified diff; empty where nothing differs."""

    text: str


class CommitView(Wire):
    """A commit."""

    hash: str
    short: str
    author: str
    at: float
    subject: str


class StageFiles(Wire):
    """Take files into the next commit, or leave them out of it."""

    paths: Annotated[list[Path], Field(min_length=1, max_length=2_000)]
    is_staged: bool


class MakeCommit(Wire):
    """Commit what is staged."""

    message: Annotated[str, Field(min_length=1, max_length=20_000)]


class SwitchBranch(Wire):
    """Check a branch out, or begin a new one."""

    branch: BranchName
    is_new: bool = False


class BlockChangeView(Wire):
    """A block that differs from the last commit's."""

    block: Id
    change: Literal["added", "removed", "changed"]
    what: list[str]


class PipelineChanges(Wire):
    """How a pipeline differs from the last commit; `is_there` false where there is none to compare with."""

    is_there: bool
    blocks: tuple[BlockChangeView, ...] = ()
