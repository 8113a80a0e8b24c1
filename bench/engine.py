"""What a run costs beyond the work itself, beside a plain script that does the same calls."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from bench.figures import Figure, median_of
from bench.made_projects import MAKE_TRIPS, PLAIN, chain, fan, taxi
from bench.start_up import COMMAND, took

TAXI_RIVALS = "kedro 1.23, dagster 1.98, prefect 2.08, mage 2.65, airflow 4.46 ×"
START_RIVALS = "luigi 0.60, prefect 3.2, mage 3.4, airflow 9.1 s"
CHAIN_RIVALS = "luigi 2.6, prefect 4.3, mage 10, dagster 30, airflow 113 ms"
FAN_RIVALS = "prefect 2.4, mage 6.6, dagster 32, airflow 72 ms"
CHAIN_BLOCKS = 100
FAN_BLOCKS = 200


def run(project: Path, pipeline: str, *options: str) -> dict[str, float]:
    """Run a pipeline to its end and return the run's document. Raises: CalledProcessError, when it fails."""
    command = [COMMAND, "run", pipeline, "--project", str(project), "--json", *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    document: dict[str, float] = json.loads(done.stdout)
    return document


def forget(project: Path) -> None:
    """Remove everything that runs have left, so that the next one is the first."""
    shutil.rmtree(project / ".flowstone", ignore_errors=True)


def cold(project: Path, pipeline: str) -> float:
    """Return how long a first run takes as a whole command. Units: seconds."""
    forget(project)
    return took(COMMAND, "run", pipeline, "--project", str(project))


def per_block_ms(project: Path, pipeline: str, blocks: int, *options: str) -> float:
    """Return how long a run takes a block, from its start to its end, without start-up. Units: milliseconds."""
    seconds = [float(run(project, pipeline, *options)["seconds"]) for _ in range(5)]
    return statistics.median(seconds) * 1000 / blocks


def figures(folder: Path) -> list[Figure]:
    """Measure everything about runs, on projects made in a folder."""
    trips = taxi(folder / "taxi")
    subprocess.run([sys.executable, "-c", MAKE_TRIPS], cwd=trips, check=True)
    (trips / "plain.py").write_text(PLAIN, encoding="utf-8")
    one, line, wide = chain(folder / "one", 1), chain(folder / "chain", CHAIN_BLOCKS), fan(folder / "fan", FAN_BLOCKS)
    plain = median_of(lambda: _plain(trips))
    first_s = _made_s(one, "chain")
    pandas = median_of(lambda: took(sys.executable, "-c", "import pandas"))
    return [
        Figure(
            "taxi, 1M rows, 5 blocks, cold, all outputs stored",
            _ratio(trips, plain),
            "× a plain script",
            1.0,
            rivals=TAXI_RIVALS,
        ),
        Figure(
            "one block, cold, as a whole command", median_of(lambda: cold(one, "chain")), "s", 0.5, pandas, START_RIVALS
        ),
        Figure(
            f"chain of {CHAIN_BLOCKS}, a block",
            _made_ms(line, "chain", CHAIN_BLOCKS, beyond_s=first_s),
            "ms",
            0.8,
            rivals=CHAIN_RIVALS,
        ),
        Figure(
            f"fan of {FAN_BLOCKS}, a block",
            _made_ms(wide, "fan", FAN_BLOCKS + 2, beyond_s=first_s),
            "ms",
            0.8,
            rivals=FAN_RIVALS,
        ),
        Figure(f"chain of {CHAIN_BLOCKS}, nothing changed", _unchanged_ms(line), "ms", 100),
    ]


def _made_ms(project: Path, pipeline: str, blocks: int, *, beyond_s: float) -> float:
    """Return how long a block takes whose output was not there before: the disk is waited for. Units: milliseconds.

    What a run of one block takes is not counted: it waits for the process that workers are forked from.
    """
    return (_made_s(project, pipeline) - beyond_s) * 1000 / (blocks - 1)


def _made_s(project: Path, pipeline: str) -> float:
    """Return how long a first run takes from its start to its end. Units: seconds."""
    seconds = []
    for _ in range(5):
        forget(project)
        seconds.append(float(run(project, pipeline)["seconds"]))
    return statistics.median(seconds)


def _plain(trips: Path) -> float:
    return took(sys.executable, "-c", f"import os; os.chdir({str(trips)!r}); exec(open('plain.py').read())")


def _ratio(trips: Path, plain: float) -> float:
    return median_of(lambda: cold(trips, "taxi"), runs=3) / plain


def _unchanged_ms(line: Path) -> float:
    run(line, "chain")
    return per_block_ms(line, "chain", 1)
