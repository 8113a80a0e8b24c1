"""An edit put into a pipeline's YAML: the text that its author wrote, with just that changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flowstone.errors.base import Place, Problem
from flowstone.errors.source import WrongValue
from flowstone.model.block import Block
from flowstone.model.edits import Edit, RenameBlock, Several, apply
from flowstone.model.ids import BlockId
from flowstone.model.params import checked
from flowstone.model.pipeline import ParamType, Pipeline, PipelineParam
from flowstone.model.rules import Backoff, OnFailure, Retries
from flowstone.store import yaml_nodes
from flowstone.store.block_entries import block_fields, duration_text, entry_lines, write_retries
from flowstone.store.charts_yaml import splice_charts
from flowstone.store.drawing_splices import rename_in_drawing, splice_drawing
from flowstone.store.pipeline_yaml import BLOCK_KEYS, PARAM_KEYS, PIPELINE_KEYS, PipelineText, read_pipeline
from flowstone.store.rules_yaml import RETRY_KEYS
from flowstone.store.sizes import write_size
from flowstone.store.yaml_nodes import Entry, Scalar
from flowstone.store.yaml_scalars import write_text, write_value
from flowstone.store.yaml_splice import STEP, Splice, flow

ROOT_ORDER = ("version", *PIPELINE_KEYS)


def edit_text(text: str, pipeline: Pipeline, edit: Edit) -> str:
    """Return a pipeline's text with an edit in it, byte for byte the same outside of what the edit is about.

    Reading the result gives what applying the edit to the pipeline gives: that is checked before it is returned.
    `pipeline` says which one it is; what it holds is read from the text.
    Raises: as read_pipeline and model.edits.apply; WrongValue and others, when the result would have a new error;
    EditImpossible, where the text is written in a way that it cannot be put into.
    """
    if isinstance(edit, Several):
        for each in edit.edits:
            text = edit_text(text, pipeline, each)
        return text
    before = read_pipeline(text, pipeline_id=pipeline.id, file=pipeline.file)
    wanted = apply(before.pipeline, edit)
    _refuse_unwritable(wanted)
    try:
        edited = _Edited(before, wanted).text(edit)
    except ValueError as wrong:
        raise WrongValue(str(wrong), place=Place(pipeline.file)) from wrong
    _check(read_pipeline(edited, pipeline_id=pipeline.id, file=pipeline.file), before, wanted)
    return edited


def new_pipeline_text(description: str = "") -> str:
    """Return the YAML of a pipeline that has no blocks yet."""
    return (f"description: {write_text(description)}\n" if description else "") + "blocks: {}\n"


def _refuse_unwritable(wanted: Pipeline) -> None:
    for param in wanted.params:
        if param.default is not None:
            found = checked(param, param.default, place=Place(wanted.file))
            if not _is_same(found, param.default):
                raise WrongValue(f"param {param.name!r}: write the default as {found!r}", place=Place(wanted.file))


def _check(after: PipelineText, before: PipelineText, wanted: Pipeline) -> None:
    known = {(problem.code, problem.message) for problem in before.problems}
    new = [found for found in after.problems if not found.is_warning and (found.code, found.message) not in known]
    if new:
        raise _as_error(new[0])
    if after.pipeline != wanted:
        raise Splice(before.document).impossible(before.document.root.start)


def _as_error(problem: Problem) -> WrongValue:
    error = WrongValue(problem.message, place=problem.place, hint=problem.hint)
    error.details["code"] = problem.code
    return error


class _Edited:
    """One edit on its way into a text: compares the pipelines and splices in what differs."""

    def __init__(self, before: PipelineText, wanted: Pipeline) -> None:
        root = before.document.root
        assert isinstance(root, yaml_nodes.Mapping)
        self.root = root
        self.was = before.pipeline
        self.wanted = wanted
        self.splice = Splice(before.document)

    def text(self, edit: Edit) -> str:
        if isinstance(edit, RenameBlock):
            self._rename(edit.block, edit.to)
            rename_in_drawing(self.splice, self.root, edit.block, edit.to)
        else:
            self._description()
            self._params()
            self._blocks()
            splice_drawing(self.splice, self.root, self.was, self.wanted, order=ROOT_ORDER)
        return self.splice.result()

    # --- Blocks ---------------------------------------------------------------------------------

    def _block_entries(self) -> dict[str, Entry]:
        found = self.root.get("blocks")
        mapping = found.value if found else None
        return {each.key.text: each for each in mapping.entries} if isinstance(mapping, yaml_nodes.Mapping) else {}

    def _rename(self, was: BlockId, to: BlockId) -> None:
        for name, entry in self._block_entries().items():
            if name == was:
                self.splice.rename(entry.key, to)
            upstream = entry.value.get("upstream") if isinstance(entry.value, yaml_nodes.Mapping) else None
            if upstream and isinstance(upstream.value, yaml_nodes.Sequence):
                for item in upstream.value.items:
                    if isinstance(item, Scalar) and item.text == was:
                        self.splice.rename(item, to)
            self._rename_in_rules(BlockId(name), entry.value, to)

    def _blocks(self) -> None:
        entries = self._block_entries()
        was = {block.id: block for block in self.was.blocks}
        added = [block for block in self.wanted.blocks if block.id not in was]
        gone = set(was) - set(self.wanted.block_ids)
        for block in self.wanted.blocks:
            if block.id in was and block != was[block.id]:
                self._block(entries[block.id].value, was[block.id], block)
        if gone:
            self._remove_blocks(gone)
        for block in added:
            self._add_block(block)

    def _remove_blocks(self, gone: set[BlockId]) -> None:
        entry = self.root.get("blocks")
        assert entry is not None
        assert isinstance(entry.value, yaml_nodes.Mapping)
        if all(each.key.text in gone for each in entry.value.entries):
            self.splice.set_empty(entry, entry.value)
        else:
            self.splice.remove(entry.value, gone)

    def _add_block(self, block: Block) -> None:
        entry = self.root.get("blocks")
        name, fields = write_text(block.id), block_fields(block)
        flow_text = flow(fields)
        if entry is None:
            raise self.splice.impossible(self.root.start)
        mapping = entry.value
        if isinstance(mapping, yaml_nodes.Mapping) and mapping.entries:
            last_value = mapping.entries[-1].value
            as_lines = isinstance(last_value, yaml_nodes.Mapping) and not last_value.is_flow
            self.splice.append(mapping, name, entry_lines(name, fields, as_lines=as_lines), flow_text)
        elif self.root.is_flow:
            self.splice.set_value(entry, f"{{{name}: {flow_text}}}")
        else:
            indent = self.splice.indent_of(entry) + STEP
            self.splice.set_lines(entry, entry_lines(name, fields, as_lines=False), indent=indent)

    def _rename_in_rules(self, block: BlockId, node: yaml_nodes.Node, to: BlockId) -> None:
        """Rename an upstream in what a block's entry asks about it."""
        if not isinstance(node, yaml_nodes.Mapping) or block not in self.was.block_ids:
            return
        now = {found.id: found for found in self.wanted.blocks}
        was, wanted = self.was.block(block), now.get(block) or now[to]
        if wanted.when != was.when and wanted.when is not None:
            self.splice.set_fields(node, {"when": write_text(wanted.when.text)}, order=BLOCK_KEYS)
        entry = node.get("map")
        if wanted.mapped != was.mapped and entry is not None and isinstance(entry.value, yaml_nodes.Mapping):
            self.splice.set_fields(entry.value, {"over": write_text(to)})

    def _block(self, node: yaml_nodes.Node, was: Block, wanted: Block) -> None:
        if not isinstance(node, yaml_nodes.Mapping):
            raise self.splice.impossible(node.start)
        fields: dict[str, str | None] = {}
        if wanted.upstream != was.upstream:
            fields |= self._upstream(node, was, wanted)
        if not _is_same(wanted.params, was.params):
            fields |= self._block_params(node, was, wanted)
        if wanted.when != was.when:
            fields["when"] = write_text(wanted.when.text) if wanted.when else None
        if wanted.retries != was.retries:
            fields |= self._retries(node, was.retries, wanted.retries)
        if wanted.timeout_s != was.timeout_s:
            fields["timeout"] = duration_text(wanted.timeout_s)
        if wanted.on_failure != was.on_failure:
            fields["on_failure"] = str(wanted.on_failure) if wanted.on_failure is not OnFailure.SKIP else None
        if wanted.memory_bytes != was.memory_bytes:
            fields["memory"] = None if wanted.memory_bytes is None else write_size(wanted.memory_bytes)
        if wanted.charts != was.charts:
            fields |= splice_charts(self.splice, node, was.charts, wanted.charts)
        if fields:
            self.splice.set_fields(node, fields, order=BLOCK_KEYS)

    def _upstream(self, node: yaml_nodes.Mapping, was: Block, wanted: Block) -> dict[str, str | None]:
        entry = node.get("upstream")
        there = entry.value if entry else None
        gone = set(was.upstream) - set(wanted.upstream)
        added = [upstream for upstream in wanted.upstream if upstream not in was.upstream]
        kept = [upstream for upstream in was.upstream if upstream not in gone]
        whole = {"upstream": write_value(list(wanted.upstream)) if wanted.upstream else None}
        if not isinstance(there, yaml_nodes.Sequence) or (*kept, *added) != wanted.upstream:
            return whole
        stays = [item for item in there.items if not isinstance(item, Scalar) or item.text not in gone]
        if not stays:
            return whole
        if added:
            self.splice.append_items(there, [write_text(upstream) for upstream in added])
        if gone:
            self.splice.remove_items(there, gone)
        return {}

    def _block_params(self, node: yaml_nodes.Mapping, was: Block, wanted: Block) -> dict[str, str | None]:
        entry = node.get("params")
        if not wanted.params:
            return {"params": None}
        if entry is None or not isinstance(entry.value, yaml_nodes.Mapping) or not entry.value.entries:
            return {"params": write_value(wanted.params)}
        if not set(wanted.params) & {each.key.text for each in entry.value.entries}:
            return {"params": write_value(wanted.params)}
        changes: dict[str, str | None] = {name: None for name in was.params if name not in wanted.params}
        for name, value in wanted.params.items():
            if name not in was.params:
                changes[write_text(name)] = write_value(value)
            elif not _is_same(value, was.params[name]):
                changes[name] = write_value(value)
        self.splice.set_fields(entry.value, changes)
        return {}

    def _retries(self, node: yaml_nodes.Mapping, was: Retries, wanted: Retries) -> dict[str, str | None]:
        entry = node.get("retries")
        if wanted == Retries():
            return {"retries": None}
        if entry is None or not isinstance(entry.value, yaml_nodes.Mapping) or not entry.value.entries:
            return {"retries": write_retries(wanted)}
        changes: dict[str, str | None] = {}
        if wanted.attempts != was.attempts:
            changes["attempts"] = str(wanted.attempts)
        if wanted.delay_s != was.delay_s:
            changes["delay"] = duration_text(wanted.delay_s)
        if wanted.backoff != was.backoff:
            changes["backoff"] = str(wanted.backoff) if wanted.backoff is not Backoff.CONSTANT else None
        if wanted.jitter != was.jitter:
            changes["jitter"] = write_value(wanted.jitter) if wanted.jitter else None
        self.splice.set_fields(entry.value, changes, order=RETRY_KEYS)
        return {}

    # --- The pipeline's own ---------------------------------------------------------------------

    def _description(self) -> None:
        text = self.wanted.description
        if text == self.was.description:
            return
        entry = self.root.get("description")
        if not text and (entry is None or len(self.root.entries) > 1):
            self.splice.set_fields(self.root, {"description": None}, order=ROOT_ORDER)
            return
        can_be_lines = not self.root.is_flow and (
            entry is None or (isinstance(entry.value, Scalar) and self.splice.is_alone(entry.value))
        )
        value = self._literal(text) if can_be_lines and _is_literal(text) else write_text(text)
        self.splice.set_fields(self.root, {"description": value}, order=ROOT_ORDER)

    def _literal(self, text: str) -> str:
        mark = "|" if text.endswith("\n") else "|-"
        indent = self.splice.indent_of(self.root.entries[0]) + STEP
        lines = [indent + line if line else "" for line in text.removesuffix("\n").split("\n")]
        return self.splice.newline.join([mark, *lines])

    def _params(self) -> None:
        was = {param.name: param for param in self.was.params}
        wanted = {param.name: param for param in self.wanted.params}
        if self.was.params == self.wanted.params and _is_same(_defaults(was), _defaults(wanted)):
            return
        entry = self.root.get("params")
        if not wanted:
            self.splice.set_fields(self.root, {"params": None}, order=ROOT_ORDER)
        elif entry is None or not _can_be_merged(entry, was, wanted):
            fields = {write_text(name): flow(_param_fields(param)) for name, param in wanted.items()}
            self.splice.set_root_lines(self.root, "params", fields, order=ROOT_ORDER)
        else:
            self._merge_params(entry.value, was, wanted)

    def _merge_params(
        self, node: yaml_nodes.Node, was: Mapping[str, PipelineParam], wanted: Mapping[str, PipelineParam]
    ) -> None:
        assert isinstance(node, yaml_nodes.Mapping)
        changes: dict[str, str | None] = {name: None for name in was if name not in wanted}
        for name, param in wanted.items():
            if name not in was:
                changes[write_text(name)] = flow(_param_fields(param))
            elif param != was[name] or not _is_same(param.default, was[name].default):
                changes |= self._param(node, was[name], param)
        self.splice.set_fields(node, changes)

    def _param(self, node: yaml_nodes.Mapping, was: PipelineParam, wanted: PipelineParam) -> dict[str, str | None]:
        entry = node.get(wanted.name)
        before, after = _param_fields(was), _param_fields(wanted)
        there = entry.value if entry else None
        if not isinstance(there, yaml_nodes.Mapping) or not any(each.key.text in after for each in there.entries):
            return {wanted.name: flow(after)}
        changes: dict[str, str | None] = {
            key: after.get(key) for key in PARAM_KEYS if before.get(key) != after.get(key)
        }
        if there.get("type") is None:
            changes["type"] = after["type"]
        self.splice.set_fields(there, changes, order=PARAM_KEYS)
        return {}


def _can_be_merged(entry: Entry, was: Mapping[str, PipelineParam], wanted: Mapping[str, PipelineParam]) -> bool:
    kept = [name for name in was if name in wanted]
    added = [name for name in wanted if name not in was]
    if not isinstance(entry.value, yaml_nodes.Mapping):
        return False
    return bool(kept) and [*kept, *added] == list(wanted)


def _defaults(params: Mapping[str, PipelineParam]) -> list[Any]:
    return [[param.default, list(param.choices)] for param in params.values()]


def _is_same(one: Any, other: Any) -> bool:
    """Say whether two JSON values are the same; to Python, 1, 1.0 and True are equal."""
    return _canonical(one) == _canonical(other)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _param_fields(param: PipelineParam) -> dict[str, str]:
    is_date = param.type in (ParamType.DATE, ParamType.DATETIME) and isinstance(param.default, str)
    default = param.default if is_date and _is_plain_date(param.default) else write_value(param.default)
    fields = {
        "type": str(param.type),
        "default": default if param.default is not None else None,
        "choices": write_value(list(param.choices)) if param.choices else None,
        "description": write_text(param.description) if param.description else None,
        "required": "true" if param.required else None,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _is_plain_date(text: str) -> bool:
    """Say whether a date can do without quotes; a time has colons, which flow style does not like."""
    return len(text) == len("2024-01-31") and text.replace("-", "").isdigit()


def _is_literal(text: str) -> bool:
    """Say whether a text can be written as it is below a `|`."""
    lines = text.removesuffix("\n").split("\n")
    has_odd = any(not line.isprintable() or (line and not line.strip()) for line in lines)
    return len(lines) > 1 and not has_odd and bool(lines[0]) and bool(lines[-1]) and not lines[0].startswith(" ")
