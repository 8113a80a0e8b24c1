"""Which modules a Python text imports, read from its syntax tree: nothing of it runs."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator

EVERYTHING = "*"
"""In place of names that are not written out: whatever is there."""

_IMPORTERS = frozenset({"import_module", "__import__"})


def imported_modules(module: ast.Module, *, package: str = "") -> tuple[str, ...]:
    """Return every absolute module name that a tree imports, anywhere in it; for `from a import b` both `a` and `a.b`.

    `from a import *` gives `a.*`. `importlib.import_module("a")` and `__import__("a")` count where the name is written
    out. What stands under `if TYPE_CHECKING:` is never run, so it does not count.

    `package` is the dotted name of the package that relative imports start from.
    """
    names: dict[str, None] = {}
    for node in _run_nodes(module):
        if isinstance(node, ast.Import):
            names.update(dict.fromkeys(alias.name for alias in node.names))
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            if base:
                names[base] = None
                names.update(dict.fromkeys(f"{base}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Call) and (called := _called_by_name(node, package)):
            names[called] = None
    return tuple(names)


def exported_names(module: ast.Module) -> tuple[str, ...]:
    """Return what `from … import *` takes by `__all__`; `*` where that is not written out; nothing where there is none.

    Without `__all__` it takes what the module itself has imported or made, which its own imports tell.
    """
    found: tuple[str, ...] = ()
    for node in ast.walk(module):
        if not (isinstance(node, ast.Name) and node.id == "__all__" and isinstance(node.ctx, ast.Store)):
            continue
        names = [_literal_names(each.value) for each in module.body if isinstance(each, ast.Assign) and _sets_all(each)]
        return names[0] if len(names) == 1 and names[0] is not None else (EVERYTHING,)
    return found


def _sets_all(statement: ast.Assign) -> bool:
    target = statement.targets[0]
    return len(statement.targets) == 1 and isinstance(target, ast.Name) and target.id == "__all__"


def _literal_names(value: ast.expr) -> tuple[str, ...] | None:
    if not isinstance(value, ast.List | ast.Tuple):
        return None
    names = [node.value for node in value.elts if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return tuple(names) if len(names) == len(value.elts) else None


def _run_nodes(module: ast.Module) -> Iterator[ast.AST]:
    """Give every node, as `ast.walk` does, but for those that only a type checker looks at."""
    waiting: deque[ast.AST] = deque([module])
    while waiting:
        node = waiting.popleft()
        yield node
        if isinstance(node, ast.If) and _is_type_checking(node.test):
            waiting.extend(node.orelse)
        else:
            waiting.extend(ast.iter_child_nodes(node))


def _is_type_checking(test: ast.expr) -> bool:
    return _name_of(test) == "TYPE_CHECKING"


def _name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _called_by_name(call: ast.Call, package: str) -> str:
    """Return the module that `import_module("…")` or `__import__("…")` names, if it does by a literal."""
    if _name_of(call.func) not in _IMPORTERS or not call.args:
        return ""
    wanted = _text_of(call.args[0])
    dots = len(wanted) - len(wanted.lstrip("."))
    if not dots:
        return wanted
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "package"), None)
    anchor = _text_of(call.args[1] if len(call.args) > 1 else given) or package
    return _climbed(anchor, dots, wanted.lstrip("."))


def _text_of(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _absolute(node: ast.ImportFrom, package: str) -> str:
    return _climbed(package, node.level, node.module or "") if node.level else node.module or ""


def _climbed(package: str, dots: int, name: str) -> str:
    """Return what a relative name means: one dot is the package itself, each further dot the package above."""
    parts = package.split(".") if package else []
    kept = parts[: max(0, len(parts) - (dots - 1))]
    return ".".join([*kept, *([name] if name else [])])
