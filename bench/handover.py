"""What it costs to give a frame of a million rows to the next block, stored before anybody depends on it."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

from bench.engine import forget, run
from bench.figures import Figure
from bench.made_projects import handover

OPEN = """
import json, sys, time
import pandas
from pathlib import Path
from flowstone.engine.worker.frames import open_frame
took = []
for _ in range(6):
    began = time.perf_counter()
    frame = open_frame(Path(sys.argv[1]))
    frame.iloc[0, frame.columns.get_loc("x0")] = 0.5
    took.append((time.perf_counter() - began) * 1000)
print(json.dumps(took[1:]))
"""
RIVALS = "dagster 254, prefect 285, mage 870, airflow 8,811 ms"


def figures(folder: Path) -> list[Figure]:
    """Measure from the return of one block to the call of the next, and how long another process takes to open it."""
    project = handover(folder / "handover")
    took = []
    for _ in range(5):
        forget(project)
        run(project, "handover")
        moments = json.loads((project / "moments.json").read_text(encoding="utf-8"))
        took.append((moments["called"] - moments["returned"]) * 1000)
    largest = max((project / ".flowstone" / "artifacts").rglob("*.arrow"), key=lambda path: path.stat().st_size)
    opened = subprocess.run([sys.executable, "-c", OPEN, str(largest)], check=True, capture_output=True, text=True)
    return [
        Figure("hand-over of 1M × 18, stored, same worker", statistics.median(took), "ms", 5, rivals=RIVALS),
        Figure("… opened writable in another worker", statistics.median(json.loads(opened.stdout)), "ms", 30),
    ]
