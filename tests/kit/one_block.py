"""One attempt of one block given straight to an executor, and what was heard of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import dedent
from typing import Any

from tests.kit.small_projects import HEAD, write

from flowstone.engine.executor import Observer
from flowstone.engine.jobs import BlockJob
from flowstone.model.connections import WriteContext
from flowstone.model.python_source import read_python
from flowstone.store.snapshots import take_snapshot
from flowstone.store.state import StateFolder


def job_of(root: Path, text: str, **changes: Any) -> BlockJob:
    """Write a project with one block, take its snapshot, and return the job of its first attempt."""
    write(root, "flowstone.yaml", "name: small\n")
    write(root, "blocks/b.py", HEAD + dedent(text))
    state = StateFolder(root)
    state.create()
    snapshot = take_snapshot(root, state.snapshots)
    job = BlockJob(
        context=WriteContext("small", "line", "b", "run-1"),
        attempt=1,
        file="blocks/b.py",
        source=read_python((root / "blocks/b.py").read_text(), file="blocks/b.py"),
        engine="duckdb",
        project_root=str(root),
        code_root=str(snapshot.root),
        artifacts=str(state.artifacts),
    )
    return replace(job, **changes)


@dataclass
class Heard:
    """What was heard of an attempt."""

    output: dict[str, bytearray] = field(default_factory=lambda: {"stdout": bytearray(), "stderr": bytearray()})
    progress: list[tuple[int, int | None]] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)

    @property
    def observer(self) -> Observer:
        """An observer that writes down what it hears."""
        return Observer(self._printed, lambda done, total: self.progress.append((done, total)), self.dropped.append)

    def _printed(self, stream: str, content: bytes) -> None:
        self.output[stream] += content
