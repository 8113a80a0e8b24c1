"""What a worker has answered is kept, whatever becomes of the worker, and nothing is left of how it was held."""

from __future__ import annotations

from pathlib import Path

from tests.engine.conftest import Opener
from tests.kit.small_projects import write_project
from tests.kit.small_runs import block_of, run_line, states

from flowstone.store.artifacts import ArtifactStore

TWO = "blocks:\n  a: {file: loaders/a.py}\n  b: {file: transformers/b.py, upstream: [a]}\n"
FRAME = "import pandas as pd\n\n@loader\ndef a():\n    return pd.DataFrame({'n': range(300_000)})\n"
DIES = "import os\n\n@transformer\ndef b(a):\n    os._exit(9)\n"
CHANGES = """import ctypes

@transformer
def b(a):
    numbers = a["n"].values
    ctypes.memset(numbers.ctypes.data, 0, numbers.nbytes)
    return int(a["n"].sum())
"""


async def test_an_output_outlives_the_worker_that_died_of_the_next_block(opened: Opener, tmp_path: Path) -> None:
    """A block must not fail for what another did to their process a moment later."""
    project = write_project(tmp_path, TWO, {"loaders/a.py": FRAME, "transformers/b.py": DIES})

    run = await run_line(await opened(project))

    assert states(run) == {"a": "done", "b": "failed"}
    result = block_of(run, "a").result
    assert result is not None
    ArtifactStore(project / ".flowstone" / "artifacts").verify(result.outputs[0].hash)


async def test_an_output_is_what_was_returned_whatever_the_next_block_does_to_it(
    opened: Opener, tmp_path: Path
) -> None:
    """The next block gets the frame itself, before the disk has it."""
    project = write_project(tmp_path, TWO, {"loaders/a.py": FRAME, "transformers/b.py": CHANGES})

    run = await run_line(await opened(project))

    assert states(run) == {"a": "done", "b": "done"}
    result = block_of(run, "a").result
    assert result is not None
    ArtifactStore(project / ".flowstone" / "artifacts").verify(result.outputs[0].hash)


async def test_nothing_is_held_when_a_run_has_ended(opened: Opener, tmp_path: Path) -> None:
    """What is held takes room for as long as it is."""
    project = write_project(tmp_path, TWO, {"loaders/a.py": FRAME, "transformers/b.py": DIES})

    await run_line(await opened(project))

    assert list((project / ".flowstone" / "artifacts" / "drafts").iterdir()) == []
