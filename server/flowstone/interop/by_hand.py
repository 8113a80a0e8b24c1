"""Blocks called by hand, as an exported notebook does: with inputs, params and connections as in a run."""

from __future__ import annotations

import copy
import os
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import pandas as pd

from flowstone.connectors.registry import open_connection
from flowstone.engine.worker.arguments import typed_param
from flowstone.engine.worker.forms import Form, annotations_of, form_of
from flowstone.engine.worker.tabular import as_pieces, as_table_or_frame
from flowstone.errors.engine import ConnectionUnknown
from flowstone.model.author import ConnectionMark, Outputs, Run
from flowstone.model.connections import WriteContext
from flowstone.model.project import Project
from flowstone.store.project_files import load_project
from flowstone.store.settings import connection_settings


def open_project(folder: str, *, profile: str | None = None) -> ProjectByHand:
    """Open a project: its folder becomes the working folder, and its own modules can be imported.

    Raises: NotFound, when the folder is no project; SourceError; VariableMissing.
    """
    root = Path(folder).resolve()
    project = load_project(root)
    os.chdir(root)
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return ProjectByHand(project, profile)


@dataclass(frozen=True, slots=True)
class ProjectByHand:
    """A project whose blocks are called one by one. Nothing is stored, and what is fresh is called again."""

    project: Project
    profile: str | None = None
    run: str = field(default_factory=lambda: f"by-hand-{uuid.uuid4().hex[:12]}")

    def call(self, function: Callable[..., Any], *inputs: Any, **params: Any) -> Any:
        """Call a block's function with copies of its inputs in the forms that it asks for; return what it gives.

        Several named outputs are a dict, pieces are put together to one frame.
        Raises: ConnectionUnknown; ParamInvalid; ConnectorError; whatever the function raises.
        """
        hints = annotations_of(function)
        specs = signature(function).parameters
        with ExitStack() as closing:
            given = [_in_form(value, hints.get(name, Any)) for name, value in _named(specs.values(), inputs)]
            typed = {name: self._param(name, value, specs, hints) for name, value in params.items()}
            return _settled(function(*given, **typed, **self._asked(function.__name__, specs, hints, closing)))

    def check(self, function: Callable[..., Any], output: Any) -> None:
        """Give an output to a check. Raises: AssertionError, when it returns False; whatever the check raises."""
        (spec, *_) = signature(function).parameters.values()
        if function(_in_form(output, annotations_of(function).get(spec.name, Any))) is False:
            raise AssertionError(f"the check {function.__name__} says no")

    def sql(self, text: str, tables: Mapping[str, Any], **params: Any) -> pd.DataFrame:
        """Run a SQL block's query in DuckDB over frames; `$name` is bound to the param of that name.

        Raises: duckdb.Error, for wrong SQL.
        """
        import duckdb

        with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as database:
            for name, table in _flat(tables):
                database.register(name, _in_form(table, pd.DataFrame))
            relation: Any = database.sql(text, params=params or None)
            frame: pd.DataFrame = relation.df()
            return frame

    def query(self, connection: str, text: str, **params: Any) -> Any:
        """Run a SQL block's query on a warehouse. Raises: ConnectionUnknown; ConnectorError."""
        with ExitStack() as closing:
            return self._connection(connection, "", closing).query(text, params)

    def _param(self, name: str, value: Any, specs: Mapping[str, Parameter], hints: dict[str, Any]) -> Any:
        # A function by hand takes what it is given; a param comes from YAML, where a date is a text.
        return typed_param(name, value, hints) if name in specs else value

    def _asked(
        self, block: str, specs: Mapping[str, Parameter], hints: Mapping[str, Any], closing: ExitStack
    ) -> dict[str, Any]:
        """Return what a function asks for that is neither input nor param: connections and the run."""
        found: dict[str, Any] = {}
        for name, spec in specs.items():
            if isinstance(spec.default, ConnectionMark):
                found[name] = self._connection(spec.default.name, block, closing)
            elif spec.kind is Parameter.KEYWORD_ONLY and hints.get(name) is Run:
                found[name] = Run(id=self.run, block=block)
        return found

    def _connection(self, name: str, block: str, closing: ExitStack) -> Any:
        settings = connection_settings(self.project, self.profile, environment=os.environ)
        wanted = next((one for one in settings if one.name == name), None)
        if wanted is None:
            known = ", ".join(one.name for one in settings) or "none"
            raise ConnectionUnknown(f"The profile has no connection {name!r}", hint=f"It has: {known}.")
        # Each call is a write of its own: a run's name twice would be the same write, which is made once.
        run = f"{self.run}-{uuid.uuid4().hex[:8]}"
        opened = open_connection(wanted, WriteContext(str(self.project.id), "", block, run))
        if hasattr(opened, "close"):
            closing.callback(opened.close)
        return opened


def _named(specs: Iterable[Parameter], inputs: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Pair inputs with the parameters that they fill; `*inputs` takes what is left."""
    positional = [spec for spec in specs if spec.kind is not Parameter.KEYWORD_ONLY]
    for place, value in enumerate(inputs):
        yield (positional[min(place, len(positional) - 1)].name if positional else ""), value


def _flat(tables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, table in tables.items():
        if isinstance(table, dict):
            yield from ((f"{name}_{output}", one) for output, one in table.items())
        else:
            yield name, table


def _in_form(value: Any, annotation: Any) -> Any:
    """Return a copy of a value in the form that an annotation asks for; what is no table is copied as it is."""
    if isinstance(value, dict) and any(isinstance(one, pd.DataFrame) for one in value.values()):
        return {name: _in_form(one, annotation) for name, one in value.items()}
    form = form_of(annotation)
    if not isinstance(value, pd.DataFrame) or form in (Form.PANDAS, Form.AS_IT_IS, Form.OTHER):
        return copy.deepcopy(value)
    if form is Form.SERIES:
        return value.iloc[:, 0].copy()
    if form is Form.PANDAS_CHUNKS:
        return iter([value.copy()])
    return _in_arrow_form(value, form)


def _in_arrow_form(frame: pd.DataFrame, form: Form) -> Any:
    import pyarrow as pa

    table = pa.Table.from_pandas(frame)
    match form:
        case Form.ARROW:
            return table
        case Form.READER:
            return table.to_reader()
        case Form.ARROW_CHUNKS:
            return iter([table])
        case Form.BATCHES:
            return iter(table.to_batches())
        case Form.RELATION:
            import duckdb

            return duckdb.from_arrow(table)
        case _:
            return _in_polars_form(frame, form)


def _in_polars_form(frame: pd.DataFrame, form: Form) -> Any:
    import polars as pl

    found = pl.from_pandas(frame)
    match form:
        case Form.LAZY:
            return found.lazy()
        case Form.POLARS_CHUNKS:
            return iter([found])
        case _:
            return found


def _settled(value: Any) -> Any:
    """Return what a block gave as the next one is handed it."""
    if isinstance(value, Outputs):
        return {name: _settled(one) for name, one in value.by_name.items()}
    pieces = as_pieces(value)
    if pieces is not None:
        return pd.concat([_as_pandas(piece) for piece in pieces], ignore_index=True)
    return _as_pandas(as_table_or_frame(value))


def _as_pandas(value: Any) -> Any:
    package = type(value).__module__.partition(".")[0].removeprefix("_")
    if package == "pyarrow" and hasattr(value, "to_pandas"):
        return value.to_pandas()
    if package == "polars" and hasattr(value, "to_pandas"):
        return value.to_pandas()
    return value
