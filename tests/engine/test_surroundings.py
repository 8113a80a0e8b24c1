"""No block sees what another left behind in the worker that both use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import write_project
from tests.kit.small_runs import block_of, run_line

PIPELINE = """
    blocks:
      first:  {file: loaders/first.py}
      second: {file: transformers/second.py, upstream: [first]}
"""
LEFT: dict[str, tuple[str, str]] = {
    "a helper module's state": (
        "from lib import seen; seen.NAMES.append(1)",
        "from lib import seen; left = seen.NAMES",
    ),
    "a variable": ("import os; os.environ['LEFT'] = '1'", "import os; left = os.environ.get('LEFT')"),
    "the import path": ("import sys; sys.path.append('/left')", "import sys; left = '/left' in sys.path"),
    "the working directory": ("import os; os.chdir('/')", "import os; left = os.getcwd() == '/'"),
    "the file mask": ("import os; os.umask(0o777)", "import os; left = os.umask(0o022) == 0o777"),
    "a warning filter": (
        "import warnings; warnings.simplefilter('error')",
        "import warnings; left = warnings.filters[0][0] == 'error'",
    ),
    "a signal's handler": (
        "import signal; signal.signal(signal.SIGUSR1, signal.SIG_IGN)",
        "import signal; left = signal.getsignal(signal.SIGUSR1) == signal.SIG_IGN",
    ),
    "a blocked signal": (
        "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})",
        "import signal; left = signal.SIGUSR2 in signal.pthread_sigmask(signal.SIG_BLOCK, ())",
    ),
    "an alarm": ("import signal; signal.alarm(600)", "import signal; left = signal.alarm(0)"),
    "the depth of recursion": (
        "import sys; sys.setrecursionlimit(123)",
        "import sys; left = sys.getrecursionlimit() == 123",
    ),
    "a limit": (
        "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (77, r.getrlimit(r.RLIMIT_NOFILE)[1]))",
        "import resource as r; left = r.getrlimit(r.RLIMIT_NOFILE)[0] == 77",
    ),
    "the collector's rest": ("import gc; gc.disable()", "import gc; left = not gc.isenabled()"),
    "a global of the block file": ("globals()['LEFT'] = 1", "left = 'LEFT' in globals()"),
}


@pytest.mark.parametrize("what", LEFT)
async def test_a_block_does_not_see_what_the_one_before_it_left(opened: Opener, tmp_path: Path, what: str) -> None:
    """Hidden state is why a notebook works on one machine and not on the next."""
    leave, look = LEFT[what]
    blocks = {
        "loaders/first.py": f"@loader\ndef first():\n    {leave}\n    return 1\n",
        "transformers/second.py": f"@transformer\ndef second(first):\n    {look}\n    return bool(left)\n",
    }
    bench = await opened(write_project(tmp_path, PIPELINE, blocks, {"lib/seen.py": "NAMES = []\n"}))

    run = await run_line(bench)

    result = block_of(run, "second").result
    assert result is not None, block_of(run, "second").failure
    assert json.loads(await bench.value(result.outputs[0].hash)) is False


async def test_a_check_sees_all_of_an_output_that_was_streamed(opened: Opener, tmp_path: Path) -> None:
    """A generator is spent when it has been stored; a check on an empty rest would pass always."""
    text = """
        @loader
        def first():
            return (pd.DataFrame({"n": [number]}) for number in range(3))

        @check
        def there_are_three(output):
            assert len(output) == 3

        @check
        def there_are_four(output):
            assert len(output) == 4, "only three"
    """
    pipeline = "blocks:\n  first: {file: loaders/first.py}\n"
    bench = await opened(write_project(tmp_path, pipeline, {"loaders/first.py": text}))

    run = await run_line(bench)

    result = block_of(run, "first").result
    assert result is not None
    assert [(check.name, check.passed) for check in result.checks] == [
        ("there_are_three", True),
        ("there_are_four", False),
    ]


async def test_a_connection_stays_open_while_a_generator_draws_from_it(opened: Opener, tmp_path: Path) -> None:
    """Streaming a table out of the warehouse is what connections and generators are both for."""
    text = """
        from flowstone import Warehouse

        @loader
        def first(*, warehouse: Warehouse = connection("warehouse")):
            for low in (0, 2):
                yield warehouse.query("SELECT range AS n FROM range($low, $high)", {"low": low, "high": low + 2})
    """
    pipeline = "blocks:\n  first: {file: loaders/first.py}\n"
    bench = await opened(write_project(tmp_path, pipeline, {"loaders/first.py": text}))

    run = await run_line(bench)

    result = block_of(run, "first").result
    assert result is not None, block_of(run, "first").failure
    assert result.outputs[0].rows == 4
