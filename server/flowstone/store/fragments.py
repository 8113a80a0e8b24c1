"""Blocks on the clipboard: the part of a pipeline's YAML that is about them, readable on its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from flowstone.model.block import Block
from flowstone.model.ids import BlockId, PipelineId, is_id
from flowstone.model.pipeline import Pipeline
from flowstone.store.block_entries import block_fields, entry_lines
from flowstone.store.pipeline_yaml import read_pipeline
from flowstone.store.yaml_nodes import Entry, Mapping, Scalar, Sequence
from flowstone.store.yaml_scalars import write_text
from flowstone.store.yaml_splice import STEP

CLIPBOARD = PipelineId("clipboard")


def fragment_text(pipeline: Pipeline, blocks: Collection[str]) -> str:
    """Return the YAML of some of a pipeline's blocks, in the order written."""
    chosen = [block for block in pipeline.blocks if block.id in blocks]
    if not chosen:
        return "blocks: {}\n"
    entries = [entry_lines(write_text(block.id), block_fields(block), as_lines=False) for block in chosen]
    return "\n".join(["blocks:", *(STEP + line for entry in entries for line in entry), ""])


def read_fragment(text: str) -> tuple[Block, ...]:
    """Read blocks from such a text; unlike in a pipeline, they may name upstreams that are not in it.

    Raises: as read_pipeline.
    """
    read = read_pipeline(text, pipeline_id=CLIPBOARD, file="clipboard")
    root = read.document.root
    entry = root.get("blocks") if isinstance(root, Mapping) else None
    entries = entry.value.entries if entry and isinstance(entry.value, Mapping) else ()
    upstream = {each.key.text: _upstream(each) for each in entries}
    return tuple(replace(block, upstream=upstream.get(block.id, ())) for block in read.pipeline.blocks)


def _upstream(entry: Entry) -> tuple[BlockId, ...]:
    found = entry.value.get("upstream") if isinstance(entry.value, Mapping) else None
    items = found.value.items if found and isinstance(found.value, Sequence) else ()
    names = [item.text for item in items if isinstance(item, Scalar)]
    return tuple(dict.fromkeys(BlockId(name) for name in names if is_id(name) and name != entry.key.text))
