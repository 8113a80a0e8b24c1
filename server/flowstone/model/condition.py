"""`when:` of a block: a small expression over params and what the upstreams gave, evaluated without running code.

It knows names of params, `upstream.ran`, `upstream.rows`, `upstream.value` and `upstream.failed`, literals, lists,
comparisons, `in`, `and`, `or`, `not` and arithmetic. It has no calls and no other attributes.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flowstone.model.parsing import expression_of

MAX_CHARACTERS = 500
FACTS = ("ran", "rows", "value", "failed")
WORDS = {"true": True, "false": False, "null": None}
HINT = "Write something like `orders.rows > 0 and region == 'north'`."

_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
}


@dataclass(frozen=True, slots=True)
class UpstreamFacts:
    """What a condition may ask of an upstream. `rows` is None for what is no table, `value` for no small JSON."""

    ran: bool
    failed: bool = False
    rows: int | None = None
    value: Any = None


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression that has been checked; `params` and `upstreams` are the names that it uses."""

    text: str
    params: frozenset[str] = frozenset()
    upstreams: frozenset[str] = frozenset()
    needs_values: frozenset[str] = frozenset()
    """The upstreams of which it asks the value itself."""


def read_condition(text: str) -> Condition:
    """Return what an expression asks for. Raises: ValueError, saying what in it is not understood."""
    tree = _parsed(text)
    params, upstreams, values = set(), set(), set()
    for node in _checked(tree.body):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=fact):
                upstreams.add(name)
                if fact == "value":
                    values.add(name)
            case ast.Name(id=name) if name not in WORDS:
                params.add(name)
            case _:
                pass
    return Condition(text, frozenset(params), frozenset(upstreams), frozenset(values))


def renamed(condition: Condition, was: str, to: str) -> Condition:
    """Return a condition that asks about an upstream under its new name."""
    if was not in condition.upstreams:
        return condition
    # From the end on, so that the places of the others stay; columns count bytes of UTF-8.
    text = condition.text.strip().encode()
    names = [node.value for node in ast.walk(_parsed(condition.text)) if isinstance(node, ast.Attribute)]
    for name in sorted(names, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        if isinstance(name, ast.Name) and name.id == was and name.lineno == 1:
            text = text[: name.col_offset] + to.encode() + text[name.col_offset + len(was) :]
    return read_condition(text.decode())


def holds(condition: Condition, params: Mapping[str, Any], upstreams: Mapping[str, UpstreamFacts]) -> bool:
    """Say whether a condition is met.

    Raises: ValueError, saying why it cannot be told: a name that has no value, or values that do not compare.
    """
    try:
        return bool(_value(_parsed(condition.text).body, params, upstreams))
    except KeyError as gone:
        raise ValueError(f"{gone.args[0]} has no value here") from gone
    except (TypeError, ArithmeticError, RecursionError) as wrong:
        raise ValueError(f"it cannot be told: {wrong}") from wrong


def _parsed(text: str) -> ast.Expression:
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"it is longer than {MAX_CHARACTERS} characters")
    try:
        return expression_of(text.strip())
    except (SyntaxError, RecursionError, MemoryError, ValueError) as wrong:
        raise ValueError(f"{text[:60]!r} is no expression") from wrong


def _checked(node: ast.expr) -> Iterator[ast.expr]:
    """Give every name and upstream's fact in an expression. Raises: ValueError, for what it may not have."""
    match node:
        case ast.Attribute(value=ast.Name(), attr=fact):
            if fact not in FACTS:
                raise ValueError(f"an upstream has no {fact!r}: it has {', '.join(FACTS)}")
            yield node
        case ast.Name():
            yield node
        case ast.Constant(value=None | bool() | int() | float() | str()):
            return
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _checked(part)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield from _checked(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            yield from _checked(left)
            yield from _checked(right)
        case ast.Compare(left=left, comparators=others):
            for part in (left, *others):
                yield from _checked(part)
        case _:
            raise ValueError(f"{ast.unparse(node)[:60]!r} is not understood")


def _value(node: ast.expr, params: Mapping[str, Any], upstreams: Mapping[str, UpstreamFacts]) -> Any:
    def of(part: ast.expr) -> Any:
        return _value(part, params, upstreams)

    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return WORDS[name] if name in WORDS else params[name]
        case ast.Attribute(value=ast.Name(id=name), attr=fact):
            return getattr(upstreams[name], fact)
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(of(part) for part in parts)
        case ast.BoolOp(values=parts):
            return any(of(part) for part in parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not of(operand)
        case ast.UnaryOp(operand=operand):
            return -of(operand)
        case ast.BinOp(left=left, op=op, right=right):
            return _bounded(_ARITHMETIC[type(op)](of(left), of(right)))
        case ast.Compare(left=left, ops=ops, comparators=others):
            return _compared(of(left), ops, [of(other) for other in others])
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return [of(part) for part in parts]
    raise ValueError(f"{ast.unparse(node)[:60]!r} is not understood")


def _bounded(value: Any) -> Any:
    """Refuse what repetition blows up: `'a' * 10 ** 9` must not cost the server its memory."""
    if isinstance(value, str | list) and len(value) > MAX_CHARACTERS:
        raise TypeError("it makes a value that is too long")
    return value


def _compared(left: Any, ops: list[ast.cmpop], others: list[Any]) -> bool:
    for op, right in zip(ops, others, strict=True):
        if not _COMPARISONS[type(op)](left, right):
            return False
        left = right
    return True
