"""The text of a block's file, made of a cell."""

from __future__ import annotations

import ast
import io
import sys
import textwrap
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flowstone.interop.notebook_import.code import Statement
from flowstone.interop.notebook_import.names import assigned
from flowstone.interop.notebook_import.naming import Label, plain
from flowstone.interop.notebook_import.plan import PlannedBlock, Read
from flowstone.interop.notebook_import.roles import Roles, Shared
from flowstone.interop.notebook_import.shape import Shape
from flowstone.model.block import BlockKind
from flowstone.model.ids import BlockId

INDENT = "    "
WRITING = ("to_", "write", "upload", "insert_rows", "load_table", "save", "put_object")
"""How calls begin that write somewhere: a cell that ends in one and gives nothing is an exporter."""
ANNOTATIONS = {str: "str", bool: "bool", int: "int", float: "float"}
QUIET = frozenset({"print", "display"})
LOOKING = frozenset(
    {"head", "tail", "sample", "describe", "info", "value_counts", "nunique", "isna", "sum", "memory_usage"}
)
DRAWING = frozenset({"plt", "pyplot", "sns", "seaborn"})


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter of a block's function: what it is called, and the variables that it brings."""

    name: str
    upstream: BlockId
    variables: tuple[str, ...]
    is_several: bool
    """Whether the upstream has several named outputs: they come as a dict."""


@dataclass(frozen=True, slots=True)
class BlockFile:
    """A block made of a cell. `upstream` is in the order of the function's parameters."""

    kind: BlockKind
    text: str
    upstream: tuple[BlockId, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a block's text refers to: all blocks, their labels, and where shared things lie."""

    roles: Roles
    shape: Shape
    labels: Mapping[int, Label]
    given: Mapping[int, tuple[str, ...]]
    module: str
    """The module for what blocks share, as it is imported."""


def block_file(block: PlannedBlock, around: Surroundings) -> BlockFile:
    """Return a cell as a block's file: imports, what is its own, and the marked function."""
    inputs = _inputs(block, around)
    ending = _ending(block)
    kind = _kind(block, inputs, returns=bool(ending.returned))
    parts = [
        "\n".join(_imports(block, around, kind)),
        "\n".join(block.setup),
        *(shared.text for shared in around.shape.own[block.number]),
        _function(block, inputs, ending, around, kind),
    ]
    text = "\n\n\n".join(part for part in [_joined(parts[:2]), *parts[2:]] if part) + "\n"
    return BlockFile(kind, text, tuple(one.upstream for one in inputs))


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def module_text(shared: Sequence[Shared], roles: Roles, title: str) -> str:
    """Return the module that holds what several blocks read."""
    names = dict.fromkeys(name for one in shared for name in one.reads if name in roles.imports)
    imports = "\n".join(
        _grouped([*(line for name in names for line in roles.imports[name].splitlines()), *roles.star_imports])
    )
    body = "\n\n\n".join(one.text for one in shared)
    return "\n\n".join(part for part in (f'"""What the blocks of {title} share."""', imports, body) if part) + "\n"


@dataclass(frozen=True, slots=True)
class _Ending:
    """A cell's statements without the one that only shows something, and the expression that the block returns."""

    statements: tuple[Statement, ...]
    returned: str


def _ending(block: PlannedBlock) -> _Ending:
    statements = tuple(_printed(one) for one in block.work.statements)
    last = statements[-1]
    if block.gives:
        kept = statements[:-1] if _only_shows(last.node) else statements
        if len(block.gives) == 1:
            return _Ending(kept, f"return {block.gives[0]}")
        return _Ending(kept, f"return Outputs({', '.join(f'{name}={name}' for name in block.gives)})")
    if _draws(block):
        kept = tuple(one for one in statements if not _is_call(one.node, {"show"}))
        return _Ending(kept, "return plt.gcf()")
    if isinstance(last.node, ast.Expr) and not _is_quiet(last.node):
        return _Ending(statements[:-1], _as_return(last.text))
    made = assigned(block.work.nodes)
    return _Ending(statements, f"return {made[-1]}" if made else "")


def _only_shows(node: ast.stmt) -> bool:
    """Say whether a statement is there to be looked at: a variable, a part of it, or its first rows."""
    if not isinstance(node, ast.Expr):
        return False
    return all(
        isinstance(inner.func, ast.Attribute) and inner.func.attr in LOOKING
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call)
    )


def _printed(statement: Statement) -> Statement:
    """Return a statement that calls `display`, which only notebooks have, as one that prints."""
    match statement.node:
        case ast.Expr(ast.Call(ast.Name("display"))):
            return Statement(statement.node, statement.text.replace("display(", "print(", 1))
        case _:
            return statement


def _draws(block: PlannedBlock) -> bool:
    last = block.work.statements[-1].node
    return "plt" in block.imported and (
        _is_call(last, {"show", "savefig", "tight_layout"})
        or (isinstance(last, ast.Expr) and _root_name(last.value) in DRAWING)
    )


def _is_call(node: ast.stmt, names: Iterable[str]) -> bool:
    match node:
        case ast.Expr(ast.Call(ast.Attribute(_, called))):
            return called in names
        case _:
            return False


def _root_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_quiet(node: ast.Expr) -> bool:
    """Say whether an expression stands for what it does and not for its value."""
    match node.value:
        case ast.Constant():
            return True
        case ast.Call(ast.Name(called)):
            return called in QUIET
        case ast.Call(ast.Attribute(_, called)):
            return called.startswith(WRITING) or called in {"info", "append", "execute", "commit", "close"}
        case _:
            return False


def _as_return(text: str) -> str:
    """Return an expression's text as a return statement; the comments above it stay above."""
    lines = text.splitlines()
    first = next(place for place, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#"))
    lines[first] = f"return {lines[first]}"
    return "\n".join(lines)


def _kind(block: PlannedBlock, inputs: Sequence[Input], *, returns: bool) -> BlockKind:
    if not inputs:
        return BlockKind.LOADER
    return BlockKind.TRANSFORMER if returns and not _only_writes(block) else BlockKind.EXPORTER


def _only_writes(block: PlannedBlock) -> bool:
    last = block.work.statements[-1].node
    match last:
        case ast.Expr(ast.Call(ast.Attribute(_, called))):
            return not block.gives and called.startswith(WRITING)
        case _:
            return False


def _inputs(block: PlannedBlock, around: Surroundings) -> list[Input]:
    """Return a function's parameters: named after the variable that they bring wherever that tells them apart."""
    by_giver: dict[int, list[Read]] = {}
    for read in block.reads:
        by_giver.setdefault(read.giver, []).append(read)
    ids = {around.labels[giver].id for giver in by_giver}
    variables = {read.variable for read in block.reads}
    return [
        _input(around.labels[giver].id, reads, ids, variables, is_several=len(around.given[giver]) > 1)
        for giver, reads in by_giver.items()
    ]


def _input(
    upstream: BlockId, reads: Sequence[Read], ids: set[BlockId], variables: set[str], *, is_several: bool
) -> Input:
    names = tuple(read.variable for read in reads)
    if not is_several and (names[0] == upstream or names[0] not in ids):
        return Input(names[0], upstream, names, is_several=False)
    name = f"{upstream}_outputs" if is_several else f"{upstream}_output"
    while name in variables or name in ids:
        name += "_"
    return Input(name, upstream, names, is_several)


def _imports(block: PlannedBlock, around: Surroundings, kind: BlockKind) -> list[str]:
    own = around.shape.own[block.number]
    names = {*block.imported, *(name for shared in own for name in shared.reads if name in around.roles.imports)}
    lines = {line for name in names for line in around.roles.imports[name].splitlines()} | set(
        around.roles.star_imports
    )
    marks = [kind.value, *(["Outputs"] if len(block.gives) > 1 else [])]
    shared = [one.name for one in around.shape.module if one.name in {*block.used, *(n for o in own for n in o.reads)}]
    lines.add(f"from flowstone import {', '.join(sorted(marks))}")
    if shared:
        lines.add(f"from {around.module} import {', '.join(sorted(shared))}")
    return _grouped(lines)


def _grouped(lines: Iterable[str]) -> list[str]:
    """Return imports as they are usually written: Python's own first, then packages, then the project's."""
    groups: dict[int, list[str]] = {}
    for line in lines:
        module = line.split()[1].partition(".")[0]
        place = 0 if module == "__future__" else 1 if module in sys.stdlib_module_names else 3 if module == "lib" else 2
        groups.setdefault(place, []).append(line)
    ordered = [sorted(groups[place], key=lambda line: (line.startswith("from"), line)) for place in sorted(groups)]
    return [line for group in ordered for line in ("", *group)][1:]


def _function(
    block: PlannedBlock, inputs: Sequence[Input], ending: _Ending, around: Surroundings, kind: BlockKind
) -> str:
    label = around.labels[block.number]
    params = {name: around.shape.params[name] for name in block.used if name in around.shape.params}
    typed = [f"{param}: {ANNOTATIONS[type(around.roles.constants[name].literal)]}" for name, param in params.items()]
    signature = [one.name for one in inputs] + (["*", *typed] if typed else [])
    body = [
        *(line for one in inputs for line in _unpacked(one)),
        *(f"{name} = {param}" for name, param in params.items() if name != param),
        *(shared.text for shared in block.inlined),
        *(one.text for one in ending.statements),
        *([ending.returned] if ending.returned else []),
    ]
    header = f"@{kind.value}\ndef {label.id}({', '.join(signature)}):\n"
    return header + indented("\n".join([_docstring(label), *body]))


def _unpacked(one: Input) -> list[str]:
    if one.is_several:
        return [f'{name} = {one.name}["{name}"]' for name in one.variables]
    return [] if one.variables[0] == one.name else [f"{one.variables[0]} = {one.name}"]


def _docstring(label: Label) -> str:
    """Return what the notebook says of a cell as a docstring: a title, and the rest below."""
    lines = [line for line in label.text.splitlines() if plain(line.strip("# ")) != label.title]
    text = "\n".join(textwrap.fill(line, 110) if len(line) > 110 else line for line in lines).strip()
    said = f"{label.title}\n\n{text}\n" if text else label.title
    said = said.replace("\\", "\\\\").replace('"""', "'''")
    return f'"""{said}"""' if not said.endswith('"') else f'"""{said} """'


def indented(text: str) -> str:
    """Return a text four spaces in, but for the inner lines of its strings, which would change with it."""
    inside = _inside_strings(text)
    return "\n".join(
        line if number in inside or not line.strip() else INDENT + line
        for number, line in enumerate(text.splitlines(), start=1)
    )


def _inside_strings(text: str) -> set[int]:
    found: set[int] = set()
    is_docstring = True
    starts: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text + "\n").readline):
        name = tokenize.tok_name[token.type]
        if name == "STRING":
            if not is_docstring:
                found.update(range(token.start[0] + 1, token.end[0] + 1))
            is_docstring = False
        elif name == "FSTRING_START":
            starts.append(token.start[0])
        elif name == "FSTRING_END":
            found.update(range(starts.pop() + 1, token.end[0] + 1))
    return found
