"""A pipeline's YAML as a Pipeline, with the place of everything in it."""

from __future__ import annotations

import functools
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from flowstone.errors.base import Place, Problem
from flowstone.errors.source import (
    CycleFound,
    DuplicateKey,
    UpstreamMissing,
    WrongValue,
)
from flowstone.errors.store import PathRefused
from flowstone.model.block import DUCKDB, LANGUAGE_BY_SUFFIX, Block
from flowstone.model.graph import cycle_in, upstreams_of
from flowstone.model.ids import BlockId, PipelineId
from flowstone.model.params import checked
from flowstone.model.pipeline import Limits, ParamType, Pipeline, PipelineParam
from flowstone.model.rules import Isolation, OnFailure
from flowstone.store.charts_yaml import read_charts
from flowstone.store.drawing_yaml import read_groups, read_layout
from flowstone.store.literal_secrets import warn_of_secrets
from flowstone.store.paths import checked_names
from flowstone.store.rules_yaml import (
    choice,
    duration,
    read_limits,
    read_map,
    read_resources,
    read_retries,
    read_when,
    size,
)
from flowstone.store.yaml_nodes import Document, Entry, Mapping, Node, parse_document
from flowstone.store.yaml_values import did_you_mean, read_root

if TYPE_CHECKING:
    from flowstone.model.alerts import Alerts
    from flowstone.model.schedule import Schedule

PIPELINE_KEYS = ("description", "params", "blocks", "schedule", "alerts", "limits", "groups", "layout")
BLOCK_KEYS = (
    "file",
    "description",
    "upstream",
    "params",
    "when",
    "map",
    "retries",
    "timeout",
    "on_failure",
    "uses",
    "memory",
    "isolation",
    "ttl",
    "engine",
    "files",
    "charts",
)
PARAM_KEYS = ("type", "default", "choices", "description", "required")
MAX_BLOCKS = 5_000
MAX_FILE_NAME = 64
"""Characters before the suffix, so that every id fits."""


@dataclass(frozen=True, slots=True)
class PipelineText:
    """A pipeline's text, read: what is right of it, everything that is not, and where things stand.

    `pipeline` leaves out what makes no sense: blocks without an id or a file, and arrows from nowhere.
    `places` has ("block", id), ("file", id), ("upstream", id, upstream), ("param", id, name), ("schedule",),
    ("alerts",), ("uses", id, resource), ("when", id) and ("map", id).
    """

    pipeline: Pipeline
    document: Document
    problems: tuple[Problem, ...] = ()
    places: MappingType[tuple[str, ...], Place] = field(default_factory=dict)


@functools.lru_cache(maxsize=64)
def read_pipeline(text: str, *, pipeline_id: PipelineId, file: str) -> PipelineText:
    """Read a pipeline's YAML, gathering what is wrong in it. The last texts are remembered.

    Raises: SyntaxInvalid, YamlRefused, FileTooLarge, NewerVersion, WrongType (no mapping), when nothing can be told.
    """
    return _PipelineReader(parse_document(text, file=file), pipeline_id).read()


class _PipelineReader:
    def __init__(self, document: Document, pipeline_id: PipelineId) -> None:
        self.reading, self.root = read_root(document, "a pipeline", PIPELINE_KEYS)
        self.document = document
        self.pipeline_id = pipeline_id
        self.places: dict[tuple[str, ...], Place] = {}
        self.upstream_nodes: dict[BlockId, list[tuple[BlockId, Node]]] = {}
        self.known: set[str] = set()

    def read(self) -> PipelineText:
        blocks = self._blocks()
        pipeline = Pipeline(
            id=self.pipeline_id,
            blocks=tuple(self._connected(block, {found.id for found in blocks}) for block in blocks),
            params=self._params(),
            description=self._description(),
            file=self.document.file,
            alerts=self._alerts(),
            limits=self._limits(),
            groups=read_groups(self.reading, self.root.get("groups"), blocks=self.known),
            layout=read_layout(self.reading, self.root.get("layout"), blocks=self.known),
        )
        pipeline = replace(pipeline, schedule=self._schedule(pipeline.params))
        self._refuse_cycle(pipeline)
        reading = self.reading
        return PipelineText(pipeline, self.document, reading.problems(), self.places)

    def _description(self) -> str:
        entry = self.root.get("description")
        return self.reading.text(entry.value, "description") if entry else ""

    def _schedule(self, params: tuple[PipelineParam, ...]) -> Schedule | None:
        entry = self.root.get("schedule")
        if entry is None:
            return None
        from flowstone.store.schedule_yaml import read_schedule

        self.places["schedule",] = self.reading.place(entry.key)
        return read_schedule(self.reading, entry.value, params=params)

    def _limits(self) -> Limits:
        entry = self.root.get("limits")
        for each in entry.value.entries if entry and isinstance(entry.value, Mapping) else ():
            self.places["limit", each.key.text] = self.reading.place(each.value)
        return read_limits(self.reading, entry.value if entry else None)

    def _alerts(self) -> Alerts | None:
        entry = self.root.get("alerts")
        if entry is None:
            return None
        from flowstone.store.alerts_yaml import read_alerts

        self.places["alerts",] = self.reading.place(entry.key)
        return read_alerts(self.reading, entry.value)

    # --- Blocks ---------------------------------------------------------------------------------

    def _blocks(self) -> list[Block]:
        entry = self.root.get("blocks")
        if entry is None:
            self.reading.wrong(
                WrongValue, "a pipeline needs `blocks`", self.root, hint="An empty one has `blocks: {}`."
            )
            return []
        found = self.reading.mapping(entry.value, "blocks")
        if found is None:
            return []
        if len(found.entries) > MAX_BLOCKS:
            self.reading.wrong(WrongValue, f"a pipeline has at most {MAX_BLOCKS:,} blocks", entry.key)
            return []
        self.known = {each.key.text for each in found.entries}
        blocks = [self._block(each) for each in found.entries]
        return [block for block in blocks if block is not None]

    def _block(self, entry: Entry) -> Block | None:
        reading = self.reading
        found_id = reading.identifier(entry.key, "block")
        found = reading.mapping(entry.value, f"block {entry.key.text[:64]}", BLOCK_KEYS)
        if found is None or found_id is None:
            return None
        block_id = BlockId(found_id)
        self.places["block", block_id] = reading.place(entry.key)
        fields = {each.key.text: each.value for each in found.entries}
        file = self._file(block_id, entry, fields.get("file"))
        upstream = self._upstream(block_id, fields.get("upstream"))
        for key in ("when", "map"):
            if key in fields:
                self.places[key, block_id] = reading.place(fields[key])
        block = Block(
            id=block_id,
            file=file or "",
            upstream=upstream,
            params=self._block_params(block_id, fields.get("params")),
            when=read_when(reading, fields.get("when"), upstream=upstream),
            mapped=read_map(reading, fields.get("map"), upstream=upstream),
            retries=read_retries(reading, fields.get("retries")),
            timeout_s=duration(reading, fields.get("timeout"), "timeout", above_zero=True),
            on_failure=choice(reading, fields.get("on_failure"), "on_failure", OnFailure.SKIP),
            uses=self._uses(block_id, fields.get("uses")),
            memory_bytes=size(reading, fields.get("memory"), "memory"),
            isolation=choice(reading, fields.get("isolation"), "isolation", Isolation.SHARED),
            ttl_s=duration(reading, fields.get("ttl"), "ttl", above_zero=True),
            engine=self._engine(fields.get("engine")),
            files=reading.texts(fields["files"], "files") if "files" in fields else (),
            description=reading.text(fields["description"], "description") if "description" in fields else "",
            charts=read_charts(reading, fields.get("charts")),
            place=reading.place(entry.key),
        )
        return block if file else None

    def _file(self, block_id: BlockId, entry: Entry, node: Node | None) -> str | None:
        if node is None:
            hint = "Write `file: transformers/name.py`."
            self.reading.wrong(WrongValue, f"block {block_id} names no file", entry.key, hint=hint)
            return None
        self.places["file", block_id] = self.reading.place(node)
        path = self.reading.text(node, "file")
        if not path:
            return None
        try:
            name = checked_names(path)[-1]
        except PathRefused as refused:
            self.reading.wrong(WrongValue, refused.message, node)
            return None
        if PurePosixPath(name).suffix not in LANGUAGE_BY_SUFFIX:
            known = ", ".join(LANGUAGE_BY_SUFFIX)
            self.reading.wrong(WrongValue, f"{name[:80]!r} is no block file", node, hint=f"Its suffix must be {known}.")
            return None
        if len(PurePosixPath(name).stem) > MAX_FILE_NAME:
            self.reading.wrong(
                WrongValue, f"a block file's name has at most {MAX_FILE_NAME} characters", node, hint="Rename it."
            )
            return None
        return path

    def _upstream(self, block_id: BlockId, node: Node | None) -> tuple[BlockId, ...]:
        items = [] if node is None else self.reading.sequence(node, "upstream")
        nodes = self.upstream_nodes[block_id] = []
        for item in items:
            found = self.reading.identifier(item, "block")
            if found is not None:
                nodes.append((BlockId(found), item))
        return tuple(upstream for upstream, _ in nodes)

    def _connected(self, block: Block, whole: set[BlockId]) -> Block:
        """Take out the upstreams that cannot be, and say why."""
        kept: dict[BlockId, None] = {}
        for upstream, node in self.upstream_nodes.get(block.id, []):
            place = self.reading.place(node)
            if upstream == block.id:
                self.reading.wrong(
                    CycleFound, f"block {block.id} reads itself", node, hint="Take it out of its upstream."
                )
            elif upstream in kept:
                self.reading.wrong(DuplicateKey, f"{upstream} is here twice", node, hint="Keep it once.")
            elif upstream in whole:
                self.places["upstream", block.id, upstream] = place
                kept[upstream] = None
            elif upstream not in self.known:
                hint = did_you_mean(upstream, self.known)
                self.reading.wrong(UpstreamMissing, f"there is no block {upstream!r}", node, hint=hint)
        return replace(block, upstream=tuple(kept)) if tuple(kept) != block.upstream else block

    def _refuse_cycle(self, pipeline: Pipeline) -> None:
        cycle = cycle_in(upstreams_of(pipeline))
        if cycle:
            place = self.places["upstream", cycle[0], cycle[1]]
            way = " → ".join(reversed(cycle if len(cycle) < 12 else (*cycle[:10], BlockId("…"), cycle[-1])))
            self.reading.errors.append(
                CycleFound(f"these blocks wait for each other: {way}", place=place, hint="Disconnect one of them.")
            )

    def _block_params(self, block_id: BlockId, node: Node | None) -> dict[str, Any]:
        found = None if node is None else self.reading.mapping(node, "params")
        if found is None:
            return {}
        warn_of_secrets(self.reading, found)
        for entry in found.entries:
            self.places["param", block_id, entry.key.text] = self.reading.place(entry.key)
        return {self.reading.key(entry): self.reading.value(entry.value) for entry in found.entries}

    def _uses(self, block_id: BlockId, node: Node | None) -> dict[str, int]:
        found = read_resources(self.reading, node, "uses")
        for entry in node.entries if isinstance(node, Mapping) else ():
            self.places["uses", block_id, entry.key.text] = self.reading.place(entry.value)
        return found

    def _engine(self, node: Node | None) -> str:
        return DUCKDB if node is None else (self.reading.identifier(node, "connection") or DUCKDB)

    # --- Params ---------------------------------------------------------------------------------

    def _params(self) -> tuple[PipelineParam, ...]:
        entry = self.root.get("params")
        found = self.reading.mapping(entry.value, "params") if entry else None
        if found is None:
            return ()
        warn_of_secrets(self.reading, found)
        params = [self._param(each) for each in found.entries]
        return tuple(param for param in params if param is not None)

    def _param(self, entry: Entry) -> PipelineParam | None:
        reading = self.reading
        name = reading.identifier(entry.key, "param")
        found = reading.mapping(entry.value, f"param {entry.key.text[:64]}", PARAM_KEYS)
        if found is None or name is None:
            return None
        fields = {each.key.text: each.value for each in found.entries}
        choices = tuple(reading.value(item) for item in self._choices(fields))
        default = reading.value(fields["default"]) if "default" in fields else None
        kind = self._type(fields.get("type"), default, choices)
        param = PipelineParam(
            name=name,
            type=kind,
            choices=choices,
            description=reading.text(fields["description"], "description") if "description" in fields else "",
            required=reading.boolean(fields["required"], "required") if "required" in fields else False,
        )
        self._check_param(param, entry, fields)
        return replace(param, default=self._default(param, default, fields.get("default")))

    def _choices(self, fields: dict[str, Node]) -> tuple[Node, ...]:
        return self.reading.sequence(fields["choices"], "choices") if "choices" in fields else ()

    def _type(self, node: Node | None, default: Any, choices: tuple[Any, ...]) -> ParamType:
        if node is None:
            return ParamType.CHOICE if choices else _type_of(default)
        text = self.reading.text(node, "type")
        known = [str(kind) for kind in ParamType]
        if text in known:
            return ParamType(text)
        if text:
            self.reading.wrong(WrongValue, f"there is no type {text[:60]!r}", node, hint=_type_hint(text, known))
        return ParamType.JSON

    def _check_param(self, param: PipelineParam, entry: Entry, fields: dict[str, Node]) -> None:
        if param.type is ParamType.CHOICE and not param.choices:
            hint = "Write `choices: [a, b]`."
            self.reading.wrong(WrongValue, f"param {param.name} has no choices", entry.key, hint=hint)
        if param.required and "default" in fields:
            hint = "Keep one of the two."
            self.reading.wrong(WrongValue, f"param {param.name} is required and has a default", entry.key, hint=hint)

    def _default(self, param: PipelineParam, default: Any, node: Node | None) -> Any:
        if node is None or default is None:
            return default
        try:
            return checked(param, default, place=self.reading.place(node))
        except WrongValue as wrong:
            if not any(error.place == wrong.place for error in self.reading.errors):
                self.reading.errors.append(wrong)
            return None


def _type_of(default: Any) -> ParamType:
    match default:
        case bool():
            return ParamType.BOOLEAN
        case int():
            return ParamType.INTEGER
        case float():
            return ParamType.NUMBER
        case str():
            return ParamType.TEXT
        case _:
            return ParamType.JSON


_OTHER_NAMES = {
    "string": "text",
    "str": "text",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "timestamp": "datetime",
    "enum": "choice",
}


def _type_hint(text: str, known: list[str]) -> str:
    return f"Did you mean {_OTHER_NAMES[text]!r}?" if text in _OTHER_NAMES else did_you_mean(text, known)
