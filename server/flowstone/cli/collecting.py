"""`flowstone gc` and `flowstone keep`: what goes, and what stays whatever the limits say."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from flowstone.cli.terminal import console, counted, print_json
from flowstone.engine.collection import Collected
from flowstone.engine.workbench import Workbench
from flowstone.model.ids import RunId

MB = 1_000_000


def collect_garbage(project: Path, *, dry_run: bool, as_json: bool) -> None:
    """Let go of what the project does not keep, or say what that would be.

    Raises: NotFound; SourceError; LedgerUnusable; DiskFull; OSError.
    """

    async def collect() -> Collected:
        bench = await Workbench.open(project, workers=False)
        try:
            return await bench.collect(dry_run=dry_run)
        finally:
            await bench.close()

    found = asyncio.run(collect())
    if as_json:
        print_json(collected_document(found, dry_run=dry_run))
    else:
        _tell(found, dry_run=dry_run)


def keep_run(project: Path, run: str, *, is_kept: bool) -> None:
    """Keep a run whatever the limits say, or no longer. Raises: NotFound; LedgerUnusable; OSError."""

    async def pin() -> None:
        bench = await Workbench.open(project, workers=False)
        try:
            await bench.pin_run(RunId(run), is_pinned=is_kept)
        finally:
            await bench.close()

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
    }


def _tell(found: Collected, *, dry_run: bool) -> None:
    screen = console()
    if found.is_nothing:
        screen.print("There is nothing to let go of.")
        return
    files = ", ".join(
        counted(count, thing)
        for count, thing in ((found.outputs, "output"), (found.snapshots, "snapshot"), (found.logs, "log"))
        if count
    )
    word = "would go" if dry_run else "gone"
    if found.runs:
        screen.print(f"{counted(len(found.runs), 'run')} {word}")
    if found.emptied:
        screen.print(f"the outputs of {counted(len(found.emptied), 'run')} {word}, and the history stays")
    if files:
        screen.print(f"{files} {word}: {found.size_bytes / MB:,.1f} MB")
    screen.print(f"  {found.kept_bytes / MB:,.1f} MB of outputs stay", style="dim")
