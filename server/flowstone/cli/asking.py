"""Commands that ask and change nothing: freshness, outputs, runs and logs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from flowstone.cli.documents import error_document, runs_document, status_document
from flowstone.cli.terminal import (
    console,
    escaped,
    print_json,
    print_table,
    short_duration,
    short_text,
    styled,
    tell_failure,
    usual_text,
)
from flowstone.engine.workbench import Workbench
from flowstone.errors.store import NotFound
from flowstone.model.freshness import sentence
from flowstone.model.ids import BlockId, PipelineId, RunId
from flowstone.model.logs import LogLine
from flowstone.model.output import Output, OutputKind
from flowstone.model.run import Failure
from flowstone.model.window import Window

NUMBERS = ("int", "uint", "float", "double", "decimal")


@asynccontextmanager
async def _opened(project: Path, *, workers: bool = False) -> AsyncIterator[Workbench]:
    bench = await Workbench.open(project, workers=workers)
    try:
        yield bench
    finally:
        await bench.close()


def show_status(project: Path, pipeline: str, profile: str | None, *, as_json: bool) -> None:
    """Say which outputs still count. Raises: NotFound; SourceError."""

    async def ask() -> None:
        async with _opened(project) as bench:
            status = await bench.status(PipelineId(pipeline), profile=profile)
            attempts = await bench.last_attempts(PipelineId(pipeline), [block.id for block in status])
        if as_json:
            print_json(status_document(pipeline, status, attempts))
            return
        table = Table("block", "freshness", "usually", "why", box=None, pad_edge=False)
        for block in status:
            why = "; ".join(sentence(reason) for reason in block.reasons)
            table.add_row(block.id, styled(block.freshness.value), usual_text(block.usual), escaped(why))
        print_table(table)

    asyncio.run(ask())


def show_output(project: Path, pipeline: str, block: str, rows: int, *, as_json: bool) -> None:
    """Show the first rows of a block's newest output. Raises: NotFound; ArtifactCorrupt; SourceError."""

    async def ask() -> None:
        async with _opened(project, workers=True) as bench:
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
        "columns": [{"name": column.name, "type": column.type} for column in output.columns[:width]],
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
        print_json(document["value"]) if isinstance(document["value"], dict) else console().print(document["value"])
        return
    table = Table(box=None, pad_edge=False)
    for column in document["columns"]:
        table.add_column(escaped(column["name"]), justify="right" if column["type"].startswith(NUMBERS) else "left")
    for row in document["rows"]:
        table.add_row(*("" if cell is None else escaped(short_text(str(cell))) for cell in row))
    print_table(table)
    console().print(f"{len(document['rows']):,} of {document['total']:,} rows", style="dim")


def _print_object(value: dict[str, Any]) -> None:
    """Print what a terminal can show of a figure or an object."""
    content = value.get("content", {})
    shown = value.get("value", value.get("text", content.get("text/plain", "")))
    console().print(escaped(shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)))
    kinds = f", as {', '.join(content)}: look at it in the browser" if content else ""
    console().print(escaped(f"{value['type']}{kinds}"), style="dim")


def show_runs(project: Path, pipeline: str | None, limit: int, *, as_json: bool) -> None:
    """List past runs, newest first. Raises: NotFound, when there is no project."""

    async def ask() -> None:
        async with _opened(project) as bench:
            wanted = None if pipeline is None else PipelineId(pipeline)
            runs, _ = await bench.runs(pipeline=wanted, limit=limit)
        if as_json:
            print_json(runs_document(runs))
            return
        table = Table("run", "pipeline", "state", "started", "took", "by", box=None, pad_edge=False)
        for run in runs:
            started = datetime.fromtimestamp(run.started_at).astimezone()
            took = short_duration(run.seconds)
            table.add_row(
                run.id, run.pipeline, styled(run.state.value), f"{started:%Y-%m-%d %H:%M:%S}", took, run.trigger
            )
        print_table(table)

    asyncio.run(ask())


def show_logs(project: Path, run_id: str, block: str | None, *, as_json: bool) -> None:
    """Print what the blocks of a run printed. Raises: NotFound, when there is no such run or block in it."""

    async def ask() -> None:
        async with _opened(project) as bench:
            run = await bench.run(RunId(run_id))
            blocks = [found.id for found in run.blocks if block in (None, found.id)]
            if not blocks:
                raise NotFound("block in the run", str(block))
            lines = [(found, await _all_lines(bench, run.id, found)) for found in blocks]
        failures = {found.id: found.failure for found in run.blocks}
        if as_json:
            print_json({"run": run.id, "blocks": [_logged(b, found, failures[b]) for b, found in lines]})
            return
        for found, printed in lines:
            for line in printed:
                print(f"{found}  {line.text}")  # noqa: T201 - logs are this command's output
            failure = failures[found]
            if failure is not None:
                screen = console()
                screen.print(f"{styled('failed')}  {found}")
                tell_failure(screen, failure)

    asyncio.run(ask())


async def _all_lines(bench: Workbench, run: RunId, block: BlockId) -> list[LogLine]:
    lines: list[LogLine] = []
    while True:
        page = await bench.logs(run, block, after=lines[-1].seq + 1 if lines else 0, limit=10_000)
        if not page.lines:
            return lines
        lines.extend(page.lines)


def _logged(block: BlockId, lines: list[LogLine], failure: Failure | None) -> dict[str, Any]:
    error = None if failure is None else error_document(failure)
    return {"id": block, "lines": [_line(line) for line in lines], "error": error}


def _line(line: LogLine) -> dict[str, Any]:
    return {"seq": line.seq, "at": line.at, "stream": line.stream, "text": line.text}
