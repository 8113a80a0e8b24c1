"""Where the `flowstone` command begins: what takes longest is started first, and the rest is imported meanwhile."""

from __future__ import annotations

import contextlib
import gc
import os
import sys

from flowstone.engine.launch import Launched, launch

RUNS_BLOCKS = frozenset({"run", "resume"})
"""Commands that need a worker; its process takes as long to get ready as all else together."""

COLLECT_AFTER = 50_000
"""How many objects more than are gone begin a collection: imports make many, and no garbage worth looking for."""


def main() -> None:
    """Run the command that was asked for, and end with its exit code."""
    gc.set_threshold(COLLECT_AFTER)
    launched = _launched(sys.argv[1:])
    if launched is None:
        _run_command(None)
        return
    try:
        _run_command(launched)
    except SystemExit as left:
        if isinstance(left.code, int):
            _end_at_once(left.code)
        raise
    finally:
        if launched.process.returncode is None:
            launched.discard()  # the command ended before it came to use it


def _run_command(launched: Launched | None) -> None:
    from flowstone.cli.main import main as run_command

    run_command(launched)


def _end_at_once(code: int) -> None:
    """End the process without taking every imported module apart, which takes longer than a small pipeline.

    All that was opened has been closed by now; only what was printed may still be on its way.
    """
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _launched(arguments: list[str]) -> Launched | None:
    if arguments[:1] and arguments[0] in RUNS_BLOCKS and "--help" not in arguments:
        with contextlib.suppress(OSError):  # the run will say so
            return launch()
    return None
