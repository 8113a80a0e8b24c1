"""What an edit would change: tried on what is stored, with nothing published."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import replace_in, write_project
from tests.kit.small_runs import LINE, run_line

from flowstone.engine.effects import bench as trying
from flowstone.engine.workbench import Workbench
from flowstone.errors.store import NotFound
from flowstone.model.effect import BlockEffect, Effect, Outlook, OutputEffect
from flowstone.model.ids import BlockId

PIPELINE = """
blocks:
  load: {file: loaders/load.py}
  clean: {file: transformers/clean.py, upstream: [load]}
  total: {file: transformers/total.sql, upstream: [clean]}
  write: {file: exporters/write.py, upstream: [clean]}
"""
BLOCKS = {
    "loaders/load.py": "@loader\ndef load():\n    return pd.DataFrame({'id': range(4), 'v': [1.0, 2, None, 4]})\n",
    "transformers/clean.py": "@transformer\ndef clean(load):\n    return load[load.id > 0]\n",
    "transformers/total.sql": "SELECT sum(v) AS total FROM clean\n",
    "exporters/write.py": "@exporter\ndef write(clean):\n    open('written', 'w').close()\n",
}
CLEAN = BlockId("clean")


async def effect(bench: Workbench, block: str = "clean") -> Effect:
    return await bench.effects.of_edit(LINE, BlockId(block), profile=None, params={})


def by_block(found: Effect) -> dict[str, BlockEffect]:
    return {str(each.block): each for each in found.blocks}


async def test_an_edit_is_tried_and_nothing_is_published(opened: Opener, tmp_path: Path) -> None:
    """The effect of a filter is seen before it has thrown anything away."""
    bench = await opened(write_project(tmp_path, PIPELINE, BLOCKS))
    await run_line(bench)
    (tmp_path / "written").unlink()
    unedited = by_block(await effect(bench))
    runs = await bench.runs()
    stored = sorted((tmp_path / ".flowstone/artifacts").rglob("*"))
    replace_in(tmp_path, "transformers/clean.py", "load[load.id > 0]", "load.dropna().assign(w='x')")

    found = by_block(await effect(bench))

    assert [each.outlook for each in unedited.values()] == [Outlook.SAME, Outlook.SAME, Outlook.NOT_TRIED]
    (output,) = found["clean"].outputs
    assert (output.rows_before, output.rows_after, output.added, output.removed) == (3, 3, 1, 1)
    changed = {column.name: (column.missing_before, column.missing_after) for column in output.columns}
    assert changed == {"v": (1, 0), "w": (None, 0)}
    assert (found["total"].outlook, found["write"].outlook) == (Outlook.CHANGED, Outlook.NOT_TRIED)
    assert not (tmp_path / "written").exists()
    assert await bench.runs() == runs
    assert sorted((tmp_path / ".flowstone/artifacts").rglob("*")) == stored
    assert not list((tmp_path / ".flowstone/tried").glob("try-*"))


async def test_a_failure_is_told_at_its_line_and_what_is_below_is_not_tried(opened: Opener, tmp_path: Path) -> None:
    """The error is there before the run is."""
    bench = await opened(write_project(tmp_path, PIPELINE, BLOCKS))
    await run_line(bench)
    replace_in(tmp_path, "transformers/clean.py", "load[load.id > 0]", "load[load.ids > 0]")

    found = by_block(await effect(bench))

    failure = found["clean"].failure
    assert failure is not None
    assert (failure.exception, failure.frames[-1].file, failure.frames[-1].line) == (
        "AttributeError",
        "transformers/clean.py",
        5,
    )
    assert (found["total"].outlook, found["total"].why) == (Outlook.NOT_TRIED, "clean above it gave nothing")


async def test_of_large_inputs_the_first_rows_are_tried(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit is to be answered within a second, whatever the data."""
    monkeypatch.setattr(trying, "SAMPLE_ROWS", 2)
    bench = await opened(write_project(tmp_path, PIPELINE, BLOCKS))
    await run_line(bench)

    found = await effect(bench)

    assert by_block(found)["clean"].outputs == (OutputEffect("output", True, rows_before=None, rows_after=1),)


async def test_a_later_edit_ends_the_one_before(opened: Opener, tmp_path: Path) -> None:
    """Nobody waits for the effect of what has been typed over."""
    bench = await opened(write_project(tmp_path, PIPELINE, BLOCKS))
    await run_line(bench)
    replace_in(tmp_path, "transformers/clean.py", "    return", "    import time\n    time.sleep(60)\n    return")
    first = asyncio.create_task(effect(bench))
    await asyncio.sleep(0)
    replace_in(tmp_path, "transformers/clean.py", "time.sleep(60)", "pass")

    second = await effect(bench)

    assert (await first).is_superseded
    assert by_block(second)["clean"].outlook is Outlook.SAME


async def test_what_has_no_input_yet_or_is_not_there_is_told(opened: Opener, tmp_path: Path) -> None:
    """A new pipeline has nothing to try anything on."""
    bench = await opened(write_project(tmp_path, PIPELINE, BLOCKS))

    found = by_block(await effect(bench))

    assert found["clean"].why == "load has no output yet: run it first"
    assert by_block(await effect(bench, "load"))["load"].outlook is Outlook.NOT_TRIED
    with pytest.raises(NotFound):
        await effect(bench, "gone")
