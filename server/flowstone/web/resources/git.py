"""The repository that a project lies in: shown, committed to, switched. Each command runs beside the loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from flowstone.errors.base import FlowstoneError
from flowstone.errors.git import GitMissing, NoRepository
from flowstone.model.ids import PipelineId
from flowstone.web.call import Call, Reply
from flowstone.web.wire import git as wire

if TYPE_CHECKING:
    from pathlib import Path

    from flowstone.model.pipeline_changes import BlockChange
    from flowstone.store.project_files import LoadedPipeline


async def read_git(call: Call[None]) -> Reply[wire.GitStanding]:
    """Say how the project stands to its repository. Raises: GitRefused."""
    opened = await call.project()
    return Reply(await asyncio.to_thread(_standing, opened.root))


def _standing(root: Path) -> wire.GitStanding:
    from flowstone.store.git import work
    from flowstone.store.git.repository import find_repository

    try:
        repository = find_repository(root)
    except (NoRepository, GitMissing):
        return wire.GitStanding(is_there=False)
    found = work.standing(repository)
    return wire.GitStanding(
        is_there=True,
        branch=found.branch,
        commit=found.commit,
        upstream=found.upstream,
        ahead=found.ahead,
        behind=found.behind,
        files=tuple(
            wire.ChangedFileView(path=one.path, staged=one.staged, unstaged=one.unstaged) for one in found.files
        ),
        is_cut=found.is_cut,
        staged_elsewhere=found.staged_elsewhere,
        runs_filters=found.runs_filters,
        branches=tuple(
            wire.BranchView(name=one.name, is_current=one.is_current, at=one.at) for one in work.branches(repository)
        ),
    )


async def make_repository(call: Call[None]) -> Reply[wire.GitStanding]:
    """Make a repository in the project's folder. Raises: GitRefused; GitMissing."""
    from flowstone.store.git.repository import make_repository as made

    opened = await call.project()
    await asyncio.to_thread(made, opened.root)
    return await read_git(call)


async def read_git_difference(call: Call[None]) -> Reply[wire.GitDifference]:
    """Return a file's changes, or all. Raises: GitRefused; NoRepository; PathRefused; NotFound."""
    from flowstone.store.git.repository import find_repository
    from flowstone.store.git.work import difference

    opened = await call.project()

    def found() -> str:
        repository = find_repository(opened.root)
        return difference(repository, path=call.text("path"), staged=call.number("staged") == 1)

    return Reply(wire.GitDifference(text=await asyncio.to_thread(found)))


async def list_commits(call: Call[None]) -> Reply[list[wire.CommitView]]:
    """List commits that touched the project, newest first. Raises: GitRefused; NoRepository."""
    from flowstone.store.git.repository import find_repository
    from flowstone.store.git.work import history

    opened = await call.project()
    repository = await asyncio.to_thread(find_repository, opened.root)
    found = await asyncio.to_thread(history, repository, skip=call.number("skip"), limit=call.number("limit"))
    return Reply(
        [
            wire.CommitView(hash=one.hash, short=one.short, author=one.author, at=one.at, subject=one.subject)
            for one in found
        ]
    )


async def read_commit(call: Call[None]) -> Reply[wire.GitDifference]:
    """Return what a commit changed. Raises: GitRefused; NoRepository."""
    from flowstone.store.git.repository import find_repository
    from flowstone.store.git.work import commit_difference

    opened = await call.project()
    repository = await asyncio.to_thread(find_repository, opened.root)
    return Reply(
        wire.GitDifference(text=await asyncio.to_thread(commit_difference, repository, call.text("commit") or ""))
    )


async def stage_files(call: Call[wire.StageFiles]) -> Reply[wire.GitStanding]:
    """Stage files, or no longer. Raises: GitRefused; NoRepository; PathRefused."""
    from flowstone.store.git.repository import find_repository
    from flowstone.store.git.work import stage

    opened = await call.project()
    repository = await asyncio.to_thread(find_repository, opened.root)
    await asyncio.to_thread(stage, repository, call.body.paths, is_staged=call.body.is_staged)
    return Reply(await asyncio.to_thread(_standing, opened.root))


async def make_commit(call: Call[wire.MakeCommit]) -> Reply[wire.GitStanding]:
    """Commit what is staged. Raises: GitRefused; NoRepository."""
    from flowstone.store.git.repository import find_repository
    from flowstone.store.git.work import commit

    opened = await call.project()
    repository = await asyncio.to_thread(find_repository, opened.root)
    await asyncio.to_thread(commit, repository, call.body.message)
    return Reply(await asyncio.to_thread(_standing, opened.root))


async def switch_branch(call: Call[wire.SwitchBranch]) -> Reply[wire.GitStanding]:
    """Check a branch out. Raises: GitRefused; NoRepository."""
    from flowstone.store.git.repository import find_repository
    from flowstone.store.git.work import switch

    opened = await call.project()
    repository = await asyncio.to_thread(find_repository, opened.root)
    await asyncio.to_thread(switch, repository, call.body.branch, is_new=call.body.is_new)
    return Reply(await asyncio.to_thread(_standing, opened.root))


async def read_pipeline_changes(call: Call[None]) -> Reply[wire.PipelineChanges]:
    """Say which blocks of a pipeline differ from the last commit. Raises: NotFound; SourceError; GitRefused."""
    opened = await call.project()
    loaded = await opened.load_pipeline(PipelineId(call.path["pipeline"]))
    changes = await asyncio.to_thread(_changes, opened.root, loaded)
    if changes is None:
        return Reply(wire.PipelineChanges(is_there=False))
    blocks = (wire.BlockChangeView(block=one.block, change=one.change.value, what=list(one.what)) for one in changes)
    return Reply(wire.PipelineChanges(is_there=True, blocks=tuple(blocks)))


def _changes(root: Path, loaded: LoadedPipeline) -> tuple[BlockChange, ...] | None:
    from flowstone.model.pipeline_changes import pipeline_changes
    from flowstone.store.git.repository import find_repository
    from flowstone.store.git.work import committed_texts, standing
    from flowstone.store.pipeline_yaml import read_pipeline
    from flowstone.store.texts import MAX_TEXT_BYTES

    try:
        repository = find_repository(root)
    except (NoRepository, GitMissing):
        return None
    stands = standing(repository)
    if not stands.commit:
        return None
    pipeline = loaded.pipeline
    texts = committed_texts(repository, [pipeline.file], max_bytes=MAX_TEXT_BYTES)
    before = None
    if pipeline.file in texts:
        try:
            text = texts[pipeline.file].decode()
            before = read_pipeline(text, pipeline_id=pipeline.id, file=pipeline.file).pipeline
        except (FlowstoneError, UnicodeDecodeError):
            return None
    changed = {file.path for file in stands.files}
    return pipeline_changes(before, pipeline, changed_files=changed)
