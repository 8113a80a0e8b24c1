"""`flowstone logs`: what the blocks of a run printed, and what became of each attempt."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowstone.cli.asking import opened
from flowstone.cli.documents import error_document, moment, tries_document
from flowstone.cli.terminal import answers, print_json, styled, tell_failure
from flowstone.engine.workbench import Workbench
from flowstone.errors.store import NotFound
from flowstone.model.ids import BlockId, RunId
from flowstone.model.logs import LogLine
from flowstone.model.run import BlockRun, tries_of


@dataclass(frozen=True, slots=True)
class Logged:
    """A block of a run, and what it printed in all its attempts."""

    block: BlockRun
    lines: list[LogLine]


def show_logs(project: Path, run_id: str, block: str | None, *, as_json: bool) -> None:
    """Print what the blocks of a run printed. Raises: NotFound, when there is no such run or block in it."""

    async def ask() -> list[Logged]:
        async with opened(project) as bench:
            run = await bench.run(RunId(run_id))
            wanted = [found for found in run.blocks if block in (None, found.id)]
            if not wanted:
                raise NotFound("block in the run", str(block), hint=_known(run.blocks))
            return [Logged(found, await _all_lines(bench, run.id, found.id)) for found in wanted]

    found = asyncio.run(ask())
    if as_json:
        print_json({"run": run_id, "blocks": [_document(logged) for logged in found]})
        return
    for logged in found:
        _tell(logged)


def _known(blocks: tuple[BlockRun, ...]) -> str:
    return f"It has: {', '.join(block.id for block in blocks)}."


async def _all_lines(bench: Workbench, run: RunId, block: BlockId) -> list[LogLine]:
    lines: list[LogLine] = []
    while True:
        page = await bench.logs(run, block, after=lines[-1].seq + 1 if lines else 0, limit=10_000)
        if not page.lines:
            return lines
        lines.extend(page.lines)


def _tell(logged: Logged) -> None:
    """Print the lines, then each attempt that failed: a retry that went well hides what it took to get there."""
    for line in logged.lines:
        sys.stdout.write(f"{logged.block.id}  {line.text}\n")
    screen = answers()
    tries = tries_of(logged.block)
    for one in tries:
        if one.failure is not None:
            which = f", attempt {one.attempt} of {len(tries)}" if len(tries) > 1 else ""
            screen.print(f"{styled('failed')}  {logged.block.id}{which}")
            tell_failure(screen, one.failure)
    if not tries and logged.block.failure is not None:
        screen.print(f"{styled('failed')}  {logged.block.id}")
        tell_failure(screen, logged.block.failure)


def _document(logged: Logged) -> dict[str, Any]:
    failure = logged.block.failure
    return {
        "id": logged.block.id,
        "lines": [_line(line) for line in logged.lines],
        "error": None if failure is None else error_document(failure),
        "tries": tries_document(logged.block),
    }


def _line(line: LogLine) -> dict[str, Any]:
    return {"seq": line.seq, "at": moment(line.at), "stream": line.stream, "text": line.text}
