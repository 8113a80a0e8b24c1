"""What a run knows of its blocks, and what it says of one that cannot run."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.kit.small_projects import write_project

from flowstone.engine.file_hashes import FileHashes
from flowstone.engine.preparation import Code, PreparedRun, RunContext
from flowstone.errors.engine import BlockUnready
from flowstone.model.ids import BlockId, PipelineId, ProjectId, RunId
from flowstone.model.project import Project
from flowstone.store.project_files import load_pipeline


def test_a_block_without_its_file_is_named_as_one_that_cannot_run(tmp_path: Path) -> None:
    """A program that asks must not have to read the message."""
    root = write_project(tmp_path, "blocks:\n  gone: {file: loaders/gone.py}\n", {})
    project = Project(ProjectId("small"), "small", str(root))
    code = Code(project, load_pipeline(root, PipelineId("line")), root)
    run = PreparedRun(code, {}, RunContext(RunId("run-1"), str(root), 0.0), files=FileHashes())

    for ask in (lambda: run.parts(BlockId("gone"), {}), lambda: run.job(BlockId("gone"), 1, {})):
        with pytest.raises(BlockUnready) as raised:
            ask()
        assert (raised.value.code, raised.value.details) == ("block_unready", {"block": "gone"})
