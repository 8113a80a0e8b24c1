"""Pipelines drawn at random and written in the many ways that people write YAML, each line with its owner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from flowstone.model.block import Block
from flowstone.model.drawing import Group, GroupColor, Spot
from flowstone.model.edits import (
    AddBlock,
    Connect,
    Disconnect,
    Edit,
    RemoveBlock,
    RemoveGroup,
    RenameBlock,
    SetDescription,
    SetGroup,
    SetLayout,
    SetLimits,
    SetParams,
    SetPipelineParams,
    SetRules,
    SetUpstream,
)
from flowstone.model.ids import BlockId
from flowstone.model.pipeline import ParamType, PipelineParam
from flowstone.model.rules import Backoff, OnFailure, Retries
from flowstone.store.durations import write_duration
from flowstone.store.yaml_scalars import quoted, write_text, write_value

IDS = [BlockId(name) for name in ("load", "clean", "no", "daily", "x1", "to_lake", "null", "join_all")]
NEW_IDS = [BlockId(name) for name in ("fresh", "on", "y", "added_block")]
PARAM_NAMES = ["limit", "min_distance", "no", "Country", "day"]

TEXTS = st.one_of(
    st.sampled_from(
        ["NO", "1e3", "010", "12:30:45", "2024-01-01", "a, b", "x: y", "# no", "it's", 'say "hi"', "", " a "]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(PARAM_NAMES) | TEXTS, inner, max_size=2)
    ),
    max_leaves=4,
)
SECONDS = st.sampled_from([0.5, 1, 10, 90, 600, 3_600, 86_400, 0.1, 12.25])
RETRIES = st.builds(Retries, attempts=st.integers(1, 5), delay_s=st.sampled_from([0.0, 10, 90.5, 3_600]))
PARAMS = st.dictionaries(st.sampled_from(PARAM_NAMES), VALUES, max_size=3)

PIPELINE_PARAM = {
    "limit": [PipelineParam("limit", ParamType.INTEGER, default=value) for value in (None, 1, 20)],
    "origin": [
        PipelineParam("origin", ParamType.CHOICE, default="all", choices=("all", "NO", "LGA"), description="a: b"),
        PipelineParam("origin", ParamType.CHOICE, default="NO", choices=("all", "NO")),
    ],
    "day": [
        PipelineParam("day", ParamType.DATE, default="2024-01-31"),
        PipelineParam("day", ParamType.DATETIME, default="2024-01-31T10:00:00"),
        PipelineParam("day", ParamType.DATE, required=True),
    ],
    "ratio": [PipelineParam("ratio", ParamType.NUMBER, default=value) for value in (0.5, 1e-07, 3)],
}


@st.composite
def pipeline_params(draw: st.DrawFn) -> tuple[PipelineParam, ...]:
    names = draw(st.lists(st.sampled_from(sorted(PIPELINE_PARAM)), unique=True, max_size=3))
    return tuple(draw(st.sampled_from(PIPELINE_PARAM[name])) for name in names)


@dataclass
class Written:
    """A text in lines; `owners` says to which entry a line belongs, None to none."""

    newline: str
    lines: list[str] = field(default_factory=list)
    owners: list[str | None] = field(default_factory=list)
    ends_with_newline: bool = True
    has_mark: bool = False

    def add(self, line: str, owner: str | None) -> None:
        self.lines.append(line)
        self.owners.append(owner)

    @property
    def text(self) -> str:
        return (
            ("\ufeff" if self.has_mark else "") + self.newline.join(self.lines) + self.newline * self.ends_with_newline
        )

    def lines_without(self, touched: set[str]) -> list[str]:
        return [line for line, owner in zip(self.lines, self.owners, strict=True) if owner not in touched]


class _Writer:
    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.written = Written(newline=draw(st.sampled_from(["\n", "\r\n"])))
        self.count = 0

    def coin(self) -> bool:
        return self.draw(st.booleans())

    def comment(self) -> str:
        self.count += 1
        return f"# note {self.count}"

    def line(self, text: str, owner: str | None) -> None:
        self.written.add(f"{text}  {self.comment()}" if self.coin() else text, owner)

    def rest(self, owner: str | None = None, indents: tuple[str, ...] = ("", "  ", "    ")) -> None:
        """Comments and empty lines between entries: nobody's, or those of what they are within."""
        if self.draw(st.integers(0, 3)) == 0:
            self.written.add(self.draw(st.sampled_from(indents)) + self.comment(), owner)
        if self.draw(st.integers(0, 3)) == 0:
            self.written.add("", owner)

    def scalar(self, text: str) -> str:
        styles = [write_text(text), quoted(text)]
        if text.isprintable():
            styles.append("'" + text.replace("'", "''") + "'")
        return self.draw(st.sampled_from(styles))

    def flow(self, items: list[str], brackets: str) -> str:
        space = self.draw(st.sampled_from(["", " "]))
        comma = "," if items and self.coin() else ""
        return f"{brackets[0]}{space}{', '.join(items)}{comma}{space}{brackets[1]}"

    def value(self, value: Any) -> str:
        if isinstance(value, str):
            return self.scalar(value)
        if isinstance(value, list):
            return self.flow([self.value(item) for item in value], "[]")
        if isinstance(value, dict):
            return self.flow([f"{self.scalar(key)}: {self.value(item)}" for key, item in value.items()], "{}")
        return write_value(value)

    def fields(self, block: Block) -> dict[str, Any]:
        fields: dict[str, Any] = {"file": block.file}
        if block.upstream or self.coin():
            fields["upstream"] = list(block.upstream)
        if block.params or self.coin():
            fields["params"] = dict(block.params)
        if block.retries != Retries():
            fields["retries"] = {"attempts": block.retries.attempts, "delay": write_duration(block.retries.delay_s)}
        if block.timeout_s is not None:
            fields["timeout"] = write_duration(block.timeout_s)
        return dict(self.draw(st.permutations(list(fields.items()))))

    def block(self, block: Block, indent: str) -> None:
        name, owner, fields = self.scalar(block.id), f"block {block.id}", self.fields(block)
        if self.coin():
            inner = self.flow([f"{key}: {self.value(value)}" for key, value in fields.items()], "{}")
            self.line(f"{indent}{name}: {inner}", owner)
            return
        self.line(f"{indent}{name}:", owner)
        deeper = indent + self.draw(st.sampled_from([" ", "  ", "    "]))
        for key, value in fields.items():
            self.entry(key, value, deeper, owner)

    def entry(self, key: str, value: Any, indent: str, owner: str) -> None:
        if isinstance(value, list) and value and self.coin():
            self.line(f"{indent}{key}:", owner)
            dash = indent + self.draw(st.sampled_from(["", "  "])) + "-" + self.draw(st.sampled_from([" ", "   "]))
            for item in value:
                self.line(f"{dash}{self.value(item)}", owner)
        elif isinstance(value, dict) and value and self.coin():
            self.line(f"{indent}{key}:", owner)
            for name, item in value.items():
                self.entry(self.scalar(name), item, indent + "  ", owner)
        elif value == [] and self.coin():
            self.line(f"{indent}{key}:", owner) if isinstance(value, list) else None
        else:
            self.line(f"{indent}{key}: {self.value(value)}", owner)


@st.composite
def written_pipelines(draw: st.DrawFn) -> Written:
    """Draw a valid pipeline's text, laid out as somebody might."""
    writer = _Writer(draw)
    blocks = draw(_blocks())
    params = draw(pipeline_params())
    if draw(st.integers(0, 5)) == 0:
        return _all_in_flow(writer, blocks, params)
    writer.rest()
    if writer.coin():
        _write_description(writer)
    if params:
        writer.rest(indents=("",))  # indented, it would be a part of a description in lines
        writer.line("params:", "params")
        for param in params:
            _write_param(writer, param)
            writer.rest("params")
    is_drawn_first = writer.coin()
    if is_drawn_first:
        _write_drawing(writer, blocks)
    writer.line("blocks: {}" if not blocks else "blocks:", "blocks")
    indent = draw(st.sampled_from([" ", "  ", "    "]))
    for block in blocks:
        writer.block(block, indent)
        writer.rest()
    if not is_drawn_first:
        _write_drawing(writer, blocks)
    writer.written.ends_with_newline = writer.coin()
    writer.written.has_mark = draw(st.integers(0, 5)) == 0
    return writer.written


def _all_in_flow(writer: _Writer, blocks: list[Block], params: tuple[PipelineParam, ...]) -> Written:
    inner = {block.id: writer.fields(block) for block in blocks}
    root: dict[str, Any] = {"description": "in flow"} if writer.coin() else {}
    if params:
        root["params"] = {param.name: _param_fields(param) for param in params}
    writer.line(writer.value(root | {"blocks": inner}), "all")
    return writer.written


def _write_description(writer: _Writer) -> None:
    owner = "description"
    match writer.draw(st.integers(0, 3)):
        case 0:
            writer.line(f"description: {writer.scalar('What it is: for')}", owner)
        case 1:
            for line in ("description: |", "  Two lines", "", "  of text"):
                writer.written.add(line, owner)
        case 2:
            for line in ("description: >-", "  Folded", "  text"):
                writer.written.add(line, owner)
        case _:
            for line in ("description: plain", "  over two lines"):
                writer.written.add(line, owner)


def _param_fields(param: PipelineParam) -> dict[str, Any]:
    fields: dict[str, Any] = {"type": str(param.type)}
    if param.default is not None:
        fields["default"] = param.default
    if param.choices:
        fields["choices"] = list(param.choices)
    if param.description:
        fields["description"] = param.description
    if param.required:
        fields["required"] = True
    return fields


def _write_param(writer: _Writer, param: PipelineParam) -> None:
    owner = f"param {param.name}"
    fields = _param_fields(param)
    if writer.coin():
        writer.line(f"  {param.name}: {writer.value(fields)}", owner)
        return
    writer.line(f"  {param.name}:", owner)
    for key, value in fields.items():
        writer.entry(key, value, "    ", owner)


@st.composite
def _blocks(draw: st.DrawFn) -> list[Block]:
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=5))
    return [
        Block(
            id=block_id,
            file=draw(st.sampled_from(["transformers/clean.py", "loaders/a b.py", "daily.sql"])),
            upstream=tuple(draw(st.lists(st.sampled_from(ids[:index]), unique=True))) if index else (),
            params=draw(PARAMS),
            retries=draw(RETRIES),
            timeout_s=draw(st.none() | SECONDS),
        )
        for index, block_id in enumerate(ids)
    ]


SPOTS = st.builds(Spot, st.integers(-900, 900), st.integers(-900, 900))
GROUP_IDS = ["raw", "no", "made"]


def groups(any_id: st.SearchStrategy[BlockId]) -> st.SearchStrategy[Group]:
    return st.builds(
        Group,
        id=st.sampled_from(GROUP_IDS),
        blocks=st.lists(any_id, unique=True, max_size=3).map(tuple),
        title=st.sampled_from(["", "Raw data", "it's: # odd", "NO"]),
        color=st.sampled_from(GroupColor),
        is_collapsed=st.booleans(),
        at=st.none() | SPOTS,
    )


def _write_drawing(writer: _Writer, blocks: list[Block]) -> None:
    """Groups and layout of some of the blocks, each block in one group at most."""
    draw = writer.draw
    spots = {block.id: [draw(st.integers(-9, 9)), draw(st.integers(-9, 9))] for block in blocks if writer.coin()}
    owned = {name: [block.id for block in blocks if writer.coin()] for name in ("raw", "made")}
    owned["made"] = [block for block in owned["made"] if block not in owned["raw"]]
    if spots:
        writer.entry("layout", spots, "", "layout")
    grouped: dict[str, Any] = {name: {"title": "It: is", "blocks": mine} for name, mine in owned.items() if mine}
    if grouped:
        writer.entry("groups", grouped, "", "groups")


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """Draw an edit, which may name what a pipeline does not have."""
    any_id, new_id = st.sampled_from(IDS), st.sampled_from(NEW_IDS)
    upstream = st.lists(any_id, unique=True, max_size=3).map(tuple)
    block = st.builds(
        Block,
        id=new_id,
        file=st.sampled_from(["transformers/new.py", "exporters/to lake.py"]),
        upstream=upstream,
        params=PARAMS,
        retries=RETRIES,
        timeout_s=st.none() | SECONDS,
    )
    texts = st.sampled_from(["", "One line", "Two\nlines", "Two\n\nlines, ended\n", "# odd: 'text'", "  led", "a\r\nb"])
    choices: st.SearchStrategy[Edit] = st.one_of(
        st.builds(AddBlock, block),
        st.builds(RemoveBlock, any_id),
        st.builds(RenameBlock, any_id, new_id),
        st.builds(Connect, any_id, any_id),
        st.builds(Disconnect, any_id, any_id),
        st.builds(SetUpstream, any_id, upstream),
        st.builds(SetParams, any_id, PARAMS),
        st.builds(SetLimits, any_id, RETRIES, st.none() | SECONDS),
        st.builds(
            SetRules,
            any_id,
            st.sampled_from(Backoff),
            st.sampled_from([0.0, 0.2, 1.0]),
            st.sampled_from(OnFailure),
            st.sampled_from(["", "1 > 0", "limit == 'a: b # c'"]),
            st.sampled_from([None, 1, 1500, 4 * 10**9]),
        ),
        st.builds(SetPipelineParams, pipeline_params()),
        st.builds(SetDescription, texts | TEXTS),
        st.builds(SetLayout, st.dictionaries(any_id, st.none() | SPOTS, min_size=1, max_size=4)),
        st.builds(SetGroup, groups(any_id)),
        st.builds(RemoveGroup, st.sampled_from(GROUP_IDS)),
    )
    return draw(choices)
