"""Edits made in the browser keep what a person wrote."""

from __future__ import annotations

from hypothesis import HealthCheck, given, reject, settings
from tests.store.yaml_layouts import Written, edits, written_pipelines

from flowstone.errors.base import SourceError
from flowstone.model.edits import (
    Edit,
    SetDescription,
    apply,
)
from flowstone.model.ids import PipelineId
from flowstone.model.pipeline import Pipeline
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
    return touched | {"all"}


def is_subsequence(lines: list[str], of: list[str]) -> bool:
    rest = iter(of)
    return all(line in rest for line in lines)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
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
