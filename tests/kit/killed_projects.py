"""The project that is run while something is killed, and what must still be so of it afterwards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.kit.small_projects import write_project

LINE = """
    blocks:
      numbers: {file: loaders/numbers.py}
      doubled: {file: transformers/doubled.py, upstream: [numbers]}
      halved:  {file: transformers/halved.py, upstream: [numbers]}
      both:    {file: transformers/both.py, upstream: [doubled, halved]}
"""
BLOCKS = {
    "loaders/numbers.py": """
        @loader
        def numbers():
            print("loading")
            return pd.DataFrame({"n": range(5_000)})
    """,
    "transformers/doubled.py": """
        import time

        @transformer
        def doubled(numbers):
            time.sleep(0.02)
            return numbers * 2
    """,
    "transformers/halved.py": """
        import time

        @transformer
        def halved(numbers):
            for step in range(3):
                print("step", step)
                time.sleep(0.01)
            return numbers / 2
    """,
    "transformers/both.py": """
        @transformer
        def both(doubled, halved):
            return doubled.assign(half=halved["n"])
    """,
}
SAVED = "lib/saved.py"


def write_killed(root: Path) -> Path:
    """Write a diamond of four blocks, and a module that is saved over and over."""
    return write_project(root, LINE, BLOCKS, {SAVED: version(0), "lib/__init__.py": ""})


def version(number: int) -> str:
    """Return a text that shows whether it is whole, and which it is."""
    return "".join(f"LINE_{line} = {number}\n" for line in range(200))


def run_states(root: Path) -> dict[str, str]:
    """Return the state of every run, as the ledger's file says."""
    with closing(_ledger(root)) as database:
        return dict(database.execute("SELECT id, state FROM runs"))


def block_states(root: Path) -> dict[tuple[str, str], str]:
    """Return the state of every block of every run, as the ledger's file says."""
    with closing(_ledger(root)) as database:
        return {
            (run, block): state for run, block, state in database.execute("SELECT run_id, block, state FROM block_runs")
        }


def _ledger(root: Path) -> sqlite3.Connection:
    return sqlite3.connect(root / ".flowstone" / "ledger.db", timeout=60)
