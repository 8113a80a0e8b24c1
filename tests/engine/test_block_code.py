"""A block's code as its worker loads it: the snapshot's and no other, as Python itself would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import write, write_project
from tests.kit.small_runs import LINE, block_of, failure_of, freshness, only_block, run_line, states, why

from flowstone.engine.workbench import Workbench
from flowstone.model.ids import BlockId
from flowstone.model.run import RunRecord, RunRequest


async def value(bench: Workbench, run: RunRecord, block: str = "b") -> Any:
    result = block_of(run, block).result
    assert result is not None, block_of(run, block).failure
    return json.loads(await bench.value(result.outputs[0].hash))


ONE = "blocks:\n  b: {file: loaders/b.py}\n"


async def test_annotations_are_what_they_are_when_python_imports_the_file(opened: Opener, tmp_path: Path) -> None:
    """Libraries that read annotations must find types and not texts, unless the author asked for texts."""
    text = """
        class Fare:
            amount: int

        @loader
        def b():
            return Fare.__annotations__["amount"] is int
    """
    run = await only_block(opened, tmp_path, text)

    assert await value(await opened(tmp_path), run) is True


@pytest.mark.parametrize("statement", ["from lib import rate", "import lib.deep.more, lib.rate as rate"])
async def test_an_edited_helper_counts_in_a_package_without_init_too(
    opened: Opener, tmp_path: Path, statement: str
) -> None:
    """A worker lives on between runs; old code of a folder that is a package by itself must not."""
    text = f"{statement}\n@loader\ndef b():\n    return rate.RATE\n"
    files = {"lib/rate.py": "RATE = 1\n", "lib/deep/more.py": ""}
    bench = await opened(write_project(tmp_path, ONE, {"loaders/b.py": text}, files))
    first = await value(bench, await run_line(bench))

    write(tmp_path, "lib/rate.py", "RATE = 2\n")
    second = await value(bench, await run_line(bench))

    assert (first, second) == (1, 2)


async def test_nothing_of_the_folder_where_flowstone_was_started_is_imported(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening a project runs nothing of it, and a run sees its snapshot only: not even a file named like a library."""
    text = "@loader\ndef b():\n    import later\n    return 1\n"
    write_project(tmp_path, ONE, {"loaders/b.py": text}, {"numpy.py": "open('ran', 'w')\n"})
    monkeypatch.chdir(tmp_path)
    bench = await opened(tmp_path)
    await bench._forkserver.ready()

    run_id = await bench.start_run(RunRequest(LINE))
    write(tmp_path, "later.py", "")
    run = await bench.wait(run_id)

    assert failure_of(run, "b").exception == "ModuleNotFoundError"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("folder", ["lib/data", "data", "build"])
async def test_code_in_a_folder_named_like_data_is_code(opened: Opener, tmp_path: Path, folder: str) -> None:
    """What freshness sees a block import, its run must be able to import."""
    package = folder.replace("/", ".")
    files = {f"{folder}/__init__.py": "", f"{folder}/names.py": "NAME = 'x'\n"}
    text = f"from {package}.names import NAME\n@loader\ndef b():\n    return NAME\n"
    bench = await opened(write_project(tmp_path, ONE, {"loaders/b.py": text}, files))

    assert await value(bench, await run_line(bench)) == "x"


async def test_a_block_file_may_lie_in_a_folder_named_like_data(opened: Opener, tmp_path: Path) -> None:
    """`validate` says that it is there; a run must find it there."""
    pipeline = "blocks:\n  b: {file: data/b.py}\n"
    bench = await opened(write_project(tmp_path, pipeline, {"data/b.py": "@loader\ndef b():\n    return 1\n"}))

    assert states(await run_line(bench)) == {"b": "done"}


async def test_a_star_import_depends_on_what_it_may_bring(opened: Opener, tmp_path: Path) -> None:
    """`from lib import *` imports the modules that `__all__` names."""
    files = {"lib/__init__.py": '__all__ = ["rate"]\n', "lib/rate.py": "RATE = 1\n"}
    text = "from lib import *\n@loader\ndef b():\n    return rate.RATE\n"
    bench = await opened(write_project(tmp_path, ONE, {"loaders/b.py": text}, files))
    await run_line(bench)

    write(tmp_path, "lib/rate.py", "RATE = 2\n")

    assert await why(bench, "b") == ["lib/rate.py changed"]


async def test_a_declared_folder_counts_with_all_that_lies_in_it(opened: Opener, tmp_path: Path) -> None:
    """A partitioned dataset is a folder, and people declare it as one."""
    pipeline = "blocks:\n  b: {file: loaders/b.py, files: [data/trips]}\n"
    text = "@loader\ndef b():\n    return 1\n"
    files = {"data/trips/day=1/a.csv": "1\n"}
    bench = await opened(write_project(tmp_path, pipeline, {"loaders/b.py": text}, files))
    await run_line(bench)

    write(tmp_path, "data/trips/day=2/a.csv", "2\n")

    assert await why(bench, "b") == ["file data/trips/day=2/a.csv changed"]


async def test_a_file_written_twice_in_the_same_moment_is_looked_at_twice(opened: Opener, tmp_path: Path) -> None:
    """A file system's clock is coarse: the same size and time do not mean the same content."""
    from os import utime

    pipeline = "blocks:\n  b: {file: loaders/b.py, files: [in.csv]}\n"
    text = "@loader\ndef b():\n    return 1\n"
    bench = await opened(write_project(tmp_path, pipeline, {"loaders/b.py": text}, {"in.csv": "1\n"}))
    await run_line(bench)
    before = (tmp_path / "in.csv").stat()

    write(tmp_path, "in.csv", "2\n")
    utime(tmp_path / "in.csv", ns=(before.st_atime_ns, before.st_mtime_ns))

    assert await freshness(bench) == {"b": "stale"}


async def test_saying_a_params_default_aloud_changes_nothing(opened: Opener, tmp_path: Path) -> None:
    """The same value is the same output, whoever gave it."""
    text = "@loader\ndef b(*, n: int = 3):\n    return n\n"
    bench = await opened(write_project(tmp_path, ONE, {"loaders/b.py": text}))
    await run_line(bench)

    write(tmp_path, "pipelines/line.yaml", "blocks:\n  b: {file: loaders/b.py, params: {n: 3}}\n")
    same = await freshness(bench)
    write(tmp_path, "pipelines/line.yaml", "blocks:\n  b: {file: loaders/b.py, params: {n: 4}}\n")

    assert same == {"b": "fresh"}
    assert await why(bench, "b") == ["param n 3 → 4"]


async def test_a_default_that_is_no_literal_is_not_the_value_none(opened: Opener, tmp_path: Path) -> None:
    """`None` given aloud and a default worked out by code are two values."""
    text = "LIMIT = 5\n@loader\ndef b(*, n: int | None = LIMIT):\n    return n\n"
    bench = await opened(write_project(tmp_path, ONE, {"loaders/b.py": text}))
    await run_line(bench)

    write(tmp_path, "pipelines/line.yaml", "blocks:\n  b: {file: loaders/b.py, params: {n: null}}\n")

    assert await freshness(bench) == {"b": "stale"}


async def test_sql_depends_on_the_version_of_duckdb(opened: Opener, tmp_path: Path) -> None:
    """The engine is as much the code of a SQL block as its text."""
    bench = await opened(write_project(tmp_path, "blocks:\n  b: {file: b.sql}\n", {"b.sql": "SELECT 1 AS one\n"}))

    await run_line(bench)
    stored = await bench._ledger.do(lambda ledger: ledger.newest_results(LINE))

    assert "duckdb" in {part.what for part in stored[BlockId("b")].parts}
