"""Edits made in the browser keep what a person wrote."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, reject, settings
from tests.store.yaml_layouts import Written, edits, written_pipelines

from flowstone.errors.base import SourceError
from flowstone.model.block import Block
from flowstone.model.edits import (
    AddBlock,
    Connect,
    Disconnect,
    Edit,
    RemoveBlock,
    RenameBlock,
    SetDescription,
    SetLimits,
    SetParams,
    SetPipelineParams,
    SetRules,
    apply,
)
from flowstone.model.ids import BlockId, PipelineId
from flowstone.model.pipeline import ParamType, Pipeline, PipelineParam
from flowstone.model.rules import Backoff, OnFailure, Retries
from flowstone.store.pipeline_edits import edit_text
from flowstone.store.pipeline_yaml import read_pipeline

HERE = Pipeline(PipelineId("taxi"), file="pipelines/taxi.yaml")


def parsed(text: str) -> Pipeline:
    read = read_pipeline(text, pipeline_id=HERE.id, file=HERE.file)
    assert [problem for problem in read.problems if not problem.is_warning] == []
    return read.pipeline


def edited(text: str, edit: Edit) -> str:
    return edit_text(text, HERE, edit)


def touched_by(before: Pipeline, after: Pipeline, edit: Edit) -> set[str]:
    """Name the entries whose lines an edit may change."""
    was = {block.id: block for block in before.blocks}
    touched = {f"block {block.id}" for block in before.blocks if block not in after.blocks}
    touched |= {f"block {block.id}" for block in after.blocks if was.get(block.id) not in (None, block)}
    params = {param.name: param for param in after.params}
    touched |= {f"param {param.name}" for param in before.params if params.get(param.name) != param}
    kept = [param.name for param in before.params if param.name in params]
    if not kept or [param.name for param in after.params][: len(kept)] != kept:
        touched |= {"params", *(f"param {param.name}" for param in before.params)}
    if isinstance(edit, SetDescription):
        touched.add("description")
    if not was or not after.blocks:
        touched.add("blocks")
    if before.layout != after.layout:
        touched.add("layout")
    if before.groups != after.groups:
        touched.add("groups")
    return touched | {"all"}


def is_subsequence(lines: list[str], of: list[str]) -> bool:
    rest = iter(of)
    return all(line in rest for line in lines)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(written_pipelines(), edits())
def test_an_edited_text_reads_as_the_edited_pipeline_and_keeps_all_other_lines(written: Written, edit: Edit) -> None:
    """What the graph shows and what the file says must not part, and nobody's comments may be lost."""
    before = parsed(written.text)
    try:
        wanted = apply(before, edit)
    except SourceError:
        reject()

    text = edited(written.text, edit)

    assert parsed(text) == wanted
    others = written.lines_without(touched_by(before, wanted, edit))
    assert is_subsequence(others, text.removeprefix("\ufeff").split(written.newline))
    assert text.startswith("\ufeff") == written.has_mark
    if wanted == before:
        assert text == written.text


START = """\
# The delays of a month
description: How late?   # a question
params:
  limit: {type: integer, default: 10}
blocks:
  # where it begins
  load: {file: loaders/load.py}   # loads
  'clean':
    file: transformers/clean.py
    upstream:
      - load   # the only one
    params:
      at_least: 0.10   # as agreed
"""
EXAMPLES: list[tuple[Edit, str, str]] = [
    (SetDescription("How early?"), "How late?   #", '"How early?"   #'),
    (
        Connect(BlockId("load"), BlockId("daily")),
        "      at_least: 0.10   # as agreed\n  daily: {file: d.sql}\n",
        "      at_least: 0.10   # as agreed\n  daily: {file: d.sql, upstream: [load]}\n",
    ),
    (Disconnect(BlockId("load"), BlockId("clean")), "    upstream:\n      - load   # the only one\n", ""),
    (RemoveBlock(BlockId("daily")), "  daily: {file: d.sql}\n", ""),
    (RenameBlock(BlockId("clean"), BlockId("tidy")), "'clean'", "'tidy'"),
    (SetParams(BlockId("clean"), {"at_least": 0.2}), "0.10 ", "0.2 "),
    (
        SetParams(BlockId("clean"), {"at_least": 0.1, "country": "NO"}),
        "# as agreed\n",
        '# as agreed\n      country: "NO"\n',
    ),
    (
        SetLimits(BlockId("daily"), Retries(3, 10), 600),
        "{file: d.sql}",
        "{file: d.sql, retries: {attempts: 3, delay: 10s}, timeout: 10m}",
    ),
    (
        SetRules(BlockId("clean"), Backoff.EXPONENTIAL, 0.25, OnFailure.STOP, "load.rows > 0", 2 * 10**9),
        "      at_least: 0.10   # as agreed\n",
        (
            "      at_least: 0.10   # as agreed\n    when: load.rows > 0\n"
            "    retries: {attempts: 1, backoff: exponential, jitter: 0.25}\n    on_failure: stop\n    memory: 2GB\n"
        ),
    ),
    (
        AddBlock(Block(BlockId("out"), "exporters/out.py", upstream=(BlockId("daily"),))),
        "{file: d.sql}\n",
        "{file: d.sql}\n  out: {file: exporters/out.py, upstream: [daily]}\n",
    ),
    (
        SetPipelineParams(
            (
                PipelineParam("limit", ParamType.INTEGER, default=20),
                PipelineParam("day", ParamType.DATE, default="2024-01-31"),
            )
        ),
        "default: 10}\n",
        "default: 20}\n  day: {type: date, default: 2024-01-31}\n",
    ),
]


@pytest.mark.parametrize(("edit", "was", "now"), EXAMPLES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
def test_an_edit_changes_just_these_characters(edit: Edit, was: str, now: str, newline: str) -> None:
    """The difference that Git shows should be the edit and nothing else."""
    text = START + "  daily: {file: d.sql}\n"
    assert text.count(was) == 1

    assert edited(text.replace("\n", newline), edit) == text.replace(was, now).replace("\n", newline)


FLOW = """\
blocks:
  a: {file: a.py}
  b: {file: b.py}
  c:
    file: c.py
    upstream: [
      a,   # the first
      b,   # the second
    ]
    params: {
      x: 1,   # one
      y: 2,   # two
      z: 3    # three
    }
  d: {file: d.py, upstream: [a,   # also the first
      b]}
"""


@pytest.mark.parametrize(
    ("edit", "was", "now"),
    [
        (Disconnect(BlockId("b"), BlockId("c")), "      b,   # the second\n", ""),
        (Disconnect(BlockId("a"), BlockId("c")), "      a,   # the first\n", ""),
        (SetParams(BlockId("c"), {"x": 1, "y": 2}), "      z: 3    # three\n", ""),
        (SetParams(BlockId("c"), {"y": 2, "z": 3}), "      x: 1,   # one\n", ""),
        (Disconnect(BlockId("b"), BlockId("d")), "also the first\n      b]", "also the first\n      ]"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
def test_what_is_taken_out_of_brackets_takes_its_own_comment_along(
    edit: Edit, was: str, now: str, newline: str
) -> None:
    """A comment that slides to the entry before says something wrong of it."""
    assert FLOW.count(was) == 1

    assert edited(FLOW.replace("\n", newline), edit) == FLOW.replace(was, now).replace("\n", newline)


def test_the_first_block_of_an_empty_pipeline_begins_the_list() -> None:
    """A pipeline made in the browser should read as one written by hand."""
    text = edited("description: new\nblocks: {}\n", AddBlock(Block(BlockId("load"), "loaders/load.py")))

    assert text == "description: new\nblocks:\n  load: {file: loaders/load.py}\n"
    assert edited(text, RemoveBlock(BlockId("load"))) == "description: new\nblocks: {}\n"


def test_a_block_that_would_break_the_file_is_refused_and_names_why() -> None:
    """What an edit writes must load again; the message is about the entry and not about the text."""
    with pytest.raises(SourceError, match="no block file"):
        edited(START, AddBlock(Block(BlockId("new"), "loaders/new.sh")))
    with pytest.raises(SourceError, match="twice"):
        edited(START, AddBlock(Block(BlockId("new"), "a.py", upstream=(BlockId("load"), BlockId("load")))))


def test_a_renamed_upstream_is_renamed_in_conditions_and_maps() -> None:
    """One name in three places, changed in one go, with the rest of the line as it was."""
    text = (
        "blocks:\n  load: {file: l.py}\n"
        "  part: {file: p.py, upstream: [load], when: load.rows > 0, map: {over: load, rows: 5}}   # daily\n"
    )

    renamed = edited(text, RenameBlock(BlockId("load"), BlockId("orders")))

    assert renamed == (
        "blocks:\n  orders: {file: l.py}\n"
        "  part: {file: p.py, upstream: [orders], when: orders.rows > 0, map: {over: orders, rows: 5}}   # daily\n"
    )
