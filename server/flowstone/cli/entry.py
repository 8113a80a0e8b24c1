"""Where the `flowstone` command begins: what takes longest is started first, and the rest is imported meanwhile."""

from __future__ import annotations

import contextlib
import sys

from flowstone.engine.launch import Launched, launch

RUNS_BLOCKS = frozenset({"run"})
"""Commands that need a worker; its process takes as long to get ready as all else together."""


def main() -> None:
    """Run the command that was asked for, and end with its exit code."""
    launched = _launched(sys.argv[1:])
    try:
        from flowstone.cli.main import main as run_command

        run_command(launched)
    finally:
        if launched is not None and launched.process.returncode is None:
            launched.discard()  # the command ended before it came to use it


def _launched(arguments: list[str]) -> Launched | None:
    if arguments[:1] and arguments[0] in RUNS_BLOCKS and "--help" not in arguments:
        with contextlib.suppress(OSError):  # the run will say so
            return launch()
    return None
