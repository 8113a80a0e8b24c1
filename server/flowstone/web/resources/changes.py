"""Edits taken back and made again, whoever has changed what meanwhile; and blocks for the clipboard."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from flowstone.errors.store import EditConflict, MergeConflict
from flowstone.model.ids import PipelineId
from flowstone.web.call import Call, Reply
from flowstone.web.views.pipelines import edited_view
from flowstone.web.wire import edits as wire

if TYPE_CHECKING:
    from flowstone.web.open_project import OpenProject


async def put_change(call: Call[wire.Change]) -> Reply[wire.EditedPipeline]:
    """Make a change, or take one back, and leave what others changed since.

    Raises: MergeConflict, with nothing done, when they changed the same words; EditConflict; NotFound; DiskFull.
    """
    from flowstone.store.texts import read_text
    from flowstone.web.resources.pipelines import pipeline_file, save

    opened = await call.project()
    pipeline = PipelineId(call.path["pipeline"])
    file = pipeline_file(pipeline)
    there = await asyncio.to_thread(read_text, opened.root, file)
    if call.if_match != there.etag:
        raise EditConflict(file, current_etag=there.etag, current_text=there.text)
    text = await asyncio.to_thread(_merged, pipeline, call.body, there.text)
    # Files come before the YAML that names them, and go after it.
    kept = await _put_files(opened, [each for each in call.body.files if each.becomes is not None])
    if text != there.text:
        await save(opened, file, text, if_match=there.etag)
    kept += await _put_files(opened, [each for each in call.body.files if each.becomes is None])
    after = await opened.load_pipeline(pipeline)
    done = wire.Change(was=there.text, becomes=text, files=[])
    is_merged = there.text not in (call.body.was, call.body.becomes)
    return Reply(edited_view(opened.project, after, done, is_merged=is_merged, kept_files=kept), etag=after.etag)


def _merged(pipeline: PipelineId, change: wire.Change, there: str) -> str:
    from flowstone.errors.base import SourceError
    from flowstone.model.merge import merged
    from flowstone.store.pipeline_yaml import read_pipeline
    from flowstone.web.resources.pipelines import pipeline_file

    file = pipeline_file(pipeline)
    if there in (change.was, change.becomes):
        return change.becomes
    text = merged(change.was, change.becomes, there)
    if text is None:
        raise MergeConflict(file)
    try:
        before = read_pipeline(there, pipeline_id=pipeline, file=file).problems
        found = read_pipeline(text, pipeline_id=pipeline, file=file).problems
    except SourceError as broken:
        raise MergeConflict(file) from broken
    known = {(problem.code, problem.message) for problem in before}
    if any(not problem.is_warning and (problem.code, problem.message) not in known for problem in found):
        raise MergeConflict(file)
    return text


async def _put_files(opened: OpenProject, changes: list[wire.FileChange]) -> list[str]:
    """Make changes of block files; return those that stay as they are."""
    from flowstone.store.file_changes import FileChange, put_file_change
    from flowstone.store.texts import etag_of

    kept = []
    for each in changes:
        change = FileChange(each.path, each.was, each.becomes)
        if not await asyncio.to_thread(put_file_change, opened.root, change):
            kept.append(each.path)
        elif each.becomes is not None:
            opened.saved(each.path, etag_of(each.becomes.encode()))
    return kept


async def read_fragment(call: Call[None]) -> Reply[wire.FragmentView]:
    """Give blocks as a text for the clipboard. Raises: NotFound; SourceError, when the YAML cannot be read."""
    from flowstone.store.fragments import fragment_text

    opened = await call.project()
    loaded = await opened.load_pipeline(PipelineId(call.path["pipeline"]))
    wanted = frozenset((call.text("blocks") or "").split(","))
    return Reply(wire.FragmentView(text=fragment_text(loaded.pipeline, wanted)))
