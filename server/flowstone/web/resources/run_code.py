"""The code of a run: which files it had, what has become of them, and each as it was."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from flowstone.errors.store import NotFound
from flowstone.model.ids import RunId
from flowstone.web.call import Call, Reply
from flowstone.web.wire import runs as wire

if TYPE_CHECKING:
    from flowstone.model.run import RunRecord


async def read_code(call: Call[None]) -> Reply[wire.RunCode]:
    """Say what a run's code was. Raises: NotFound."""
    opened = await call.project()
    run = await opened.workbench.run(RunId(call.path["run"]))
    return Reply(await asyncio.to_thread(_code, opened.root, run))


async def read_code_file(call: Call[None]) -> Reply[wire.CodeThenAndNow]:
    """Show a file of a run as it was and as it is. Raises: NotFound, PathRefused, EncodingInvalid, FileTooLarge."""
    opened = await call.project()
    run = await opened.workbench.run(RunId(call.path["run"]))
    return Reply(await asyncio.to_thread(_then_and_now, opened.root, run, call.path["path"]))


def _code(root: Path, run: RunRecord) -> wire.RunCode:
    from flowstone.store.past_code import changes_since, code_folder

    folder = code_folder(root, run.snapshot)
    if folder is None:
        return wire.RunCode(is_kept=False, files=[], truncated=False, blocks=[])
    changes, truncated = changes_since(root, folder)
    files = [wire.CodeFile(path=one.path, change=one.change) for one in changes]
    return wire.RunCode(is_kept=True, files=files, truncated=truncated, blocks=_wired(folder, run))


def _wired(folder: Path, run: RunRecord) -> list[wire.WiredBlock]:
    from flowstone.store.past_code import pipeline_then
    from flowstone.web.views.pipelines import wired_view

    loaded = pipeline_then(folder, run.pipeline)
    return [] if loaded is None else [wired_view(block) for block in loaded.blocks]


def _then_and_now(root: Path, run: RunRecord, path: str) -> wire.CodeThenAndNow:
    from flowstone.store.past_code import code_folder, text_in

    folder = code_folder(root, run.snapshot)
    then = None if folder is None else text_in(folder, path)
    now = text_in(root, path)
    if then is None and now is None:
        raise NotFound("file", path)
    return wire.CodeThenAndNow(path=path, then=then, now=now)
