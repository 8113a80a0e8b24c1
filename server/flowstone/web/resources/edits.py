"""An edit that was asked for, made: its block files written, the YAML saved, and what it did told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import NotFound
from flowstone.model import edits
from flowstone.model.drawing import Group, Spot
from flowstone.model.ids import BlockId
from flowstone.web import wire_types
from flowstone.web.resources.block_files import MadeBlock, new_block, take_back
from flowstone.web.views.charts import chart_of
from flowstone.web.wire import edits as wire

if TYPE_CHECKING:
    from flowstone.model.block import Block
    from flowstone.store.project_files import LoadedPipeline
    from flowstone.web.open_project import OpenProject


@dataclass(frozen=True, slots=True)
class _Step:
    """One edit, with the block that it adds, or the file that goes with it."""

    edit: edits.Edit
    made: MadeBlock | None = None
    deletes: str | None = None


@dataclass(frozen=True, slots=True)
class MadeEdit:
    """What an edit did, and the files that it should have deleted but had to leave."""

    change: wire.Change
    kept_files: tuple[str, ...] = ()


async def make_edit(opened: OpenProject, loaded: LoadedPipeline, asked: Any) -> MadeEdit:
    """Make an edit of a pipeline and return what it did.

    Raises: as model.edits.apply and store.pipeline_edits.edit_text; NotFound; EditConflict; DiskFull. Then nothing
    has changed.
    """
    parts = asked.edits if isinstance(asked, wire.SeveralEdits) else [asked]
    steps = [step for part in parts for step in await _steps(opened, loaded, part)]
    edits.apply(loaded.pipeline, _as_one(steps))  # refused before a file is written
    written: list[_Step] = []
    try:
        for step in steps:
            written.append(await _written(opened, step))  # noqa: PERF401 - those before one that fails are taken back
        text = await _save(opened, loaded, _as_one(written))
    except BaseException:
        for step in written:
            if step.made is not None:
                await take_back(opened.root, step.made)
        raise
    return await _done(opened, loaded.text, text, written)


def _as_one(steps: list[_Step]) -> edits.Edit:
    return steps[0].edit if len(steps) == 1 else edits.Several(tuple(step.edit for step in steps))


async def _steps(opened: OpenProject, loaded: LoadedPipeline, asked: Any) -> list[_Step]:
    match asked:
        case wire.AddBlockEdit():
            made = await new_block(opened.root, asked)
            return [_Step(edits.AddBlock(made.block), made)]
        case wire.PasteBlocksEdit():
            return await asyncio.to_thread(_pasted, opened, loaded, asked)
        case wire.RemoveBlockEdit() if asked.delete_file:
            files = [block.file for block in loaded.pipeline.blocks if block.id == asked.block]
            return [_Step(edit_of(asked), deletes=files[0] if files else None)]
        case _:
            return [_Step(edit_of(asked))]


def _pasted(opened: OpenProject, loaded: LoadedPipeline, asked: wire.PasteBlocksEdit) -> list[_Step]:
    from flowstone.model.pasting import pasted
    from flowstone.store.fragments import read_fragment

    found = pasted(read_fragment(asked.text), taken=loaded.pipeline.block_ids, keep_inputs=asked.keep_inputs)
    made = [_with_file(opened, MadeBlock(block), same_file=asked.same_files) for block in _ordered(found)]
    spots: dict[str, wire_types.Point | None] = {
        found[BlockId(was)].id: spot for was, spot in asked.spots.items() if was in found
    }
    steps = [_Step(edits.AddBlock(each.block), each) for each in made]
    return [*steps, _Step(edits.SetLayout(_spots(spots)))] if spots else steps


def _ordered(found: Mapping[BlockId, Block]) -> list[Block]:
    """Return blocks so that each comes after those of them that it reads; of a cycle, which is refused later, as is."""
    by_id = {block.id: block for block in found.values()}
    ordered: dict[BlockId, Block] = {}
    while len(ordered) < len(by_id):
        ready = [
            block
            for block in by_id.values()
            if block.id not in ordered and all(up in ordered or up not in by_id for up in block.upstream)
        ]
        ordered |= {block.id: block for block in ready or by_id.values()}
    return list(ordered.values())


def _with_file(opened: OpenProject, made: MadeBlock, *, same_file: bool) -> MadeBlock:
    """Return a pasted block with a file of its own, named after it; a file that is not there stays named as it is."""
    from flowstone.store.texts import read_text

    if same_file:
        return made
    try:
        text = read_text(opened.root, made.block.file).text
    except NotFound:
        return made
    path = PurePosixPath(made.block.file)
    return MadeBlock(replace(made.block, file=str(path.with_name(made.block.id + path.suffix))), text)


async def _written(opened: OpenProject, step: _Step) -> _Step:
    if step.made is None:
        return step
    made = await step.made.written(opened.root)
    assert isinstance(step.edit, edits.AddBlock)
    return replace(step, made=made, edit=edits.AddBlock(replace(step.edit.block, file=made.block.file)))


async def _save(opened: OpenProject, loaded: LoadedPipeline, edit: edits.Edit) -> str:
    from flowstone.store.pipeline_edits import edit_text
    from flowstone.web.resources.pipelines import pipeline_file, save

    text = await asyncio.to_thread(edit_text, loaded.text, loaded.pipeline, edit)
    await save(opened, pipeline_file(loaded.pipeline.id), text, if_match=loaded.etag)
    return text


async def _done(opened: OpenProject, was: str, becomes: str, steps: list[_Step]) -> MadeEdit:
    """Return what an edit did, whose text is saved: nothing that fails from here on may hide that, and its undo."""
    files, kept = [], []
    for step in steps:
        if step.made is not None and step.made.etag is not None:
            opened.saved(step.made.block.file, step.made.etag)
            files.append(wire.FileChange(path=step.made.block.file, was=None, becomes=step.made.text))
        if step.deletes is not None:
            gone = await asyncio.to_thread(_delete, opened, step.deletes)
            files += [gone] if gone else []
            kept += [] if gone else [step.deletes]
    return MadeEdit(wire.Change(was=was, becomes=becomes, files=files), tuple(kept))


def _delete(opened: OpenProject, path: str) -> wire.FileChange | None:
    """Delete a file that no block uses any more; None when it stays."""
    from flowstone.store.file_changes import FileChange, put_file_change
    from flowstone.store.texts import read_text

    try:
        text = read_text(opened.root, path).text
        is_gone = put_file_change(opened.root, FileChange(path, was=text, becomes=None))
    except (FlowstoneError, OSError):
        return None
    return wire.FileChange(path=path, was=text, becomes=None) if is_gone else None


def edit_of(asked: Any) -> edits.Edit:
    """Return an edit of the wire as the model's; adding blocks, which needs files, is not among them."""
    match asked:
        case wire.RemoveBlockEdit():
            return edits.RemoveBlock(BlockId(asked.block))
        case wire.RenameBlockEdit():
            return edits.RenameBlock(BlockId(asked.block), BlockId(asked.to))
        case wire.ConnectEdit():
            return edits.Connect(BlockId(asked.upstream), BlockId(asked.downstream))
        case wire.DisconnectEdit():
            return edits.Disconnect(BlockId(asked.upstream), BlockId(asked.downstream))
        case wire.SetUpstreamEdit():
            return edits.SetUpstream(BlockId(asked.block), tuple(map(BlockId, asked.upstream)))
        case wire.SetDescriptionEdit():
            return edits.SetDescription(asked.text)
        case wire.SetLayoutEdit():
            return edits.SetLayout(_spots(asked.spots))
        case wire.SetGroupEdit():
            return edits.SetGroup(_group(asked))
        case wire.RemoveGroupEdit():
            return edits.RemoveGroup(asked.group)
        case _:
            return _setting_of(asked)


def _setting_of(asked: Any) -> edits.Edit:
    from flowstone.model.rules import Retries

    match asked:
        case wire.SetParamsEdit():
            return edits.SetParams(BlockId(asked.block), asked.params)
        case wire.SetLimitsEdit():
            return edits.SetLimits(BlockId(asked.block), Retries(asked.attempts, asked.delay_s), asked.timeout_s)
        case wire.SetChartsEdit():
            return edits.SetCharts(BlockId(asked.block), tuple(map(chart_of, asked.charts)))
        case wire.SetRulesEdit():
            return edits.SetRules(
                BlockId(asked.block), asked.backoff, asked.jitter, asked.on_failure, asked.when, asked.memory_bytes
            )
    raise TypeError(f"{type(asked).__name__} is no edit")


def _spots(spots: Mapping[str, wire_types.Point | None]) -> dict[BlockId, Spot | None]:
    return {BlockId(block): None if spot is None else Spot(spot.x, spot.y) for block, spot in spots.items()}


def _group(asked: wire.SetGroupEdit) -> Group:
    return Group(
        id=asked.group,
        blocks=tuple(map(BlockId, asked.blocks)),
        title=asked.title,
        color=asked.color,
        is_collapsed=asked.is_collapsed,
        at=None if asked.at is None else Spot(asked.at.x, asked.at.y),
    )
