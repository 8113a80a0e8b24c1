"""Read a Python block's text by its syntax tree: nothing of it runs."""

from __future__ import annotations

import ast
import json
from typing import Any, get_args

from flowstone.errors.base import Place, Problem
from flowstone.errors.source import NoBlockFunction, SeveralBlockFunctions, SignatureInvalid, SyntaxInvalid
from flowstone.model.block import BlockKind, Language
from flowstone.model.connections import Evolution, FileFormat, Granularity, IfExists
from flowstone.model.imports import imported_modules
from flowstone.model.parsing import expression_of, syntax_of
from flowstone.model.pipeline import ParamType
from flowstone.model.source import BlockSource, ConnectionUse, InputSpec, ParamSpec

Function = ast.FunctionDef | ast.AsyncFunctionDef

DECORATORS = {
    kind.value: kind for kind in (BlockKind.LOADER, BlockKind.TRANSFORMER, BlockKind.EXPORTER, BlockKind.SENSOR)
}

CALLBACKS = {"on_success": "success", "on_failure": "failure"}
"""The decorators of functions that are called when a block has ended, and for how it did."""
INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Zero-width and direction-changing characters, by which code can look other than it is (CVE-2021-42574)."""

RUN_FACTS_OF_NO_MATTER = frozenset({"id", "pipeline", "block", "attempt", "logger", "report", "progress"})
"""What a block may ask of its run without its output belonging to that run alone."""

PARAM_TYPES = {
    "str": ParamType.TEXT,
    "int": ParamType.INTEGER,
    "float": ParamType.NUMBER,
    "bool": ParamType.BOOLEAN,
    "date": ParamType.DATE,
    "datetime.date": ParamType.DATE,
    "datetime": ParamType.DATETIME,
    "datetime.datetime": ParamType.DATETIME,
}


WRITE_OPTIONS = {
    "IfExists": get_args(IfExists),
    "Granularity": get_args(Granularity),
    "Evolution": get_args(Evolution),
    "FileFormat": get_args(FileFormat),
}
"""The names of options of a write, and what each may be."""


def parse_python(text: str, *, file: str) -> ast.Module:
    """Parse Python text.

    Raises: SyntaxInvalid, with the place, for whatever the parser refuses, endless nesting included.
    """
    try:
        return syntax_of(text.removeprefix("\ufeff"), file=file)
    except SyntaxError as wrong:
        place = Place(file, wrong.lineno or text.count("\n", 0, max(text.find("\0"), 0)) + 1, wrong.offset or 1)
        raise SyntaxInvalid(wrong.msg or "invalid syntax", place=place) from wrong
    except (RecursionError, MemoryError, ValueError) as wrong:
        message = "the code is nested too deeply" if not isinstance(wrong, ValueError) else str(wrong)
        raise SyntaxInvalid(message, place=Place(file, 1, 1)) from wrong


def read_python(text: str, *, file: str) -> BlockSource:
    """Say what kind of block a Python text is, what it takes and what it imports.

    Raises: SyntaxInvalid, NoBlockFunction, SeveralBlockFunctions, SignatureInvalid; each with its place.
    """
    module = parse_python(text, file=file)
    function, kind = _block_function(module, file=file)
    title, description = _docstring(function)
    inputs, takes_all = _inputs(function, kind=kind, file=file)
    keywords = _Keywords(function)
    return BlockSource(
        language=Language.PYTHON,
        kind=kind,
        function=function.name,
        title=title,
        description=description,
        inputs=inputs,
        takes_all=takes_all,
        params=keywords.params,
        connections=keywords.connections,
        run_parameter=keywords.run_parameter,
        checks=tuple(node.name for node in _functions(module) if "check" in _decorators(node)),
        callbacks=_callbacks(module),
        imports=imported_modules(module),
        warnings=tuple(_invisible_characters(text, file=file)),
        reads_logical_date=_reads_logical_date(function, keywords.run_parameter),
    )


def without_block_docstrings(module: ast.Module, text: str) -> ast.Module:
    """Take a block file's docstrings out of its tree: its own, the block function's and the checks'.

    They are titles and descriptions for people, unless the text looks them up, or a decorator that is not ours does.
    The docstrings of other functions and classes stay: libraries turn them into prompts, schemas and help texts.
    """
    if "__doc__" in text or "getdoc" in text:
        return module
    ours = [function for function in _functions(module) if _has_only_our_decorators(function)]
    for node in (module, *ours):
        if ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return module


def _callbacks(module: ast.Module) -> tuple[tuple[str, str], ...]:
    return tuple(
        (function.name, outcome)
        for function in _functions(module)
        for name, outcome in CALLBACKS.items()
        if name in _decorators(function)
    )


def _has_only_our_decorators(function: Function) -> bool:
    names = _decorators(function)
    return bool(names) and len(names) == len(function.decorator_list) and names <= {*DECORATORS, "check", *CALLBACKS}


def _reads_logical_date(function: Function, run_parameter: str) -> bool:
    """Say whether a function may look at its run's logical date: by name, or by handing the run on."""
    if not run_parameter:
        return False
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    elsewhere = {
        id(node.value) for node in nodes if isinstance(node, ast.Attribute) and node.attr in RUN_FACTS_OF_NO_MATTER
    }
    return any(isinstance(node, ast.Name) and node.id == run_parameter and id(node) not in elsewhere for node in nodes)


def _functions(module: ast.Module) -> list[Function]:
    return [node for node in module.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _decorators(function: Function) -> set[str]:
    """Name the plain decorators: `@loader` and `@flowstone.loader` are both `loader`."""
    targets = [node.func if isinstance(node, ast.Call) else node for node in function.decorator_list]
    return {
        target.id if isinstance(target, ast.Name) else target.attr
        for target in targets
        if isinstance(target, ast.Name | ast.Attribute)
    }


def _block_function(module: ast.Module, *, file: str) -> tuple[Function, BlockKind]:
    found = [
        (function, DECORATORS[name])
        for function in _functions(module)
        for name in sorted(_decorators(function) & DECORATORS.keys())
    ]
    if not found:
        raise NoBlockFunction(
            "no function here is marked as a block",
            place=Place(file, 1, 1),
            hint="Mark one function with @loader, @transformer, @exporter or @sensor from flowstone.",
        )
    if len(found) > 1:
        second = found[1][0]
        raise SeveralBlockFunctions(
            f"{found[0][0].name} and {second.name} are both marked as the block",
            place=Place(file, second.lineno, second.col_offset + 1),
            hint="Keep one block function a file; move the other to a file of its own.",
        )
    function, kind = found[0]
    if isinstance(function, ast.AsyncFunctionDef):
        raise SignatureInvalid(
            "a block function cannot be async",
            place=Place(file, function.lineno, function.col_offset + 1),
            hint="Write `def`, and call `asyncio.run(...)` inside where you need it.",
        )
    return function, kind


def _docstring(function: Function) -> tuple[str, str]:
    title, _, rest = (ast.get_docstring(function) or "").partition("\n")
    return title.strip(), rest.strip()


def _inputs(function: Function, *, kind: BlockKind, file: str) -> tuple[tuple[InputSpec, ...], bool]:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    place = Place(file, function.lineno, function.col_offset + 1)
    if arguments.kwarg is not None:
        raise SignatureInvalid(
            f"{function.name} takes **{arguments.kwarg.arg}",
            place=place,
            hint="Name each param after a `*`, so that it has a type and a form.",
        )
    if kind in (BlockKind.LOADER, BlockKind.SENSOR) and (positional or arguments.vararg):
        name = positional[0].arg if positional else f"*{arguments.vararg.arg if arguments.vararg else ''}"
        raise SignatureInvalid(
            f"a {kind} has no upstream to fill {name!r}",
            place=place,
            hint="Put a `*` before its params: `def load(*, month: date)`.",
        )
    first_default = len(positional) - len(arguments.defaults)
    inputs = tuple(
        InputSpec(node.arg, _text(node.annotation), has_default=index >= first_default)
        for index, node in enumerate(positional)
    )
    return inputs, arguments.vararg is not None


def _text(node: ast.expr | None) -> str:
    if node is None:
        return ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ast.unparse(node)


class _Keywords:
    """The keyword-only parameters of a block function, sorted by what they ask for."""

    def __init__(self, function: Function) -> None:
        self.run_parameter = ""
        params: list[ParamSpec] = []
        connections: list[ConnectionUse] = []
        for node, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
            used = _connection_name(default)
            if used is not None:
                connections.append(ConnectionUse(node.arg, used))
            elif _text(node.annotation) in ("Run", "flowstone.Run"):
                self.run_parameter = node.arg
            else:
                params.append(_param(node, default))
        self.params = tuple(params)
        self.connections = tuple(connections)


def _connection_name(default: ast.expr | None) -> str | None:
    if not isinstance(default, ast.Call) or len(default.args) != 1:
        return None
    called, argument = default.func, default.args[0]
    name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
    if name != "connection" or not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
        return None
    return argument.value


def _param(node: ast.arg, default: ast.expr | None) -> ParamSpec:
    annotation, nullable = _without_none(node.annotation)
    literal = _literal(default)
    kind, choices = _param_type(annotation, literal)
    return ParamSpec(
        name=node.arg,
        type=kind,
        annotation=_text(node.annotation),
        required=default is None,
        default=literal,
        default_text="" if default is None else ast.unparse(default),
        choices=choices,
        nullable=nullable,
    )


def _without_none(annotation: ast.expr | None) -> tuple[ast.expr | None, bool]:
    """Take `| None` and `Optional[…]` off an annotation, and say whether it was there."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _without_none(expression_of(annotation.value).body)
        except SyntaxError:
            return annotation, False
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        for side, other in ((annotation.left, annotation.right), (annotation.right, annotation.left)):
            if isinstance(side, ast.Constant) and side.value is None:
                return other, True
    if isinstance(annotation, ast.Subscript) and _text(annotation.value).endswith("Optional"):
        return annotation.slice, True
    return annotation, False


def _param_type(annotation: ast.expr | None, literal: Any) -> tuple[ParamType, tuple[Any, ...]]:
    if annotation is None:
        return PARAM_TYPES.get(type(literal).__name__, ParamType.JSON), ()
    if isinstance(annotation, ast.Subscript) and _text(annotation.value).split(".")[-1] == "Annotated":
        inner = annotation.slice.elts[0] if isinstance(annotation.slice, ast.Tuple) else annotation.slice
        return _param_type(_without_none(inner)[0], literal)
    named = WRITE_OPTIONS.get(_text(annotation).split(".")[-1])
    if named is not None:
        return ParamType.CHOICE, named
    if isinstance(annotation, ast.Subscript) and _text(annotation.value).split(".")[-1] == "Literal":
        options = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        return ParamType.CHOICE, tuple(option.value for option in options if isinstance(option, ast.Constant))
    return PARAM_TYPES.get(_text(annotation), ParamType.JSON), ()


def _literal(default: ast.expr | None) -> Any:
    """Return a default as a JSON value; `date(2013, 1, 1)` becomes its ISO text; None where it is no literal."""
    if default is None:
        return None
    if isinstance(default, ast.Call) and _text(default.func).split(".")[-1] in ("date", "datetime"):
        return _iso(default)
    try:
        value = ast.literal_eval(default)
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        return None
    return list(value) if isinstance(value, tuple) else value


def _iso(call: ast.Call) -> str | None:
    numbers = [node.value for node in call.args if isinstance(node, ast.Constant) and isinstance(node.value, int)]
    if len(numbers) != len(call.args) or call.keywords or len(numbers) < 3:
        return None
    day = "{:04}-{:02}-{:02}".format(*numbers[:3])
    if _text(call.func).endswith("date"):
        return day
    clock = [*numbers[3:6], 0, 0, 0][:3]
    return day + "T{:02}:{:02}:{:02}".format(*clock)


def _invisible_characters(text: str, *, file: str) -> list[Problem]:
    found = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        hidden = [index for index, character in enumerate(line) if character in INVISIBLE]
        if hidden:
            found.append(
                Problem(
                    Place(file, number, hidden[0] + 1),
                    "invisible_character",
                    f"the character U+{ord(line[hidden[0]]):04X} here cannot be seen and may change what the code says",
                    "Delete it, or write it as an escape.",
                    is_warning=True,
                )
            )
    return found
