"""From a pipeline's files to a notebook that computes the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flowstone.errors.notebook import NotebookUnwritable
from flowstone.model.block import DUCKDB, Block, Language
from flowstone.model.graph import inputs_of, topological_order, upstreams_of
from flowstone.model.ids import BlockId
from flowstone.model.source import BlockSource, argument_upstreams
from flowstone.store.project_files import LoadedBlock, LoadedPipeline

PROJECT = "project"
"""The notebook's own name for the project; ids of blocks that are the same get a line after them."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What is exported: a pipeline's code, and the values that its params have.

    `folder` is the way from the notebook to the project. `outputs` are by block, in nbformat's form.
    """

    loaded: LoadedPipeline
    values: Mapping[str, Any]
    folder: str = "."
    profile: str | None = None
    said: str = ""
    """Which run it shows, in a sentence."""
    outputs: Mapping[BlockId, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def export_notebook(exported: Exported) -> str:
    """Return a notebook's text: the params in a cell tagged `parameters`, then each block after those it reads.

    Raises: NotebookUnwritable, when a block's file cannot be read, and so its cell cannot be written.
    Source: nbformat 4.5; the tag is papermill's, "Parameterize".
    """
    import nbformat

    v4: Any = nbformat.v4
    pipeline = exported.loaded.pipeline
    ran = 1 if exported.outputs else None
    cells = [v4.new_markdown_cell(_title(exported)), v4.new_code_cell(_opening(exported), execution_count=ran)]
    if pipeline.params:
        ran = ran and ran + 1
        cells.append(v4.new_code_cell(_params(exported), metadata={"tags": ["parameters"]}, execution_count=ran))
    by_id = {loaded.block.id: loaded for loaded in exported.loaded.blocks}
    count = len(cells) - 1
    for block_id in topological_order(upstreams_of(pipeline), file=pipeline.file):
        loaded = by_id[block_id]
        if loaded.text is None or loaded.source is None:
            raise NotebookUnwritable(pipeline.id, f"the block {block_id} cannot be read")
        if loaded.source.language is Language.MARKDOWN:
            cells.append(v4.new_markdown_cell(loaded.text.strip()))
            continue
        count += 1
        cells.append(v4.new_markdown_cell(_heading(loaded, loaded.source)))
        outputs = exported.outputs.get(block_id, ())
        cells.append(_block_cell(v4, _block(exported, loaded, loaded.source), outputs, count))
    notebook = v4.new_notebook(cells=_named(cells), metadata=_metadata())
    written: Any = nbformat.writes
    text: str = written(notebook)
    return text + "\n"


def _named(cells: Iterable[Any]) -> list[Any]:
    """Return cells under ids that are the same each time, so that a notebook under version control changes little."""
    found = list(cells)
    for number, cell in enumerate(found, start=1):
        cell.id = f"cell-{number}"
    return found


def _metadata() -> dict[str, Any]:
    return {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }


def _block_cell(v4: Any, text: str, outputs: Sequence[Mapping[str, Any]], count: int) -> Any:
    made = [v4.output_from_msg(_message(one)) for one in outputs]
    for one in made:
        if one.output_type == "execute_result":
            one.execution_count = count
    return v4.new_code_cell(text, outputs=made, execution_count=count if made else None)


def _message(output: Mapping[str, Any]) -> dict[str, Any]:
    kind = output["output_type"]
    content = {name: value for name, value in output.items() if name != "output_type"}
    if kind == "execute_result":
        content = {"execution_count": None, "metadata": {}, **content}
    return {"header": {"msg_type": kind}, "content": content}


def _title(exported: Exported) -> str:
    pipeline = exported.loaded.pipeline
    parts = [f"# {pipeline.id}", pipeline.description, exported.said]
    return "\n\n".join(part for part in parts if part)


def _heading(loaded: LoadedBlock, source: BlockSource) -> str:
    title = source.title or loaded.block.id
    mapped = "It is mapped: in a run, it is called once for each item." if loaded.block.mapped else ""
    return "\n\n".join(part for part in (f"## {title}", mapped) if part)


def _opening(exported: Exported) -> str:
    profile = "" if exported.profile is None else f", profile={exported.profile!r}"
    return (
        f"from flowstone.interop.by_hand import open_project\n\n{PROJECT} = open_project({exported.folder!r}{profile})"
    )


def _params(exported: Exported) -> str:
    return "\n".join(
        f"{_variable(param.name)} = {_literal(exported.values.get(param.name))}"
        + (f"  # {param.description}" if param.description and "\n" not in param.description else "")
        for param in exported.loaded.pipeline.params
    )


def _literal(value: Any) -> str:
    """Return a JSON value as Python writes it; a number that is none, as the text that makes it."""
    text = repr(value)
    return f'float("{text}")' if text in ("nan", "inf", "-inf") else text


def _variable(name: str) -> str:
    """Return the name that a param or a block has in the notebook: Python's own words get a line after them."""
    import keyword

    return f"{name}_" if name == PROJECT or keyword.iskeyword(name) else name


def _block(exported: Exported, loaded: LoadedBlock, source: BlockSource) -> str:
    if source.language is Language.SQL:
        return _sql(exported, loaded, source)
    name = _variable(loaded.block.id)
    words = [source.function, *_inputs(exported, loaded, source), *_own(exported, loaded.block, source)]
    call = f"{name} = {PROJECT}.call({', '.join(words)})"
    checks = [f"{PROJECT}.check({check}, {name})" for check in source.checks]
    return "\n".join([(loaded.text or "").strip(), "", "", call, *checks, name])


def _inputs(exported: Exported, loaded: LoadedBlock, source: BlockSource) -> list[str]:
    upstream = tuple(inputs_of(exported.loaded.pipeline)[loaded.block.id])
    pairs = argument_upstreams(source, upstream)
    names = [spec.name for spec in source.inputs]
    found = []
    for place, (parameter, given) in enumerate(pairs):
        is_in_place = parameter == "*" or (place < len(names) and names[place] == parameter)
        found.append(_variable(given) if is_in_place else f"{parameter}={_variable(given)}")
    return found


def _own(exported: Exported, block: Block, source: BlockSource) -> list[str]:
    """Return the params of a call: the block's own values as they are, the pipeline's by name, defaults left out."""
    known = {param.name for param in exported.loaded.pipeline.params}
    found = []
    for spec in source.params:
        if spec.name in block.params:
            found.append(f"{spec.name}={_literal(block.params[spec.name])}")
        elif spec.name in known:
            found.append(f"{spec.name}={_variable(spec.name)}")
        elif spec.name in exported.values:
            found.append(f"{spec.name}={_literal(exported.values[spec.name])}")
    return found


def _sql(exported: Exported, loaded: LoadedBlock, source: BlockSource) -> str:
    text = (loaded.text or "").strip()
    quotes = '"""' if '"""' not in text and not text.endswith('"') and "\\" not in text else ""
    query = f"{quotes}\n{text}\n{quotes}" if quotes else json.dumps(text, ensure_ascii=False)
    name = _variable(loaded.block.id)
    params = _own(exported, loaded.block, source)
    if loaded.block.engine != DUCKDB:
        words = [f"{PROJECT}.query({loaded.block.engine!r}", query, *params]
    else:
        upstream = inputs_of(exported.loaded.pipeline)[loaded.block.id]
        tables = ", ".join(f'"{one}": {_variable(one)}' for one in upstream)
        words = [f"{PROJECT}.sql({query}", f"{{{tables}}}", *params]
    return f"{name} = {', '.join(words)})\n{name}"
