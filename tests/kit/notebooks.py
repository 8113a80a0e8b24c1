"""Notebooks written for tests, and the two ways to run one: as it stands, and as the blocks that it became."""

from __future__ import annotations

import copy
import importlib.util
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
from nbformat import v4

from flowstone.interop.notebook_import.importing import ImportedPipeline
from flowstone.model.author import Outputs
from flowstone.store.pipeline_yaml import read_pipeline

_code_cell: Any = v4.new_code_cell
_text_cell: Any = v4.new_markdown_cell
_notebook: Any = v4.new_notebook
_written: Any = nbformat.writes
"""nbformat has no types."""


def notebook(*cells: str, ran: Sequence[int | None] = (), tags: Mapping[int, str] | None = None) -> bytes:
    """Return a notebook's file; a text that begins with `md:` is a Markdown cell.

    `ran` are the execution counts of its cells, and `tags` a tag by the place of its cell.
    """
    made: list[Any] = [_cell(text) for text in cells]
    for cell, count in zip(made, ran, strict=False):
        cell.execution_count = count
    for place, tag in (tags or {}).items():
        made[place].metadata["tags"] = [tag]
    text: str = _written(_notebook(cells=made))
    return text.encode()


def _cell(text: str) -> Any:
    return _text_cell(text[3:]) if text.startswith("md:") else _code_cell(text)


def run_as_notebook(cells: Sequence[str]) -> dict[str, Any]:
    """Run cells one after the other in one namespace, as Jupyter does, and return it."""
    names: dict[str, Any] = {}
    for cell in cells:
        exec(compile(cell, "<cell>", "exec"), names)
    return names


def run_as_blocks(pipeline: ImportedPipeline, folder: Path) -> dict[str, Any]:
    """Run an imported pipeline's blocks, each on copies of its inputs, and return what each gave."""
    for path, text in pipeline.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    yaml_file = f"pipelines/{pipeline.id}.yaml"
    read = read_pipeline(pipeline.files[yaml_file], pipeline_id=pipeline.id, file=yaml_file)
    assert not read.problems
    params = {param.name: param.default for param in read.pipeline.params}
    given: dict[str, Any] = {}
    with _importable(folder):
        for block in read.pipeline.blocks:
            if block.file.endswith(".py"):
                function = getattr(_module(folder / block.file), block.id)
                inputs = [copy.deepcopy(given[upstream]) for upstream in block.upstream]
                found = function(*inputs, **_own(function, params))
                given[block.id] = dict(found.by_name) if isinstance(found, Outputs) else found
    return given


def _own(function: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    keyword_only = inspect.Parameter.KEYWORD_ONLY
    wanted = [name for name, one in inspect.signature(function).parameters.items() if one.kind is keyword_only]
    return {name: params[name] for name in wanted}


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"block_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let blocks import the project's modules, and forget those afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if name == "lib" or name.startswith("lib."):
                del sys.modules[name]
