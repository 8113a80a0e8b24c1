"""Windows, sorts and filters of a long stored table: FLOWSTONE_BENCH_ROWS long, 1.6 GB of disk for 100,000,000 rows."""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from bench.figures import Figure
from flowstone.engine.processes import Forkserver
from flowstone.engine.queries import Queries
from flowstone.engine.questions import Stored
from flowstone.model.view import Condition, Filter, SortKey, Test, View
from flowstone.model.window import Window

ROWS = int(os.environ.get("FLOWSTONE_BENCH_ROWS", "10000000"))
BATCH = 1_000_000
WINDOWS = 60


def figures(folder: Path) -> list[Figure]:
    """Measure on a table that is removed afterwards."""
    path = folder / "long.arrow"
    _write(path)
    try:
        return asyncio.run(_measured(path, folder / "arranged"))
    finally:
        path.unlink()


def _write(path: Path) -> None:
    rng = np.random.default_rng(1)
    schema = pa.schema([("id", pa.int64()), ("x", pa.float64())])
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for start in range(0, ROWS, BATCH):
            count = min(BATCH, ROWS - start)
            writer.write_table(pa.table([np.arange(start, start + count), rng.random(count)], schema=schema))


async def _measured(path: Path, arranged: Path) -> list[Figure]:
    server = Forkserver()
    await server.start()
    queries = Queries(server, arranged)
    stored, places = Stored(str(path)), np.random.default_rng(2).integers(0, ROWS - 300, WINDOWS)
    by_x = View(sort=(SortKey("x", descending=True),))
    some = View(Filter((Condition("x", Test.LT, ("0.5",)),)))
    try:
        await queries.window(stored, Window())
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        plain = [await _timed(queries, stored, Window(int(place), 256)) for place in places]
        sort = await _timed(queries, stored, Window(0, 256, view=by_x))
        ordered = [await _timed(queries, stored, Window(int(place), 256, view=by_x)) for place in places]
        filtering = await _timed(queries, stored, Window(0, 256, view=some))
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    finally:
        await queries.close()
        await server.close()
    millions = ROWS / 1_000_000
    return [
        Figure(f"window of {millions:g}M rows, p95", _p95(plain) * 1000, "ms", 200),
        Figure(f"window of {millions:g}M sorted rows, p95", _p95(ordered) * 1000, "ms", 200),
        Figure(f"sort of {millions:g}M rows", sort, "s", 2 * max(1, millions / 10)),
        Figure(f"filter of {millions:g}M rows", filtering, "s", 2 * max(1, millions / 10)),
        Figure(f"server's memory over {2 * WINDOWS} windows", max(0.0, grown), "MB more", 20),
    ]


async def _timed(queries: Queries, stored: Stored, window: Window) -> float:
    began = time.perf_counter()
    await queries.window(stored, window)
    return time.perf_counter() - began


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]
