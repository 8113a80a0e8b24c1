"""Processes that run a pipeline and are killed in the middle of it."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.kit.small_projects import write_project

SERVER = """
import asyncio, sys
from pathlib import Path
from flowstone.engine.workbench import Workbench
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.run import Reuse, RunRequest

async def main():
    bench = await Workbench.open(Path(sys.argv[1]), serve=True)
    if sys.argv[2:]:
        await bench.start_run(RunRequest(PipelineId("line"), reuse=Reuse.PURE, run=RunId(sys.argv[2])))
    await asyncio.sleep(600)

asyncio.run(main())
"""
LINE = """
    blocks:
      first: {file: loaders/first.py}
      second: {file: transformers/second.py, upstream: [first]}
      third: {file: exporters/third.py, upstream: [second]}
"""
COUNT = "    open('calls.txt', 'a').write('{name}\\n')\n"
BLOCKS = {
    "loaders/first.py": "@loader\ndef first():\n" + COUNT.format(name="first") + "    return 1\n",
    "transformers/second.py": "import pathlib, time\n@transformer\ndef second(first):\n"
    + COUNT.format(name="second")
    + "    while not pathlib.Path('go').exists():\n        time.sleep(0.02)\n"
    + "    if pathlib.Path('go').read_text() == 'fail':\n        raise OSError('not today')\n    return first + 1\n",
    "exporters/third.py": "@exporter\ndef third(second):\n" + COUNT.format(name="third") + "    return None\n",
}


def write_waiting(root: Path) -> Path:
    """Write first → second → third; second waits for a file `go`, and fails if that says `fail`."""
    return write_project(root, LINE, BLOCKS)


def calls(root: Path) -> list[str]:
    """Return which blocks were called, in order."""
    path = root / "calls.txt"
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def say(root: Path, word: str) -> None:
    """Let the second block go on."""
    (root / "go").write_text(word, encoding="utf-8")


def server(root: Path, run: str = "") -> subprocess.Popen[bytes]:
    """Start a server of a project, and a run in it."""
    return subprocess.Popen([sys.executable, "-c", SERVER, str(root), *([run] if run else [])])


def command(root: Path) -> subprocess.Popen[bytes]:
    """Start `flowstone run`."""
    program = Path(sys.executable).with_name("flowstone")
    return subprocess.Popen([str(program), "run", "line", "--project", str(root)], stderr=subprocess.DEVNULL)


def kill_when_called(process: subprocess.Popen[bytes], root: Path, block: str) -> None:
    """Kill a process as soon as a block runs and the ledger has what came before; wait until it is gone."""
    before = {"second": "first", "third": "second"}[block]
    deadline = time.monotonic() + 90
    while block not in calls(root) or before not in done_blocks(root):
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()


def done_blocks(root: Path) -> set[str]:
    """Return the blocks that the ledger has as done."""
    with closing(sqlite3.connect(f"file:{root / '.flowstone/ledger.db'}?mode=ro", uri=True)) as ledger:
        return {block for (block,) in ledger.execute("SELECT block FROM block_runs WHERE state = 'done'")}
