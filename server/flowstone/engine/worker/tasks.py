"""What a worker does for a block beside running it: take its input apart, put items' outputs together, call back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pandas as pd

from flowstone.engine.jobs import BlockJob, Task
from flowstone.engine.mapped_jobs import refuse_too_many
from flowstone.engine.worker.inputs import Opening
from flowstone.errors.engine import InputUnfit, OutputUnfit
from flowstone.model.author import CALLBACK_MARK, Outputs, Run
from flowstone.model.output import Output, OutputKind
from flowstone.model.rules import MapOver

WHOLE_IN_MEMORY_BYTES = 1 << 30
"""Gathered tables larger than this together are put one below the other as a stream, whose parts must be alike."""


def parts_of_input(job: BlockJob, mapped: MapOver, opening: Opening) -> Outputs:
    """Return the parts of the input that a block is mapped over, each named by its place and what it is.

    Raises: InputUnfit, when it is neither a list nor a table with a way to take it apart.
    """
    outputs = job.inputs[0].outputs if job.inputs else ()
    if len(outputs) != 1:
        raise InputUnfit(f"{mapped.over} gave {len(outputs)} outputs; a block is mapped over one")
    value = opening.open(opening.pickles.store.find(outputs[0].hash), Any)
    found = Outputs()
    found.by_name = {f"{index}: {label}": part for index, (label, part) in enumerate(_parts(value, mapped))}
    return found


def _parts(value: Any, mapped: MapOver) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        refuse_too_many(len(value))
        return ((str(one)[:60], one) for one in value)
    if not isinstance(value, pd.DataFrame):
        raise InputUnfit(
            f"{mapped.over} gave neither a list nor a table", hint="Return a list, or a frame with `by` or `rows`."
        )
    if mapped.rows is not None:
        return _slices(value, mapped.rows)
    return _groups(value, mapped)


def _slices(frame: pd.DataFrame, rows: int) -> Iterator[tuple[str, Any]]:
    """Give stretches of rows; an empty table is one empty part, so that its columns are not lost."""
    refuse_too_many(len(frame) // rows)
    for first in range(0, max(len(frame), 1), rows):
        last = min(first + rows, len(frame))
        yield f"rows {first + 1} to {last}", frame.iloc[first:last]


def _groups(frame: pd.DataFrame, mapped: MapOver) -> Iterator[tuple[str, Any]]:
    if not mapped.by:
        raise InputUnfit(
            f"{mapped.over} gave a table", hint="Say in `map` how to take it apart: `by: column` or `rows: n`."
        )
    if mapped.by not in frame.columns:
        known = ", ".join(map(str, frame.columns[:12]))
        raise InputUnfit(f"{mapped.over} has no column {mapped.by!r}", hint=f"It has: {known}.")
    if frame.empty:
        yield "empty", frame
        return
    groups = frame.groupby(mapped.by, sort=True, dropna=False, observed=True)
    refuse_too_many(groups.ngroups)
    for value, part in groups:
        yield str(value)[:60], part


def gathered(parts: tuple[tuple[Output, ...], ...], opening: Opening) -> Any:
    """Return what items gave as one: tables one below the other, anything else as a list; several by their names."""
    names = list(dict.fromkeys(output.name for outputs in parts for output in outputs))
    found = {
        name: _gathered([one for outputs in parts for one in outputs if one.name == name], opening) for name in names
    }
    if len(found) == 1:
        return next(iter(found.values()))
    together = Outputs()
    together.by_name = dict(found)
    return together if found else []


def _gathered(outputs: list[Output], opening: Opening) -> Any:
    opened = (opening.open(opening.pickles.store.find(output.hash), Any) for output in outputs)
    if any(output.kind is not OutputKind.TABLE for output in outputs):
        return list(opened)
    if sum(output.size_bytes for output in outputs) > WHOLE_IN_MEMORY_BYTES:
        return opened
    frames = list(opened)
    if not all(isinstance(frame, pd.DataFrame) for frame in frames):
        raise OutputUnfit(
            "The items gave tables that are no pandas frames", hint="Return pandas frames from a mapped block."
        )
    return _stacked(frames)


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    has_plain_index = all(isinstance(frame.index, pd.RangeIndex) for frame in frames)
    return pd.concat(frames, ignore_index=has_plain_index)


def call_back(module: ModuleType, task: Task, run: Run) -> None:
    """Call a block's callbacks for how it ended, all of them. Raises: what the first of them raised."""
    known = {"run": run, "failure": task.failure}
    wrong: list[Exception] = []
    for function in _callbacks(module, task.kind):
        asked = inspect.signature(function).parameters
        try:
            function(**{name: known[name] for name in asked if name in known})
        except Exception as raised:  # noqa: BLE001 - a callback is user code; the others are called all the same
            wrong.append(raised)
    if wrong:
        raise wrong[0]


def _callbacks(module: ModuleType, outcome: str) -> list[Callable[..., Any]]:
    return [value for value in vars(module).values() if getattr(value, CALLBACK_MARK, "") == outcome]
