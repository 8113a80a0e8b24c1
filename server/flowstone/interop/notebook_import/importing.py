"""From a notebook to the files of a pipeline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flowstone.errors.notebook import NotebookUnreadable
from flowstone.interop.notebook_import.block_text import BlockFile, Surroundings, block_file, module_text
from flowstone.interop.notebook_import.cells import Cell, CellKind, read_cells
from flowstone.interop.notebook_import.code import CodeCell, Unreadable, read_code
from flowstone.interop.notebook_import.naming import Label, as_id, heading, labels, plain
from flowstone.interop.notebook_import.notes import Note, code_note, text_notes
from flowstone.interop.notebook_import.plan import Plan, plan_blocks
from flowstone.interop.notebook_import.roles import Constant, Roles, sort_out
from flowstone.interop.notebook_import.shape import Shape, shape_of
from flowstone.model.block import BlockKind
from flowstone.model.ids import BlockId, PipelineId
from flowstone.model.pipeline import ParamType
from flowstone.store.yaml_scalars import write_text, write_value

FOLDERS = {BlockKind.LOADER: "loaders", BlockKind.TRANSFORMER: "transformers", BlockKind.EXPORTER: "exporters"}
NOTES = "notes"
PARAM_TYPES = {str: ParamType.TEXT, bool: ParamType.BOOLEAN, int: ParamType.INTEGER, float: ParamType.NUMBER}


@dataclass(frozen=True, slots=True)
class ImportedPipeline:
    """A pipeline made of a notebook. `files` are by path in the project, the pipeline's YAML last."""

    id: PipelineId
    files: Mapping[str, str]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A block's line in the pipeline's YAML, and its file."""

    id: BlockId
    path: str
    text: str
    upstream: tuple[BlockId, ...] = ()


def import_notebook(content: bytes, *, file: str, name: str, taken: Collection[str] = frozenset()) -> ImportedPipeline:
    """Turn a notebook into a pipeline of a name; its files keep clear of the paths that are `taken`.

    Raises: NotebookUnreadable, also when no cell of it can become a block.
    """
    cells = read_cells(content, file=file)
    codes, unread = _codes(cells)
    roles = sort_out(codes)
    plan = plan_blocks(roles)
    if not plan.blocks:
        raise NotebookUnreadable(file, "no cell of it does anything that a block could do")
    shape = shape_of(plan.blocks, roles)
    named = labels(plan.blocks, cells)
    module_path = _free_path(f"lib/{name}.py", name, taken)
    around = Surroundings(
        roles, shape, named, {block.number: block.gives for block in plan.blocks}, module_path[:-3].replace("/", ".")
    )
    made = {block.number: block_file(block, around) for block in plan.blocks}
    blocks = [_entry(named[number], found, name, taken) for number, found in made.items()]
    notes = _notes(cells, plan, unread, {entry.id for entry in blocks}, name, taken)
    files = {entry.path: entry.text for entry in [*blocks, *notes]}
    if shape.module:
        files[module_path] = module_text(shape.module, roles, file)
    files[f"pipelines/{name}.yaml"] = _yaml(_title(cells, file), shape, roles, [*blocks, *notes])
    return ImportedPipeline(
        PipelineId(name),
        files,
        (*plan.warnings, *_warnings(codes, unread, roles, plan)),
    )


def _codes(cells: Iterable[Cell]) -> tuple[list[CodeCell], list[Unreadable]]:
    read = [read_code(cell) for cell in cells if cell.kind is CellKind.CODE]
    return [one for one in read if isinstance(one, CodeCell)], [one for one in read if isinstance(one, Unreadable)]


def _entry(label: Label, found: BlockFile, name: str, taken: Collection[str]) -> _Entry:
    path = _free_path(f"{FOLDERS[found.kind]}/{label.id}.py", name, taken)
    return _Entry(label.id, path, found.text, found.upstream)


def _free_path(path: str, name: str, taken: Collection[str]) -> str:
    """Return a path that is not taken, with the pipeline's name in it where the plain one is."""
    if path not in taken:
        return path
    folder, _, file = path.rpartition("/")
    found, count = f"{folder}/{name}_{file}", 1
    while found in taken:
        count += 1
        found = f"{folder}/{name}_{count}_{file}"
    return found


def _notes(
    cells: Sequence[Cell],
    plan: Plan,
    unread: Sequence[Unreadable],
    ids: set[BlockId],
    name: str,
    taken: Collection[str],
) -> list[_Entry]:
    left = [(one.cell, one.why) for one in unread]
    left += [(work.code.cell, "it only sets the session up, for no block's libraries") for work in plan.left_out]
    found: list[Note] = text_notes(cells, {block.number for block in plan.blocks})
    kept = code_note(sorted(left, key=lambda one: one[0].number))
    entries: list[_Entry] = []
    for note in [*found, *([kept] if kept else [])]:
        wanted, count = note.wanted, 1
        while wanted in ids:
            count += 1
            wanted = f"{note.wanted}_{count}"
        ids.add(BlockId(wanted))
        entries.append(_Entry(BlockId(wanted), _free_path(f"{NOTES}/{wanted}.md", name, taken), note.text))
    return entries


def _title(cells: Sequence[Cell], file: str) -> str:
    first = next((heading(cell.text.split("\n\n")[0]) for cell in cells if cell.kind is CellKind.TEXT), "")
    return plain(first) or f"Imported from {file}"


def _yaml(description: str, shape: Shape, roles: Roles, entries: Sequence[_Entry]) -> str:
    lines = [f"description: {write_text(description)}"]
    if shape.params:
        lines.append("params:")
        lines += [f"  {param}: {_param(roles.constants[name])}" for name, param in shape.params.items()]
    lines.append("blocks:")
    lines += [f"  {entry.id}: {_block(entry)}" for entry in entries]
    return "\n".join(lines) + "\n"


def _param(constant: Constant) -> str:
    kind = PARAM_TYPES[type(constant.literal)]
    return f"{{type: {kind.value}, default: {write_value(constant.literal)}}}"


def _block(entry: _Entry) -> str:
    upstream = f", upstream: [{', '.join(entry.upstream)}]" if entry.upstream else ""
    return f"{{file: {write_text(entry.path)}{upstream}}}"


def _warnings(codes: Sequence[CodeCell], unread: Sequence[Unreadable], roles: Roles, plan: Plan) -> list[str]:
    cells = [(one.cell.number, f"is kept as a note: {one.why}.") for one in unread]
    cells += [(work.code.cell.number, "only sets the session up, and is kept as a note.") for work in plan.left_out]
    cells += [(code.cell.number, f"without its line {line}") for code in codes for line in code.left_out]
    said = [f"Cell {number} {what}" for number, what in sorted(cells, key=lambda one: one[0])]
    said += [
        f"{name} is defined more than once; the last definition counts." for name in dict.fromkeys(roles.redefined)
    ]
    said += [f"{text} hides where names come from; it is in every block's file." for text in roles.star_imports]
    shared = [name for name in roles.connections if any(name == one.name for b in plan.blocks for one in b.inlined)]
    said += [f"{name} cannot be handed from block to block; each that needs it makes its own." for name in shared]
    return said


def wanted_name(file: str) -> PipelineId:
    """Return the pipeline's name for a notebook's file."""
    stem = file.rpartition("/")[2].removesuffix(".ipynb")
    return PipelineId(as_id(stem) or "notebook")
