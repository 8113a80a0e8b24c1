"""Which names a piece of Python reads, binds and changes: what its neighbours must give it, and what it gives them."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

COLLECTION_MUTATORS = "append appendleft extend insert pop popleft popitem remove clear update add discard sort reverse"
MUTATORS = frozenset([*COLLECTION_MUTATORS.split(), "setdefault", "put", "fit", "partial_fit"])
"""Methods of built-in collections, frames and models that change what they are called on."""


@dataclass(frozen=True, slots=True)
class Names:
    """What statements do with names, each in the order of its first appearance.

    `reads` are those that must be there before; `changes` those whose value is changed in place.
    """

    reads: tuple[str, ...] = ()
    binds: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()

    @property
    def gives(self) -> tuple[str, ...]:
        """What has another value afterwards."""
        return tuple(dict.fromkeys((*self.binds, *self.changes)))


def names_of(statements: Sequence[ast.stmt]) -> Names:
    """Return what statements do with the names around them. Functions count with all that their bodies read."""
    reader = _Reader()
    reader.read(statements)
    return Names(tuple(reader.reads), tuple(reader.binds), tuple(reader.changes))


def assigned(statements: Sequence[ast.stmt]) -> list[str]:
    """Return the names that statements give a value by `=`, in their order: neither loops' names nor functions'."""
    found: list[str] = []
    for node in statements:
        match node:
            case ast.Assign(targets):
                found += [name for target in targets for name in _targets(target)]
            case ast.AnnAssign(target) | ast.AugAssign(target):
                found += _targets(target)
    return found


@dataclass(slots=True)
class _Reader:
    """Walks through statements in their order; `bound` holds what is there for certain by then."""

    bound: set[str] = field(default_factory=set)
    reads: dict[str, None] = field(default_factory=dict)
    binds: dict[str, None] = field(default_factory=dict)
    changes: dict[str, None] = field(default_factory=dict)

    def read(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self._statement(statement)

    def _statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.If(test, body, otherwise):
                self._expressions(test)
                self._branches(body, otherwise)
            case ast.While(test, body, otherwise):
                self._expressions(test)
                self._branch(body)
                self._branch(otherwise)
            case ast.For() | ast.AsyncFor():
                self._expressions(statement.iter)
                self._branch(statement.body, given=_targets(statement.target))
                self._branch(statement.orelse)
            case ast.With() | ast.AsyncWith():
                for item in statement.items:
                    self._expressions(item.context_expr)
                    if item.optional_vars is not None:
                        self._bind(_targets(item.optional_vars))
                self.read(statement.body)
            case ast.Try() | ast.TryStar():
                self._try(statement)
            case ast.Match(subject, cases):
                self._expressions(subject)
                for one in cases:
                    self._branch(one.body, given=_captures(one.pattern))
            case _:
                self._simple(statement)

    def _branches(self, body: list[ast.stmt], otherwise: list[ast.stmt]) -> None:
        one, other = self._branch(body), self._branch(otherwise)
        self.bound |= one & other

    def _try(self, statement: ast.Try | ast.TryStar) -> None:
        self._branch([*statement.body, *statement.orelse])
        for handler in statement.handlers:
            self._expressions(handler.type)
            self._branch(handler.body, given=[handler.name] if handler.name else [])
        self.read(statement.finalbody)

    def _branch(self, statements: list[ast.stmt], *, given: Iterable[str] = ()) -> set[str]:
        """Read what may or may not run; return what is bound after it."""
        before = set(self.bound)
        self._bind(given)
        self.read(statements)
        after, self.bound = self.bound, before
        return after

    def _simple(self, statement: ast.stmt) -> None:
        reads, writes = _scoped(statement)
        if isinstance(statement, ast.AugAssign):
            reads |= set(_targets(statement.target))
        changed = [name for name in _changed(statement) if name not in writes or name in reads]
        self._read(name for name in _in_order(statement, reads))
        for name in changed:
            self.changes[name] = None
        if isinstance(statement, ast.Delete):
            self._forget(statement)
        else:
            self._bind(_in_order(statement, writes))

    def _forget(self, statement: ast.Delete) -> None:
        for target in statement.targets:
            if isinstance(target, ast.Name):
                self._read([target.id])
                self.bound.discard(target.id)
                self.binds.pop(target.id, None)

    def _expressions(self, expression: ast.expr | None) -> None:
        if expression is not None:
            self._simple(ast.copy_location(ast.Expr(expression), expression))

    def _read(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self.bound:
                self.reads[name] = None

    def _bind(self, names: Iterable[str]) -> None:
        for name in names:
            self.bound.add(name)
            self.binds[name] = None


def _scoped(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Return what one statement reads and what it binds around it, by Python's own rules of scope."""
    table = symtable.symtable(ast.unparse(statement), "<cell>", "exec")
    reads = {found.get_name() for found in table.get_symbols() if found.is_referenced()}
    writes = {found.get_name() for found in table.get_symbols() if found.is_assigned() or found.is_imported()}
    for inner in _descendants(table):
        for found in inner.get_symbols():
            if found.is_global():
                (writes if found.is_assigned() else reads).add(found.get_name())
    return reads, writes


def _descendants(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _descendants(child)


def _in_order(statement: ast.stmt, names: set[str]) -> list[str]:
    """Return names in the order in which a statement has them, those that it has only by an import's alias last."""
    found = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and node.id in names]
    found.sort(key=lambda node: (node.lineno, node.col_offset))
    return list(dict.fromkeys((*(node.id for node in found), *sorted(names))))


def _targets(target: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def _captures(pattern: ast.pattern) -> list[str]:
    return [
        name
        for node in ast.walk(pattern)
        for name in (getattr(node, "name", None), getattr(node, "rest", None))
        if isinstance(name, str)
    ]


def _changed(statement: ast.stmt) -> list[str]:
    """Return the names whose values a statement changes in place, as far as its text tells."""
    found: dict[str, None] = {}
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            found[_root(node) or ""] = None
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_change(node, node.func):
            found[_root(node.func.value) or ""] = None
    found.pop("", None)
    return list(found)


def _is_change(call: ast.Call, method: ast.Attribute) -> bool:
    in_place = any(
        word.arg == "inplace" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in call.keywords
    )
    return in_place or method.attr in MUTATORS


def _root(node: ast.expr) -> str | None:
    """Return the name at the beginning of `name.attribute[item]…`; None where something is called in between."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
