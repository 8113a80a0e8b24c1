"""A pipeline as a notebook on stdout, for a server, which opens no output itself; why not, as JSON on stderr."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from flowstone.errors.base import FlowstoneError
from flowstone.errors.notebook import NotebookUnwritable
from flowstone.interop.notebook_export.collecting import notebook_of

REFUSED = 3


def main() -> int:
    """Write the notebook that the command line names, and return the exit code."""
    asked = argparse.ArgumentParser()
    asked.add_argument("project", type=Path)
    asked.add_argument("pipeline")
    asked.add_argument("--run")
    asked.add_argument("--profile")
    words = asked.parse_args()
    try:
        text = asyncio.run(notebook_of(words.project, words.pipeline, run=words.run, profile=words.profile))
    except FlowstoneError as refused:
        why = refused.why if isinstance(refused, NotebookUnwritable) else str(refused)
        sys.stderr.write(json.dumps({"why": why}))
        return REFUSED
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
