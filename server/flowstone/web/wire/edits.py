"""Edits of pipelines as they travel: asked for, done, taken back, and blocks on the clipboard."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from flowstone.model.block import BlockKind, Language
from flowstone.model.chart import MAX_CHARTS
from flowstone.model.drawing import MAX_TITLE, GroupColor
from flowstone.model.rules import Backoff, OnFailure
from flowstone.web import wire_types as wire
from flowstone.web.wire_types import Id, Wire

MAX_BLOCKS = 5_000
MAX_PASTED = 500


class AddBlockEdit(Wire):
    """Add a block: a new file from the library's block `library`, or from the empty one of `kind`."""

    op: Literal["add_block"]
    id: Id
    upstream: list[Id] = Field(default_factory=list)
    library: Annotated[str, Field(max_length=100)] | None = None
    kind: BlockKind | None = None
    language: Language = Language.PYTHON
    file: Annotated[str, Field(max_length=300)] | None = None
    """An existing file to use instead of a new one."""
    params: dict[str, Any] = Field(default_factory=dict)


class RemoveBlockEdit(Wire):
    """Take a block out of the pipeline; its file stays, unless it is to go too and no other block uses it."""

    op: Literal["remove_block"]
    block: Id
    delete_file: bool = False


class RenameBlockEdit(Wire):
    """Give a block another id; its file keeps its name."""

    op: Literal["rename_block"]
    block: Id
    to: Id


class ConnectEdit(Wire):
    """Let `downstream` read `upstream`."""

    op: Literal["connect"]
    upstream: Id
    downstream: Id


class DisconnectEdit(Wire):
    """Let `downstream` no longer read `upstream`."""

    op: Literal["disconnect"]
    upstream: Id
    downstream: Id


class SetUpstreamEdit(Wire):
    """Give a block all its upstreams, in order."""

    op: Literal["set_upstream"]
    block: Id
    upstream: list[Id]


class SetParamsEdit(Wire):
    """Give a block all its own params."""

    op: Literal["set_params"]
    block: Id
    params: dict[str, Any]


class SetLimitsEdit(Wire):
    """Give a block its retries and timeout."""

    op: Literal["set_limits"]
    block: Id
    attempts: Annotated[int, Field(ge=1, le=100)] = 1
    delay_s: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    timeout_s: Annotated[float, Field(gt=0, le=604_800)] | None = None


class SetRulesEdit(Wire):
    """Give a block how its delays grow, what follows its failure, when it runs and its memory."""

    op: Literal["set_rules"]
    block: Id
    backoff: Backoff = Backoff.CONSTANT
    jitter: Annotated[float, Field(ge=0, le=1)] = 0.0
    on_failure: OnFailure = OnFailure.SKIP
    when: Annotated[str, Field(max_length=500)] = ""
    memory_bytes: Annotated[int, Field(gt=0, le=1 << 50)] | None = None


class SetChartsEdit(Wire):
    """Give a block all its charts."""

    op: Literal["set_charts"]
    block: Id
    charts: Annotated[list[wire.ChartSpec], Field(max_length=MAX_CHARTS)]


class SetDescriptionEdit(Wire):
    """Say what the pipeline is for."""

    op: Literal["set_description"]
    text: Annotated[str, Field(max_length=2_000)]


class SetLayoutEdit(Wire):
    """Put blocks somewhere; null lets one go back to wherever there is room. The others stay."""

    op: Literal["set_layout"]
    spots: Annotated[dict[Id, wire.Point | None], Field(max_length=MAX_BLOCKS)]


class SetGroupEdit(Wire):
    """Draw a group around blocks, or change the one of that id."""

    op: Literal["set_group"]
    group: Id
    title: Annotated[str, Field(max_length=MAX_TITLE)] = ""
    color: GroupColor = GroupColor.GRAY
    blocks: Annotated[list[Id], Field(min_length=1, max_length=MAX_BLOCKS)]
    is_collapsed: bool = False
    at: wire.Point | None = None


class RemoveGroupEdit(Wire):
    """Take a group's frame away; its blocks stay."""

    op: Literal["remove_group"]
    group: Id


class PasteBlocksEdit(Wire):
    """Put blocks from the clipboard in, under names that are free, each with a file of its own or the same one.

    `spots` are by the names that they have in the text.
    """

    op: Literal["paste_blocks"]
    text: Annotated[str, Field(max_length=100_000)]
    keep_inputs: bool = False
    """They go on reading what they read outside of the text, where it is there."""
    same_files: bool = False
    spots: Annotated[dict[Id, wire.Point], Field(default_factory=dict, max_length=MAX_PASTED)]


SingleEdit = Annotated[
    AddBlockEdit
    | RemoveBlockEdit
    | RenameBlockEdit
    | ConnectEdit
    | DisconnectEdit
    | SetUpstreamEdit
    | SetParamsEdit
    | SetLimitsEdit
    | SetRulesEdit
    | SetChartsEdit
    | SetDescriptionEdit
    | SetLayoutEdit
    | SetGroupEdit
    | RemoveGroupEdit
    | PasteBlocksEdit,
    Field(discriminator="op"),
]


class SeveralEdits(Wire):
    """Make edits one after the other, all of them or none."""

    op: Literal["several"]
    edits: Annotated[list[SingleEdit], Field(min_length=1, max_length=500)]


EditRequest = Annotated[
    AddBlockEdit
    | RemoveBlockEdit
    | RenameBlockEdit
    | ConnectEdit
    | DisconnectEdit
    | SetUpstreamEdit
    | SetParamsEdit
    | SetLimitsEdit
    | SetRulesEdit
    | SetChartsEdit
    | SetDescriptionEdit
    | SetLayoutEdit
    | SetGroupEdit
    | RemoveGroupEdit
    | PasteBlocksEdit
    | SeveralEdits,
    Field(discriminator="op"),
]


class FileChange(Wire):
    """What became of a block's file; null is no file."""

    path: Annotated[str, Field(max_length=1_024)]
    was: str | None
    becomes: str | None


class Change(Wire):
    """What an edit did to a pipeline's YAML and to block files: enough to take it back."""

    was: str
    becomes: str
    files: Annotated[list[FileChange], Field(max_length=MAX_PASTED)]


class EditedPipeline(wire.PipelineView):
    """A pipeline after an edit, and what the edit did."""

    change: Change
    is_merged: bool = False
    """Whether others had changed the pipeline meanwhile; their change stays."""
    kept_files: list[str] = Field(default_factory=list)
    """Files that stay as they are, for somebody has written in them since."""


class FragmentView(Wire):
    """Blocks as a text for the clipboard."""

    text: str
