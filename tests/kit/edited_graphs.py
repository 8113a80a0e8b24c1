"""Random graphs of small blocks that are edited at random, as real files, with what each block must depend on."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MODULES = ("m0", "m1", "m2")
DATA = ("d0", "d1")
VALUES = range(3)
"""So few that a block that runs again often gives what it gave before."""


@dataclass
class Helper:
    """A module of the project's own: what it is worth, how it is laid out, and which others it imports."""

    value: int = 0
    layout: int = 0
    imports: tuple[str, ...] = ()


@dataclass
class Step:
    """A block: what it adds, and everything that it reads."""

    value: int = 0
    layout: int = 0
    is_sql: bool = False
    upstream: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    takes_pipeline_param: bool = False
    own_param: int | None = None


@dataclass
class Graph:
    """Everything that the files of a project say."""

    steps: dict[str, Step] = field(default_factory=dict)
    helpers: dict[str, Helper] = field(default_factory=dict)
    data: dict[str, int] = field(default_factory=dict)
    pipeline_param: int = 0

    def depends_on(self, block: str, made: dict[str, int]) -> tuple[Any, ...]:
        """Return all that a block's output follows from, given what its upstreams gave; layout is not among it."""
        step = self.steps[block]
        return (
            step.value,
            step.is_sql,
            tuple(sorted((up, made[up]) for up in step.upstream)),
            step.modules,
            tuple(sorted((name, self.helpers[name].value, self.helpers[name].imports) for name in self.closure(step))),
            tuple((name, self.data[name]) for name in sorted(step.files)),
            (step.own_param if step.own_param is not None else self.pipeline_param)
            if step.takes_pipeline_param
            else None,
        )

    def closure(self, step: Step) -> set[str]:
        """Return the helpers that running a step's code runs."""
        found: set[str] = set()
        waiting = list(step.modules)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.helpers[name].imports)
        return found

    def files(self) -> Iterator[tuple[str, str]]:
        """Give the project's files and their texts."""
        yield "pipelines/line.yaml", self._pipeline()
        yield "lib/__init__.py", ""
        for name, helper in self.helpers.items():
            yield f"lib/{name}.py", _helper_text(helper)
        for name, value in self.data.items():
            yield f"data/{name}.txt", str(value)
        for name, step in self.steps.items():
            yield _file(name, step), _sql_text(step) if step.is_sql else _python_text(name, step)

    def _pipeline(self) -> str:
        lines = ["params:", f"  p: {{type: integer, default: {self.pipeline_param}}}", "blocks:"]
        for name, step in self.steps.items():
            entry = f"file: {_file(name, step)}, upstream: [{', '.join(step.upstream)}]"
            if step.files:
                entry += f", files: [{', '.join(f'data/{each}.txt' for each in step.files)}]"
            if step.own_param is not None and step.takes_pipeline_param:
                entry += f", params: {{p: {step.own_param}}}"
            lines.append(f"  {name}: {{{entry}}}")
        return "\n".join(lines) + "\n"

    def write(self, root: Path, *, before: dict[str, str]) -> dict[str, str]:
        """Write the files that are not as they were `before`; return all."""
        now = dict(self.files())
        for path in before.keys() - now.keys():
            (root / path).unlink()
        for path, text in now.items():
            if before.get(path) != text:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
        return now


def _file(name: str, step: Step) -> str:
    return f"steps/{name}.{'sql' if step.is_sql else 'py'}"


COMMENTS = ("", "# a comment\n", "\n\n# other words\n")
SPACES = (" ", "  ", " \\\n    ")


def _helper_text(helper: Helper) -> str:
    imports = "".join(f"from lib.{name} import VALUE as {name.upper()}\n" for name in helper.imports)
    total = " + ".join([str(helper.value), *(name.upper() for name in helper.imports)])
    return f"{COMMENTS[helper.layout]}{imports}VALUE{SPACES[helper.layout]}={SPACES[helper.layout]}{total}\n"


IMPORT_FORMS = ("from lib.{name} import VALUE as {upper}", "import lib.{name}", "from lib import {name}")
USE_FORMS = ("{upper}", "lib.{name}.VALUE", "{name}.VALUE")


def _python_text(name: str, step: Step) -> str:
    # How a block imports its helpers goes with its place in the graph, so that it is not itself an edit.
    form = int(name[1:]) % len(IMPORT_FORMS)
    imports = [IMPORT_FORMS[form].format(name=each, upper=each.upper()) for each in step.modules]
    terms = [str(step.value)]
    terms += [f"{2 + index} * int({up}['v'][0])" for index, up in enumerate(sorted(step.upstream))]
    terms += [USE_FORMS[form].format(name=each, upper=each.upper()) for each in step.modules]
    terms += [f"int(open('data/{each}.txt').read())" for each in sorted(step.files)]
    terms += ["p"] if step.takes_pipeline_param else []
    arguments = [*sorted(step.upstream), *(["*", "p: int = 0"] if step.takes_pipeline_param else [])]
    kind = "transformer" if step.upstream else "loader"
    space = SPACES[step.layout]
    lines = ["import pandas as pd", f"from flowstone import {kind}", *imports, "", f"@{kind}"]
    lines += [f"def {name}({', '.join(arguments)}):", f'    """Title number {step.layout}."""']
    lines += [f"    {COMMENTS[step.layout].strip()}", f"    total{space}={space}{' + '.join(terms)}"]
    lines += [f"    return pd.DataFrame({{'v': [total % {len(VALUES)}]}})", ""]
    return "\n".join(lines)


def _sql_text(step: Step) -> str:
    terms = [str(step.value), *(f"{2 + index}*max({up}.v)" for index, up in enumerate(sorted(step.upstream)))]
    terms += ["$p"] if step.takes_pipeline_param else []
    tables = f" FROM {', '.join(sorted(step.upstream))}" if step.upstream else ""
    text = f"SELECT ({' + '.join(terms)}) % {len(VALUES)} AS v{tables}"
    match step.layout:
        case 1:
            return f"-- a title\n{text.replace('SELECT ', 'select  ').replace(' FROM ', chr(10) + 'from ')};\n"
        case 2:
            return text.replace(" + ", "+").replace(" AS ", " /* so */ as ") + "\n"
    return text


class Editor:
    """Makes random edits to a graph."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._past: list[Graph] = []
        self.graph = self._graph()

    def _graph(self) -> Graph:
        choose = self._random
        graph = Graph(pipeline_param=choose.choice(VALUES))
        for index, name in enumerate(MODULES):
            imports = tuple(other for other in MODULES[index + 1 :] if choose.random() < 0.3)
            graph.helpers[name] = Helper(choose.choice(VALUES), imports=imports)
        graph.data = {name: choose.choice(VALUES) for name in DATA}
        names = [f"b{number}" for number in range(choose.randint(2, 6))]
        for index, name in enumerate(names):
            upstream = choose.sample(names[:index], k=choose.randint(min(1, index), min(3, index)))
            is_sql = choose.random() < 0.25
            graph.steps[name] = Step(
                choose.choice(VALUES),
                is_sql=is_sql,
                upstream=tuple(upstream),
                modules=() if is_sql else self._some(MODULES),
                files=() if is_sql else self._some(DATA),
                takes_pipeline_param=choose.random() < 0.4,
            )
        return graph

    def _some(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if self._random.random() < 0.35)

    def edit(self) -> str:
        """Make one edit, and say which."""
        self._past.append(copy.deepcopy(self.graph))
        edits: dict[str, Callable[[], None]] = {
            "code": self._code,
            "layout": self._layout,
            "a helper": self._helper_code,
            "a helper's layout": self._helper_layout,
            "a helper's imports": self._helper_imports,
            "imports": self._imports,
            "data": self._data,
            "files": self._files,
            "the pipeline's param": self._pipeline_param,
            "a block's param": self._own_param,
            "connect": self._connect,
            "disconnect": self._disconnect,
            "order": self._order,
            "back": self._back,
            "back again": self._back,
            "a new block": self._add_block,
            "nothing": lambda: None,
        }
        kind = self._random.choice(list(edits))
        edits[kind]()
        return kind

    def _step(self) -> Step:
        return self._random.choice(list(self.graph.steps.values()))

    def _python_step(self) -> Step:
        return self._random.choice([step for step in self.graph.steps.values() if not step.is_sql] or [Step()])

    def _helper(self) -> Helper:
        return self.graph.helpers[self._random.choice(MODULES)]

    def _back(self) -> None:
        self.graph = copy.deepcopy(self._random.choice(self._past))

    def _code(self) -> None:
        self._step().value = self._random.choice(VALUES)

    def _helper_code(self) -> None:
        self._helper().value = self._random.choice(VALUES)

    def _layout(self) -> None:
        self._step().layout = self._random.randrange(len(COMMENTS))

    def _helper_layout(self) -> None:
        self._helper().layout = self._random.randrange(len(COMMENTS))

    def _helper_imports(self) -> None:
        name = self._random.choice(MODULES[:-1])
        self.graph.helpers[name].imports = self._some(MODULES[MODULES.index(name) + 1 :])

    def _imports(self) -> None:
        self._python_step().modules = self._some(MODULES)

    def _data(self) -> None:
        self.graph.data[self._random.choice(DATA)] = self._random.choice(VALUES)

    def _files(self) -> None:
        self._python_step().files = self._some(DATA)

    def _pipeline_param(self) -> None:
        self.graph.pipeline_param = self._random.choice(VALUES)

    def _own_param(self) -> None:
        step = self._step()
        step.takes_pipeline_param = True
        step.own_param = self._random.choice([None, *VALUES])

    def _connect(self) -> None:
        names = list(self.graph.steps)
        index = self._random.randrange(len(names))
        step = self.graph.steps[names[index]]
        free = [name for name in names[:index] if name not in step.upstream]
        if free:
            step.upstream = (*step.upstream, self._random.choice(free))

    def _disconnect(self) -> None:
        step = self._step()
        step.upstream = step.upstream[1:]

    def _order(self) -> None:
        step = self._step()
        step.upstream = tuple(self._random.sample(step.upstream, k=len(step.upstream)))

    def _add_block(self) -> None:
        names = list(self.graph.steps)
        self.graph.steps[f"b{len(names)}"] = Step(upstream=(self._random.choice(names),))
