"""Those who look at a graph are told when it changes by itself, or under another's hands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.commands import flowstone
from tests.kit.small_projects import write_project, write_three
from tests.kit.small_runs import LINE, freshness, run_line, until, why

from flowstone.engine.notices import BlockChanged, Notice, RunChanged, StatusChanged
from flowstone.engine.status_news import StatusNews
from flowstone.engine.workbench import Workbench
from flowstone.model.ids import PipelineId


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Workbench]:
    bench = await Workbench.open(write_three(tmp_path), serve=True)
    yield bench
    await bench.close()


async def test_a_server_tells_of_a_run_that_a_command_makes_beside_it(server: Workbench, tmp_path: Path) -> None:
    """The graph in the browser must not say "never run" of what a colleague has just run in a terminal."""
    heard: list[Notice] = []
    assert set((await freshness(server)).values()) == {"never"}
    server.listen(heard.append)
    await asyncio.sleep(1)  # the first look only learns how things are

    done = await asyncio.to_thread(flowstone, "run", "line", "-p", str(tmp_path))
    await until(lambda: any(isinstance(n, RunChanged) and n.run.state.value == "done" for n in heard))
    await until(lambda: StatusChanged(LINE) in heard)

    assert done.returncode == 0
    ended = {str(n.block.id) for n in heard if isinstance(n, BlockChanged) and n.block.state.value == "done"}
    assert ended == {"numbers", "doubled", "total"}
    assert set((await freshness(server)).values()) == {"fresh"}


async def test_an_output_whose_time_is_up_is_told_of(opened: Opener, tmp_path: Path) -> None:
    """A price that counts for a second must not look fresh for as long as nobody reloads the page."""
    text = "@loader\ndef b():\n    return pd.DataFrame({'a': [1]})\n"
    entry = "blocks:\n  b: {file: loaders/b.py, ttl: 1s}\n"
    bench = await opened(write_project(tmp_path, entry, {"loaders/b.py": text}))
    await run_line(bench)
    heard: list[Notice] = []
    before = await freshness(bench)
    bench.listen(heard.append)

    await until(lambda: StatusChanged(LINE) in heard)

    assert before == {"b": "fresh"}
    assert await freshness(bench) == {"b": "stale"}
    assert await why(bench, "b") == ["its output is older than 1 s"]


async def test_only_what_somebody_looks_at_is_told_of_and_many_changes_once() -> None:
    """`git checkout` changes a thousand files at once."""
    heard: list[Notice] = []
    news = StatusNews(heard.append)
    news.look_at(LINE)

    for _ in range(100):
        news.changed(LINE)
        news.changed(PipelineId("other"))
    news.changes_in(LINE, 1000.0)
    await until(lambda: bool(heard))
    await news.close()

    assert heard == [StatusChanged(LINE)]


async def test_the_earliest_of_several_moments_counts() -> None:
    """Two windows look at one pipeline with different params, and so at outputs of different age."""
    heard: list[Notice] = []
    news = StatusNews(heard.append)
    news.look_at(LINE)

    news.changes_in(LINE, 1000.0)
    news.changes_in(LINE, 0.0)
    news.changes_in(LINE, 2000.0)
    await until(lambda: bool(heard))
    await news.close()

    assert heard == [StatusChanged(LINE)]
