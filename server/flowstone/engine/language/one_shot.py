"""Run a tool once over a text: it reads it from its input, and is ended when it takes too long."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Told:
    """What a tool said."""

    code: int
    output: str
    errors: str


async def run_once(words: Sequence[str], text: str, *, folder: Path) -> Told:
    """Run a command in a folder with a text as its input.

    Raises: TimeoutError, when it takes too long; OSError, when it cannot be started.
    """
    process = await asyncio.create_subprocess_exec(
        *words,
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            output, errors = await process.communicate(text.encode())
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return Told(process.returncode or 0, output.decode("utf-8", "replace"), errors.decode("utf-8", "replace"))
