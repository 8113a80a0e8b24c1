"""`flowstone gc` and `flowstone keep`: what goes, and what stays whatever the limits say."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from flowstone.cli.asking import opened
from flowstone.cli.terminal import (
    answers,
    console,
    counted,
    escaped,
    local_time,
    print_json,
    print_table,
    short_size,
)
from flowstone.engine.collection import Collected
from flowstone.engine.workbench import Workbench
from flowstone.model.ids import RunId
from flowstone.model.retention import DAY_S, Retention
from flowstone.model.run import RunRecord

MAX_LISTED = 50
"""How many runs a plan names; the rest is counted."""


def collect_garbage(project: Path, *, dry_run: bool, as_json: bool) -> None:
    """Let go of what the project does not keep, or say what that would be.

    Raises: NotFound; SourceError; LedgerUnusable; DiskFull; OSError.
    """

    async def collect() -> None:
        async with opened(project) as bench:
            found = await bench.collect(dry_run=dry_run)
            if as_json:
                print_json(collected_document(found, dry_run=dry_run))
            elif dry_run:
                _tell_plan(found, await _planned(bench, found))
            else:
                _tell(found, word="gone")

    asyncio.run(collect())


def keep_run(project: Path, run: str, *, is_kept: bool) -> None:
    """Keep a run whatever the limits say, or no longer. Raises: NotFound; LedgerUnusable; OSError."""

    async def pin() -> None:
        async with opened(project) as bench:
            await bench.pin_run(RunId(run), is_pinned=is_kept)

    asyncio.run(pin())
    console().print(f"[green]✓[/green] the run {run} is kept" + ("" if is_kept else " no longer than any other"))


def collected_document(found: Collected, *, dry_run: bool) -> dict[str, Any]:
    """Return what went, or would go. Units: bytes as on the disk."""
    return {
        "dry_run": dry_run,
        "runs": list(found.runs),
        "emptied": list(found.emptied),
        "outputs": found.outputs,
        "snapshots": found.snapshots,
        "logs": found.logs,
        "bytes": found.size_bytes,
        "kept_bytes": found.kept_bytes,
        "held_by": list(found.held_by),
    }


@dataclass(frozen=True, slots=True)
class Planned:
    """A run that would go, wholly or with its outputs, and why."""

    run: RunRecord
    what: str
    why: str


async def _planned(bench: Workbench, found: Collected) -> list[Planned]:
    """Return what would become of each run, oldest first. Raises: LedgerUnusable."""
    policy, now = bench.project.retention, time.time()
    forgotten = [await bench.run(run) for run in found.runs[:MAX_LISTED]]
    emptied = [await bench.run(run) for run in found.emptied[: MAX_LISTED - len(forgotten)]]
    full = f"all outputs together pass max_size, {short_size(policy.max_size_bytes or 0)}"
    plans = [
        *(Planned(run, "all of it", _why_forgotten(run, policy, now=now)) for run in forgotten),
        *(Planned(run, "its outputs", full) for run in emptied),
    ]
    return sorted(plans, key=lambda plan: plan.run.started_at)


def _why_forgotten(run: RunRecord, policy: Retention, *, now: float) -> str:
    if policy.keep_days is not None and now - run.started_at > policy.keep_days * DAY_S:
        return f"older than keep_days, {policy.keep_days:g}"
    return f"keep_runs is {policy.keep_runs}, and {run.pipeline} has that many newer ones"


def _tell_plan(found: Collected, planned: list[Planned]) -> None:
    if planned:
        table = Table("run", "pipeline", "started", "what would go", "why", box=None, pad_edge=False)
        for plan in planned:
            run = plan.run
            table.add_row(run.id, run.pipeline, local_time(run.started_at), plan.what, escaped(plan.why))
        print_table(table)
        more = len(found.runs) + len(found.emptied) - len(planned)
        answers().print(f"and {counted(more, 'run')} more\n" if more else "", style="dim")
    _tell(found, word="would go")


def _tell(found: Collected, *, word: str) -> None:
    screen = answers()
    if found.is_nothing:
        screen.print("There is nothing to let go of.")
    if found.runs:
        screen.print(f"{counted(len(found.runs), 'run')} {word}")
    if found.emptied:
        screen.print(f"the outputs of {counted(len(found.emptied), 'run')} {word}, and the history stays")
    if files := _files(found):
        screen.print(f"{files} {word}, which nothing that stays needs: {short_size(found.size_bytes)}")
    if not found.held_by:
        screen.print(f"  {short_size(found.kept_bytes)} of outputs stay", style="dim")
    else:
        screen.print(
            f"  No output goes while {' and '.join(found.held_by)} lies in .flowstone: what an older ledger names may "
            "still be wanted. Remove it when it is not.",
            style="yellow",
            markup=False,
        )


def _files(found: Collected) -> str:
    kinds = (
        (found.outputs, "output"),
        (
            found.snapshots,
            "snapshot of code",
        ),
        (found.logs, "log"),
    )
    return ", ".join(_of_kind(count, kind) for count, kind in kinds if count)


def _of_kind(count: int, kind: str) -> str:
    noun, of, rest = kind.partition(" of ")
    return counted(count, noun) + of + rest
