"""Notebooks: one comes in as a pipeline, a pipeline or a run goes out as one."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

from flowstone.engine.process_tree import kill_tree
from flowstone.errors.engine import ExecutorUnavailable
from flowstone.errors.notebook import NotebookUnwritable
from flowstone.errors.store import NotFound
from flowstone.model.ids import PipelineId, RunId
from flowstone.web.call import Call, RawReply, Reply
from flowstone.web.resources.projects import profile_checked
from flowstone.web.wire.notebooks import ImportNotebook, NotebookImported

if TYPE_CHECKING:
    from flowstone.web.open_project import OpenProject

PATIENCE_S = 120.0
"""How long an export may take: it opens the outputs of every block."""
MAX_AT_ONCE = 2
"""How many exports go on at once: each is a process with workers of its own."""

_going_on: set[int] = set()


async def import_notebook(call: Call[ImportNotebook]) -> Reply[NotebookImported]:
    """Make a pipeline of a notebook. Raises: NotebookUnreadable; AlreadyExists; DiskFull."""
    from flowstone.interop.notebook_import.writing import import_into

    opened = await call.project()
    body = call.body
    made = await asyncio.to_thread(
        import_into, opened.root, body.content.encode("utf-8", "replace"), file=body.file, name=body.name
    )
    return Reply(NotebookImported(pipeline=made.id, files=list(made.files), warnings=list(made.warnings)))


async def export_notebook(call: Call[None]) -> RawReply:
    """Write a pipeline as a notebook, or one of its runs.

    A process of its own makes it, for this one never opens an output.
    Raises: NotFound; NotebookUnwritable; SourceError; ExecutorUnavailable, when some are being made already.
    """
    opened = await call.project()
    pipeline, run = PipelineId(call.path["pipeline"]), call.text("run")
    profile = await profile_checked(opened, call.text("profile"))
    await opened.load_pipeline(pipeline)
    if run is not None and (await opened.workbench.run(RunId(run))).pipeline != pipeline:
        raise NotFound(f"run of {pipeline}", run)
    words = [*(["--run", run] if run else []), *(["--profile", profile] if profile else [])]
    return RawReply(await _exported(opened, pipeline, words))


async def _exported(opened: OpenProject, pipeline: PipelineId, words: list[str]) -> bytes:
    if len(_going_on) >= MAX_AT_ONCE:
        raise ExecutorUnavailable("Too many notebooks are being made at once", hint="Wait a moment, and try again.")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # else the folder that Flowstone was started in, often a project, comes before all libraries
        "-m",
        "flowstone.interop.notebook_export",
        str(opened.root),
        pipeline,
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd="/",
        start_new_session=True,
    )
    _going_on.add(process.pid)
    try:
        async with asyncio.timeout(PATIENCE_S):
            written, said = await process.communicate()
    except TimeoutError as late:
        raise NotebookUnwritable(pipeline, "it takes longer than two minutes") from late
    finally:
        _going_on.discard(process.pid)
        if process.returncode is None:
            kill_tree(process.pid)
            await process.wait()
    if process.returncode:
        raise NotebookUnwritable(pipeline, _why(said))
    return written


def _why(said: bytes) -> str:
    """Return the reason that the export's process gave, or its last line where it fell over."""
    text = said.decode("utf-8", "replace").strip()
    try:
        why: str = json.loads(text)["why"]
    except (ValueError, KeyError, TypeError):
        return text.rpartition("\n")[2][:300] or "its process ended without a word"
    return why
