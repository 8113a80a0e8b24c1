"""Measure, and print the table."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from bench import engine, first_load, handover, memory, open_workbench, scale, start_up, tables
from bench.figures import table

SAMPLE = Path(__file__).parents[1] / "projects" / "flights"


def main() -> int:
    """Measure everything on a copy of the sample project; 1 when an aim was missed."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "flights"
        shutil.copytree(SAMPLE, project, ignore=shutil.ignore_patterns(".flowstone", "lake", "*.duckdb*"))
        figures = [
            *start_up.figures(project),
            *memory.figures(project),
            *first_load.figures(project, "delays"),
            *engine.figures(Path(folder)),
            *handover.figures(Path(folder)),
            *open_workbench.figures(Path(folder)),
            *scale.figures(Path(folder)),
            *tables.figures(Path(folder)),
        ]
    print(table(figures))
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
