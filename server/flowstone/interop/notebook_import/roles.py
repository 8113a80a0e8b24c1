"""What the statements of a notebook are for: imports, functions, constants, connections, and the work itself."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flowstone.interop.notebook_import.code import CodeCell, Statement
from flowstone.interop.notebook_import.names import names_of

BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__"}
CONNECTING = frozenset(
    ("connect", "create_engine", "Client", "Session", "client", "resource", "cursor", "open", "urlopen")
)
"""Calls whose results live in one process and cannot be stored: connections, clients, open files."""
PATHS_AND_TIMES = ("Path", "PurePath", "join", "date", "datetime", "timedelta", "Timestamp", "Timedelta")
COLLECTIONS = ("dict", "list", "set", "tuple", "frozenset", "range", "str", "int", "float")
CONSTANT_CALLS = frozenset([*PATHS_AND_TIMES, *COLLECTIONS])
SIMPLE_NODES = (
    ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.unaryop, ast.BinOp, ast.operator,
    ast.JoinedStr, ast.FormattedValue, ast.Name, ast.Attribute, ast.Call, ast.keyword, ast.expr_context,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shared:
    """A function, class, constant or connection: text that several blocks may need, and what it reads itself."""

    name: str
    text: str
    reads: tuple[str, ...]
    cell: int


@dataclass(frozen=True, slots=True)
class Constant(Shared):
    """A name for a value that never changes. `literal` is it, where JSON has it as one value."""

    literal: Any = None
    is_parameter: bool = False
    """Whether the notebook itself calls it a parameter: its cell is tagged so."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is left of a cell: the statements that a block will run."""

    code: CodeCell
    statements: tuple[Statement, ...]

    @property
    def nodes(self) -> tuple[ast.stmt, ...]:
        """The statements as syntax."""
        return tuple(statement.node for statement in self.statements)


@dataclass(slots=True)
class Roles:
    """A notebook's statements, sorted by what they are for."""

    imports: dict[str, str] = field(default_factory=dict)
    """By the name that an import binds, the import alone."""
    star_imports: list[str] = field(default_factory=list)
    functions: dict[str, Shared] = field(default_factory=dict)
    """Functions and classes."""
    constants: dict[str, Constant] = field(default_factory=dict)
    connections: dict[str, Shared] = field(default_factory=dict)
    work: list[Work] = field(default_factory=list)
    redefined: list[str] = field(default_factory=list)

    @property
    def shared(self) -> Mapping[str, Shared]:
        """All that is no work, by name."""
        return {**self.connections, **self.constants, **self.functions}


def sort_out(cells: Sequence[CodeCell]) -> Roles:
    """Tell what each statement of a notebook is for. A constant that only its own cell reads stays where it is."""
    roles = Roles()
    _collect_imports(cells, roles)
    often = _bound_often(cells)
    left = {code.cell.number: list[Statement]() for code in cells}
    candidates: dict[int, list[tuple[Statement, Constant]]] = {}
    for code in cells:
        for statement in code.statements:
            if isinstance(statement.node, ast.Import | ast.ImportFrom):
                continue
            constant = _constant(code, statement, often, roles)
            if constant is not None:
                candidates.setdefault(code.cell.number, []).append((statement, constant))
                roles.constants[constant.name] = constant
            elif not _take(code, statement, often, roles):
                left[code.cell.number].append(statement)
    _give_back(cells, roles, candidates, left)
    roles.work = [
        Work(code, tuple(found))
        for code in cells
        if (found := [one for one in code.statements if one in left[code.cell.number]])
    ]
    return roles


def _collect_imports(cells: Sequence[CodeCell], roles: Roles) -> None:
    for code in cells:
        for statement in code.statements:
            for node in _imports_in(statement.node):
                _take_import(node, roles)


def _imports_in(node: ast.stmt) -> Iterable[ast.Import | ast.ImportFrom]:
    """Return the imports of the top level, those under `if` and `try` too, but not those of functions."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node
    elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt | ast.ExceptHandler):
                yield from _imports_in(child)  # type: ignore[arg-type]


def _take_import(node: ast.Import | ast.ImportFrom, roles: Roles) -> None:
    for alias in node.names:
        alone = (
            ast.Import([alias]) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, [alias], node.level)
        )
        text = ast.unparse(ast.fix_missing_locations(alone))
        if alias.name == "*":
            roles.star_imports.append(text)
        else:
            bound = alias.asname or alias.name.partition(".")[0]
            known = roles.imports.get(bound)
            # `import a.b` and `import a.c` bind one name and both are meant.
            roles.imports[bound] = text if known is None or alias.asname else "\n".join(dict.fromkeys((known, text)))


def _bound_often(cells: Sequence[CodeCell]) -> Counter[str]:
    """Count how many statements give each name a value; those that change or delete it count as well."""
    found: Counter[str] = Counter()
    for code in cells:
        for statement in code.statements:
            names = names_of([statement.node])
            found.update(names.binds)
            found.update(name for name in names.changes if name not in names.binds)
            if isinstance(statement.node, ast.Delete):
                found.update(names.reads)
    return found


def _take(code: CodeCell, statement: Statement, often: Counter[str], roles: Roles) -> bool:
    """Take a function, a class or a connection out of its cell."""
    node = statement.node
    name = _function_name(node)
    if name is not None:
        if name in roles.functions:
            roles.redefined.append(name)
        reads = tuple(read for read in names_of([node]).reads if read != name)
        roles.functions[name] = Shared(name, statement.text, reads, code.cell.number)
        return True
    target = _single_target(node)
    if target is not None and often[target] == 1 and _connects(node):
        roles.connections[target] = Shared(target, statement.text, names_of([node]).reads, code.cell.number)
        return True
    return False


def _function_name(node: ast.stmt) -> str | None:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name
    target = _single_target(node)
    return target if target is not None and isinstance(getattr(node, "value", None), ast.Lambda) else None


def _single_target(node: ast.stmt) -> str | None:
    match node:
        case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name)):
            return name if node.value is not None else None
        case _:
            return None


def _connects(node: ast.stmt) -> bool:
    call = getattr(node, "value", None)
    if not isinstance(call, ast.Call):
        return False
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    reads_on = any(
        word.arg in ("iterator", "chunksize") and not (isinstance(word.value, ast.Constant) and not word.value.value)
        for word in call.keywords
    )
    return called in CONNECTING or (reads_on and called.startswith("read_"))


def _constant(code: CodeCell, statement: Statement, often: Counter[str], roles: Roles) -> Constant | None:
    name = _single_target(statement.node)
    value = getattr(statement.node, "value", None)
    if name is None or not isinstance(value, ast.expr) or often[name] != 1 or not _is_constant(value, roles):
        return None
    is_parameter = "parameters" in code.cell.tags
    reads = names_of([statement.node]).reads
    return Constant(name, statement.text, reads, code.cell.number, _literal(value), is_parameter)


def _is_constant(value: ast.expr, roles: Roles) -> bool:
    for node in ast.walk(value):
        if not isinstance(node, SIMPLE_NODES):
            return False
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called not in CONSTANT_CALLS:
                return False
        if isinstance(node, ast.Name) and node.id not in {*roles.imports, *roles.constants, *CONSTANT_CALLS}:
            return False
    return True


def _literal(value: ast.expr) -> Any:
    try:
        found = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return found if isinstance(found, str | int | float | bool) else None


def _give_back(
    cells: Sequence[CodeCell],
    roles: Roles,
    candidates: Mapping[int, list[tuple[Statement, Constant]]],
    left: Mapping[int, list[Statement]],
) -> None:
    """Put constants back into their cells that nothing else reads."""
    readers: dict[str, set[int | str]] = {}
    for code in cells:
        for name in names_of([statement.node for statement in left[code.cell.number]]).reads:
            readers.setdefault(name, set()).add(code.cell.number)
    for shared in roles.shared.values():
        for name in shared.reads:
            readers.setdefault(name, set()).add(shared.name)
    is_settled = False
    while not is_settled:
        is_settled = True
        for number, found in candidates.items():
            for statement, constant in found:
                if constant.name in roles.constants and readers.get(constant.name, set()) <= {number}:
                    del roles.constants[constant.name]
                    left[number].append(statement)
                    for name in constant.reads:
                        readers.setdefault(name, set()).discard(constant.name)
                        readers[name].add(number)
                    is_settled = False
