"""Commands that ask and change nothing: freshness, outputs and runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rich.table import Table

from flowstone.cli.documents import runs_document, status_document
from flowstone.cli.terminal import (
    answers,
    console,
    escaped,
    local_time,
    print_json,
    print_table,
    print_value,
    short_duration,
    short_text,
    styled,
    tell_failure,
    usual_text,
)
from flowstone.engine.workbench import Workbench
from flowstone.errors.store import NotFound
from flowstone.model.columns import shown_columns
from flowstone.model.freshness import sentence
from flowstone.model.ids import BlockId, PipelineId
from flowstone.model.output import Output, OutputKind
from flowstone.model.run import BlockRun, RunRecord
from flowstone.model.window import Window

NUMBERS = ("int", "uint", "float", "double", "decimal")


@asynccontextmanager
async def opened(project: Path, *, workers: bool = False) -> AsyncIterator[Workbench]:
    """Open a project for a while, to ask it something. Raises: see `Workbench.open`."""
    bench = await Workbench.open(project, workers=workers)
    try:
        yield bench
    finally:
        await bench.close()


def show_status(project: Path, pipeline: str, profile: str | None, *, as_json: bool) -> None:
    """Say which outputs still count. Raises: NotFound; SourceError."""

    async def ask() -> None:
        async with opened(project) as bench:
            status = await bench.status(PipelineId(pipeline), profile=profile)
            attempts = await bench.last_attempts(PipelineId(pipeline), [block.id for block in status])
        if as_json:
            print_json(status_document(pipeline, status, attempts))
            return
        last = {part.id: (run, part) for run in reversed(attempts) for part in run.blocks}
        table = Table("block", "freshness", "last run", "usually", "why", box=None, pad_edge=False)
        for block in status:
            why = "; ".join(sentence(reason) for reason in block.reasons)
            ended = styled(last[block.id][1].state.value) if block.id in last else ""
            table.add_row(block.id, styled(block.freshness.value), ended, usual_text(block.usual), escaped(why))
        print_table(table)
        _tell_failed(last.values())

    asyncio.run(ask())


def _tell_failed(last: Iterable[tuple[RunRecord, BlockRun]]) -> None:
    """Say of each block that failed when it was last tried why it did, and in which run."""
    screen = answers()
    for run, part in last:
        if part.failure is not None:
            screen.print(f"\n{styled(part.state.value)}  {part.id}  [dim]in run {run.id}[/dim]")
            tell_failure(screen, part.failure)


def show_output(project: Path, pipeline: str, block: str, rows: int, *, as_json: bool) -> None:
    """Show the first rows of a block's newest output. Raises: NotFound; ArtifactCorrupt; SourceError."""

    async def ask() -> None:
        async with opened(project, workers=True) as bench:
            output = await _newest(bench, pipeline, block)
            document = await _document(bench, output, rows)
        if as_json:
            print_json(document)
        else:
            _print_rows(document)
            for warning in output.warnings:
                console().print(escaped(warning), style="yellow")

    asyncio.run(ask())


async def _newest(bench: Workbench, pipeline: str, block: str) -> Output:
    status = {found.id: found for found in await bench.status(PipelineId(pipeline))}
    found = status.get(BlockId(block))
    if found is None:
        raise NotFound("block", block, hint=f"The pipeline {pipeline} has: {', '.join(status)}.")
    if found.result is None:
        raise NotFound("output of", block, hint=f"Run it first: `flowstone run {pipeline}`")
    if not found.result.outputs:
        raise NotFound("output of", block, hint="It is an exporter: what it wrote is in the run's receipts.")
    return found.result.outputs[0]


async def _document(bench: Workbench, output: Output, rows: int) -> dict[str, Any]:
    if output.rows is None:
        value = json.loads(await bench.value(output.hash))
        return {"columns": [], "rows": [], "total": 0, "kind": output.kind.value, "value": value}
    stream = await bench.rows(output.hash, Window(limit=rows))
    cells, width = _cells(stream)
    return {
        "columns": [{"name": column.name, "type": column.type} for column in shown_columns(output.columns)[:width]],
        "rows": cells,
        "total": output.rows,
    }


def _cells(stream: bytes) -> tuple[list[list[Any]], int]:
    """Return the rows of a window, and how many columns it has: not all of a very wide table."""
    import pyarrow as pa

    table = pa.ipc.open_stream(stream).read_all()
    columns = [[_plain(cell) for cell in column.to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)], table.num_columns


def _plain(cell: Any) -> Any:
    """Return a cell as JSON can say it; what it cannot is said in text."""
    match cell:
        case None | bool() | int() | str():
            return cell
        case float():
            return cell if cell == cell and abs(cell) != float("inf") else str(cell)
        case list() | tuple():
            return [_plain(item) for item in cell]
        case dict():
            return {str(key): _plain(item) for key, item in cell.items()}
        case bytes():
            return cell.hex()
        case _:
            return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def _print_rows(document: dict[str, Any]) -> None:
    if document.get("kind") in (OutputKind.RICH, OutputKind.OBJECT):
        _print_object(document["value"])
        return
    if "value" in document:
        print_value(document["value"])
        return
    table = Table(box=None, pad_edge=False)
    for column in document["columns"]:
        table.add_column(escaped(column["name"]), justify="right" if column["type"].startswith(NUMBERS) else "left")
    for row in document["rows"]:
        table.add_row(*("" if cell is None else escaped(short_text(str(cell))) for cell in row))
    print_table(table)
    answers().print(f"{len(document['rows']):,} of {document['total']:,} rows", style="dim")


def _print_object(value: dict[str, Any]) -> None:
    """Print what a terminal can show of a figure or an object."""
    content = value.get("content", {})
    shown = value.get("value", value.get("text", content.get("text/plain", "")))
    answers().print(escaped(shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)))
    kinds = f", as {', '.join(content)}: look at it in the browser" if content else ""
    answers().print(escaped(f"{value['type']}{kinds}"), style="dim")


def show_runs(project: Path, pipeline: str | None, limit: int, *, as_json: bool) -> None:
    """List past runs, newest first. Raises: NotFound, when there is no project."""

    async def ask() -> None:
        async with opened(project) as bench:
            wanted = None if pipeline is None else PipelineId(pipeline)
            runs, _ = await bench.runs(pipeline=wanted, limit=limit)
        if as_json:
            print_json(runs_document(runs))
            return
        table = Table("run", "pipeline", "state", "started", "took", "by", box=None, pad_edge=False)
        for run in runs:
            started, took = local_time(run.started_at), short_duration(run.seconds)
            table.add_row(run.id, run.pipeline, styled(run.state.value), started, took, run.trigger)
        print_table(table)

    asyncio.run(ask())
