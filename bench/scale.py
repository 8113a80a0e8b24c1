"""What grows: the number of blocks of a pipeline, and the rows that pass through it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil

from bench.figures import Figure
from bench.made_projects import many_blocks, streamed
from bench.start_up import COMMAND

BLOCKS = 1000
ROWS = int(os.environ.get("BENCH_STREAM_ROWS", "100_000_000"))
"""Rows of the generator: 100 million are 3.2 GB on disk, twice."""
LOOK_EVERY_S = 0.02
LOAD = """
import json, sys, time
from pathlib import Path
from flowstone.engine.fingerprints import FileHashes, fingerprint
from flowstone.engine.preparation import Code, CodeParts
from flowstone.store.project_files import load_pipeline, load_project
root = Path(sys.argv[1])
began = time.perf_counter()
code = Code(load_project(root), load_pipeline(root, "many"), root)
assert code.loaded.is_valid, code.loaded.problems
parts = CodeParts(code, code.values({}), files=FileHashes()).all()
prints = {fingerprint(own) for own in parts.values()}
took = time.perf_counter() - began
assert len(prints) == len(code.pipeline.blocks)
print(json.dumps(took * 1000))
"""


def figures(folder: Path) -> list[Figure]:
    """Measure a pipeline of a thousand blocks, and the memory of a stream of many rows."""
    many = many_blocks(folder / "many", BLOCKS)
    took = sorted(_load_ms(many) for _ in range(5))[2]
    return [
        Figure(f"{BLOCKS}-block pipeline: load, validate, fingerprint", took, "ms", 300, rivals="mage hangs at 289"),
        Figure(
            f"generator of {ROWS:,} rows × 4 through a filter to Parquet: peak memory",
            peak_mb(streamed(folder / "streamed", ROWS), "streamed"),
            "MB",
            400,
            rivals="none can",
        ),
    ]


def _load_ms(project: Path) -> float:
    done = subprocess.run([sys.executable, "-c", LOAD, str(project)], check=True, capture_output=True, text=True)
    return float(json.loads(done.stdout))


def peak_mb(project: Path, pipeline: str) -> float:
    """Return the most that a run's processes held of their own at a time, file pages apart. Units: MB."""
    command = subprocess.Popen(
        [COMMAND, "run", pipeline, "--project", str(project)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    peaks = [0.0]
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(LOOK_EVERY_S):
            peaks.append(_largest_mb(command.pid))

    looking = threading.Thread(target=look)
    looking.start()
    _, said = command.communicate()
    ended.set()
    looking.join()
    if command.returncode:
        raise RuntimeError(said.decode())
    return max(peaks)


def _largest_mb(pid: int) -> float:
    """Return what the largest process of a command holds that no file stands behind."""
    try:
        family = psutil.Process(pid).children(recursive=True)
        return max((_anonymous_mb(member) for member in family), default=0.0)
    except psutil.Error:
        return 0.0


def _anonymous_mb(process: psutil.Process) -> float:
    try:
        memory = process.memory_info()
    except psutil.Error:
        return 0.0
    return float(memory.rss - memory.shared) / 1e6
